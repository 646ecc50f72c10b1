// SPDX-License-Identifier: Apache-2.0
// Two proofs that a few operations round right, after Clinger (PLDI 1990) and Lemire (arXiv
// 2101.11408); std::from_chars for whatever they don't cover.
#include "base/decimal.hpp"

#include <array>
#include <bit>
#include <cfloat>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>

#include "base/digit_word.hpp"

namespace trivet::base {
namespace {

/// `digits` · 10^`exponent`.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

constexpr int kFiveLimit = 27;  // 5^27 is the last that 64 bits hold

/// 10^0 … 10^19, all that 64 bits hold.
constexpr std::array<std::uint64_t, 20> kTens = [] {
  std::array<std::uint64_t, 20> tens{1};
  for (std::size_t i = 1; i < tens.size(); ++i) tens[i] = tens[i - 1] * 10;
  return tens;
}();

/// 10^0 … 10^22, all that doubles hold exactly.
constexpr std::array<double, 23> kExactTens = [] {
  std::array<double, 23> tens{1};
  for (std::size_t i = 1; i < tens.size(); ++i) tens[i] = tens[i - 1] * 10;
  return tens;
}();

/// The first 64 bits of 2^n / divisor, cut off.
constexpr std::uint64_t first_bits_of_reciprocal(std::uint64_t divisor) {
  std::uint64_t rest = 1;
  std::uint64_t quotient = 0;
  for (int i = 0; i < 63 + static_cast<int>(std::bit_width(divisor)); ++i) {
    rest *= 2;
    quotient *= 2;
    if (rest < divisor) continue;
    rest -= divisor;
    quotient += 1;
  }
  return quotient;
}

/// The first 64 bits of 5^-27 … 5^27, cut off.
constexpr std::array<std::uint64_t, 2 * kFiveLimit + 1> kFives = [] {
  std::array<std::uint64_t, 2 * kFiveLimit + 1> fives{};
  std::uint64_t five = 1;
  for (std::size_t i = 0; i <= kFiveLimit; ++i, five *= 5) {
    fives[kFiveLimit + i] = five << std::countl_zero(five);
    if (i > 0) fives[kFiveLimit - i] = first_bits_of_reciprocal(five);
    if (i == kFiveLimit) break;
  }
  return fives;
}();

/// The upper half of the product.
std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) noexcept {
#ifdef __SIZEOF_INT128__
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(a) * b >> 64);
#else
  const std::uint64_t a0 = a & 0xffffffffu, a1 = a >> 32;
  const std::uint64_t b0 = b & 0xffffffffu, b1 = b >> 32;
  const std::uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
  return a1 * b1 + (middle >> 32) + ((a0 * b1 + (middle & 0xffffffffu)) >> 32);
#endif
}

/// Integers and powers of ten that doubles hold, and one operation, which rounds right by itself.
bool round_exact_parts(const Decimal& decimal, double& out) noexcept {
  constexpr int kExponentLimit = static_cast<int>(kExactTens.size()) - 1;
  if (FLT_EVAL_METHOD != 0 || decimal.digits > std::uint64_t{1} << DBL_MANT_DIG) return false;
  if (decimal.exponent < -kExponentLimit || decimal.exponent > kExponentLimit) return false;
  const auto digits = static_cast<double>(decimal.digits);
  if (decimal.exponent < 0) out = digits / kExactTens[static_cast<std::size_t>(-decimal.exponent)];
  else out = digits * kExactTens[static_cast<std::size_t>(decimal.exponent)];
  return true;
}

/// The digits, moved up to 64 bits, times the first 64 bits of the power of five. Both are less
/// than 2^64, so cutting off the power loses less than 2^64 of the product: its upper half is the
/// true one's or that less 1. Where the bits below the double's tell up from down all the same,
/// the result is right; three times in a thousand they don't.
bool round_product(const Decimal& decimal, double& out) noexcept {
  if (decimal.digits == 0 || decimal.exponent < -kFiveLimit || decimal.exponent > kFiveLimit)
    return false;
  const int leading_zeros = std::countl_zero(decimal.digits);
  const std::uint64_t five = kFives[static_cast<std::size_t>(decimal.exponent + kFiveLimit)];
  const std::uint64_t upper = multiply_high(decimal.digits << leading_zeros, five);
  const int dropped = 10 + static_cast<int>(upper >> 63);  // bits below the double's 53
  const std::uint64_t half = std::uint64_t{1} << (dropped - 1);
  const std::uint64_t below_half = upper & (half - 1);
  if (below_half == 0 || below_half >= half - 2) return false;
  const std::uint64_t mantissa = (upper >> dropped) + ((upper & half) != 0 ? 1 : 0);
  // floor(log2(10^q)) for small q; the mantissa's first bit carries into the exponent.
  const int binary = ((217706 * decimal.exponent) >> 16) + 1 - leading_zeros + dropped;
  const auto biased = static_cast<std::uint64_t>(binary + 52 + 1022);
  out = std::bit_cast<double>((biased << 52) + mantissa);
  return true;
}

