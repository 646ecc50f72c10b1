// SPDX-License-Identifier: Apache-2.0
// What Python's str knows of characters: classes, small letters, accents taken off.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/utf8.hpp"

namespace trivet::base {

inline constexpr char32_t kReplacement = 0xFFFD;

/// One character of a text and the bytes that it takes. What is no UTF-8 counts as U+FFFD.
struct Utf8Character {
  char32_t code = kReplacement;
  std::size_t size = 1;
};
/// Requires a text that isn't empty. O(1).
[[nodiscard]] Utf8Character first_character(std::string_view text) noexcept;
/// The same at the end of the text.
[[nodiscard]] Utf8Character last_character(std::string_view text) noexcept;

/// `str.isalnum`, `isdecimal` and `isspace` of one character. O(log table).
[[nodiscard]] bool is_alphanumeric(char32_t code) noexcept;
[[nodiscard]] bool is_decimal(char32_t code) noexcept;
[[nodiscard]] bool is_space(char32_t code) noexcept;
/// What `\w` means: alphanumeric or an underscore.
[[nodiscard]] inline bool is_word(char32_t code) noexcept {
  return code == U'_' || is_alphanumeric(code);
}

/// What to do with accents.
enum class Accents : std::uint8_t {
  kept,
  stripped,         ///< the compatibility decomposition without its combining marks
  stripped_if_any,  ///< the same, but a text that is its own decomposition keeps its marks
  ascii_only,       ///< of the decomposition, what is ASCII
};
struct Folding {
  bool lowers = true;  ///< `str.lower`
  Accents accents = Accents::kept;
};

/// Bytes that folding makes of so many at most.
[[nodiscard]] std::size_t folded_room(Folding folding, std::size_t size) noexcept;
/// Small letters first, then accents. Writes to `out`, which has folded_room() bytes; returns how
/// many it wrote. What is no UTF-8 stays, except where only ASCII does. O(text).
std::size_t fold(Folding folding, std::string_view text, char* out) noexcept;

}  // namespace trivet::base
