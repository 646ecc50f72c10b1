// SPDX-License-Identifier: Apache-2.0
// Requests as values, for custom prediction routines.
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "json/request_reader.hpp"

using trivet::Errc;
using trivet::Value;

namespace {

/// The instances and the parameters as one JSON text, or the error.
std::string values_of(std::string_view body, const trivet::RequestLimits& limits = {}) {
  trivet::json::RequestReader reader;
  std::vector<Value> instances{Value("old")};
  Value parameters("old");
  const auto status = reader.read_values(body, limits, instances, parameters);
  if (status) return Value(instances).to_json() + parameters.to_json();
  CHECK(status.error().code() == Errc::invalid_request);
  CHECK(instances.empty());
  CHECK(parameters.is_null());
  return "error: " + status.error().message();
}

std::vector<Value> instances_of(std::string_view list) {
  trivet::json::RequestReader reader;
  std::vector<Value> instances;
  Value parameters;
  const std::string body = "{\"instances\":" + std::string(list) + "}";
  const auto status = reader.read_values(body, {}, instances, parameters);
  CHECK(status.has_value());
  return instances;
}

}  // namespace

TEST_CASE("request values: any JSON value may be an instance", "[json][request]") {
  CHECK(values_of(R"({"instances":["a",1,1.0,null,true,[1,["x"]],{"k":{}}]})") ==
        R"(["a",1,1.0,null,true,[1,["x"]],{"k":{}}]null)");
  CHECK(values_of(R"({"parameters":{"a":[1,2.5]},"instances":[1],"other":0})") ==
        R"([1]{"a":[1,2.5]})");
  CHECK(values_of(R"({"instances":["größe \u00e9 \ud83d\ude00 \u0000"],"parameters":null})") ==
        "[\"größe é 😀 \\u0000\"]null");
  CHECK(values_of(R"({"instances":[NaN,-Infinity,12345678901234567890]})") ==
        R"(["NaN","-Infinity",1.2345678901234567e+19]null)");
}

TEST_CASE("request values: an object with b64 alone is bytes", "[json][request]") {
  const auto instances = instances_of(
      R"([{"b64":"aGk="},{"b64":"aGk"},{"b64":"aGk=","x":1},[{"k":{"b64":""}}],{"B64":"aGk="}])");
  REQUIRE(instances.size() == 5);
  CHECK(instances[0] == Value(Value::Bytes{"hi"}));
  CHECK(instances[1] == Value(Value::Bytes{"hi"}));
  CHECK(instances[2] == Value(Value::Object{{"b64", "aGk="}, {"x", 1}}));
  CHECK(instances[3] == Value(Value::List{Value::Object{{"k", Value::Bytes{}}}}));
  CHECK(instances[4] == Value(Value::Object{{"B64", "aGk="}}));
}

TEST_CASE("request values: what can't be a value is refused with its place", "[json][request]") {
  struct Row {
    std::string_view body;
    std::string_view message;
  };
  constexpr std::string_view kBase64 =
      " letters that is not base64; base64 in the standard alphabet, A-Z a-z 0-9 + /, padded with "
      "= or not";
  const std::string one = "/instances/0/b64: a text of 1" + std::string(kBase64);
  const std::string four = "/instances/1/x/b64: a text of 4" + std::string(kBase64);
  const Row rows[] = {
      {R"({"instances":[{"b64":"a"}]})", one},
      {R"({"instances":[1,{"x":{"b64":"a-_="}}]})", four},
      {R"({"instances":[{"b64":5}]})", "/instances/0/b64: a number; base64 text"},
      {R"({"instances":[["\ud800"]]})",
       "/instances/0/0: byte 16: malformed JSON before \"\\\\ud800\"; no half of a surrogate pair"},
      {R"({"instances":[{"a":1,"a":2}]})",
       "/instances/0: the member \"a\" twice; each member once"},
      {R"({"instances":[{"a":[1,tru]}]})",
       "/instances/0/a/1: byte 22: malformed JSON before \"tru]}]}\"; a JSON value"},
      {R"({"instances":[{"a":[1e400]}]})",
       "/instances/0/a/0: the number 1e400, which is out of range; a number between "
       "-1.7976931348623157e+308 and 1.7976931348623157e+308"},
      {R"({"instances":[1],"parameters":{"a":{"b64":"?"}}})",
       "/parameters/a/b64: a text of 1 letters that is not base64; base64 in the standard "
       "alphabet, A-Z a-z 0-9 + /, padded with = or not"},
      {R"({"instances":[]})", "/instances: an empty list; at least one instance"},
      {R"({"instances":[1]}x)", "byte 17: malformed JSON before \"x\"; the end of the text"},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK(values_of(row.body) == "error: " + std::string(row.message));
  }
}

TEST_CASE("request values: nesting is counted from the body", "[json][request]") {
  const auto body = [](std::size_t depth) {
    return "{\"instances\":[" + std::string(depth, '[') + std::string(depth, ']') + "]}";
  };
  CHECK_FALSE(values_of(body(62)).starts_with("error"));
  const std::string deep = values_of(body(63));
  CHECK(deep.starts_with("error: /instances/0/0/0"));
  CHECK(deep.ends_with("/0: nesting too deep; lists and objects at most 64 deep"));
  CHECK(values_of(body(100'000)).find("nesting too deep") != std::string::npos);
}

TEST_CASE("request values: the limit of instances holds", "[json][request]") {
  CHECK(values_of(R"({"instances":[1,2,3]})", {.instances = 2}) ==
        "error: /instances: more than 2 instances; at most 2 instances a request");
}
