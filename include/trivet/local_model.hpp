// SPDX-License-Identifier: Apache-2.0
// A loaded model, and one thread's way of asking it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/artifact.hpp"
#include "trivet/attribution.hpp"
#include "trivet/batch.hpp"
#include "trivet/executor.hpp"
#include "trivet/export.hpp"
#include "trivet/prediction.hpp"
#include "trivet/prediction_routine.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"
#include "trivet/tensor.hpp"
#include "trivet/value.hpp"

namespace trivet::inline v0 {

class LocalEndpoint;
struct RequestLimits;
namespace spi {
class Registry;
struct Graph;
}  // namespace spi

/// How to load. Everything is optional.
struct LoadOptions {
  std::string sidecar =
      {};                   ///< path of a `trivet.json`; empty: the one beside the artefact, if any
  std::string format = {};  ///< name of the format to force; empty: found from the content
  std::string engine = {};  ///< name of the engine to pin; empty: the best one for this model
  std::shared_ptr<Executor> executor =
      nullptr;         ///< threads that share large calls; null: the calling thread alone
  bool gains = false;  ///< keep what only importance and writers need: 4 bytes a split
  const spi::Registry* registry = nullptr;  ///< formats and backends; null: the built-in ones
};

/// What is known about a loaded model: the facts of `trivet inspect`.
struct ModelInfo {
  std::string format;        ///< `"xgboost-ubjson"`, …
  std::string framework;     ///< `"xgboost"`, …
  std::string version;       ///< of the framework that wrote the file; empty when it doesn't say
  std::string objective;     ///< empty when the format has none
  std::string display_name;  ///< the sidecar's, else the artefact's stem
  std::string engine;        ///< which engine runs it
  std::size_t trees = 0;
  std::size_t nodes = 0;               ///< splits and leaves
  std::size_t parameters = 0;          ///< numbers in the model
  std::size_t bytes = 0;               ///< resident memory of the loaded model
  std::vector<std::string> structure;  ///< the parts of a model of several, drawn: a line each
  std::vector<std::string> notes;      ///< facts worth telling, `"best_iteration 12 is stored …"`
  std::vector<std::string> warnings;   ///< what may surprise
};

/// One thread's scratch for one model. After the first calls of each size nothing is allocated and
/// no lock is taken. Make one per thread and keep it; move-only; one thread at a time. It keeps
/// its model alive. One that was moved from may only be assigned to or destroyed.
class TRIVET_EXPORT Session {
 public:
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  /// Answers rows of numbers; NaN is missing. `output` is a name of Signature::outputs, empty for
  /// the first. The view lives until the next call. O(rows × trees) for a forest. Errors:
  /// invalid_argument when the column count or the output's name is wrong, or when the model
  /// takes no rows of numbers.
  [[nodiscard]] Result<OutputView> predict(MatrixView<const float> rows,
                                           std::string_view output = {});
  [[nodiscard]] Result<OutputView> predict(MatrixView<const double> rows,
                                           std::string_view output = {});
  /// Answers a filled batch, made for this model's signature.
  [[nodiscard]] Result<OutputView> predict(const Batch& batch, std::string_view output = {});

  /// Request bytes in, response bytes out: `{"instances":[…],"parameters":…}` →
  /// `{"predictions":[…]}`. `response` is overwritten, its capacity reused; on an error it is left
  /// empty. All or nothing: one bad instance refuses the request.
  [[nodiscard]] Status predict_json(std::string_view request, std::string& response);

  /// Explains rows by the model's explanation spec. As predict; the view lives until the next
  /// call. Errors: also failed_precondition without a spec, invalid_request for a row whose output
  /// is no finite number.
  [[nodiscard]] Result<AttributionView> explain(MatrixView<const float> rows,
                                                std::string_view output = {});
  [[nodiscard]] Result<AttributionView> explain(MatrixView<const double> rows,
                                                std::string_view output = {});
  [[nodiscard]] Result<AttributionView> explain(const Batch& batch, std::string_view output = {});
  /// `{"instances":[…],"parameters":…,"explanationSpecOverride":…}` →
  /// `{"explanations":[…],"predictions":[…]}`.
  [[nodiscard]] Status explain_json(std::string_view request, std::string& response);

