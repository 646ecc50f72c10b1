// SPDX-License-Identifier: Apache-2.0
// Ways of damaging a file.
#include "golden/mutator.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "support/random_forest.hpp"

namespace trivet::test {
namespace {

constexpr std::uint32_t kOddNumbers[] = {
    0,          1,          2,          0x7f,       0xff,       0x100,      0xffff,
    0x10000,    0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff,
    0x7fc00000, 0x7f800000, 0xff800000, 0x00000001, 0x40000000, 0x01000000};
constexpr const char* kOddTexts[] = {
    "-1",    "0",    "1",    "4294967295", "2147483647", "-2147483648", "99999999999999999999",
    "1e400", "1e38", "-0.0", "NaN",        "Infinity",   "null",        "[]",
    "{}",    "\"\"", "true", "0.5",        "16777216",   "1000000"};

std::size_t draw_place(Random& random, const std::string& bytes) {
  return random.below(static_cast<std::uint32_t>(bytes.size()));
}

void flip_bit(Random& random, std::string& bytes) {
  char& byte = bytes[draw_place(random, bytes)];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1u << random.below(8)));
}

void change_byte(Random& random, std::string& bytes) {
  bytes[draw_place(random, bytes)] = static_cast<char>(random.below(256));
}

/// Four bytes as one of the numbers that make trouble, in either byte order.
void plant_number(Random& random, std::string& bytes) {
  const std::uint32_t number = kOddNumbers[random.below(std::size(kOddNumbers))];
  char raw[4];
  std::memcpy(raw, &number, sizeof raw);
  if (random.one_in(2)) std::reverse(raw, raw + 4);
  const std::size_t at = draw_place(random, bytes);
  for (std::size_t i = 0; i < 4 && at + i < bytes.size(); ++i) bytes[at + i] = raw[i];
}

void insert_bytes(Random& random, std::string& bytes) {
  std::string extra;
  for (std::uint32_t i = 0; i <= random.below(8); ++i) {
    extra += static_cast<char>(random.below(256));
  }
  bytes.insert(draw_place(random, bytes), extra);
}

void remove_bytes(Random& random, std::string& bytes) {
  bytes.erase(draw_place(random, bytes), 1 + random.below(16));
}

void copy_slice(Random& random, std::string& bytes) {
  const std::size_t from = draw_place(random, bytes);
  const std::string slice = bytes.substr(from, 1 + random.below(200));
  const std::size_t to = draw_place(random, bytes);
  if (random.one_in(2)) bytes.insert(to, slice);
  else bytes.replace(to, slice.size(), slice);
}

/// The next number in text becomes another one.
void replace_digits(Random& random, std::string& bytes) {
  constexpr const char* kDigits = "0123456789";
  const std::size_t first = bytes.find_first_of(kDigits, draw_place(random, bytes));
  if (first == std::string::npos) return flip_bit(random, bytes);
  std::size_t end = bytes.find_first_not_of("0123456789.eE+-", first);
  if (end == std::string::npos) end = bytes.size();
  bytes.replace(first, end - first, kOddTexts[random.below(std::size(kOddTexts))]);
}

void cut_off(Random& random, std::string& bytes) { bytes.resize(draw_place(random, bytes)); }

/// A stretch of the file becomes one byte, repeated.
void wipe_out(Random& random, std::string& bytes) {
  const std::size_t first = draw_place(random, bytes);
  const std::size_t count = std::min<std::size_t>(bytes.size() - first, 1 + random.below(64));
  const char fill = random.one_in(2) ? '\0' : static_cast<char>(random.below(256));
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(first), count, fill);
}

using Damage = void (*)(Random&, std::string&);
constexpr Damage kDamages[] = {flip_bit,       flip_bit,     change_byte, plant_number,
                               insert_bytes,   remove_bytes, copy_slice,  replace_digits,
                               replace_digits, cut_off,      wipe_out};

}  // namespace

std::string mutated(const std::string& bytes, std::uint64_t number) {
  Random random(number * 0x9e3779b97f4a7c15u + bytes.size());
  std::string damaged = bytes;
  const std::uint32_t times = random.one_in(4) ? 2 + random.below(4) : 1;
  for (std::uint32_t i = 0; i < times && !damaged.empty(); ++i) {
    kDamages[random.below(std::size(kDamages))](random, damaged);
  }
  return damaged;
}

}  // namespace trivet::test
