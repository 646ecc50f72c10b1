// SPDX-License-Identifier: Apache-2.0
// `builtin:echo`, a model without an artefact.
#include "service/echo_model.hpp"

#include <memory>
#include <utility>

namespace trivet::service {
namespace {

class EchoRoutine final : public PredictionRoutine {
 public:
  Result<std::vector<Value>> predict(std::vector<Value> instances, const Value&) const override {
    for (const Value& instance : instances) {
      if (instance.as_text() != nullptr && *instance.as_text() == "boom") {
        return Error::verbatim(Errc::model_refused, "boom");
      }
    }
    return instances;
  }
  [[nodiscard]] std::string_view framework() const noexcept override { return "builtin"; }
};

}  // namespace

LocalModel make_echo_model() {
  return LocalModel::from_routine(std::make_shared<const EchoRoutine>());
}

}  // namespace trivet::service
