// SPDX-License-Identifier: Apache-2.0
// JSON values: their kinds, their equality, to text and back.
#include "trivet/value.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include "catch.hpp"

namespace trivet::test {

TEST_CASE("value: each kind knows what it is", "[core][value]") {
  const std::pair<Value, const char*> kinds[] = {
      {Value(), "null"},
      {Value(true), "boolean"},
      {Value(5), "number"},
      {Value(5.0), "number"},
      {Value("x"), "text"},
      {Value(Value::Bytes{"x"}), "bytes"},
      {Value(Value::List{1, 2}), "list"},
      {Value(Value::Object{{"a", Value(1)}}), "object"},
  };
  for (const auto& [value, name] : kinds) {
    INFO(name);
    CHECK(value.kind_name() == name);
    CHECK(value.is_null() == (std::string(name) == "null"));
    CHECK((value.as_boolean() != nullptr) == (std::string(name) == "boolean"));
    CHECK((value.as_text() != nullptr) == (std::string(name) == "text"));
    CHECK((value.as_bytes() != nullptr) == (std::string(name) == "bytes"));
    CHECK((value.as_list() != nullptr) == (std::string(name) == "list"));
    CHECK((value.as_object() != nullptr) == (std::string(name) == "object"));
    CHECK(value.is_number() == (std::string(name) == "number"));
  }
  CHECK(Value(5).as_number() == 5);
  CHECK(Value(5.5).as_number() == 5.5);
  CHECK(Value("5").as_number() == 0);
  CHECK(Value(5).as_integer() != nullptr);
  CHECK(Value(5.0).as_integer() == nullptr);
}

TEST_CASE("value: every integer type that fits is an integer", "[core][value]") {
  for (const Value& value : {Value(5), Value(5u), Value(5L), Value(5LL), Value(std::uint8_t{5}),
                             Value(std::int64_t{5}), Value(short{5})}) {
    REQUIRE(value.as_integer() != nullptr);
    CHECK(*value.as_integer() == 5);
  }
  CHECK(Value(true).as_boolean() != nullptr);
}

TEST_CASE("value: equality asks for kind, content and order", "[core][value]") {
  CHECK(Value(1) == Value(1));
  CHECK_FALSE(Value(1) == Value(1.0));
  CHECK_FALSE(Value(1) == Value(true));
  CHECK_FALSE(Value("x") == Value(Value::Bytes{"x"}));
  CHECK(Value(Value::List{1, "a"}) == Value(Value::List{1, "a"}));
  const Value ab(Value::Object{{"a", 1}, {"b", 2}});
  const Value ba(Value::Object{{"b", 2}, {"a", 1}});
  CHECK(ab == ab);
  CHECK_FALSE(ab == ba);
  REQUIRE(ab.find("b") != nullptr);
  CHECK(*ab.find("b") == Value(2));
  CHECK(ab.find("c") == nullptr);
  CHECK(Value(1).find("a") == nullptr);
}

TEST_CASE("value: text and back", "[core][value]") {
  for (const char* json : {"null",
                           "true",
                           "false",
                           "0",
                           "-1",
                           "5",
                           "5.0",
                           "-0.0",
                           "0.1",
                           "1e+30",
                           "1.5e-07",
                           "9007199254740993",
                           "-9223372036854775808",
                           "9223372036854775807",
                           "\"\"",
                           "\"a\"",
                           "\"gr\xc3\xb6\xc3\x9f"
                           "e\"",
                           "[]",
                           "[1,2.0,\"x\",[null]]",
                           "{}",
                           R"({"b":1,"a":{"c":[true]}})",
                           R"("\"\\\n\u0001")"}) {
    INFO(json);
    const auto value = Value::parse(json);
    INFO((value ? std::string() : value.error().message()));
    REQUIRE(value.has_value());
    const auto again = Value::parse(value->to_json());
    REQUIRE(again.has_value());
    CHECK(*again == *value);
  }
  CHECK(Value::parse("5")->to_json() == "5");
  CHECK(Value::parse("5.0")->to_json() == "5.0");
  CHECK(Value::parse(" { \"b\" : [ 1 , 2 ] } ")->to_json() == R"({"b":[1,2]})");
  CHECK(Value(0.1).to_json() == "0.1");
  CHECK(Value(Value::Bytes{"hi"}).to_json() == R"({"b64":"aGk="})");
}

TEST_CASE("value: numbers that JSON hasn't are texts", "[core][value]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(Value(std::numeric_limits<double>::quiet_NaN()).to_json() == "\"NaN\"");
  CHECK(Value(infinity).to_json() == "\"Infinity\"");
  CHECK(Value(-infinity).to_json() == "\"-Infinity\"");
}

TEST_CASE("value: whole numbers beyond 64 bits are numbers all the same", "[core][value]") {
  const auto large = Value::parse("18446744073709551616");
  REQUIRE(large.has_value());
  CHECK(large->as_number() == 18446744073709551616.0);
}

TEST_CASE("value: what isn't JSON is refused with its place", "[core][value]") {
  const std::string deep = std::string(65, '[') + std::string(65, ']');
  for (const std::string& json :
       {std::string(), std::string(" "), std::string("{"), std::string("[1,]"), std::string("nul"),
        std::string("{\"a\":1,}"), std::string("{'a':1}"), std::string("01"), std::string("1."),
        std::string("\"\x01\""), std::string("\"\\x\""), std::string("[1] 2"), std::string("1e400"),
        std::string("\"\xff\""), deep}) {
    INFO(json);
    const auto value = Value::parse(json);
    CHECK_FALSE(value.has_value());
    if (!value) CHECK_FALSE(value.error().message().empty());
  }
  const std::string nested = std::string(64, '[') + std::string(64, ']');
  CHECK(Value::parse(nested).has_value());
}

}  // namespace trivet::test
