// SPDX-License-Identifier: Apache-2.0
// LocalModel and Session: the face over loaded models and workers.
#include "trivet/local_model.hpp"

#include <cassert>
#include <utility>

#include "core/guard.hpp"
#include "core/worker.hpp"
#include "trivet/local_endpoint.hpp"

namespace trivet::inline v0 {
namespace {

constexpr std::string_view kEchoPath = "builtin:echo";

}  // namespace

struct LocalModel::State {
  std::shared_ptr<const core::LoadedModel> model;    // of all specs
  std::shared_ptr<const core::Explainer> explainer;  // null without a spec
  mutable core::WorkerPool pool;

  explicit State(std::shared_ptr<const core::LoadedModel> loaded)
      : model(std::move(loaded)), explainer(model->own_explainer()) {}
  State(std::shared_ptr<const core::LoadedModel> loaded,
        std::shared_ptr<const core::Explainer> given)
      : model(std::move(loaded)), explainer(std::move(given)) {}

  [[nodiscard]] Result<const core::Explainer*> spec_explainer() const {
    if (explainer != nullptr) return explainer.get();
    return Error(Errc::failed_precondition, "explanationSpec", "none",
                 "an explanation specification: \"explanationSpec\" in the sidecar, or one that is "
                 "given with the model");
  }

  /// Calls `ask` with a worker of the pool.
  template <class Ask>
  auto with_worker(Ask&& ask) const {
    return core::guard([&] {
      const core::BorrowedWorker worker(pool, *model);
      return ask(worker);
    });
  }

  /// The answers outlive the worker's next question.
  template <class Rows>
  Result<Predictions> predict_copied(const Rows& rows, std::string_view output) const {
    return with_worker([&](const core::BorrowedWorker& worker) -> Result<Predictions> {
      const Result<OutputView> view = worker->predict(rows, output);
      if (!view) return view.error();
      return Predictions(*view);
    });
  }

  template <class Rows>
  Result<std::vector<Explanation>> explain_copied(const Rows& rows, std::string_view output) const {
    const auto by = spec_explainer();
    if (!by) return by.error();
    return with_worker([&](const core::BorrowedWorker& worker) -> Result<std::vector<Explanation>> {
      const Result<AttributionView> view = worker->explain(rows, **by, output);
      if (!view) return view.error();
      return worker->to_explanations(*view, **by);
    });
  }
};

struct Session::State {
  std::shared_ptr<const LocalModel::State> model;  // declared first: the worker refers to it
  std::unique_ptr<core::Worker> worker;

