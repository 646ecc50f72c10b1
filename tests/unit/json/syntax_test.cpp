// SPDX-License-Identifier: Apache-2.0
// Where texts stop being JSON.
#include "json/syntax.hpp"

#include <string>
#include <string_view>

#include "catch.hpp"

using trivet::json::find_syntax_error;
using trivet::json::without_blanks;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("json syntax: what RFC 8259 allows passes", "[json][syntax]") {
  const std::string_view texts[] = {
      "null",
      "true",
      "false",
      "0",
      "-0",
      "12",
      "1.5",
      "-1.5e-3",
      "1E+10",
      "0.0",
      "1e400",
      "\"\"",
      "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
      "\"\\ud83d\\ude00\"",
      "\"größe\"",
      "[]",
      "{}",
      " [ 1 , 2 ] ",
      "{\"a\":1,\"b\":[{},[]]}",
      "\t\r\n1\t",
      // What Python and C print for what isn't finite.
      "NaN",
      "Infinity",
      "-Infinity",
      "[nan,inf,-inf]",
  };
  for (const std::string_view text : texts) {
    INFO(text);
    CHECK_FALSE(find_syntax_error(text));
  }
}

TEST_CASE("json syntax: the first wrong byte is named with what could stand there",
          "[json][syntax]") {
  struct Row {
    std::string_view text;
    std::size_t offset;
    std::string_view expected;
  };
  constexpr std::string_view kValue = "a JSON value";
  constexpr std::string_view kInList = "a comma or the list's closing bracket";
  constexpr std::string_view kInObject = "a comma or the object's closing brace";
  constexpr std::string_view kName = "a member's name in quotes";
  constexpr std::string_view kSurrogate = "no half of a surrogate pair";
  const Row rows[] = {
      {"", 0, kValue},
      {"  ", 2, kValue},
      {"tru", 0, kValue},
      {"nulll", 4, "the end of the text"},
      {"+1", 0, kValue},
      {".5", 0, kValue},
      {"01", 1, "the end of the text"},
      {"1.", 2, "a digit after the decimal point"},
      {"1.e5", 2, "a digit after the decimal point"},
      {"1e", 2, "a digit in the exponent"},
      {"1e+", 3, "a digit in the exponent"},
      {"-", 0, kValue},
      {"-x", 0, kValue},
      {"0x10", 1, "the end of the text"},
      {"1 2", 2, "the end of the text"},
      {"{}{}", 2, "the end of the text"},
      {"[1 2]", 3, kInList},
      {"[1,]", 3, kValue},
      {"[,1]", 1, kValue},
      {"[1", 2, kInList},
      {"[1}", 2, kInList},
      {"[", 1, kValue},
      {"[tru, 1 2 3]", 1, kValue},
      {"{", 1, kName},
      {"{1:2}", 1, kName},
      {"{\"a\"}", 4, "a colon after a member's name"},
      {"{\"a\" 1}", 5, "a colon after a member's name"},
      {"{\"a\":}", 5, kValue},
      {"{\"a\":1,}", 7, kName},
      {"{\"a\":1]", 6, kInObject},
      {"{\"a\":1 \"b\":2}", 7, kInObject},
      {"\"abc", 4, "the closing quote of a text"},
      {"\"a\nb\"", 2, "control characters as escapes"},
      {"\"\\x41\"", 1, "an escape that JSON knows"},
      {"\"\\", 1, "an escape that JSON knows"},
      {"\"\\u12g4\"", 1, "four hexadecimal digits after \\u"},
      {"\"\\u12\"", 1, "four hexadecimal digits after \\u"},
      {"\"\\ud800\"", 1, kSurrogate},
      {"\"\\udc00\"", 1, kSurrogate},
      {"\"\\ud800x\"", 1, kSurrogate},
      {"\"\\ud800\\ud800\"", 1, kSurrogate},
      {"[1] // comment", 4, "the end of the text"},
      {"'a'", 0, kValue},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto fault = find_syntax_error(row.text);
    REQUIRE(fault);
    CHECK(fault->offset == row.offset);
    CHECK(fault->expected == row.expected);
    CHECK_FALSE(fault->too_deep);
  }
}

TEST_CASE("json syntax: a NUL byte is no JSON", "[json][syntax]") {
  CHECK(find_syntax_error(std::string_view("\0", 1))->offset == 0);
  CHECK(find_syntax_error(std::string_view("[1\0]", 4))->offset == 2);
}

TEST_CASE("json syntax: 64 containers may stand in each other", "[json][syntax]") {
  CHECK_FALSE(find_syntax_error(nested(64)));
  const auto fault = find_syntax_error(nested(65));
  REQUIRE(fault);
  CHECK(fault->too_deep);
  CHECK(fault->offset == 64);
  CHECK_FALSE(find_syntax_error(nested(62), 2));
  CHECK(find_syntax_error(nested(63), 2));
  // A depth that would end the stack of a recursive reader.
  CHECK(find_syntax_error(std::string(10'000'000, '[')));
}

TEST_CASE("json syntax: blanks are the four of JSON", "[json][syntax]") {
  CHECK(without_blanks(" \t\r\n1 2\n") == "1 2");
  CHECK(without_blanks(" \t\r\n").empty());
  CHECK(without_blanks("\f1") == "\f1");
}
