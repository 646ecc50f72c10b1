// SPDX-License-Identifier: Apache-2.0
// Sums over the tests of a graph's forests.
#include "trivet/importance.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <variant>

#include "core/guard.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::inline v0 {
namespace {

/// Files may hold anything; one NaN would undo a whole column and the order of all.
void add_finite(float number, double& sum) noexcept {
  if (std::isfinite(number)) sum += static_cast<double>(number);
}

/// `column_of` has the column of each feature; empty when features are columns.
void add_forest(const spi::TreeEnsemble& forest, const std::vector<std::uint32_t>& column_of,
                std::vector<FeatureImportance>& columns) {
  for (std::size_t split = 0; split < forest.split_count(); ++split) {
    const std::uint32_t feature = forest.feature[split];
    const std::uint32_t position = column_of.empty() ? feature : column_of[feature];
    if (position == spi::kNoColumn) continue;
    FeatureImportance& column = columns[position];
    ++column.splits;
    if (!forest.split_gain.empty()) add_finite(forest.split_gain[split], column.gain);
    if (!forest.split_cover.empty()) add_finite(forest.split_cover[split], column.cover);
  }
}

std::vector<FeatureImportance> importance_of(const LocalModel& model) {
  const spi::Graph* graph = model.graph();
  if (graph == nullptr) return {};
  std::vector<FeatureImportance> columns(graph->input.columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].column = i;
  for (const spi::Node& node : graph->nodes) {
    const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
    if (forest == nullptr) continue;
    const std::vector<std::uint32_t>& column_of = graph->values[node.inputs.front()].columns;
    if (node.inputs.front() == graph->input.value || !column_of.empty()) {
      add_forest(*forest, column_of, columns);
    }
  }
  std::erase_if(columns, [](const FeatureImportance& column) { return column.splits == 0; });
  std::stable_sort(columns.begin(), columns.end(),
                   [](const FeatureImportance& a, const FeatureImportance& b) {
                     return std::tie(a.gain, a.splits) > std::tie(b.gain, b.splits);
                   });
  return columns;
}

}  // namespace

Result<std::vector<FeatureImportance>> feature_importance(const LocalModel& model) {
  return core::guard(
      [&]() -> Result<std::vector<FeatureImportance>> { return importance_of(model); });
}

}  // namespace trivet::inline v0
