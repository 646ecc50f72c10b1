// SPDX-License-Identifier: Apache-2.0
// CityHash64, version 1, after Geoff Pike's and Jyrki Alakuijala's published algorithm: one formula
// for each class of lengths, 64-byte blocks beyond 64 bytes.
#include "base/city_hash.hpp"

#include <bit>
#include <cstddef>
#include <utility>

namespace trivet::base {
namespace {

using Word = std::uint64_t;

// The algorithm's primes.
constexpr Word kCityPrime0 = 0xc3a5c85c97cb3127u;
constexpr Word kCityPrime1 = 0xb492b66fbe98f273u;
constexpr Word kCityPrime2 = 0x9ae16a3b2f90404fu;
constexpr Word kCityPrime3 = 0xc949d7c7509e6557u;

/// Little-endian words out of the text, wherever they stand.
class TextWords {
 public:
  explicit TextWords(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
  [[nodiscard]] Word byte(std::size_t at) const noexcept {
    return static_cast<std::uint8_t>(text_[at]);
  }
  [[nodiscard]] Word word(std::size_t at) const noexcept { return read(at, 8); }
  [[nodiscard]] Word half(std::size_t at) const noexcept { return read(at, 4); }
  [[nodiscard]] Word word_before_end(std::size_t distance) const noexcept {
    return word(size() - distance);
  }

 private:
  [[nodiscard]] Word read(std::size_t at, std::size_t count) const noexcept {
    Word value = 0;
    for (std::size_t i = 0; i < count; ++i) value |= byte(at + i) << (8 * i);
    return value;
  }

  std::string_view text_;
};

struct WordPair {
  Word first;
  Word second;
};

Word mix_down(Word value) noexcept { return value ^ (value >> 47); }

/// 128 bits into 64, in the manner of Murmur.
Word fold_pair(Word low, Word high) noexcept {
  constexpr Word kMultiplier = 0x9ddfea08eb382d69u;
  const Word a = mix_down((low ^ high) * kMultiplier);
  const Word b = mix_down((high ^ a) * kMultiplier);
  return b * kMultiplier;
}

Word hash_to_16(const TextWords& text) noexcept {
  const std::size_t size = text.size();
  if (size > 8) {
    const Word last = text.word_before_end(8);
    const Word turned = std::rotr(last + size, static_cast<int>(size));
    return fold_pair(text.word(0), turned) ^ last;
  }
  if (size >= 4) return fold_pair(size + (text.half(0) << 3), text.half(size - 4));
  if (size == 0) return kCityPrime2;
  const Word front = text.byte(0) + (text.byte(size / 2) << 8);
  const Word back = size + (text.byte(size - 1) << 2);
  return mix_down((front * kCityPrime2) ^ (back * kCityPrime3)) * kCityPrime2;
}

Word hash_to_32(const TextWords& text) noexcept {
  const Word a = text.word(0) * kCityPrime1;
  const Word b = text.word(8);
  const Word c = text.word_before_end(8) * kCityPrime2;
  const Word d = text.word_before_end(16) * kCityPrime0;
  return fold_pair(std::rotr(a - b, 43) + std::rotr(c, 30) + d,
                   a + std::rotr(b ^ kCityPrime3, 20) - c + text.size());
}

/// Half of the formula for 33 to 64 bytes: `a` and `z` are its seeds, the words at `at + 8` and
/// `at + 16` its text.
WordPair hash_half(const TextWords& text, std::size_t at, Word a, Word z) noexcept {
  Word b = std::rotr(a + z, 52);
  Word c = std::rotr(a, 37);
  a += text.word(at + 8);
  c += std::rotr(a, 7);
  a += text.word(at + 16);
  return {a + z, b + std::rotr(a, 31) + c};
}

Word hash_to_64(const TextWords& text) noexcept {
  const std::size_t size = text.size();
  const WordPair v = hash_half(
      text, 0, text.word(0) + (size + text.word_before_end(16)) * kCityPrime0, text.word(24));
  const WordPair w =
      hash_half(text, size - 32, text.word(16) + text.word_before_end(32), text.word_before_end(8));
  const Word r = mix_down((v.first + w.second) * kCityPrime2 + (w.first + v.second) * kCityPrime0);
  return mix_down(r * kCityPrime0 + v.second) * kCityPrime2;
}

/// Takes in 32 bytes.
WordPair absorb(const TextWords& text, std::size_t at, Word a, Word b) noexcept {
  a += text.word(at);
  b = std::rotr(b + a + text.word(at + 24), 21);
  const Word c = a;
  a += text.word(at + 8) + text.word(at + 16);
  b += std::rotr(a, 44);
  return {a + text.word(at + 24), b + c};
}

Word hash_long(const TextWords& text) noexcept {
  const std::size_t size = text.size();
  Word x = text.word(0);
  Word y = text.word_before_end(16) ^ kCityPrime1;
  Word z = text.word_before_end(56) ^ kCityPrime0;
  WordPair v = absorb(text, size - 64, size, y);
  WordPair w = absorb(text, size - 32, size * kCityPrime1, kCityPrime0);
  z += mix_down(v.second) * kCityPrime1;
  x = std::rotr(z + x, 39) * kCityPrime1;
  y = std::rotr(y, 33) * kCityPrime1;
  const std::size_t blocks = (size - 1) / 64;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t at = 64 * block;
    x = std::rotr(x + y + v.first + text.word(at + 16), 37) * kCityPrime1;
    y = std::rotr(y + v.second + text.word(at + 48), 42) * kCityPrime1;
    x ^= w.second;
    y ^= v.first;
    z = std::rotr(z ^ w.first, 33);
    v = absorb(text, at, v.second * kCityPrime1, x + w.first);
    w = absorb(text, at + 32, z + w.second, y);
    std::swap(z, x);
  }
  return fold_pair(fold_pair(v.first, w.first) + mix_down(y) * kCityPrime1 + z,
                   fold_pair(v.second, w.second) + x);
}

}  // namespace

std::uint64_t city_hash64(std::string_view text) noexcept {
  const TextWords words(text);
  if (text.size() <= 16) return hash_to_16(words);
  if (text.size() <= 32) return hash_to_32(words);
  if (text.size() <= 64) return hash_to_64(words);
  return hash_long(words);
}

}  // namespace trivet::base
