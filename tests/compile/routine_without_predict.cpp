// SPDX-License-Identifier: Apache-2.0
// A custom prediction routine says how it predicts.
// refused: abstract
#include <memory>
#include <utility>
#include <vector>

#include "trivet/local_model.hpp"

struct Routine : trivet::PredictionRoutine {
#ifndef TRIVET_MISUSE
  trivet::Result<std::vector<trivet::Value>> predict(std::vector<trivet::Value> instances,
                                                     const trivet::Value&) const override {
    return instances;
  }
#endif
};

trivet::LocalModel use() {
  return trivet::LocalModel::from_routine(std::make_shared<const Routine>());
}
