// SPDX-License-Identifier: Apache-2.0
// IsolationForest: how soon random cuts leave a row alone.
//
// A leaf is worth its depth in splits plus the mean length c(n) of a search among the n rows that
// came to it. score_samples is −2^(−Σ / (trees · c(max_samples))), rows below the offset are −1.
#include <cmath>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/products.hpp"
#include "format/sklearn/tree_arrays.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The mean length of an unsuccessful search in a binary tree of n rows.
double mean_path_length(double n) noexcept {
  constexpr double kEulerGamma = 0.57721566490153286060651209008240243;
  if (n <= 1) return 0;
  if (n <= 2) return 1;
  return 2 * (std::log(n - 1) + kEulerGamma) - 2 * (n - 1) / n;
}

/// Of each node; 0 for splits. Children stand behind their parents in files of scikit-learn; in
/// others the builder refuses what this leaves at depth 0.
std::vector<double> path_lengths(const TreeArrays& tree, std::span<const double> row_counts) {
  std::vector<double> depth(tree.node_count(), 0);
  std::vector<double> length(tree.node_count(), 0);
  for (std::size_t n = 0; n < tree.node_count(); ++n) {
    if (tree.is_leaf(n)) {
      length[n] = depth[n] + mean_path_length(row_counts[n]);
      continue;
    }
    for (const std::int64_t child : {tree.left[n], tree.right[n]}) {
      const bool is_behind = child > static_cast<std::int64_t>(n) &&
                             child < static_cast<std::int64_t>(tree.node_count());
      if (is_behind) depth[static_cast<std::size_t>(child)] = depth[n] + 1;
    }
  }
  return length;
}

Status add_isolation_tree(const PickleView& member, std::span<const std::uint32_t> features,
                          spi::TreeEnsembleBuilder& builder) {
  const Result<PickleView> object = member.attribute("tree_");
  if (!object) return object.error();
  const Result<TreeArrays> tree = read_tree_arrays(*object);
  if (!tree) return tree.error();
  const Result<PickleView> nodes = object->attribute("nodes");
  if (!nodes) return nodes.error();
  std::vector<double> row_counts;
  TRIVET_TRY(nodes->read_field("n_node_samples", row_counts));
  for (std::size_t n = 0; n < tree->node_count(); ++n) {
    const auto here = static_cast<std::int64_t>(n);
    if (tree->is_leaf(n) || (tree->left[n] > here && tree->right[n] > here)) continue;
    return nodes->refuse(text::message("node {} behind its children", n), "parents first");
  }
  return add_tree(*tree, path_lengths(*tree, row_counts), features, builder);
}

Result<spi::TreeEnsemble> build_isolation_forest(const PickleView& estimator,
                                                 std::uint32_t features) {
  const Result<PickleView> members = estimator.attribute("estimators_");
  if (!members) return members.error();
  const auto subsets = estimator.find("estimators_features_");
  if (members->size() == 0 || (subsets && subsets->size() != members->size())) {
    return members->fail(members->description(), "trees, and the features of each");
  }
  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f64, 1, spi::TrainingFacts::cover);
  for (std::size_t t = 0; t < members->size(); ++t) {
    Result<std::vector<std::uint32_t>> subset{std::vector<std::uint32_t>()};
    if (subsets) subset = read_subset(subsets->item(t), features);
    if (!subset) return subset.error();
    TRIVET_TRY(add_isolation_tree(members->item(t), *subset, builder));
  }
  const auto sample = find_any(estimator, {"_max_samples", "max_samples_"});
  if (!sample) return estimator.fail("no number of samples", "_max_samples");
  const Result<double> samples = sample->number();
  if (!samples) return samples.error();
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = features;
  header.input_width = spi::FloatWidth::f32;
  header.test = spi::Test::less_equal;
  header.sum.accumulator = spi::FloatWidth::f64;
  header.sum.scale = -1;
  header.sum.divisor = static_cast<double>(members->size()) * mean_path_length(*samples);
  return std::move(builder).finish(std::move(header));
}

Result<Answers> bind_isolation_forest(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  constexpr Version kNewScores = 22;  // earlier ones have other path lengths and thresholds
  const Version version = version_of(estimator);
  if (version > 0 && version < kNewScores) {
    return estimator.refuse("an IsolationForest of scikit-learn before 0.22", "one from 0.22 on");
  }
  TRIVET_TRY(sketch.expect_width(rows, estimator, {"n_features_in_", "n_features_"}));
  TRIVET_TRY(sketch.take_numbers(rows, rows.width(), TakesMissing::no, estimator, kGreatestFloat));
  const Result<PickleView> offset = estimator.attribute("offset_");
  if (!offset) return offset.error();
  const Result<double> border = offset->number();
  if (!border) return border.error();
  Result<spi::TreeEnsemble> body = build_isolation_forest(estimator, rows.width());
  if (!body) return body.error();
  const spi::ValueId depth = sketch.add_value("depth", DType::float64, 1);
  sketch.add_node(
      {.body = std::move(*body), .inputs = {rows.value}, .outputs = {{spi::Port::margin, depth}}});
  const spi::ValueId score =
      add_function(sketch, "negate", add_function(sketch, "power_of_two", depth, 1), 1);
  const spi::ValueId is_inlier = add_threshold(sketch, "greater_equal", score, *border);
  const spi::ValueId decision = add_shift(sketch, score, *border);
  Answers answers;
  answers.methods.push_back(label_answer(is_inlier, {Value(-1), Value(1)}));
  answers.methods.push_back({.method = "decision_function", .value = decision, .is_scalar = true});
  answers.methods.push_back({.method = "score_samples", .value = score, .is_scalar = true});
  return answers;
}

constexpr EstimatorRow kIsolationForests[] = {
    {"sklearn.ensemble._iforest", "IsolationForest", bind_isolation_forest},
    {"sklearn.ensemble.iforest", "IsolationForest", bind_isolation_forest},
};

}  // namespace

std::span<const EstimatorRow> isolation_forest_estimators() noexcept { return kIsolationForests; }

}  // namespace trivet::sklearn
