// SPDX-License-Identifier: Apache-2.0
// Numbers as JSON text, compared with what Python prints.
#include "text/number.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "catch.hpp"

namespace {

template <class T>
std::string printed(T value) {
  std::string out;
  trivet::text::append_number(out, value);
  return out;
}

struct DoubleText {
  std::uint64_t bits;
  const char* text;
};
constexpr DoubleText kDoubles[] = {
#include "python_numbers.txt"
};

struct FloatText {
  std::uint32_t bits;
  const char* text;
};
constexpr FloatText kFloats[] = {
#include "python_floats.txt"
};

}  // namespace

TEST_CASE("number text: doubles print as Python's json.dumps prints them", "[text][number]") {
  for (const DoubleText& row : kDoubles) {
    CHECK(printed(std::bit_cast<double>(row.bits)) == row.text);
  }
}

TEST_CASE("number text: floats print as the double that they widen to", "[text][number]") {
  for (const FloatText& row : kFloats) CHECK(printed(std::bit_cast<float>(row.bits)) == row.text);
}

TEST_CASE("number text: what is not finite prints as a text", "[text][number]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  CHECK(printed(std::nan("")) == "\"NaN\"");
  CHECK(printed(-std::nan("")) == "\"NaN\"");
  CHECK(printed(kInfinity) == "\"Infinity\"");
  CHECK(printed(-kInfinity) == "\"-Infinity\"");
  CHECK(printed(std::nanf("")) == "\"NaN\"");
  CHECK(printed(static_cast<float>(-kInfinity)) == "\"-Infinity\"");
}

TEST_CASE("number text: any double reads back with equal bits", "[text][number]") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string text = printed(value);
    INFO(text);
    REQUIRE(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)) ==
            std::bit_cast<std::uint64_t>(value));
    REQUIRE(text.find_first_of(".e") != std::string::npos);
  }
}

TEST_CASE("number text: integers keep all their digits", "[text][number]") {
  std::string out = "x";
  trivet::text::append_integer(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  trivet::text::append_integer(out, std::numeric_limits<std::int64_t>::max());
  out += ' ';
  trivet::text::append_integer(out, 0);
  CHECK(out == "x-9223372036854775808 9223372036854775807 0");
}
