// SPDX-License-Identifier: Apache-2.0
// Models that are a Graph, prepared.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/graph_explainer.hpp"
#include "core/missing_cells.hpp"
#include "core/own_spec.hpp"
#include "core/plan.hpp"
#include "core/profile.hpp"
#include "core/sidecar.hpp"
#include "core/worker.hpp"
#include "trivet/spi/registry.hpp"

namespace trivet::core {

/// Everything that is proved before the first question; then it never changes.
struct GraphModelParts {
  spi::Graph graph;
  Signature signature;
  Sidecar sidecar;
  Profile profile;
  ModelInfo info;
  OwnSpec own_spec;
};

/// A graph with its plan. Its workers are in graph_worker.cpp, which defines make_worker().
class GraphModel final : public LoadedModel {
 public:
  [[nodiscard]] static Result<std::unique_ptr<const LoadedModel>> make(
      GraphModelParts parts, const spi::Registry& registry, const LoadOptions& options);

  const Signature& signature() const noexcept override { return parts_.signature; }
  const ModelInfo& info() const noexcept override { return parts_.info; }
  const spi::Graph* graph() const noexcept override { return &parts_.graph; }
  std::unique_ptr<Worker> make_worker() const override;
  /// For a spec that a request asks for, within bounds.
  Result<std::shared_ptr<const GraphExplainer>> make_graph_explainer(
      const ExplanationSpec& spec) const;
  Result<std::shared_ptr<const Explainer>> make_explainer(
      const ExplanationSpec& spec) const override {
    auto made = GraphExplainer::make(view(), spec);
    if (!made) return std::move(made).error();
    return std::shared_ptr<const Explainer>(std::move(*made));
  }
  std::shared_ptr<const Explainer> own_explainer() const override { return own_explainer_; }

  const Plan& plan() const noexcept { return *plan_; }
  std::size_t cell_count() const noexcept {
    return parts_.graph.values[parts_.graph.input.value].width;
  }
  const Profile& profile() const noexcept { return parts_.profile; }
  const std::optional<double>& missing() const noexcept { return parts_.graph.input.missing; }
  /// Where a row has the values of number columns.
  const std::vector<CellRange>& number_cells() const noexcept { return number_cells_; }
  std::size_t row_numbers() const noexcept { return row_numbers_; }

 private:
  explicit GraphModel(GraphModelParts parts);

  [[nodiscard]] GraphView view() const noexcept {
    return {&parts_.graph, &parts_.signature, &parts_.profile, &*plan_};
  }
  /// The spec beside the artefact must fit the model as the rest of the sidecar must.
  Status bind_own_spec();

  GraphModelParts parts_;
  std::vector<CellRange> number_cells_;
  std::size_t row_numbers_;
  std::optional<Plan> plan_;                             // refers to parts_.graph
  std::shared_ptr<const GraphExplainer> own_explainer_;  // refers to both
};

}  // namespace trivet::core
