// SPDX-License-Identifier: Apache-2.0
// Numbers as Python's str and float write and read them. Expectations are Python 3.11's.
#include "text/python.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"

namespace trivet::test {

TEST_CASE("python numbers: float reads what Python's reads", "[text]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::pair<const char*, double> good[] = {
      {"1", 1},
      {"-2.5", -2.5},
      {"+3", 3},
      {" 4\t\n", 4},
      {".5", 0.5},
      {"5.", 5},
      {"1e3", 1000},
      {"-1E-2", -0.01},
      {"1_000", 1000},
      {"1_0.2_5", 10.25},
      {"1e1_0", 1e10},
      {"inf", kInfinity},
      {"-Infinity", -kInfinity},
      {"+INF", kInfinity},
      {"007", 7},
  };
  for (const auto& [text, value] : good) {
    INFO(text);
    double number = 0;
    CHECK(text::parse_python_float(text, number));
    CHECK(number == value);
  }
  for (const char* const text : {"nan", "NaN", "-nan", "+nan", " NAN "}) {
    INFO(text);
    double number = 0;
    CHECK(text::parse_python_float(text, number));
    CHECK(std::isnan(number));
  }
  for (const char* const text : {"", " ", "_1", "1_", "1__0", "1_.0", "+-1", "-+1", "1 2", "0x10",
                                 "1e", "e5", ".", "nan(1)", "infinit", "1,5", "ten", "--1", "_"}) {
    INFO(text);
    double number = 0;
    CHECK_FALSE(text::parse_python_float(text, number));
  }
}

TEST_CASE("python numbers: str spells floats as Python's does", "[text]") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::pair<double, const char*> spelt[] = {
      {1, "1.0"},
      {-0.0, "-0.0"},
      {2.5, "2.5"},
      {1e16, "1e+16"},
      {1e15, "1000000000000000.0"},
      {1e-5, "1e-05"},
      {0.0001, "0.0001"},
      {kInfinity, "inf"},
      {-kInfinity, "-inf"},
      {std::nan(""), "nan"},
  };
  for (const auto& [number, text] : spelt) {
    std::string out = "x";
    text::append_python_float(out, number);
    CHECK(out == std::string("x") + text);
  }
}

}  // namespace trivet::test
