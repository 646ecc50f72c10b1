// SPDX-License-Identifier: Apache-2.0
// What stands behind LocalModel and Session: models that answer, workers that are one thread each.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trivet/attribution.hpp"
#include "trivet/batch.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"
#include "trivet/prediction.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::core {

/// A model's answer to an ExplanationSpec: bound, with what was compiled for its baselines. Made by
/// a LoadedModel for its own workers. Any thread.
class Explainer {
 public:
  virtual ~Explainer() = default;

  [[nodiscard]] virtual const ExplanationSpec& spec() const noexcept = 0;
  /// How rows are explained that ask for that output by name; empty for a plain request.
  [[nodiscard]] virtual Result<ExplanationPlan> plan(std::string_view output) const = 0;
};

/// One thread's scratch for one model, which must outlive it. Session is its public face.
class Worker {
 public:
  virtual ~Worker() = default;

  [[nodiscard]] virtual Result<OutputView> predict(MatrixView<const float> rows,
                                                   std::string_view output) = 0;
  [[nodiscard]] virtual Result<OutputView> predict(MatrixView<const double> rows,
                                                   std::string_view output) = 0;
  [[nodiscard]] virtual Result<OutputView> predict(const Batch& batch, std::string_view output) = 0;
  [[nodiscard]] virtual Result<std::vector<Value>> predict(std::span<const Value> instances,
                                                           const Value& parameters) = 0;
  [[nodiscard]] virtual Status predict_json(std::string_view request, const RequestLimits& limits,
                                            std::string& response) = 0;

  // Explaining; what a model that makes no explainer has no need of.
  [[nodiscard]] virtual Result<AttributionView> explain(MatrixView<const float> rows,
                                                        const Explainer& explainer,
                                                        std::string_view output);
  [[nodiscard]] virtual Result<AttributionView> explain(MatrixView<const double> rows,
                                                        const Explainer& explainer,
                                                        std::string_view output);
  [[nodiscard]] virtual Result<AttributionView> explain(const Batch& batch,
                                                        const Explainer& explainer,
                                                        std::string_view output);
  /// The view's rows as the service's messages. Requires a view of this worker's last call.
  [[nodiscard]] virtual std::vector<Explanation> to_explanations(const AttributionView& view,
                                                                 const Explainer& explainer) const;
  [[nodiscard]] virtual Status explain_json(std::string_view request, const RequestLimits& limits,
                                            const Explainer& explainer, std::string& response);
};

/// A model of any kind, loaded and immutable.
class LoadedModel {
 public:
  virtual ~LoadedModel() = default;

  [[nodiscard]] virtual const Signature& signature() const noexcept = 0;
  [[nodiscard]] virtual const ModelInfo& info() const noexcept = 0;
  [[nodiscard]] virtual const spi::Graph* graph() const noexcept = 0;
  [[nodiscard]] virtual std::unique_ptr<Worker> make_worker() const = 0;
  /// Errors: those of LocalModel::with_explanation_spec.
  [[nodiscard]] virtual Result<std::shared_ptr<const Explainer>> make_explainer(
      const ExplanationSpec& spec) const;
  /// For the spec that lies beside the artefact; null without one.
  [[nodiscard]] virtual std::shared_ptr<const Explainer> own_explainer() const { return nullptr; }
};

/// Workers that nobody uses at the moment. take() and give() are lock-free: each slot holds one
/// worker and changes hands by an atomic exchange. When all slots are taken a worker is made, when
/// all are full one is dropped; so the pool never waits and holds at most kSlots.
class WorkerPool {
 public:
  WorkerPool() = default;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  [[nodiscard]] std::unique_ptr<Worker> take(const LoadedModel& model);
  void give(std::unique_ptr<Worker> worker) noexcept;

 private:
  /// A cache line each, so that threads at neighbouring slots don't pass one back and forth.
  struct alignas(64) Slot {
    std::atomic<Worker*> worker{nullptr};
  };
  static constexpr std::size_t kSlots = 64;
  std::array<Slot, kSlots> slots_{};
};

/// A worker for the length of a call.
class BorrowedWorker {
 public:
  BorrowedWorker(WorkerPool& pool, const LoadedModel& model)
      : pool_(pool), worker_(pool.take(model)) {}
  BorrowedWorker(const BorrowedWorker&) = delete;
  BorrowedWorker& operator=(const BorrowedWorker&) = delete;
  ~BorrowedWorker() { pool_.give(std::move(worker_)); }

  Worker* operator->() const noexcept { return worker_.get(); }

 private:
  WorkerPool& pool_;
  std::unique_ptr<Worker> worker_;
};

/// Loads an artefact through a registry's formats and backends.
[[nodiscard]] Result<std::unique_ptr<const LoadedModel>> load_graph_model(
    const Artifact& artifact, const LoadOptions& options);
/// As LocalModel::examine.
[[nodiscard]] Result<std::vector<std::string>> examine_artifact(const Artifact& artifact,
                                                                const LoadOptions& options);
/// Wraps a routine.
[[nodiscard]] std::unique_ptr<const LoadedModel> make_routine_model(
    std::shared_ptr<const PredictionRoutine> routine);
/// The model `builtin:echo`.
[[nodiscard]] std::shared_ptr<const PredictionRoutine> make_echo_routine();

}  // namespace trivet::core
