// SPDX-License-Identifier: Apache-2.0
// Custom prediction routines as models, and the one that is built in.
#include <utility>

#include "base/try.hpp"
#include "core/worker.hpp"
#include "json/request_reader.hpp"
#include "json/response_writer.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

class RoutineModel final : public LoadedModel {
 public:
  explicit RoutineModel(std::shared_ptr<const PredictionRoutine> routine)
      : routine_(std::move(routine)) {
    info_.format = "custom";
    info_.framework = routine_->framework();
    info_.display_name = routine_->framework();
    info_.engine = "custom";
  }

  const Signature& signature() const noexcept override { return signature_; }
  const ModelInfo& info() const noexcept override { return info_; }
  const spi::Graph* graph() const noexcept override { return nullptr; }
  std::unique_ptr<Worker> make_worker() const override;

  const PredictionRoutine& routine() const noexcept { return *routine_; }

 private:
  std::shared_ptr<const PredictionRoutine> routine_;
  Signature signature_;
  ModelInfo info_;
};

Error takes_no_rows() {
  return {Errc::invalid_argument, "rows", "rows of numbers for a custom prediction routine",
          "instances as values, or a JSON request"};
}

class RoutineWorker final : public Worker {
 public:
  explicit RoutineWorker(const RoutineModel& model) : model_(model) {}

  Result<OutputView> predict(MatrixView<const float>, std::string_view) override {
    return takes_no_rows();
  }
  Result<OutputView> predict(MatrixView<const double>, std::string_view) override {
    return takes_no_rows();
  }
  Result<OutputView> predict(const Batch&, std::string_view) override { return takes_no_rows(); }

  Result<std::vector<Value>> predict(std::span<const Value> instances,
                                     const Value& parameters) override {
    return answer(std::vector<Value>(instances.begin(), instances.end()), parameters);
  }

  Status predict_json(std::string_view request, const RequestLimits& limits,
                      std::string& response) override {
    response.clear();
    std::vector<Value> instances;
    Value parameters;
    TRIVET_TRY(reader_.read_values(request, limits, instances, parameters));
    const auto predictions = answer(std::move(instances), parameters);
    if (!predictions) return predictions.error();
    json::ResponseWriter writer(response);
    writer.begin_object();
    writer.key("predictions");
    writer.begin_list();
    for (const Value& prediction : *predictions) writer.value(prediction);
    writer.end_list();
    writer.end_object();
    return {};
  }

 private:
  /// The routine's three steps, and the one thing that the contract asks of them.
  Result<std::vector<Value>> answer(std::vector<Value> instances, const Value& parameters) {
    const PredictionRoutine& routine = model_.routine();
    const std::size_t asked = instances.size();
    auto predictions =
        routine.preprocess(std::move(instances))
            .and_then([&](std::vector<Value> ready) {
              return routine.predict(std::move(ready), parameters);
            })
            .and_then([&](std::vector<Value> raw) { return routine.postprocess(std::move(raw)); });
    if (predictions && predictions->size() != asked) {
      return Error(Errc::internal, text::message("custom routine {}", routine.framework()),
                   text::message("{} predictions for {} instances", predictions->size(), asked),
                   "one prediction an instance");
    }
    return predictions;
  }

  const RoutineModel& model_;
  json::RequestReader reader_;
};

std::unique_ptr<Worker> RoutineModel::make_worker() const {
  return std::make_unique<RoutineWorker>(*this);
}

/// Answers each instance with itself, for trying out clients; "boom" shows them a refusal.
class EchoRoutine final : public PredictionRoutine {
 public:
  Result<std::vector<Value>> predict(std::vector<Value> instances, const Value&) const override {
    for (const Value& instance : instances) {
      if (instance == Value("boom")) return Error::verbatim(Errc::model_refused, "boom");
    }
    return instances;
  }
  std::string_view framework() const noexcept override { return "echo"; }
};

}  // namespace

std::unique_ptr<const LoadedModel> make_routine_model(
    std::shared_ptr<const PredictionRoutine> routine) {
  return std::make_unique<RoutineModel>(std::move(routine));
}

std::shared_ptr<const PredictionRoutine> make_echo_routine() {
  return std::make_shared<EchoRoutine>();
}

}  // namespace trivet::core