  template <class Rows>
  Result<AttributionView> explain(const Rows& rows, std::string_view output) const {
    const auto by = model->spec_explainer();
    if (!by) return by.error();
    return core::guard([&] { return worker->explain(rows, **by, output); });
  }
};

Session::Session(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<OutputView> Session::predict(MatrixView<const float> rows, std::string_view output) {
  return core::guard([&] { return state_->worker->predict(rows, output); });
}

Result<OutputView> Session::predict(MatrixView<const double> rows, std::string_view output) {
  return core::guard([&] { return state_->worker->predict(rows, output); });
}

Result<OutputView> Session::predict(const Batch& batch, std::string_view output) {
  return core::guard([&] { return state_->worker->predict(batch, output); });
}

Status Session::predict_json(std::string_view request, std::string& response) {
  const Status status =
      core::guard([&] { return state_->worker->predict_json(request, RequestLimits{}, response); });
  if (!status) response.clear();
  return status;
}

Result<AttributionView> Session::explain(MatrixView<const float> rows, std::string_view output) {
  return state_->explain(rows, output);
}

Result<AttributionView> Session::explain(MatrixView<const double> rows, std::string_view output) {
  return state_->explain(rows, output);
}

Result<AttributionView> Session::explain(const Batch& batch, std::string_view output) {
  return state_->explain(batch, output);
}

Status Session::explain_json(std::string_view request, std::string& response) {
  response.clear();
  const auto by = state_->model->spec_explainer();
  if (!by) return by.error();
  const Status status = core::guard(
      [&] { return state_->worker->explain_json(request, RequestLimits{}, **by, response); });
  if (!status) response.clear();
  return status;
}

LocalModel::LocalModel(std::shared_ptr<const State> state) noexcept : state_(std::move(state)) {}

Result<LocalModel> LocalModel::load(std::string_view path, const LoadOptions& options) {
  return core::guard([&]() -> Result<LocalModel> {
    if (path == kEchoPath) return from_routine(core::make_echo_routine());
    const auto artifact = Artifact::open(path);
    if (!artifact) return artifact.error();
    return load(*artifact, options);
  });
}

Result<LocalModel> LocalModel::load(const Artifact& artifact, const LoadOptions& options) {
  return core::guard([&]() -> Result<LocalModel> {
    auto model = core::load_graph_model(artifact, options);
    if (!model) return std::move(model).error();
    return LocalModel(std::make_shared<const State>(std::move(*model)));
  });
}

Result<std::vector<std::string>> LocalModel::examine(std::string_view path,
                                                     const LoadOptions& options) {
  return core::guard([&]() -> Result<std::vector<std::string>> {
    if (path == kEchoPath) return std::vector<std::string>();
    const auto artifact = Artifact::open(path);
    if (!artifact) return artifact.error();
    return core::examine_artifact(*artifact, options);
  });
}

LocalModel LocalModel::from_routine(std::shared_ptr<const PredictionRoutine> routine) {
  assert(routine != nullptr);
  return LocalModel(std::make_shared<const State>(core::make_routine_model(std::move(routine))));
}

const Signature& LocalModel::signature() const noexcept { return state_->model->signature(); }
const ModelInfo& LocalModel::info() const noexcept { return state_->model->info(); }
const spi::Graph* LocalModel::graph() const noexcept { return state_->model->graph(); }

Session LocalModel::session() const {
  return Session(
      std::make_unique<Session::State>(Session::State{state_, state_->model->make_worker()}));
}

Result<Predictions> LocalModel::predict(MatrixView<const float> rows,
                                        std::string_view output) const {
  return state_->predict_copied(rows, output);
}

Result<Predictions> LocalModel::predict(MatrixView<const double> rows,
                                        std::string_view output) const {
  return state_->predict_copied(rows, output);
}

Result<Predictions> LocalModel::predict(const Batch& batch, std::string_view output) const {
  return state_->predict_copied(batch, output);
}

Result<std::vector<Value>> LocalModel::predict(std::span<const Value> instances,
                                               const Value& parameters) const {
  if (instances.empty()) {
    return Error(Errc::invalid_request, "/instances", "an empty list", "at least one instance");
  }
  return state_->with_worker(
      [&](const core::BorrowedWorker& worker) { return worker->predict(instances, parameters); });
}

Status LocalModel::predict_json(std::string_view request, std::string& response) const {
  return predict_json(request, RequestLimits{}, response);
}

Status LocalModel::predict_json(std::string_view request, const RequestLimits& limits,
                                std::string& response) const {
  const Status status = state_->with_worker([&](const core::BorrowedWorker& worker) {
    return worker->predict_json(request, limits, response);
  });
  if (!status) response.clear();
  return status;
}

const ExplanationSpec* LocalModel::explanation_spec() const noexcept {
  return state_->explainer == nullptr ? nullptr : &state_->explainer->spec();
}

Result<LocalModel> LocalModel::with_explanation_spec(const ExplanationSpec& spec) const {
  return core::guard([&]() -> Result<LocalModel> {
    auto explainer = state_->model->make_explainer(spec);
    if (!explainer) return std::move(explainer).error();
    return LocalModel(std::make_shared<const State>(state_->model, std::move(*explainer)));
  });
}

Result<ExplanationPlan> LocalModel::explanation_plan(std::string_view output) const {
  const auto by = state_->spec_explainer();
  if (!by) return by.error();
  return core::guard([&] { return (*by)->plan(output); });
}

Result<std::vector<Explanation>> LocalModel::explain(MatrixView<const float> rows,
                                                     std::string_view output) const {
  return state_->explain_copied(rows, output);
}

Result<std::vector<Explanation>> LocalModel::explain(MatrixView<const double> rows,
                                                     std::string_view output) const {
  return state_->explain_copied(rows, output);
}

Result<std::vector<Explanation>> LocalModel::explain(const Batch& batch,
                                                     std::string_view output) const {
  return state_->explain_copied(batch, output);
}

Status LocalModel::explain_json(std::string_view request, std::string& response) const {
  return explain_json(request, RequestLimits{}, response);
}

Status LocalModel::explain_json(std::string_view request, const RequestLimits& limits,
                                std::string& response) const {
  response.clear();
  const auto by = state_->spec_explainer();
  if (!by) return by.error();
  const Status status = state_->with_worker([&](const core::BorrowedWorker& worker) {
    return worker->explain_json(request, limits, **by, response);
  });
  if (!status) response.clear();
  return status;
}

LocalEndpoint LocalModel::deploy_to_local_endpoint() const {
  LocalEndpoint endpoint;
  // The first model of an empty endpoint always deploys.
  static_cast<void>(endpoint.deploy_model("1", *this).has_value());
  return endpoint;
}

}  // namespace trivet::inline v0
