// SPDX-License-Identifier: Apache-2.0
// One pass over a tree-shaped document, whatever its encoding: JSON text, UBJSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.hpp"
#include "trivet/result.hpp"

namespace trivet::base {

/// Stands on one value at a time, at first the root. members() and items() visit what is inside
/// the value in the order of the file: during each callback the cursor stands on the member or
/// item. The callback consumes that value with exactly one call, or leaves it, and then it is
/// skipped. So a schema is read in one pass, in any order of keys, without a document tree.
///
/// Errors carry the place as a JSON pointer (`/learner/gradient_booster/name`) and never come from
/// an allocation that the bytes of the file don't justify. Nesting is limited to kMaxDepth.
class DocumentCursor {
 public:
  enum class Kind : std::uint8_t { null, boolean, number, text, list, object };
  static constexpr std::size_t kMaxDepth = 64;

  virtual ~DocumentCursor() = default;

  [[nodiscard]] virtual Result<Kind> kind() = 0;
  /// Requires an object. The key is valid during the callback until the value is consumed.
  [[nodiscard]] virtual Status members(FunctionRef<Status(std::string_view key)> visit) = 0;
  /// Requires a list.
  [[nodiscard]] virtual Status items(FunctionRef<Status(std::size_t index)> visit) = 0;

  /// Valid until the next call.
  [[nodiscard]] virtual Result<std::string_view> text() = 0;
  [[nodiscard]] virtual Result<double> number() = 0;
  /// A number as float32. From a decimal text it is rounded once, as floats() does.
  [[nodiscard]] virtual Result<float> narrow_number();
  [[nodiscard]] virtual Result<std::int64_t> integer() = 0;
  /// A boolean, or the integer 0 or 1.
  [[nodiscard]] virtual Result<bool> flag() = 0;

  /// A whole list of numbers at once, appended to `out`. float32 lists are rounded once from the
  /// decimal text, as the frameworks do; NaN and infinities are taken as bare words too. Flags are
  /// booleans or the integers 0 and 1.
  [[nodiscard]] virtual Status floats(std::vector<float>& out) = 0;
  [[nodiscard]] virtual Status doubles(std::vector<double>& out) = 0;
  [[nodiscard]] virtual Status integers(std::vector<std::int32_t>& out) = 0;
  [[nodiscard]] virtual Status wide_integers(std::vector<std::int64_t>& out) = 0;
  [[nodiscard]] virtual Status flags(std::vector<std::uint8_t>& out) = 0;

  /// A text of UTF-8; `out` is left alone otherwise.
  [[nodiscard]] Status into_text(std::string& out);

  /// After the root was read: nothing but blanks may follow.
  [[nodiscard]] virtual Status end() = 0;

  /// An invalid_model error at the place where the cursor stands.
  [[nodiscard]] virtual Error fail(std::string found, std::string expected) const = 0;
};

}  // namespace trivet::base
