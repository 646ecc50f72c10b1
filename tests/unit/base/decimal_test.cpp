// SPDX-License-Identifier: Apache-2.0
// The reader of doubles beside std::from_chars: the same bits, the same refusals.
#include "base/decimal.hpp"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <random>
#include <string>
#include <system_error>

#include "catch.hpp"

namespace trivet::test {
namespace {

struct ReadNumber {
  bool is_number = false;
  double value = 0;
};

ReadNumber read_ours(const std::string& text) {
  // What stands behind must not matter: digits would go on, if it did.
  const std::string padded = text + "99999999";
  ReadNumber out;
  out.is_number =
      base::read_padded_double(std::string_view(padded).substr(0, text.size()), out.value);
  return out;
}

ReadNumber read_theirs(const std::string& text) {
  ReadNumber out;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out.value);
  out.is_number = error == std::errc() && stop == end;
  return out;
}

bool are_same(const ReadNumber& a, const ReadNumber& b) {
  if (a.is_number != b.is_number) return false;
  return !a.is_number || (std::isnan(a.value) && std::isnan(b.value)) ||
         std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
}

std::string printed(const char* format, int digits, long double value) {
  char text[512];
  const int size = std::snprintf(text, sizeof(text), format, digits, value);
  return std::string(text, static_cast<std::size_t>(size));
}

/// Texts of five kinds: what LightGBM prints of all doubles and of middling ones, any digits with
/// any exponent, short ones, and the middle between two doubles or a digit beside it.
std::string draw_number(std::mt19937_64& random, std::uint64_t kind) {
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  const double share = static_cast<double>(random() >> 11) * 0x1p-53 - 0.5;
  switch (kind) {
    case 0: return printed("%.*Lg", 17, std::bit_cast<double>(random()));
    case 1: return printed("%.*Lg", 17, share * std::pow(10, static_cast<int>(below(30)) - 15));
    case 2:
      return std::to_string(below(1000)) + "." + std::to_string(random() >> below(60)) + "e" +
             std::to_string(static_cast<int>(below(80)) - 40);
    case 3: return printed("%.*Lg", static_cast<int>(below(20)) + 1, share * 1000);
    default: break;
  }
  const double low =
      std::bit_cast<double>(below(std::uint64_t{1} << 52) | (1003 + below(60)) << 52);
  const double high = std::nextafter(low, std::numeric_limits<double>::infinity());
  return printed("%.*Lf", static_cast<int>(below(40)), (static_cast<long double>(low) + high) / 2);
}

void compare_numbers(int count) {
  std::mt19937_64 random(20);
  for (int i = 0; i < count; ++i) {
    const std::string text = draw_number(random, static_cast<std::uint64_t>(i) % 5);
    if (are_same(read_ours(text), read_theirs(text))) continue;
    INFO(text);
    INFO(read_ours(text).value << " is not " << read_theirs(text).value);
    CHECK(are_same(read_ours(text), read_theirs(text)));
  }
}

}  // namespace

TEST_CASE("decimal: the edges of doubles and of the fast ways", "[base][decimal]") {
  for (const char* text : {
           "0",
           "-0",
           "0.0",
           "-0.0",
           "0e5",
           "0.000000000000000000000",
           "1",
           "-1",
           "0.5",
           "0.1",
           "9007199254740992",
           "9007199254740993",
           "9007199254740993.0",
           "9007199254740992.5",
           "0.30000000000000004",
           "1.0000000180025095e-35",
           "17976931348623157e292",
           "1.7976931348623157e+308",
           "1.7976931348623159e+308",
           "5e-324",
           "2e-324",
           "2.2250738585072011e-308",
           "18446744073709551615",
           "18446744073709551616",
           "9999999999999999999",
           "0.12345678901234567890123",
           "0.1234567890123456789012345678",
           "1e22",
           "1e23",
           "1e27",
           "1e28",
           "1e-22",
           "1e-27",
           "1e-28",
           "8.5e-27",
           "123456.789",
           "12345678",
           "123456789",
           "1234567890123456789012345678901234567890",
       }) {
    INFO(text);
    CHECK(are_same(read_ours(text), read_theirs(text)));
    CHECK(read_ours(text).is_number == read_theirs(text).is_number);
  }
}

TEST_CASE("decimal: what is no number is refused as std::from_chars does", "[base][decimal]") {
  for (const char* text : {"",
                           "-",
                           "+1",
                           ".",
                           "1.",
                           ".5",
                           "-.5",
                           "e5",
                           "1e",
                           "1e+",
                           "1e-x",
                           "1x",
                           "0.1234567890x",
                           "0.12345678901234567x",
                           "x.1234567890",
                           "1,5",
                           "--1",
                           "1 ",
                           " 1",
                           "0x10",
                           "inf",
                           "nan",
                           "-inf",
                           "1.5.5",
                           "1e99999",
                           "0.1234567890e5e5",
                           "1..1234567890"}) {
    INFO(text);
    CHECK(are_same(read_ours(text), read_theirs(text)));
  }
}

TEST_CASE("decimal: ten thousand drawn texts read as std::from_chars reads them",
          "[base][decimal]") {
  compare_numbers(10'000);
}

TEST_CASE("decimal: a million drawn texts read as std::from_chars reads them",
          "[base][decimal][.long]") {
  compare_numbers(1'000'000);
}

}  // namespace trivet::test
