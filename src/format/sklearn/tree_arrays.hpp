// SPDX-License-Identifier: Apache-2.0
// One tree as scikit-learn keeps it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "format/sklearn/attributes.hpp"
#include "trivet/spi/tree_builder.hpp"

namespace trivet::sklearn {

/// `sklearn.tree._tree.Tree`: nodes by number, node 0 is the root.
struct TreeArrays {
  std::vector<std::int32_t> left;  ///< -1: a leaf
  std::vector<std::int32_t> right;
  std::vector<std::int32_t> feature;
  std::vector<double> threshold;
  std::vector<std::int32_t> missing_left;  ///< since 1.3, anything in leaves; empty: none missing
  std::vector<double> weight;              ///< of the training rows that came by
  std::vector<double> values;              ///< node-major: outputs × classes, or outputs
  std::size_t outputs = 1;
  std::size_t classes = 1;  ///< the most of any output; 1 for regressors

  [[nodiscard]] std::size_t node_count() const noexcept { return left.size(); }
  [[nodiscard]] bool is_leaf(std::size_t node) const noexcept { return left[node] == -1; }
  [[nodiscard]] std::span<const double> value(std::size_t node) const noexcept {
    return std::span(values).subspan(node * outputs * classes, outputs * classes);
  }
};

/// Reads the object in `tree_`. Proved: the arrays have a place for each node. Children and
/// features are the builder's to prove.
[[nodiscard]] Result<TreeArrays> read_tree_arrays(const PickleView& tree);

/// The shares of the classes in each node, out of weighted counts up to 1.3.
void to_shares(TreeArrays& tree, Version version);

/// Adds the tree with these values in its leaves, `leaf_width` a node. The features may be counted
/// among others: `features[f]`, unless that is empty.
[[nodiscard]] Status add_tree(const TreeArrays& tree, std::span<const double> leaf_values,
                              std::span<const std::uint32_t> features,
                              spi::TreeEnsembleBuilder& builder);

/// For each leaf of one tree of a finished forest, scikit-learn's number of it.
[[nodiscard]] std::vector<std::int32_t> leaf_numbers(const TreeArrays& tree,
                                                     const spi::TreeEnsemble& forest,
                                                     std::size_t which);

}  // namespace trivet::sklearn
