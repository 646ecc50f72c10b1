// SPDX-License-Identifier: Apache-2.0
// Request bytes into rows: `{"instances":[…],"parameters":…}`, one pass, no document tree.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "trivet/batch.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::json {

/// Reads requests for one session, one after the other: keeps the parser and a padded copy of the
/// body, so that once warm nothing is allocated. It also keeps what it knows of the columns, so a
/// signature must not change between two requests. One thread at a time.
///
/// Places in errors are JSON pointers from the body's root. Unknown members of the body are
/// ignored, known ones that stand twice are refused, `instances` is required and not empty.
class RequestReader {
 public:
  RequestReader();
  RequestReader(RequestReader&&) noexcept;
  RequestReader& operator=(RequestReader&&) noexcept;
  ~RequestReader();

  /// Instances straight into the cells of `batch` (cleared first), `parameters` resolved by the
  /// signature's rules into the position of the wanted output. A list has one value a column, an
  /// object has them by name in any order, a bare value is the one column of a one-column model.
  /// On an error the batch holds nothing. `row_numbers` is what a row costs of limits.cells, where
  /// that is more than the batch's cells. `spec_override` takes the member
  /// `explanationSpecOverride`, which is ignored without it. Errors: invalid_request,
  /// request_too_large.
  [[nodiscard]] Status read_rows(std::string_view body, const RequestLimits& limits, Batch& batch,
                                 std::size_t& output, std::size_t row_numbers = 0,
                                 Value* spec_override = nullptr);

  /// Instances and parameters as values, `{"b64": …}` decoded, for routines.
  [[nodiscard]] Status read_values(std::string_view body, const RequestLimits& limits,
                                   std::vector<Value>& instances, Value& parameters);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trivet::json
