// SPDX-License-Identifier: Apache-2.0
// The walk over a body's outermost members.
#include "service/body_members.hpp"

#include <string>

#include "catch.hpp"

namespace trivet::service {
namespace {

/// Members as `name=value/count;`, and `!` behind them when the body is not whole.
std::string walked(std::string_view body) {
  BodyMembers members(body);
  BodyMember member;
  std::string text;
  while (members.next(member)) {
    text.append(member.name).append("=").append(member.value).append("/");
    text += std::to_string(member.element_count) + ";";
  }
  if (members.next(member)) text += "?";  // it has ended for good
  return members.is_whole() ? text : text + "!";
}

TEST_CASE("body members: names, values and how many elements lists have", "[service]") {
  CHECK(walked("{}") == "");
  CHECK(walked(" { } \n") == "");
  CHECK(walked(R"({"a":1})") == "a=1/0;");
  CHECK(walked(R"({"a":[],"b":[ ],"c":[1],"d":[[],{}],"e":["x,]",2]})") ==
        R"(a=[]/0;b=[ ]/0;c=[1]/1;d=[[],{}]/2;e=["x,]",2]/2;)");
  CHECK(walked("{\"a\" : {\"b\":[1,2]} ,\t\"c\":\"x\\\"y\\\\\" , \"d\":null}") ==
        "a={\"b\":[1,2]}/0;c=\"x\\\"y\\\\\"/0;d=null/0;");
  CHECK(walked(R"({"a\"b":-1.5e3})") == R"(a\"b=-1.5e3/0;)");
}

TEST_CASE("body members: texts that break off or go on", "[service]") {
  for (const char* broken :
       {"",         " ",    "[",           "x",          "{",
        "{\"",      "{\"a", "{\"a\"",      "{\"a\":",    "{\"a\":}",
        "{\"a\":1", "{,}",  "{} x",        "{}{}",       "{a:1}",
        "{\"a\\\"", "[1]",  "{\"a\":[1,2", "{\"a\":\"x", "{\"a\":{\"b\":\"}"}) {
    INFO(broken);
    CHECK(walked(broken).ends_with("!"));
  }
  CHECK(walked(R"({"a":1,})") == "a=1/0;!");
  CHECK(walked(R"({"a":1 "b":2})") == "a=1/0;!");
}

}  // namespace
}  // namespace trivet::service
