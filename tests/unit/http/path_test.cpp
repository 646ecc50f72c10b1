// SPDX-License-Identifier: Apache-2.0
// Paths taken apart, and the table of routes.
#include "http/path.hpp"

#include <string>

#include "catch.hpp"
#include "http/routes.hpp"

namespace trivet::http {
namespace {

/// Segments joined by `|`, the verb behind ` :`.
std::string taken_apart(std::string_view text) {
  Path path;
  if (!path.parse(text)) return "refused";
  const std::string verb(path.split_verb());
  std::string joined;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i != 0) joined += '|';
    joined += path[i];
  }
  return verb.empty() ? joined : joined + " :" + verb;
}

TEST_CASE("path: segments are split first and decoded then", "[http]") {
  CHECK(taken_apart("/") == "");
  CHECK(taken_apart("/a/b") == "a|b");
  CHECK(taken_apart("//a/b") == "a|b");
  CHECK(taken_apart("/a//b/") == "a||b|");
  CHECK(taken_apart("/a/b:verb") == "a|b :verb");
  CHECK(taken_apart("/a/b%3Averb") == "a|b :verb");
  CHECK(taken_apart("/a%2Fb/%C3%BC%40") == "a/b|ü@");
  CHECK(taken_apart("/a:b/c") == "a:b|c");
  for (const char* wrong :
       {"", "a", "/%", "/%4", "/%4g", "/%00", "/a%0ab", "/%ff", "/\xff", "/a\n"}) {
    INFO(wrong);
    CHECK(taken_apart(wrong) == "refused");
  }
  std::string many;
  for (int i = 0; i < 40; ++i) many += "/s";
  Path path;
  REQUIRE(path.parse(many));
  CHECK(path.size() == Path::kMaxSegments);
}

TEST_CASE("routes: every route is found by a path made from its template", "[http]") {
  for (const Route& route : all_routes()) {
    INFO(route.verb << " " << route.path);
    std::string text = "/v1/";
    if (route.scope != Scope::root) text += "projects/my-p/";
    if (route.scope == Scope::location) text += "locations/my-l/";
    std::string below(route.path);
    const auto put = [&](const std::string& variable, const std::string& value) {
      const std::size_t at = below.find(variable);
      if (at != std::string::npos) below.replace(at, variable.size(), value);
    };
    put("{id}", "i");
    put("{id@}", "i@v");
    put("{child}", "c");
    put("{version}", "v");
    put("{publisher}", "google");
    put("{collection}", "endpoints");
    put("{rest}", "x/y:z");
    CHECK(below.find('{') == std::string::npos);
    Path path;
    text += below;
    REQUIRE(path.parse(text));
    const std::string verb(path.split_verb());
    const FoundRoute found = find_route(route.verb, path, verb);
    REQUIRE(found.route != nullptr);
    CHECK(found.route == &route);
    if (route.scope != Scope::root) CHECK(found.variables.project == "my-p");
    if (route.scope == Scope::location) CHECK(found.variables.location == "my-l");
    if (route.path.find("{id") != std::string_view::npos) CHECK(found.variables.id == "i");
    if (route.path.find("{child}") != std::string_view::npos) CHECK(found.variables.child == "c");
    CHECK_FALSE(route_name(route).empty());
    const FoundRoute other = find_route("BREW", path, verb);
    CHECK(other.route == nullptr);
    CHECK_FALSE(other.allowed.empty());
  }
}

}  // namespace
}  // namespace trivet::http
