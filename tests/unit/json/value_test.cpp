// SPDX-License-Identifier: Apache-2.0
// JSON values: parsing, printing, asking.
#include "trivet/value.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "catch.hpp"

using trivet::Errc;
using trivet::Member;
using trivet::Value;

namespace {

/// The error of a text that must not parse: its place and its finding.
std::string parse_error(std::string_view text) {
  const auto value = Value::parse(text);
  if (value) return "no error";
  CHECK(value.error().code() == Errc::invalid_argument);
  return value.error().message();
}

/// A value of any kind, seldom deep.
Value random_value(std::mt19937_64& random, int depth) {
  const auto pick = [&](std::uint64_t count) { return random() % count; };
  switch (pick(depth == 0 ? 6 : 8)) {
    case 0: return {};
    case 1: return pick(2) == 0;
    case 2: return static_cast<std::int64_t>(random());
    case 3: return static_cast<std::int64_t>(pick(100));
    case 4: {
      const double number = std::bit_cast<double>(random());
      return std::isfinite(number) ? number : 0.5;
    }
    case 5: {
      constexpr std::string_view kLetters[] = {"a", "\"", "\\", "\n",  "\x01",
                                               "ß", "😀",  "/",  "\x7f"};
      std::string text;
      for (std::uint64_t i = pick(12); i > 0; --i) text += kLetters[pick(9)];
      return text;
    }
    case 6: {
      Value::List list;
      for (std::uint64_t i = pick(5); i > 0; --i) list.push_back(random_value(random, depth - 1));
      return list;
    }
    default: break;
  }
  Value::Object members;
  for (std::uint64_t i = pick(5); i > 0; --i) {
    members.push_back({"m" + std::to_string(i) + "\"\n", random_value(random, depth - 1)});
  }
  return members;
}

}  // namespace

TEST_CASE("value: every kind is parsed", "[json][value]") {
  CHECK(*Value::parse("null") == Value());
  CHECK(*Value::parse(" true ") == Value(true));
  CHECK(*Value::parse("false") == Value(false));
  CHECK(*Value::parse("5") == Value(5));
  CHECK(*Value::parse("5.0") == Value(5.0));
  CHECK(*Value::parse("5e0") == Value(5.0));
  CHECK(*Value::parse("-0") == Value(0));
  CHECK(*Value::parse("\"a\\u00e9\\n\\ud83d\\ude00\"") == Value("aé\n😀"));
  CHECK(*Value::parse("[]") == Value(Value::List{}));
  CHECK(*Value::parse("{}") == Value(Value::Object{}));
  CHECK(*Value::parse("[1, [2.5, null], {\"b64\": \"aGk=\"}]") ==
        Value(Value::List{1, Value::List{2.5, Value()}, Value::Object{{"b64", "aGk="}}}));
  CHECK(*Value::parse("{\"b\":1,\"a\":{\"c\":[]}}") ==
        Value(Value::Object{{"b", 1}, {"a", Value::Object{{"c", Value::List{}}}}}));
  CHECK(*Value::parse("\xEF\xBB\xBF[1]") == Value(Value::List{1}));
  CHECK(*Value::parse("{\"k\\u0065y\":1}") == Value(Value::Object{{"key", 1}}));
}

TEST_CASE("value: integers stay integers while 64 bits hold them", "[json][value]") {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  CHECK(*Value::parse("9223372036854775807") == Value(kMost));
  CHECK(*Value::parse("-9223372036854775808") == Value(kLeast));
  CHECK(*Value::parse("9223372036854775808") == Value(9223372036854775808.0));
  CHECK(*Value::parse("18446744073709551616") == Value(18446744073709551616.0));
  CHECK(*Value::parse("-9223372036854775809") == Value(-9223372036854775808.0));
}

TEST_CASE("value: bare words of Python are numbers", "[json][value]") {
  CHECK(std::isnan(Value::parse("NaN")->as_number()));
  CHECK(Value::parse("[Infinity]")->as_list()->front() ==
        Value(std::numeric_limits<double>::infinity()));
  CHECK(*Value::parse("-Infinity") == Value(-std::numeric_limits<double>::infinity()));
  CHECK(*Value::parse("1e-400") == Value(0.0));
}