/// `e`, a sign, digits, up to the end.
bool scan_exponent(const char* at, const char* end, int& exponent) noexcept {
  if ((*at | 0x20) != 'e') return false;
  ++at;
  bool negative = false;
  if (at != end && (*at == '-' || *at == '+')) negative = *at++ == '-';
  if (end - at < 1 || end - at > 4) return false;
  int number = 0;
  for (; at != end; ++at) {
    if (*at < '0' || *at > '9') return false;
    number = number * 10 + (*at - '0');
  }
  exponent += negative ? -number : number;
  return true;
}

/// Digits, a point, digits, an exponent, the latter three optional. False for other texts and for
/// more digits than 64 bits hold.
bool scan_decimal(const char* at, const char* end, Decimal& out) noexcept {
  const auto take = [&](bool is_full) {
    while (at != end) {
      const DigitWord word(at);
      const auto left = static_cast<std::size_t>(end - at);
      const std::size_t count = word.digit_count() < left ? word.digit_count() : left;
      if (count == 0) break;
      if (is_full && out.digits >= kTens[19 - count]) return false;
      out.digits = out.digits * kTens[count] + word.value(count);
      at += count;
      is_full = true;
      if (count < 8) break;
    }
    return true;
  };
  const char* const first = at;
  if (!take(false) || at == first) return false;
  if (at != end && *at == '.') {
    const char* const fraction = ++at;
    if (!take(true) || at == fraction) return false;
    out.exponent -= static_cast<int>(at - fraction);
  }
  return at == end || scan_exponent(at, end, out.exponent);
}

/// The usual text, one digit, a point and 9 to 23 digits, without a branch on how many there are,
/// which nobody can predict. False for all others.
bool scan_usual_decimal(const char* at, std::size_t size, Decimal& out) noexcept {
  const std::size_t fraction = size - 2;
  if (fraction < 9 || fraction > 23 || at[1] != '.') return false;
  const auto first = static_cast<unsigned>(at[0] - '0');
  const std::size_t second_count = fraction < 16 ? fraction - 8 : 8;
  const std::size_t third_count = fraction - 8 - second_count;
  const DigitWord words[] = {DigitWord(at + 2), DigitWord(at + 10),
                             DigitWord(at + 10 + second_count)};
  if (!((first <= 9) & words[0].are_digits(8) & words[1].are_digits(second_count) &
        words[2].are_few_digits(third_count))) {
    return false;
  }
  const std::uint64_t nine = first * kTens[8] + words[0].value(8);
  const std::uint64_t most = nine * kTens[second_count] + words[1].value(second_count);
  if (most >= kTens[19 - third_count]) return false;
  out.digits = most * kTens[third_count] + words[2].few_value(third_count);
  out.exponent = -static_cast<int>(fraction);
  return true;
}

}  // namespace

bool read_padded_double(std::string_view text, double& out) noexcept {
  const char* const end = text.data() + text.size();
  if (DigitWord::kAvailable && !text.empty()) {
    const bool negative = text.front() == '-';
    const char* const at = text.data() + (negative ? 1 : 0);
    Decimal decimal;
    double magnitude = 0;
    const bool scanned = scan_usual_decimal(at, static_cast<std::size_t>(end - at), decimal) ||
                         scan_decimal(at, end, decimal);
    if (scanned && (round_product(decimal, magnitude) || round_exact_parts(decimal, magnitude))) {
      out = std::bit_cast<double>(std::bit_cast<std::uint64_t>(magnitude) | std::uint64_t{negative}
                                                                                << 63);
      return true;
    }
  }
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && stop == end;
}

}  // namespace trivet::base
