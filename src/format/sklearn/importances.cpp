// SPDX-License-Identifier: Apache-2.0
// How much each feature counts for a fitted estimator.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/supports.hpp"
#include "format/sklearn/tree_arrays.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

// --- coefficients

/// By columns: the greatest size, the sum of sizes, or the length.
Result<std::vector<double>> column_norms(const PickleView& view, double order) {
  const Result<Table> table = read_table(view);
  if (!table) return table.error();
  const artifact::NumpyArray* const array = view.array();
  const bool is_vector = array != nullptr && array->shape.size() < 2;
  if (!is_vector && order != 1 && order != 2 && !(std::isinf(order) && order > 0)) {
    return view.refuse(text::message("norm_order={}", order), "1, 2 or inf");
  }
  std::vector<double> norms(table->columns, 0);
  for (std::size_t r = 0; r < table->rows; ++r) {
    for (std::size_t c = 0; c < table->columns; ++c) {
      const double size = std::fabs(table->cells[r * table->columns + c]);
      if (std::isinf(order)) norms[c] = std::max(norms[c], size);
      else norms[c] += order == 2 && !is_vector ? size * size : size;
    }
  }
  if (order == 2 && !is_vector) {
    for (double& norm : norms) norm = std::sqrt(norm);
  }
  return norms;
}

// --- trees

Result<std::size_t> tree_width(const PickleView& object) {
  const auto argument = object.argument(0);
  if (!argument) return object.fail("a tree without the number of its features", "it");
  const Result<std::size_t> features = read_count(*argument);
  if (!features) return features.error();
  constexpr std::size_t kMostFeatures = 1u << 16;
  if (*features <= kMostFeatures) return features;
  return argument->refuse(text::message("{} features", *features),
                          text::message("at most {}", kMostFeatures));
}

/// What each feature's splits took away from the impurity, weighed by the rows that came by.
Result<std::vector<double>> add_up_gains(const TreeArrays& tree,
                                         const std::vector<double>& impurity, std::size_t features,
                                         const PickleView& nodes) {
  std::vector<double> gains(features, 0);
  const auto count = static_cast<std::int64_t>(tree.node_count());
  const auto weighed = [&](std::int64_t node) {
    const auto n = static_cast<std::size_t>(node);
    return tree.weight[n] * impurity[n];
  };
  for (std::int64_t n = 0; n < count; ++n) {
    const auto at = static_cast<std::size_t>(n);
    if (tree.is_leaf(at)) continue;
    const std::int64_t left = tree.left[at];
    const std::int64_t right = tree.right[at];
    const std::int64_t feature = tree.feature[at];
    const bool fits = left >= 0 && left < count && right >= 0 && right < count && feature >= 0 &&
                      feature < static_cast<std::int64_t>(features);
    if (!fits) {
      return nodes.fail(text::message("the node {}", n), "children and a feature that exist");
    }
    gains[static_cast<std::size_t>(feature)] += weighed(n) - weighed(left) - weighed(right);
  }
  if (count > 0) {
    for (double& gain : gains) gain /= tree.weight[0];
  }
  return gains;
}

Result<std::vector<double>> tree_gains(const PickleView& estimator, bool is_normalized) {
  const Result<PickleView> object = estimator.attribute("tree_");
  if (!object) return object.error();
  const Result<TreeArrays> tree = read_tree_arrays(*object);
  if (!tree) return tree.error();
  const Result<PickleView> nodes = object->attribute("nodes");
  if (!nodes) return nodes.error();
  std::vector<double> impurity;
  TRIVET_TRY(nodes->read_field("impurity", impurity));
  const Result<std::size_t> features = tree_width(*object);
  if (!features) return features.error();
  Result<std::vector<double>> gains = add_up_gains(*tree, impurity, *features, *nodes);
  if (!gains) return gains;
  const double sum = std::accumulate(gains->begin(), gains->end(), 0.0);
  if (is_normalized && sum > 0) {
    for (double& gain : *gains) gain /= sum;
  }
  return gains;
}

/// Whether a tree is more than its root.
bool has_splits(const PickleView& estimator) {
  const auto tree = estimator.find("tree_");
  const auto nodes = tree ? tree->find("nodes") : std::nullopt;
  return nodes && nodes->array() != nullptr && nodes->array()->cell_count() > 1;
}

/// The mean over the trees that have splits, as shares of 1.
Result<std::vector<double>> forest_gains(const PickleView& members, bool is_normalized) {
  std::vector<double> sums;
  std::size_t count = 0;
  for (std::size_t t = 0; t < members.size(); ++t) {
    const PickleView member = members.item(t);
    if (!has_splits(member)) continue;
    const Result<std::vector<double>> gains = tree_gains(member, is_normalized);
    if (!gains) return gains.error();
    sums.resize(std::max(sums.size(), gains->size()), 0);
    for (std::size_t f = 0; f < gains->size(); ++f) sums[f] += (*gains)[f];
    ++count;
  }
  if (count == 0) {
    if (members.size() > 0) return tree_gains(members.item(0), is_normalized);
    return members.fail(members.description(), "the trees");
  }
  for (double& sum : sums) sum /= static_cast<double>(count);
  const double total = std::accumulate(sums.begin(), sums.end(), 0.0);
  if (is_normalized || total != 0) {
    for (double& sum : sums) sum /= total;
  }
  return sums;
}

bool is_boosting(const PickleView& estimator) {
  return estimator.name() != nullptr &&
         estimator.name()->name.substr(0, std::string_view("GradientBoosting").size()) ==
             "GradientBoosting";
}

}  // namespace

Result<std::vector<double>> read_importances(const PickleView& estimator, double norm_order) {
  if (const auto coefficients = estimator.find("coef_")) {
    return column_norms(*coefficients, norm_order);
  }
  if (estimator.find("tree_")) return tree_gains(estimator, true);
  const auto members = estimator.find("estimators_");
  const bool is_forest = members && members->size() > 0 && members->item(0).find("tree_");
  if (is_forest) return forest_gains(*members, !is_boosting(estimator));
  return estimator.refuse(
      text::message("features selected by {}", estimator.description()),
      "an estimator with coef_, a tree, a forest or gradient boosting of scikit-learn");
}

}  // namespace trivet::sklearn
