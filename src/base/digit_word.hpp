// SPDX-License-Identifier: Apache-2.0
// Up to eight decimal digits at once, in a word.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace trivet::base {

/// Eight bytes of text, digits as numbers from 0 to 9. Only where words begin with their lowest
/// byte; elsewhere texts are read digit by digit.
class DigitWord {
 public:
  static constexpr bool kAvailable = std::endian::native == std::endian::little;

  /// Requires 8 readable bytes.
  explicit DigitWord(const char* at) noexcept {
    std::memcpy(&word_, at, sizeof(word_));
    word_ ^= 0x3030303030303030u;
  }

  /// Digits before the first byte that is none: 0 … 8.
  [[nodiscard]] std::size_t digit_count() const noexcept {
    return static_cast<std::size_t>(std::countr_zero(others(word_))) / 8;
  }
  /// Whether the first `count` bytes are digits. Requires 1 <= count <= 8.
  [[nodiscard]] bool are_digits(std::size_t count) const noexcept {
    return others(word_ << (64 - 8 * count)) == 0;
  }
  /// The number that the first `count` digits make: the digits moved to the word's end, neighbours
  /// joined to pairs, fours, eights; no branch on how many there are, which nobody can predict.
  /// Requires 1 <= count <= 8.
  [[nodiscard]] std::uint32_t value(std::size_t count) const noexcept {
    return joined(word_ << (64 - 8 * count));
  }
  /// The same two for 0 <= count <= 7; no digits are digits, and make 0.
  [[nodiscard]] bool are_few_digits(std::size_t count) const noexcept {
    return others(word_ << (56 - 8 * count) << 8) == 0;
  }
  [[nodiscard]] std::uint32_t few_value(std::size_t count) const noexcept {
    return joined(word_ << (56 - 8 * count) << 8);
  }

 private:
  [[nodiscard]] static std::uint32_t joined(std::uint64_t word) noexcept {
    word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ffu;
    word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffffu;
    return static_cast<std::uint32_t>(word * 10000 + (word >> 32));
  }
  /// The high bit of each byte that is no digit.
  [[nodiscard]] static std::uint64_t others(std::uint64_t word) noexcept {
    return (((word & 0x7f7f7f7f7f7f7f7fu) + 0x7676767676767676u) | word) & 0x8080808080808080u;
  }

  std::uint64_t word_ = 0;
};

}  // namespace trivet::base
