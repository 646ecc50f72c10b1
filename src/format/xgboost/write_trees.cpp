// SPDX-License-Identifier: Apache-2.0
// Fills and writes the arrays of one tree.
#include "format/xgboost/write_trees.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <string_view>

namespace trivet::xgboost {
namespace {

constexpr std::int32_t kNoNode = -1;
// What stands as the parent of the root: in trees of scalar leaves, in trees of vector leaves.
constexpr std::int32_t kScalarRoot = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kVectorRoot = -1;

}  // namespace

void TreeWriter::number_nodes(std::size_t tree) {
  const std::size_t first = forest_.split_begin[tree];
  const std::size_t splits = forest_.split_begin[tree + 1] - first;
  order_.assign(1, splits == 0 ? ~0 : 0);
  left_.clear();
  right_.clear();
  parent_.assign(1, forest_.leaf_width > 1 ? kVectorRoot : kScalarRoot);
  for (std::size_t node = 0; node < order_.size(); ++node) {
    const std::int32_t at = order_[node];
    const auto next = static_cast<std::int32_t>(order_.size());
    left_.push_back(at < 0 ? kNoNode : next);
    right_.push_back(at < 0 ? kNoNode : next + 1);
    if (at < 0) continue;
    const std::size_t split = first + static_cast<std::size_t>(at);
    order_.push_back(forest_.left[split]);
    order_.push_back(forest_.right[split]);
    parent_.insert(parent_.end(), 2, static_cast<std::int32_t>(node));
  }
}

void TreeWriter::fill_split(std::size_t node, std::size_t split) {
  const spi::NodeFlags flags = forest_.flags[split];
  feature_[node] = static_cast<std::int32_t>(forest_.feature[split]);
  default_left_[node] = flags.missing_left() ? 1 : 0;
  if (!forest_.split_cover.empty()) cover_[node] = forest_.split_cover[split];
  if (!forest_.split_gain.empty()) gain_[node] = forest_.split_gain[split];
  if (flags.categorical()) {
    add_categories(node, split);
  } else {
    condition_[node] = forest_.cut.f32[split];
  }
}

void TreeWriter::add_categories(std::size_t node, std::size_t split) {
  const auto set = static_cast<std::size_t>(forest_.cut[split]);
  const std::size_t begin = forest_.categories.offset[set];
  const std::size_t end = forest_.categories.offset[set + 1];
  category_nodes_.push_back(static_cast<std::int32_t>(node));
  category_begin_.push_back(static_cast<std::int64_t>(categories_.size()));
  for (std::size_t w = begin; w < end; ++w) {
    for (std::uint32_t word = forest_.categories.words[w]; word != 0; word &= word - 1) {
      categories_.push_back(static_cast<std::int32_t>((w - begin) * 32) + std::countr_zero(word));
    }
  }
  category_size_.push_back(static_cast<std::int64_t>(categories_.size()) - category_begin_.back());
  split_type_[node] = 1;
  condition_[node] = std::numeric_limits<float>::quiet_NaN();
}

void TreeWriter::fill_leaf(std::size_t node, std::size_t leaf) {
  const std::size_t width = forest_.leaf_width;
  const float* values = forest_.leaf.f32.data() + leaf * width;
  if (width == 1) {
    condition_[node] = values[0];
  } else {  // by node up to 3.1, by the row that the right child names from 3.2 on
    std::copy(values, values + width, weights_.begin() + static_cast<std::ptrdiff_t>(node * width));
    right_[node] = static_cast<std::int32_t>(leaf_weights_.size() / width);
    leaf_weights_.insert(leaf_weights_.end(), values, values + width);
  }
  if (!forest_.leaf_cover.empty()) cover_[node] = forest_.leaf_cover[leaf];
}

/// XGBoost keeps the numbers here as texts.
void TreeWriter::write_parameters() {
  out_.key("tree_param");
  out_.begin_object();
  out_.member("num_deleted", "0");
  out_.member("num_feature", std::to_string(forest_.feature_count));
  out_.member("num_nodes", std::to_string(order_.size()));
  out_.member("size_leaf_vector", std::to_string(forest_.leaf_width));
  out_.end_object();
}

void TreeWriter::fill(std::size_t tree) {
  number_nodes(tree);
  const std::size_t nodes = order_.size();
  feature_.assign(nodes, 0);
  for (std::vector<float>* list : {&condition_, &cover_, &gain_}) list->assign(nodes, 0);
  weights_.assign(nodes * forest_.leaf_width, 0);
  leaf_weights_.clear();
  default_left_.assign(nodes, 0);
  split_type_.assign(nodes, 0);
  categories_.clear();
  category_nodes_.clear();
  category_begin_.clear();
  category_size_.clear();
  for (std::size_t node = 0; node < nodes; ++node) {
    const std::int32_t at = order_[node];
    if (at < 0) fill_leaf(node, forest_.leaf_begin[tree] + static_cast<std::size_t>(~at));
    else fill_split(node, forest_.split_begin[tree] + static_cast<std::size_t>(at));
  }
}

void TreeWriter::write(std::size_t tree) {
  fill(tree);
  const auto floats = [&](std::string_view name, const std::vector<float>& values) {
    out_.key(name);
    out_.floats(values);
  };
  const auto integers = [&](std::string_view name, const std::vector<std::int32_t>& values) {
    out_.key(name);
    out_.integers(values);
  };
  out_.begin_object();
  floats("base_weights", weights_);
  integers("categories", categories_);
  integers("categories_nodes", category_nodes_);
  out_.key("categories_segments");
  out_.wide_integers(category_begin_);
  out_.key("categories_sizes");
  out_.wide_integers(category_size_);
  out_.key("default_left");
  out_.flags(default_left_);
  out_.key("id");
  out_.integer(static_cast<std::int64_t>(tree));
  if (forest_.leaf_width > 1) floats("leaf_weights", leaf_weights_);
  integers("left_children", left_);
  floats("loss_changes", gain_);
  integers("parents", parent_);
  integers("right_children", right_);
  floats("split_conditions", condition_);
  integers("split_indices", feature_);
  out_.key("split_type");
  out_.flags(split_type_);
  floats("sum_hessian", cover_);
  write_parameters();
  out_.end_object();
}

}  // namespace trivet::xgboost
