// SPDX-License-Identifier: Apache-2.0
// The trees of a forest as the arrays of XGBoost's schema.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/xgboost/write_document.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::xgboost {

/// Writes tree after tree, with arrays that it reuses. Nodes are numbered level by level, each left
/// child right before its sibling, which is what XGBoost's own predictor counts on.
class TreeWriter {
 public:
  TreeWriter(const spi::TreeEnsemble& forest, DocumentWriter& out) : forest_(forest), out_(out) {}

  /// The object of tree `tree`. O(tree).
  void write(std::size_t tree);

 private:
  void fill(std::size_t tree);
  void number_nodes(std::size_t tree);
  void fill_split(std::size_t node, std::size_t split);
  void fill_leaf(std::size_t node, std::size_t leaf);
  void add_categories(std::size_t node, std::size_t split);
  void write_parameters();

  const spi::TreeEnsemble& forest_;
  DocumentWriter& out_;

  std::vector<std::int32_t> order_;  // by node: the split, or ~leaf, inside its tree
  std::vector<std::int32_t> left_;
  std::vector<std::int32_t> right_;
  std::vector<std::int32_t> parent_;
  std::vector<std::int32_t> feature_;
  std::vector<float> condition_;
  std::vector<float> weights_;       // base_weights: the rows of vector leaves, else zeros
  std::vector<float> leaf_weights_;  // the same without the splits
  std::vector<float> cover_;
  std::vector<float> gain_;
  std::vector<std::uint8_t> default_left_;
  std::vector<std::uint8_t> split_type_;
  std::vector<std::int32_t> categories_;
  std::vector<std::int32_t> category_nodes_;
  std::vector<std::int64_t> category_begin_;
  std::vector<std::int64_t> category_size_;
};

}  // namespace trivet::xgboost
