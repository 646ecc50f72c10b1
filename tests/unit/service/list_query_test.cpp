// SPDX-License-Identifier: Apache-2.0
// Filters, orders, pages and masks of lists.
#include "service/list_query.hpp"

#include <string>

#include "catch.hpp"
#include "service/field_mask.hpp"
#include "service/messages.hpp"

namespace trivet::test {
namespace {

using namespace trivet::service;

constexpr ListSpec kEndpoints{&messages::endpoint, "endpoints", "endpoint"};

std::vector<Value> four_endpoints() {
  const Value list = Value::parse(R"([
    {"name":"p/endpoints/1","displayName":"tree","labels":{"team":"a","env":"prod"},
     "createTime":"2024-01-01T00:00:00.000000Z","trafficSplit":{"11":100}},
    {"name":"p/endpoints/2","displayName":"line one","labels":{"team":"b"},
     "createTime":"2024-01-02T00:00:00.000000Z","network":"n"},
    {"name":"p/endpoints/3","displayName":"line two","labels":{"team":"a"},
     "createTime":"2024-01-03T00:00:00.000000Z","dedicatedEndpointEnabled":true},
    {"name":"p/endpoints/4","createTime":"2024-01-04T00:00:00.000000Z"}])")
                         .value();
  return *list.as_list();
}

std::string ids_of(const Value& page) {
  std::string ids;
  for (const Value& item : *page.find("endpoints")->as_list()) {
    ids += text_of(item, "name").substr(12);
  }
  return ids;
}

/// The query's items, `1234`; or the failure's text.
std::string listed(std::string_view query) {
  const auto page = make_page(kEndpoints, four_endpoints(), *QueryParameters::parse(query), 1);
  return page ? ids_of(*page) : page.failure().message;
}

}  // namespace

TEST_CASE("filter: keeps what it says", "[service][list]") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "1234"},
      {"display_name=\"tree\"", "1"},
      {"displayName=tree", "1"},
      {"display_name!=\"tree\"", "234"},
      {"display_name=\"line*\"", "23"},
      {"display_name:\"line*\"", "23"},
      {"display_name:one", "2"},
      {"display_name:*", "123"},
      {"labels.team=a", "13"},
      {"labels.team!=a", "24"},
      {"labels.team:*", "123"},
      {"labels:env", "1"},
      {"NOT labels:env", "234"},
      {"-labels:env", "234"},
      {"labels.team=a AND display_name=tree", "1"},
      {"labels.team=b OR display_name=tree", "12"},
      // OR binds closer than AND (AIP-160): team=a AND (tree OR line one)
      {"labels.team=a AND display_name=tree OR display_name=\"line one\"", "1"},
      {"(labels.team=a AND display_name=tree) OR display_name=\"line one\"", "12"},
      {"NOT (labels.team=a OR labels.team=b)", "4"},
      {"endpoint=3", "3"},
      {"endpoint!=\"3\"", "124"},
      {"endpoint=\"p/endpoints/3\"", "3"},
      {"create_time>\"2024-01-02T00:00:00Z\"", "34"},
      {"create_time<=\"2024-01-02T01:00:00+01:00\"", "12"},
      {"dedicatedEndpointEnabled=true", "3"},
      {"dedicated_endpoint_enabled=false", "124"},
      {"network='n'", "2"},
      {"display_name=\"a\\\"b\"", ""},
      {"display_name > \"line p\"", "13"},
      {"traffic_split:11", "1"},
      {"base_model_name=x", ""},
      {"base_model_name!=x", "1234"},
  };
  for (const auto& [filter, ids] : cases) {
    INFO(filter);
    std::string query = "filter=";
    for (const char c : std::string(filter)) {
      query += c == '+' ? std::string("%2B") : c == '&' ? std::string("%26") : std::string(1, c);
    }
    CHECK(listed(query) == ids);
  }
}

TEST_CASE("filter: what is none is refused", "[service][list]") {
  const char* const cases[] = {
      "display_name",
      "display_name=",
      "=\"a\"",
      "nobody=1",
      "display_name=\"a",
      "(display_name=a",
      "display_name=a)",
      "display_name=a display_name=b",
      "AND",
      "display_name=a AND",
      "create_time>yesterday",
      "dedicatedEndpointEnabled=maybe",
      "display_name.x=1",
  };
  for (const char* filter : cases) {
    INFO(filter);
    const auto page = make_page(kEndpoints, four_endpoints(),
                                *QueryParameters::parse("filter=" + std::string(filter)), 1);
    REQUIRE_FALSE(page);
    CHECK(page.failure().code == Code::invalid_argument);
  }
  const std::string deep = "filter=" + std::string(5000, '(') + "display_name=a";
  CHECK_FALSE(make_page(kEndpoints, four_endpoints(), *QueryParameters::parse(deep), 1));
  const std::string negated = "filter=" + std::string(5000, '-') + "display_name=a";
  CHECK_FALSE(make_page(kEndpoints, four_endpoints(), *QueryParameters::parse(negated), 1));
}

