// SPDX-License-Identifier: Apache-2.0
// Changing what is deployed while others ask.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "unit/service/service_site.hpp"

namespace trivet::test {
namespace {

using namespace trivet::service;

constexpr const ResourceMethods& kDo = resource_methods;

/// What two threads got while a third changed things.
struct Asked {
  std::atomic<bool> stops{false};
  std::atomic<int> answers{0};
  std::atomic<int> failures{0};

  void ask(const Resources& resources) {
    std::string response;
    while (!stops) {
      const auto endpoint = resources.find_endpoint("9");
      const bool is_good =
          endpoint != nullptr &&
          endpoint->endpoint.predict(R"({"instances":[[1,1,1]]})", response).has_value() &&
          (response == R"({"predictions":[0.5]})" || response == R"({"predictions":[7.0]})");
      ++(is_good ? answers : failures);
    }
  }
};

}  // namespace

TEST_CASE("hot swap: versions replace one another and no request fails", "[service][swap]") {
  ServiceSite site;
  site.call(kDo.create_endpoint, {.query = "endpointId=9"}, R"({"displayName":"swapped"})");
  std::string present = "1";
  site.call(kDo.deploy_model, {.id = "9"},
            R"({"deployedModel":{"id":"1","model":"lin@1"},"trafficSplit":{"0":100}})");
  Asked asked;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back([&] { asked.ask(site.resources()); });
  for (int i = 2; i < 60; ++i) {
    const std::string next = std::to_string(i);
    const std::string version = i % 2 == 0 ? "lin2" : "lin";
    CHECK_FALSE(site.upload("swapped", version).empty());
    const std::string number = std::to_string(i - 1);
    const Answer deployed =
        site.call(kDo.deploy_model, {.id = "9"},
                  R"({"deployedModel":{"id":")" + next + R"(","model":"swapped@)" + number +
                      R"("},"trafficSplit":{"0":100,")" + present + R"(":0}})");
    CHECK(deployed.message().empty());
    const Answer undeployed =
        site.call(kDo.undeploy_model, {.id = "9"}, R"({"deployedModelId":")" + present + "\"}");
    CHECK(undeployed.message().empty());
    present = next;
  }
  asked.stops = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(asked.failures == 0);
  CHECK(asked.answers > 100);
  CHECK(site.resources().find_endpoint("9")->models.size() == 1);
}

TEST_CASE("hot swap: changes of many threads all come to pass", "[service][swap]") {
  ServiceSite site;
  std::vector<std::thread> threads;
  std::atomic<int> made{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&site, &made, t] {
      for (int i = 0; i < 10; ++i) {
        const std::string id = "m" + std::to_string(t) + "_" + std::to_string(i % 5);
        made += site.upload(id, "lin").size() == 1 ? 1 : 0;
        site.call(kDo.list_models, {});
        site.call(kDo.create_endpoint, {}, R"({"displayName":"x"})");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(made == 40);
  const Answer models = site.call(kDo.list_models, {});
  CHECK(models.body.find("models")->as_list()->size() == 23);
  CHECK(site.call(kDo.list_endpoints, {}).body.find("endpoints")->as_list()->size() == 43);
}

}  // namespace trivet::test
