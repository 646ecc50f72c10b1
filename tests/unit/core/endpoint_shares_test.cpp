// SPDX-License-Identifier: Apache-2.0
// How deploying shifts the shares of the others, and what an endpoint's copies share.
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "trivet/local_endpoint.hpp"

namespace trivet::test {
namespace {

LocalModel any_model() {
  auto model = LocalModel::load("builtin:echo");
  REQUIRE(model.has_value());
  return std::move(model).value();
}

/// Shares in the order of deployment.
std::vector<int> shares(const LocalEndpoint& endpoint) {
  std::vector<int> percents;
  for (const TrafficShare& share : endpoint.traffic_split()) percents.push_back(share.percent);
  return percents;
}

}  // namespace

TEST_CASE("endpoint: the first model gets everything, whatever was asked", "[core][endpoint]") {
  for (const int percent : {0, 30, 100}) {
    LocalEndpoint endpoint;
    REQUIRE(endpoint.deploy_model("a", any_model(), percent).has_value());
    CHECK(shares(endpoint) == std::vector<int>{100});
  }
}

TEST_CASE("endpoint: later models push the others aside in proportion", "[core][endpoint]") {
  LocalEndpoint endpoint;
  REQUIRE(endpoint.deploy_model("a", any_model()).has_value());
  REQUIRE(endpoint.deploy_model("b", any_model(), 20).has_value());
  CHECK(shares(endpoint) == std::vector<int>{80, 20});
  REQUIRE(endpoint.deploy_model("c", any_model(), 50).has_value());
  CHECK(shares(endpoint) == std::vector<int>{40, 10, 50});
  REQUIRE(endpoint.deploy_model("d", any_model(), 0).has_value());
  CHECK(shares(endpoint) == std::vector<int>{40, 10, 50, 0});
  REQUIRE(endpoint.deploy_model("e", any_model(), 100).has_value());
  CHECK(shares(endpoint) == std::vector<int>{0, 0, 0, 0, 100});
}

TEST_CASE("endpoint: shares add up to 100 after any deployment", "[core][endpoint]") {
  for (const int percent : {1, 3, 7, 33, 50, 67, 99}) {
    LocalEndpoint endpoint;
    REQUIRE(endpoint.deploy_model("0", any_model()).has_value());
    for (int i = 1; i < 12; ++i) {
      REQUIRE(endpoint.deploy_model(std::to_string(i), any_model(), percent).has_value());
      int sum = 0;
      for (const int share : shares(endpoint)) {
        CHECK(share >= 0);
        sum += share;
      }
      CHECK(sum == 100);
      CHECK(shares(endpoint).back() == percent);
    }
  }
}

TEST_CASE("endpoint: ids and shares that can't be are refused", "[core][endpoint]") {
  LocalEndpoint endpoint;
  REQUIRE(endpoint.deploy_model("a", any_model()).has_value());
  const Status refused[] = {
      endpoint.deploy_model("a", any_model(), 10), endpoint.deploy_model("", any_model(), 10),
      endpoint.deploy_model("b", any_model(), -1), endpoint.deploy_model("b", any_model(), 101)};
  for (const Status& status : refused) {
    CHECK_FALSE(status.has_value());
    if (!status) CHECK(status.error().code() == Errc::invalid_argument);
  }
  CHECK(endpoint.deployed_models().size() == 1);
  CHECK(shares(endpoint) == std::vector<int>{100});
}

TEST_CASE("endpoint: copies have splits and limits of their own", "[core][endpoint]") {
  LocalEndpoint first;
  REQUIRE(first.deploy_model("a", any_model()).has_value());
  LocalEndpoint second = first;
  REQUIRE(second.deploy_model("b", any_model(), 100).has_value());
  RequestLimits limits;
  limits.request_bytes = 5;
  second.set_limits(limits);
  CHECK(first.deployed_models().size() == 1);
  CHECK(first.predict(R"({"instances":[1]})").has_value());
  CHECK_FALSE(second.predict(R"({"instances":[1]})").has_value());
  first = second;
  CHECK(first.deployed_models().size() == 2);
  const LocalEndpoint moved = std::move(second);
  CHECK(moved.deployed_models().size() == 2);
}

}  // namespace trivet::test
