// SPDX-License-Identifier: Apache-2.0
// Well-formed UTF-8, the table 3-7 of the Unicode standard.
#pragma once

#include <cstddef>
#include <string_view>

namespace trivet::base {

/// What a text begins with: one well-formed sequence of `size` bytes, or `size` bytes that are
/// none and that a reader replaces by one U+FFFD (the maximal subpart, as Python does).
struct Utf8Step {
  std::size_t size;
  bool well_formed;
};

/// Requires a text that isn't empty; `size` is 1 … 4. O(1).
[[nodiscard]] Utf8Step utf8_step(std::string_view text) noexcept;

/// The offset of the first byte that belongs to no well-formed sequence; text.size() when all do.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text) noexcept;

}  // namespace trivet::base
