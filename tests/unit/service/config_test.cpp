// SPDX-License-Identifier: Apache-2.0
// The configuration file: what it may say, and how it is refused.
#include "service/config.hpp"

#include <string>

#include "catch.hpp"
#include "support/says.hpp"
#include "unit/service/service_site.hpp"

namespace trivet::test {
namespace {

using namespace trivet::service;

struct RefusedConfig {
  const char* config;
  const char* says;
};

}  // namespace

TEST_CASE("config: every member is read", "[service][config]") {
  const auto config = parse_config(R"({
    "root": "data", "state": "/var/state.db", "profile": "shared",
    "listen": { "host": "::1", "port": 0, "token": "secret" },
    "http": { "headerSeconds": 0.5, "bodySeconds": 2, "idleSeconds": 3, "headerBytes": 4,
              "bodyBytes": 5, "connections": 6 },
    "models": [ { "name": "m", "path": "../x", "displayName": "d", "labels": { "a": "b" },
                  "versionAliases": ["one"], "explanationSpec": { "parameters": {} },
                  "predictSchemata": { "predictionSchemaUri": "u" }, "delayMs": 7 } ],
    "endpoints": [ { "id": "1", "displayName": "e", "labels": {}, "network": "n", "seed": 8,
                     "dedicatedEndpointEnabled": true, "profile": "private",
                     "predictRequestResponseLoggingConfig": { "enabled": true, "samplingRate": 1,
                       "bigqueryDestination": { "outputUri": "bq://p.d.t" } },
                     "deployedModels": [ { "id": "2", "model": "m@1" } ],
                     "trafficSplit": { "2": 100 } } ],
    "publisherModels": [ { "name": "g", "generator": "script:rules.json", "delayMs": 9 },
                         { "name": "h", "generator": "openai:http://127.0.0.1:1" } ] })",
                                   "/site");
  REQUIRE(config);
  CHECK(config->root == "/site/data");
  CHECK(config->state == "/var/state.db");
  CHECK(config->profile.request_bytes == 1'500'000);
  CHECK(config->listen.host == "::1");
  CHECK(config->listen.port == 0);
  CHECK(config->listen.token == "secret");
  CHECK(config->http.header_time.count() == 500);
  CHECK(config->http.body_time.count() == 2000);
  CHECK(config->http.idle_time.count() == 3000);
  CHECK(config->http.header_bytes == 4);
  CHECK(config->http.body_bytes == 5);
  CHECK(config->http.connections == 6);
  REQUIRE(config->models.size() == 1);
  CHECK(config->models[0].path == "/x");
  CHECK(config->models[0].delay.count() == 7);
  CHECK(config->models[0].model.to_json() ==
        R"({"displayName":"d","labels":{"a":"b"},"versionAliases":["one"],)"
        R"("explanationSpec":{"parameters":{}},"predictSchemata":{"predictionSchemaUri":"u"}})");
  REQUIRE(config->endpoints.size() == 1);
  CHECK(config->endpoints[0].seed == 8);
  CHECK(config->endpoints[0].profile->name == "private");
  CHECK(config->endpoints[0].endpoint.find("trafficSplit")->to_json() == R"({"2":100})");
  REQUIRE(config->publisher_models.size() == 2);
  CHECK(config->publisher_models[0].generator == "script:/site/rules.json");
  CHECK(config->publisher_models[0].delay.count() == 9);
  CHECK(config->publisher_models[1].generator == "openai:http://127.0.0.1:1");
}

TEST_CASE("config: nothing has to be said", "[service][config]") {
  const auto config = parse_config("{}", "/site");
  REQUIRE(config);
  CHECK(config->profile.name == "none");
  CHECK(config->http.body_bytes == 67108864);
  CHECK_FALSE(config->listen.port);
  CHECK(Resources::open(*config));
}

