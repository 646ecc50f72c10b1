// SPDX-License-Identifier: Apache-2.0
// Numbers of more digits than a double holds, which simdjson 3.0.1 alone misreads.
#include <cstdlib>
#include <string>

#include "catch.hpp"
#include "trivet/value.hpp"

namespace {

// What the C library makes of the same text is the reference.
const char* const kLongFractions[] = {
    "0.51859995722770690917973935999572277069091796875",
    "0.30359999999999998099",
    "-0.68229997158050537109",
    "0.00000000000000000000000000000000000000012345678901234567890",
    "0.99999999999999999999999999999999",
    "0.0000000000000000000000000000000000000000",
    "-0.00000000000000000000000000000000",
    "0.12345678901234567890e-300",
    "0.12345678901234567890e+300",
    "1.23456789012345678901234567890",
    "12345678901234567890123456789012345678901234567890.5",
};

}  // namespace

TEST_CASE("json: a fraction of twenty digits and more is rounded correctly", "[json]") {
  for (const std::string digits : kLongFractions) {
    INFO(digits);
    for (const std::string blanks : {"", " ", "\n\t "}) {
      const auto list = trivet::Value::parse("[" + digits + blanks + ", 1]");
      REQUIRE(list.has_value());
      REQUIRE(list->as_list() != nullptr);
      CHECK(list->as_list()->front().as_number() == std::strtod(digits.c_str(), nullptr));
    }
  }
}

TEST_CASE("json: a long fraction below every double is zero", "[json]") {
  const std::string digits = "0." + std::string(400, '0') + "1";
  const auto list = trivet::Value::parse("[" + digits + "]");
  REQUIRE(list.has_value());
  CHECK(list->as_list()->front().as_number() == 0.0);
}
