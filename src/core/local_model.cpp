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
  std::unique_ptr<const core::LoadedModel> model;
  mutable core::WorkerPool pool;

  explicit State(std::unique_ptr<const core::LoadedModel> loaded) : model(std::move(loaded)) {}

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
};

struct Session::State {
  std::shared_ptr<const LocalModel::State> model;  // declared first: the worker refers to it
  std::unique_ptr<core::Worker> worker;
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

LocalEndpoint LocalModel::deploy_to_local_endpoint() const {
  LocalEndpoint endpoint;
  // The first model of an empty endpoint always deploys.
  static_cast<void>(endpoint.deploy_model("1", *this).has_value());
  return endpoint;
}

}  // namespace trivet::inline v0
