// SPDX-License-Identifier: Apache-2.0
// The tables behind unicode.hpp, in ascending order.
#pragma once

#include <cstdint>
#include <span>

namespace trivet::base {

struct UnicodeRange {
  std::uint32_t first;
  std::uint32_t last;
};
struct UnicodeClass {
  std::uint32_t first;
  std::uint32_t last;
  std::uint8_t value;
};
/// Every `step`-th character from `first` to `last` has its small letter so far away.
struct UnicodeLower {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t step;
  std::int32_t difference;
};

extern const std::span<const UnicodeRange> kUnicodeAlphanumeric;
extern const std::span<const UnicodeRange> kUnicodeDecimal;
extern const std::span<const UnicodeRange> kUnicodeSpace;
extern const std::span<const UnicodeRange> kUnicodeCased;      ///< and not ignorable
extern const std::span<const UnicodeRange> kUnicodeIgnorable;  ///< next to a final sigma
extern const std::span<const UnicodeClass> kUnicodeCombining;  ///< the classes that are not 0
extern const std::span<const UnicodeLower> kUnicodeLower;

/// Compatibility decompositions without combining marks, Hangul's syllables left out: for every
/// 64 characters a block, for every character of a block a place in the text, where a length and
/// so many bytes of UTF-8 stand. Place 0: the character is its own decomposition.
extern const std::span<const std::uint8_t> kUnicodeStrippedBlock;
extern const std::span<const std::uint16_t> kUnicodeStripped;
extern const std::span<const std::uint8_t> kUnicodeStrippedText;

}  // namespace trivet::base
