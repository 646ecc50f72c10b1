// SPDX-License-Identifier: Apache-2.0
// Two models behind one endpoint: most requests go to the old one, some to the new one.
#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "trivet/trivet.hpp"

namespace {

using trivet::Result;
using trivet::Value;

/// Stands for the new version of the model: a constant for everybody.
class Constant final : public trivet::PredictionRoutine {
 public:
  Result<std::vector<Value>> predict(std::vector<Value> instances, const Value&) const override {
    return std::vector<Value>(instances.size(), Value(152.0));
  }
};

int fail(const trivet::Error& error) {
  std::puts(error.message().c_str());
  return 1;
}

}  // namespace

int main() {
  auto model = trivet::LocalModel::load("examples/models/diabetes");
  if (!model) return fail(model.error());

  // The seed makes the choices repeatable: the same requests go to the same models in every run.
  trivet::LocalEndpoint endpoint(/*seed=*/2024);
  if (auto s = endpoint.deploy_model("old", *model); !s) return fail(s.error());
  const auto constant = trivet::LocalModel::from_routine(std::make_shared<Constant>());
  if (auto s = endpoint.deploy_model("new", constant, /*percent=*/20); !s) return fail(s.error());
  for (const trivet::TrafficShare& share : endpoint.traffic_split()) {
    std::printf("%s gets %d %%\n", share.deployed_model_id.c_str(), share.percent);
  }

  const std::string request =
      R"({"instances": [[59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87]]})";
  std::map<std::string, std::string, std::less<>> answers;
  std::map<std::string, int, std::less<>> counts;
  for (int i = 0; i < 1000; ++i) {
    std::string response;
    auto answered_by = endpoint.predict(request, response);
    if (!answered_by) return fail(answered_by.error());
    answers[std::string(*answered_by)] = response;
    ++counts[std::string(*answered_by)];
  }
  for (const auto& [id, answer] : answers) {
    std::printf("%s answered %d times: %s\n", id.c_str(), counts[id], answer.c_str());
  }

  // All traffic moves over; then the old model may go.
  const std::array<trivet::TrafficShare, 1> all_new = {{{"new", 100}}};
  if (auto s = endpoint.set_traffic_split(all_new); !s) return fail(s.error());
  if (auto s = endpoint.undeploy_model("old"); !s) return fail(s.error());
  std::printf("deployed: %zu model\n", endpoint.deployed_models().size());
}
