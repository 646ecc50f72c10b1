// SPDX-License-Identifier: Apache-2.0
// Where a text stops being JSON: simdjson doesn't look into what is skipped, nor say the place.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace trivet::json {

/// How deep lists and objects may stand in each other, in requests and in model files.
constexpr std::size_t kMaxNesting = 64;

struct SyntaxError {
  std::size_t offset;         ///< of the first byte that can't stand there; the size at the end
  std::string_view expected;  ///< what could; a constant
  bool too_deep = false;      ///< JSON all right, but too many containers in each other
};

/// The first offence in a text that should hold exactly one value: nothing when it does. The bare
/// words NaN, Infinity, nan and inf are numbers here, with or without a minus; UTF-8 is taken for
/// granted. `depth` is how many containers stand around the text. O(text), no recursion.
[[nodiscard]] std::optional<SyntaxError> find_syntax_error(std::string_view text,
                                                           std::size_t depth = 0) noexcept;

/// A text without the blanks at its ends, as JSON understands blanks.
[[nodiscard]] std::string_view without_blanks(std::string_view text) noexcept;

}  // namespace trivet::json
