// SPDX-License-Identifier: Apache-2.0
// Lists of numbers in JSON model files, and how floats are rounded.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "document_support.hpp"

using trivet::Status;
using trivet::base::DocumentCursor;
using trivet::test::Document;

namespace {

template <class T>
std::vector<T> list_of(std::string_view text, Status (DocumentCursor::*read)(std::vector<T>&)) {
  Document document(text);
  std::vector<T> out;
  const Status status = ((*document).*read)(out);
  INFO(text);
  INFO((status ? std::string() : status.error().message()));
  CHECK(status.has_value());
  CHECK(document->end().has_value());
  return out;
}

}  // namespace

TEST_CASE("json document: lists of numbers are read at once", "[json][document]") {
  CHECK(list_of<float>("[1, 2.5, -3e2, 0]", &DocumentCursor::floats) ==
        std::vector<float>{1.0f, 2.5f, -300.0f, 0.0f});
  CHECK(list_of<float>("[]", &DocumentCursor::floats).empty());
  CHECK(list_of<std::int32_t>("[0, -1, 2147483647, -2147483648, 5.0, 1e3]",
                              &DocumentCursor::integers) ==
        std::vector<std::int32_t>{0, -1, 2147483647, -2147483647 - 1, 5, 1000});
  CHECK(list_of<std::int64_t>("[9223372036854775807, -9223372036854775808, 4294967296]",
                              &DocumentCursor::wide_integers) ==
        std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::max(),
                                  std::numeric_limits<std::int64_t>::min(), 4294967296});
  CHECK(list_of<double>("[1, 0.1, -3e200, nan]", &DocumentCursor::doubles).size() == 4);
  CHECK(list_of<double>("[0.1, 16777217]", &DocumentCursor::doubles) ==
        std::vector<double>{0.1, 16777217});
  CHECK(list_of<std::uint8_t>("[true, false, 1, 0 ]", &DocumentCursor::flags) ==
        std::vector<std::uint8_t>{1, 0, 1, 0});
}

TEST_CASE("json document: lists are appended to", "[json][document]") {
  Document document("[[1],[2,3]]");
  std::vector<float> numbers{0.5f};
  REQUIRE(document->items([&](std::size_t) { return document->floats(numbers); }));
  CHECK(numbers == std::vector<float>{0.5f, 1.0f, 2.0f, 3.0f});
}

TEST_CASE("json document: floats take the words for what isn't finite", "[json][document]") {
  const auto numbers =
      list_of<float>("[NaN, nan, Infinity, inf, -Infinity, -inf]", &DocumentCursor::floats);
  REQUIRE(numbers.size() == 6);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  CHECK(std::isnan(numbers[0]));
  CHECK(std::isnan(numbers[1]));
  CHECK(numbers[2] == kInfinity);
  CHECK(numbers[3] == kInfinity);
  CHECK(numbers[4] == -kInfinity);
  CHECK(numbers[5] == -kInfinity);
}

TEST_CASE("json document: floats are rounded once, from the decimal text", "[json][document]") {
  // Each lies so close to the middle between two floats that its double is the middle itself.
  const std::string_view texts[] = {
      "1.000000059604644775390625",                   // 1 + 2^-24, the middle: to even
      "1.00000005960464477539062500000000000000001",  // a little above: up
      "1.00000005960464477539062499999999999999999",  // a little below: down
      "-1.00000005960464477539062500000000000000001",
      "1.000000178813934326171875",  // 1 + 3 * 2^-24: to even, up
      "1.00000017881393432617187499999999999999999",
      "16777217",
      "16777217.0000000000000001",
      "16777218.9999999999999999",
      "3.4028235677973366e38",                        // the middle to infinity, rounded
      "3.40282356779733661637539395458142568447e38",  // below it
      "3.5e38",
      "-1e39",
      "1.1754943508222875e-38",     // the smallest normal float
      "1.1754942807573642918e-38",  // between subnormal and normal
      "2.1019476964872256e-45",     // 1.5 * 2^-149
      "2.10194769648722551e-45",
      "7.006492321624085354618e-46",  // 2^-150, the middle to zero
      "7.0064923216240854e-46",
      "7.006492321624085e-46",
      "1e-46",
      "-1e-400",
      "0.1",
      "1E-1",
      "0",
  };
  for (const std::string_view text : texts) {
    INFO(text);
    const auto numbers = list_of<float>("[" + std::string(text) + "]", &DocumentCursor::floats);
    REQUIRE(numbers.size() == 1);
    const float once = std::strtof(std::string(text).c_str(), nullptr);
    CHECK(std::bit_cast<std::uint32_t>(numbers[0]) == std::bit_cast<std::uint32_t>(once));
  }
}

TEST_CASE("json document: random decimals near the middle of floats are rounded once",
          "[json][document]") {
  std::mt19937_64 random(5);
  std::string text = "[";
  std::vector<float> wanted;
  for (int i = 0; i < 20000; ++i) {
    const auto bits = static_cast<std::uint32_t>(random()) & 0x7fffffff;
    const float low = std::bit_cast<float>(bits);
    if (!std::isfinite(low) || !std::isfinite(std::bit_cast<float>(bits + 1))) continue;
    const double middle = (double{low} + double{std::bit_cast<float>(bits + 1)}) / 2;
    char digits[64];
    std::snprintf(digits, sizeof(digits), "%.*e", static_cast<int>(15 + random() % 8), middle);
    if (!wanted.empty()) text += ", ";
    text += digits;
    wanted.push_back(std::strtof(digits, nullptr));
  }
  const std::vector<float> numbers = list_of<float>(text + "]", &DocumentCursor::floats);
  REQUIRE(numbers.size() == wanted.size());
  std::size_t different = 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    different +=
        std::bit_cast<std::uint32_t>(numbers[i]) != std::bit_cast<std::uint32_t>(wanted[i]);
  }
  CHECK(different == 0);
}