TEST_CASE("config: what is wrong is refused with its place", "[service][config]") {
  const RefusedConfig cases[] = {
      {"[]", "a list … an object"},
      {"{", ""},
      {R"({"modles":[]})", "/modles: … isn't known … \"models\", perhaps"},
      {R"({"root":5})", "/root: a number … a text"},
      {R"({"profile":"large"})", "/profile: \"large\" … \"shared\""},
      {R"({"listen":{"port":70000}})", "/listen/port: 70000 … 65535"},
      {R"({"listen":{"port":"80"}})", "/listen/port: a text"},
      {R"({"http":{"idleSeconds":-1}})", "/http/idleSeconds: -1"},
      {R"({"models":[{}]})", "/models/0: no \"name\""},
      {R"({"models":[{"name":"m"}]})", "/models/0: neither \"path\" nor \"builtin\""},
      {R"({"models":[{"name":"m","path":"x","builtin":"echo"}]})", "/models/0: \"path\" and"},
      {R"({"models":[{"name":"m","builtin":"loud"}]})", "/models/0/builtin: \"loud\""},
      {R"({"models":[{"name":"a/b","builtin":"echo"}]})", "/models/0/name: … \"a/b\""},
      {R"({"models":[{"name":"m","builtin":"echo","labels":{"A":"b"}}]})",
       "/models/0/labels: … \"A\""},
      {R"({"models":[{"name":"m","builtin":"echo","labels":[]}]})", "/models/0/labels: "},
      {R"({"models":[{"name":"m","builtin":"echo","versionAliases":["X"]}]})",
       "/models/0/versionAliases: … \"X\""},
      {R"({"models":[{"name":"m","path":"nowhere"}]})", "/models/0: … nowhere"},
      {R"({"endpoints":[{"id":"x_y"}]})", "/endpoints/0/id: … \"x_y\""},
      {R"({"endpoints":[{"id":"1"},{"id":"1"}]})", "/endpoints/1/id: \"1\" again"},
      {R"({"endpoints":[{"id":"1","deployedModels":[{"id":"2","model":"m"}]}]})",
       "/endpoints/0/deployedModels/0/model: \"m\""},
      {R"({"endpoints":[{"id":"1","deployedModels":[{"id":"x","model":"m"}]}]})",
       "/endpoints/0/deployedModels/0/id: … \"x\""},
      {R"({"models":[{"name":"m","builtin":"echo"}],"endpoints":[{"id":"1","deployedModels":
          [{"id":"2","model":"m"}],"trafficSplit":{"2":60}}]})",
       "/endpoints/0/trafficSplit: … adds up to 60"},
      {R"({"endpoints":[{"id":"1","deployedModels":[{"id":"2","modle":"m"}]}]})",
       "/endpoints/0/deployedModels: … \"modle\" at 'deployed_models[0]'"},
      {R"({"endpoints":[{"id":"1","trafficSplit":{"2":100}}]})",
       "/endpoints/0/trafficSplit: … \"2\""},
      {R"({"publisherModels":[{"name":"g","generator":"magic"}]})",
       "/publisherModels/0/generator: \"magic\""},
  };
  const ServiceSite site;
  for (const RefusedConfig& one : cases) {
    INFO(one.config);
    const std::string text = site.refusal(one.config);
    INFO(text);
    CHECK_FALSE(text.empty());
    CHECK(says_all(text, one.says));
  }
}

TEST_CASE("config: a bad configuration ends with 2, a model that can't be loaded with 3",
          "[service][config]") {
  const auto bad = parse_config(R"({"models":[{}]})", "/");
  REQUIRE_FALSE(bad);
  CHECK(exit_status(bad.error()) == 2);
  const auto missing = read_config("/no/such/file.json");
  REQUIRE_FALSE(missing);
  CHECK(exit_status(missing.error()) == 2);
  const auto config = parse_config(R"({"models":[{"name":"m","path":"/no/such/model"}]})", "/");
  REQUIRE(config);
  const auto opened = Resources::open(*config);
  REQUIRE_FALSE(opened);
  CHECK(exit_status(opened.error()) == 3);
}

TEST_CASE("config: several deployed models without a split take no traffic", "[service][config]") {
  ServiceSite site(R"({"models":[{"name":"m","builtin":"echo"}],"endpoints":[
    {"id":"1","deployedModels":[{"id":"2","model":"m"},{"id":"3","model":"m"}]},
    {"id":"4","deployedModels":[{"id":"5","model":"m"}]}]})");
  CHECK(site.resources().find_endpoint("1")->endpoint.traffic_split().empty());
  REQUIRE(site.resources().find_endpoint("4")->endpoint.traffic_split().size() == 1);
  CHECK(site.resources().find_endpoint("4")->endpoint.traffic_split().front().percent == 100);
}

TEST_CASE("config: what a model says of itself wins over its sidecar", "[service][config]") {
  ServiceSite site(R"({"models":[
    {"name":"lin","path":"models/lin"},
    {"name":"named","path":"models/lin","displayName":"mine"}]})");
  CHECK(site.call(resource_methods.get_model, {.id = "lin"}).at("displayName") != "lin");
  CHECK(site.call(resource_methods.get_model, {.id = "named"}).at("displayName") == "mine");
}

}  // namespace trivet::test