TEST_CASE("value: what is no JSON is refused with its byte", "[json][value]") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  const Row rows[] = {
      {"", "an empty text; a JSON value"},
      {" \n", "an empty text; a JSON value"},
      {"1 2", "byte 2: malformed JSON before \"2\"; the end of the text"},
      {"1,2", "byte 1: malformed JSON before \",2\"; the end of the text"},
      {"1]", "byte 1: malformed JSON before \"]\"; the end of the text"},
      {"1],[2", "byte 1: malformed JSON before \"],[2\"; the end of the text"},
      {"],[", "byte 0: malformed JSON before \"],[\"; a JSON value"},
      {"[1,]", "byte 3: malformed JSON before \"]\"; a JSON value"},
      {"[1", "byte 2: malformed JSON before the end; a comma or the list's closing bracket"},
      {"{\"a\":tru}", "byte 5: malformed JSON before \"tru}\"; a JSON value"},
      {"nulll", "byte 4: malformed JSON before \"l\"; the end of the text"},
      {"\"abc", "byte 4: malformed JSON before the end; the closing quote of a text"},
      {"[1.]", "byte 3: malformed JSON before \"]\"; a digit after the decimal point"},
      {"[01]", "byte 2: malformed JSON before \"1]\"; a comma or the list's closing bracket"},
      {"\"\\ud800\"", "byte 1: malformed JSON before \"\\\\ud800\"; no half of a surrogate pair"},
      {"[1, 1e400]",
       "byte 4: the number 1e400, which is out of range; a number between "
       "-1.7976931348623157e+308 and 1.7976931348623157e+308"},
      {"[\"a\", \"\xff\"]", "byte 7: malformed UTF-8; text in UTF-8"},
      {"\xEF\xBB\xBF[1",
       "byte 5: malformed JSON before the end; a comma or the list's closing "
       "bracket"},
      {"{\"a\":1,\"b\":2,\"a\":3}", "byte 0: the member \"a\" twice; each member once"},
      {"[{\"a\":1,\"\\u0061\":3}]", "byte 1: the member \"a\" twice; each member once"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(parse_error(row.text) == row.message);
  }
}

TEST_CASE("value: 64 containers may stand in each other", "[json][value]") {
  CHECK(Value::parse(std::string(64, '[') + std::string(64, ']')));
  CHECK(parse_error(std::string(65, '[') + std::string(65, ']')) ==
        "byte 64: nesting too deep; lists and objects at most 64 deep");
  CHECK_FALSE(Value::parse(std::string(1'000'000, '[')));
  std::string objects;
  for (int i = 0; i < 64; ++i) objects += "{\"a\":";
  CHECK(Value::parse(objects + "1" + std::string(64, '}')));
  CHECK_FALSE(Value::parse("[" + objects + "1" + std::string(64, '}') + "]"));
}

TEST_CASE("value: names of members have a bound", "[json][value]") {
  const std::string longest(64 * 1024, 'k');
  CHECK(Value::parse("{\"" + longest + "\":1}"));
  CHECK_FALSE(Value::parse("{\"" + longest + "k\":1}"));
  CHECK_FALSE(Value::parse("{\"\\u006b" + longest + "\":1}"));
}

TEST_CASE("value: printing is compact and keeps kinds apart", "[json][value]") {
  const Value value = Value::Object{
      {"a", Value::List{1, 1.0, -0.0, true, Value(), "x\"\\\n\x01ß"}},
      {"b", Value::Bytes{"hi"}},
      {"c", Value::List{std::nan(""), std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity()}},
      {"d", Value::Object{}},
      {"e", Value::List{}},
  };
  CHECK(value.to_json() ==
        "{\"a\":[1,1.0,-0.0,true,null,\"x\\\"\\\\\\n\\u0001ß\"],\"b\":{\"b64\":\"aGk=\"},"
        "\"c\":[\"NaN\",\"Infinity\",\"-Infinity\"],\"d\":{},\"e\":[]}");
}

TEST_CASE("value: what is printed is parsed as the same value", "[json][value]") {
  std::mt19937_64 random(11);
  for (int i = 0; i < 3000; ++i) {
    const Value value = random_value(random, 4);
    const std::string text = value.to_json();
    INFO(text);
    const auto again = Value::parse(text);
    REQUIRE(again);
    REQUIRE(*again == value);
  }
}

TEST_CASE("value: questions have an answer for every kind", "[json][value]") {
  const Value object = Value::Object{{"a", 1}, {"b", "x"}};
  CHECK(object.find("b")->as_text() != nullptr);
  CHECK(object.find("c") == nullptr);
  CHECK(Value(1).find("a") == nullptr);
  CHECK(Value(3).is_number());
  CHECK(Value(3.5).is_number());
  CHECK_FALSE(Value("3").is_number());
  CHECK(Value(3).as_number() == 3.0);
  CHECK(Value(3.5).as_number() == 3.5);
  CHECK(Value("3").as_number() == 0.0);
  const std::string_view kinds[] = {Value().kind_name(),
                                    Value(true).kind_name(),
                                    Value(1).kind_name(),
                                    Value(1.5).kind_name(),
                                    Value("").kind_name(),
                                    Value(Value::Bytes{}).kind_name(),
                                    Value(Value::List{}).kind_name(),
                                    object.kind_name()};
  const std::string_view wanted[] = {"null", "boolean", "number", "number",
                                     "text", "bytes",   "list",   "object"};
  for (std::size_t i = 0; i < std::size(kinds); ++i) CHECK(kinds[i] == wanted[i]);
}

TEST_CASE("value: equality knows kinds and order", "[json][value]") {
  CHECK(Value(1) != Value(1.0));
  CHECK(Value("a") != Value(Value::Bytes{"a"}));
  CHECK(Value() != Value(false));
  CHECK(Value(Value::Object{{"a", 1}, {"b", 2}}) != Value(Value::Object{{"b", 2}, {"a", 1}}));
  CHECK(Value(Value::List{1, "a"}) == Value(Value::List{1, "a"}));
}
