// SPDX-License-Identifier: Apache-2.0
// Single values out of a document, with errors at their place.
#pragma once

#include <cstdint>
#include <limits>

#include "base/document_cursor.hpp"
#include "trivet/result.hpp"

namespace trivet::xgboost {

/// A whole number in a range, written as a number or, as XGBoost writes parameters, as text.
struct IntegerRange {
  std::int64_t least = 0;
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};
[[nodiscard]] Result<std::int64_t> read_integer_field(base::DocumentCursor& cursor,
                                                      IntegerRange range);

}  // namespace trivet::xgboost
