// SPDX-License-Identifier: Apache-2.0
// A custom prediction routine: own code before and after a loaded model, deployed like any model.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "trivet/trivet.hpp"

namespace {

using trivet::Errc;
using trivet::Error;
using trivet::Result;
using trivet::Value;

/// Takes height and weight where the model wants a body mass index, and answers in words.
class RiskRoutine final : public trivet::PredictionRoutine {
 public:
  explicit RiskRoutine(trivet::LocalModel model) : model_(std::move(model)) {}

  Result<std::vector<Value>> preprocess(std::vector<Value> instances) const override {
    for (Value& instance : instances) {
      Value::Object* members = instance.as_object();
      const Value* height = instance.find("height_m");
      const Value* weight = instance.find("weight_kg");
      if (members == nullptr || height == nullptr || weight == nullptr) {
        return Error::verbatim(Errc::model_refused, "height_m and weight_kg are needed");
      }
      const double bmi = weight->as_number() / (height->as_number() * height->as_number());
      std::erase_if(*members, [](const trivet::Member& member) {
        return member.name == "height_m" || member.name == "weight_kg";
      });
      members->push_back({"bmi", Value(bmi)});
    }
    return instances;
  }

  Result<std::vector<Value>> predict(std::vector<Value> instances,
                                     const Value& parameters) const override {
    return model_.predict(instances, parameters);
  }

  Result<std::vector<Value>> postprocess(std::vector<Value> predictions) const override {
    constexpr double kHigh = 150;
    for (Value& prediction : predictions) {
      const double progression = prediction.as_number();
      prediction = Value::Object{{"progression", Value(progression)},
                                 {"risk", Value(progression > kHigh ? "high" : "low")}};
    }
    return predictions;
  }

 private:
  trivet::LocalModel model_;
};

}  // namespace

int main() {
  auto model = trivet::LocalModel::load("examples/models/diabetes");
  if (!model) return std::puts(model.error().message().c_str()), 1;
  const auto routine = std::make_shared<RiskRoutine>(*std::move(model));
  const trivet::LocalEndpoint endpoint =
      trivet::LocalModel::from_routine(routine).deploy_to_local_endpoint();

  constexpr const char* kRequests[] = {
      R"({"instances": [
        {"height_m": 1.70, "weight_kg": 95, "age": 59, "sex": 2, "bp": 101, "s1": 157,
         "s2": 93.2, "s3": 38, "s4": 4, "s5": 4.8598, "s6": 87},
        {"height_m": 1.70, "weight_kg": 62, "age": 48, "sex": 1, "bp": 87, "s1": 183,
         "s2": 103.2, "s3": 70, "s4": 3, "s5": 3.8918, "s6": 69}]})",
      R"({"instances": [{"age": 59}]})",
  };
  for (const char* request : kRequests) {
    auto reply = endpoint.predict(request);
    std::puts(reply ? reply->c_str() : reply.error().message().c_str());
  }
}
