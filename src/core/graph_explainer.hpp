// SPDX-License-Identifier: Apache-2.0
// An ExplanationSpec bound to a Graph, and one thread's way of asking it.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "core/framework_values.hpp"
#include "core/plan.hpp"
#include "core/profile.hpp"
#include "core/worker.hpp"
#include "explain/explainer.hpp"
#include "trivet/signature.hpp"

namespace trivet::core {

/// The parts of a loaded model that explaining looks at. All outlive the explainer.
struct GraphView {
  const spi::Graph* graph = nullptr;
  const Signature* signature = nullptr;
  const Profile* profile = nullptr;
  const Plan* plan = nullptr;
};

/// What a request asks to explain: an output, as the plain answer or by its own name.
struct ExplainedAnswer {
  std::size_t output = 0;  ///< position in the signature
  bool as_scores = false;  ///< as the tabular shape's scores
};

/// Where a spec stands, for errors; both empty for one that the program made.
struct SpecPlace {
  std::string file;
  std::string pointer;
};

class GraphExplainer final : public Explainer {
 public:
  /// Errors: invalid_argument, unsupported_model; places are JSON pointers into the spec.
  /// `place` is for the errors of later calls.
  [[nodiscard]] static Result<std::shared_ptr<const GraphExplainer>> make(
      const GraphView& model, const ExplanationSpec& spec, SpecPlace place = {});

  const ExplanationSpec& spec() const noexcept override { return bound_.spec; }
  Result<ExplanationPlan> plan(std::string_view output) const override;

  [[nodiscard]] const explain::BoundSpec& bound() const noexcept { return bound_; }
  /// How an answer is explained; compiled when it is first asked for. Errors: invalid_argument for
  /// answers that are no numbers, or that lack a chosen element.
  [[nodiscard]] Result<const explain::ExplainedOutput*> prepared(ExplainedAnswer answer) const;
  /// What an element of an answer is called; empty when nobody said.
  [[nodiscard]] std::string_view display_name(ExplainedAnswer answer, std::size_t position) const;
  [[nodiscard]] const GraphView& model() const noexcept { return model_; }
  /// The framework's own values instead of games against baselines; null where those are asked.
  [[nodiscard]] const FrameworkForest* framework() const noexcept { return framework_.get(); }
  /// What the games of a prepared answer read: the graph's input, or what operators make of it.
  [[nodiscard]] spi::ValueId game_input() const noexcept {
    return games_of_.predictor == nullptr ? model_.graph->input.value : games_of_.input;
  }

 private:
  struct Prepared {
    std::once_flag once;
    explain::ExplainedOutput output;
  };

  explicit GraphExplainer(const GraphView& model);
  [[nodiscard]] Status check_indices() const;
  [[nodiscard]] std::size_t width_of(ExplainedAnswer answer) const;
  void prepare(ExplainedAnswer answer, explain::ExplainedOutput& output) const;
  void use_games(ExplainedAnswer answer, explain::ExplainedOutput& output) const;
  void make_games(const Plan::OnlyPredictor& only, std::size_t output) const;
  [[nodiscard]] std::vector<std::int32_t> players_of(spi::ValueId value) const;
  [[nodiscard]] std::vector<double> baselines_of(spi::ValueId value, std::size_t output) const;

  GraphView model_;
  SpecPlace place_;
  explain::BoundSpec bound_;
  bool is_linear_ = false;
  std::vector<bool> are_classes_;  // by output
  std::unique_ptr<const FrameworkForest> framework_;
  mutable std::vector<Prepared> prepared_;  // two an output: as it is, and as scores
  mutable std::once_flag games_once_;
  mutable Plan::OnlyPredictor games_of_;
  mutable std::vector<std::unique_ptr<const spi::MarginGame>> games_;  // by baseline
};

/// Rows in the model's cell type with missing values marked.
struct MarkedRows {
  spi::InputBuffer input;
  std::size_t count = 0;
  std::size_t most_attributions = explain::kMostAttributions;  ///< of all of them
};

/// One thread's memory for explaining; views stand in it.
class ExplainRunner {
 public:
  /// Explains rows whose answer stands in `answers`, which the scratch may hold.
  [[nodiscard]] Result<AttributionView> run(const GraphExplainer& explainer, ExplainedAnswer answer,
                                            const MarkedRows& rows, const OutputView& answers,
                                            PlanScratch& scratch);
  [[nodiscard]] ExplainedAnswer last_answer() const noexcept { return last_answer_; }

 private:
  [[nodiscard]] Result<AttributionView> run_framework(const GraphExplainer& explainer,
                                                      const MarkedRows& rows, PlanScratch& scratch);
  [[nodiscard]] spi::GameRows read_game_rows(const GraphView& model, spi::ValueId value,
                                             std::size_t output, const MarkedRows& rows,
                                             PlanScratch& scratch);

  explain::ExplainScratch scratch_;
  std::vector<double> answers_;
  base::AlignedBuffer cells_;
  base::AlignedBuffer game_rows_;
  ExplainedAnswer last_answer_;
};

}  // namespace trivet::core