TEST_CASE("order: by fields, up and down; what is missing comes first", "[service][list]") {
  CHECK(listed("orderBy=display_name") == "4231");
  CHECK(listed("orderBy=display_name desc") == "1324");
  CHECK(listed("orderBy=displayName,createTime") == "4231");
  CHECK(listed("orderBy=create_time%20desc") == "4321");
  for (const char* bad : {"nobody", "display_name up", "labels", ",", "display_name desc desc"}) {
    INFO(bad);
    CHECK(listed("orderBy=" + std::string(bad)).find(' ') != std::string::npos);
  }
}

TEST_CASE("pages: follow one another, and only the server's tokens count", "[service][list]") {
  std::string all;
  std::string token;
  int pages = 0;
  do {
    const auto page = make_page(kEndpoints, four_endpoints(),
                                *QueryParameters::parse("pageSize=3&pageToken=" + token), 1);
    REQUIRE(page);
    all += ids_of(*page);
    token = text_of(*page, "nextPageToken");
    ++pages;
  } while (!token.empty());
  CHECK(all == "1234");
  CHECK(pages == 2);

  const auto first =
      make_page(kEndpoints, four_endpoints(), *QueryParameters::parse("pageSize=1"), 1);
  const std::string good(text_of(*first, "nextPageToken"));
  std::string forged = good;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  for (const std::string& bad : {std::string("x"), std::string("MTIz"), forged, good + "AAAA"}) {
    INFO(bad);
    CHECK(listed("pageToken=" + bad).starts_with("Invalid page token"));
  }
  CHECK(listed("pageToken=" + good) == "234");
  CHECK(listed("filter=labels.team=a&pageToken=" + good).starts_with("Invalid page token"));
  const auto other = make_page({&messages::endpoint, "others", "endpoint"}, four_endpoints(),
                               *QueryParameters::parse("pageToken=" + good), 1);
  CHECK_FALSE(other);
  CHECK_FALSE(
      make_page(kEndpoints, four_endpoints(), *QueryParameters::parse("pageToken=" + good), 2));
}

TEST_CASE("pages: go on behind an item that has gone meanwhile", "[service][list]") {
  auto page = make_page(kEndpoints, four_endpoints(), *QueryParameters::parse("pageSize=2"), 1);
  const std::string token(text_of(*page, "nextPageToken"));
  auto fewer = four_endpoints();
  fewer.erase(fewer.begin());  // 1 has gone: 2 is known, 3 follows
  page = make_page(kEndpoints, fewer, *QueryParameters::parse("pageToken=" + token), 1);
  CHECK(ids_of(*page) == "34");
}

TEST_CASE("pages: sizes are bounded and checked", "[service][list]") {
  CHECK(listed("pageSize=0") == "1234");
  CHECK(listed("pageSize=99999999") == "1234");
  for (const char* bad : {"-1", "x", "1.5", "99999999999999999999"}) {
    INFO(bad);
    CHECK(listed("pageSize=" + std::string(bad)).starts_with("Invalid value at 'page_size'"));
  }
}

TEST_CASE("masks: keep the named fields", "[service][list]") {
  const auto page =
      make_page(kEndpoints, four_endpoints(),
                *QueryParameters::parse("readMask=display_name,labels.team&pageSize=1"), 1);
  REQUIRE(page);
  CHECK(page->find("endpoints")->to_json() == R"([{"displayName":"tree","labels":{"team":"a"}}])");
  CHECK(listed("readMask=nobody").find("readMask names") == 0);
  CHECK(listed("readMask=displayName.x").find("readMask names") == 0);
}

TEST_CASE("masks: an update replaces what it names, and takes away what isn't given",
          "[service][list]") {
  Value document =
      Value::parse(R"({"displayName":"a","description":"b","labels":{"x":"1","y":"2"}})").value();
  const Value update = Value::parse(R"({"displayName":"c","labels":{"x":"3","z":"4"}})").value();
  const auto mask =
      FieldMask::parse("display_name,description,labels.x", messages::endpoint, "updateMask");
  REQUIRE(mask);
  replace_fields(*mask, update, document);
  CHECK(document.to_json() == R"({"displayName":"c","labels":{"x":"3","y":"2"}})");
}

}  // namespace trivet::test
