// SPDX-License-Identifier: Apache-2.0
// What a routine does unless it says otherwise.
#include "trivet/prediction_routine.hpp"

#include <utility>

namespace trivet::inline v0 {

PredictionRoutine::~PredictionRoutine() = default;

Result<std::vector<Value>> PredictionRoutine::preprocess(std::vector<Value> instances) const {
  return instances;
}

Result<std::vector<Value>> PredictionRoutine::postprocess(std::vector<Value> predictions) const {
  return predictions;
}

std::string_view PredictionRoutine::framework() const noexcept { return "custom"; }

}  // namespace trivet::inline v0
