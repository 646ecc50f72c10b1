// SPDX-License-Identifier: Apache-2.0
// Generated forests in LightGBM's own text.
#include "support/lightgbm_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace trivet::bench {
namespace {

constexpr int kMissingNan = 8;          // of decision_type
constexpr int kDefaultLeft = 2;         // of decision_type
constexpr std::int32_t kRows = 60'000;  // that the training would have had

void append_item(std::int64_t value, std::string& out) {
  std::array<char, 24> buffer;
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

/// LightGBM prints 17 digits of what prediction reads and 6 of the rest.
void append_item(double value, std::string& out, int digits) {
  std::array<char, 40> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::general, digits);
  out.append(buffer.data(), end);
}

template <class Append>
void append_line(std::string_view key, std::size_t count, Append&& append, std::string& out) {
  out.append(key) += '=';
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ' ';
    append(i);
  }
  out += '\n';
}

/// The nodes of a tree in LightGBM's numbers: splits and leaves apart.
struct ApartNumbers {
  std::vector<std::size_t> splits;
  std::vector<std::size_t> leaves;
  std::vector<std::int32_t> number;  // by node; ~leaf for leaves
  std::vector<std::int32_t> rows;    // by node, of the training

  explicit ApartNumbers(const Tree& tree) : number(tree.node_count()), rows(tree.node_count()) {
    rows[0] = kRows;
    for (std::size_t node = 0; node < tree.node_count(); ++node) {
      const bool is_leaf = tree.left[node] < 0;
      std::vector<std::size_t>& kind = is_leaf ? leaves : splits;
      const auto place = static_cast<std::int32_t>(kind.size());
      number[node] = is_leaf ? ~place : place;
      kind.push_back(node);
      if (is_leaf) continue;
      const std::int32_t left = 1 + rows[node] / 3;
      rows[static_cast<std::size_t>(tree.left[node])] = left;
      rows[static_cast<std::size_t>(tree.right[node])] = 1 + rows[node] - left;
    }
  }
};

std::string lightgbm_tree(const Tree& tree, std::size_t id) {
  const ApartNumbers apart(tree);
  std::string out = "Tree=" + std::to_string(id) +
                    "\nnum_leaves=" + std::to_string(apart.leaves.size()) + "\nnum_cat=0\n";
  const auto of_splits = [&](std::string_view key, auto&& append) {
    append_line(
        key, apart.splits.size(), [&](std::size_t i) { append(apart.splits[i]); }, out);
  };
  const auto of_leaves = [&](std::string_view key, auto&& append) {
    append_line(
        key, apart.leaves.size(), [&](std::size_t i) { append(apart.leaves[i]); }, out);
  };
  const auto number = [&](const std::vector<std::int32_t>& child, std::size_t node) {
    append_item(std::int64_t{apart.number[static_cast<std::size_t>(child[node])]}, out);
  };
  const auto statistic = [&](double scale, int digits) {
    return [&, scale, digits](std::size_t node) {
      append_item(scale * static_cast<double>(tree.condition[node]), out, digits);
    };
  };
  const auto rows = [&](std::size_t node) { append_item(std::int64_t{apart.rows[node]}, out); };
  of_splits("split_feature",
            [&](std::size_t node) { append_item(std::int64_t{tree.feature[node]}, out); });
  of_splits("split_gain", statistic(37.7, 6));
  of_splits("threshold", statistic(1, 17));
  of_splits("decision_type", [&](std::size_t node) {
    append_item(std::int64_t{kMissingNan + (tree.default_left[node] != 0 ? kDefaultLeft : 0)}, out);
  });
  of_splits("left_child", [&](std::size_t node) { number(tree.left, node); });
  of_splits("right_child", [&](std::size_t node) { number(tree.right, node); });
  of_leaves("leaf_value", statistic(1, 17));
  of_leaves("leaf_weight", statistic(913.3, 17));
  of_leaves("leaf_count", rows);
  of_splits("internal_value", statistic(0.1, 6));
  of_splits("internal_weight", statistic(913.3, 6));
  of_splits("internal_count", rows);
  return out + "is_linear=0\nshrinkage=0.1\n\n\n";
}

}  // namespace

std::string to_lightgbm_text(const Forest& forest) {
  std::string trees;
  std::string sizes = "tree_sizes=";
  for (std::size_t i = 0; i < forest.trees.size(); ++i) {
    const std::string tree = lightgbm_tree(forest.trees[i], i);
    if (i > 0) sizes += ' ';
    append_item(static_cast<std::int64_t>(tree.size()), sizes);
    trees += tree;
  }
  std::string out =
      "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
      "max_feature_idx=" +
      std::to_string(forest.features - 1) + "\nobjective=binary sigmoid:1\n";
  append_line(
      "feature_names", forest.features,
      [&](std::size_t i) { out += "Column_" + std::to_string(i); }, out);
  append_line(
      "feature_infos", forest.features, [&](std::size_t) { out += "[-4.5:4.5]"; }, out);
  out += sizes + "\n\n" + trees;
  out +=
      "end of trees\n\nfeature_importances:\nColumn_0=1\n\nparameters:\n[boosting: gbdt]\n"
      "[objective: binary]\n\nend of parameters\n\npandas_categorical:null\n";
  return out;
}

}  // namespace trivet::bench