 private:
  friend class LocalModel;
  struct State;
  explicit Session(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// An artefact, loaded: immutable, cheap to copy (copies share everything), safe from any thread.
/// Its calls borrow a Session from a lock-free pool, whose sessions keep the memory of the largest
/// call they saw; loops that count nanoseconds keep their own. One that was moved from may only be
/// assigned to or destroyed.
class TRIVET_EXPORT LocalModel {
 public:
  /// Loads a file or a folder, whatever it is called: the content decides. `builtin:echo` is a
  /// model that answers each instance with itself. O(artefact). Errors: not_found, io_failed,
  /// invalid_model, unsupported_model, out_of_memory; each says where in the file.
  [[nodiscard]] static Result<LocalModel> load(std::string_view path,
                                               const LoadOptions& options = {});
  [[nodiscard]] static Result<LocalModel> load(const Artifact& artifact,
                                               const LoadOptions& options = {});
  /// What is in an artefact, in lines for people, also in one that load refuses: its parts, who
  /// wrote it, what isn't understood. No lines where its format has nothing to tell. O(artefact).
  /// Errors: as load, for what is no artefact of any format.
  [[nodiscard]] static Result<std::vector<std::string>> examine(std::string_view path,
                                                                const LoadOptions& options = {});
  /// Wraps a custom prediction routine, which must not be null.
  [[nodiscard]] static LocalModel from_routine(std::shared_ptr<const PredictionRoutine> routine);

  /// Columns, outputs and parameters; no columns for a custom prediction routine.
  [[nodiscard]] const Signature& signature() const noexcept;
  [[nodiscard]] const ModelInfo& info() const noexcept;
  /// The Graph that the format made; null for a custom prediction routine.
  [[nodiscard]] const spi::Graph* graph() const noexcept;

  /// A new session of the caller's own. Throws std::bad_alloc when there is no memory for it, as
  /// constructors do.
  [[nodiscard]] Session session() const;

  /// As Session::predict, with the answers copied out.
  [[nodiscard]] Result<Predictions> predict(MatrixView<const float> rows,
                                            std::string_view output = {}) const;
  [[nodiscard]] Result<Predictions> predict(MatrixView<const double> rows,
                                            std::string_view output = {}) const;
  [[nodiscard]] Result<Predictions> predict(const Batch& batch, std::string_view output = {}) const;
  /// Instances and parameters as values: what a custom prediction routine calls. Same rules as the
  /// JSON door.
  [[nodiscard]] Result<std::vector<Value>> predict(std::span<const Value> instances,
                                                   const Value& parameters = {}) const;
  /// As Session::predict_json; with the bounds of a request, or the usual ones.
  [[nodiscard]] Status predict_json(std::string_view request, std::string& response) const;
  [[nodiscard]] Status predict_json(std::string_view request, const RequestLimits& limits,
                                    std::string& response) const;

  /// How this model explains its answers: the sidecar's spec, or the one it was given; null
  /// without.
  [[nodiscard]] const ExplanationSpec* explanation_spec() const noexcept;
  /// The same model with this spec. What is compiled for its baselines is compiled when it is first
  /// asked for. Errors: invalid_argument for a spec that doesn't fit the model, with a JSON pointer
  /// into the spec as the place; unsupported_model.
  [[nodiscard]] Result<LocalModel> with_explanation_spec(const ExplanationSpec& spec) const;
  /// How rows will be explained, and whether exactly. Errors: failed_precondition without a spec.
  [[nodiscard]] Result<ExplanationPlan> explanation_plan(std::string_view output = {}) const;
  /// As Session::explain, as the service's messages.
  [[nodiscard]] Result<std::vector<Explanation>> explain(MatrixView<const float> rows,
                                                         std::string_view output = {}) const;
  [[nodiscard]] Result<std::vector<Explanation>> explain(MatrixView<const double> rows,
                                                         std::string_view output = {}) const;
  [[nodiscard]] Result<std::vector<Explanation>> explain(const Batch& batch,
                                                         std::string_view output = {}) const;
  /// As Session::explain_json, with the bounds of a request or the usual ones.
  [[nodiscard]] Status explain_json(std::string_view request, std::string& response) const;
  [[nodiscard]] Status explain_json(std::string_view request, const RequestLimits& limits,
                                    std::string& response) const;

  /// An endpoint with this model as its only deployed model, id `1`, all traffic.
  [[nodiscard]] LocalEndpoint deploy_to_local_endpoint() const;

 private:
  friend class Session;
  struct State;
  explicit LocalModel(std::shared_ptr<const State> state) noexcept;
  std::shared_ptr<const State> state_;
};

}  // namespace trivet::inline v0
