// SPDX-License-Identifier: Apache-2.0
// One tree as scikit-learn keeps it.
#include "format/sklearn/tree_arrays.hpp"

#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// 32-bit systems wrote narrower numbers, and no tree has more nodes than those count.
Status read_nodes(const PickleView& nodes, TreeArrays& tree) {
  TRIVET_TRY(nodes.read_field("left_child", tree.left));
  TRIVET_TRY(nodes.read_field("right_child", tree.right));
  TRIVET_TRY(nodes.read_field("feature", tree.feature));
  TRIVET_TRY(nodes.read_field("threshold", tree.threshold));
  TRIVET_TRY(nodes.read_field("weighted_n_node_samples", tree.weight));
  constexpr std::string_view kMissing = "missing_go_to_left";
  if (nodes.array()->type->field(kMissing) == nullptr) return {};
  return nodes.read_field(kMissing, tree.missing_left);
}

/// nodes × outputs × classes.
Status read_values(const PickleView& values, TreeArrays& tree) {
  const artifact::NumpyArray* const array = values.array();
  const std::size_t rank = array == nullptr ? 0 : array->shape.size();
  constexpr std::size_t kRank = 3;
  if (rank != kRank || array->shape[0] != static_cast<std::int64_t>(tree.node_count()) ||
      array->shape[1] < 1 || array->shape[2] < 1) {
    return values.fail(values.description(),
                       text::message("{} nodes × outputs × classes", tree.node_count()));
  }
  tree.outputs = static_cast<std::size_t>(array->shape[1]);
  tree.classes = static_cast<std::size_t>(array->shape[2]);
  Result<std::vector<double>> cells = values.doubles();
  if (!cells) return cells.error();
  tree.values = std::move(*cells);
  return {};
}

std::uint32_t node_number(std::int32_t child) noexcept {
  // What is no node's number becomes one that the builder refuses.
  return child >= 0 ? static_cast<std::uint32_t>(child) : std::numeric_limits<std::uint32_t>::max();
}

Result<std::uint32_t> feature_number(const TreeArrays& tree, std::size_t node,
                                     std::span<const std::uint32_t> features) {
  const std::int64_t feature = tree.feature[node];
  const auto limit = features.empty() ? std::int64_t{std::numeric_limits<std::int32_t>::max()}
                                      : static_cast<std::int64_t>(features.size());
  if (feature < 0 || feature >= limit) {
    return Error(Errc::invalid_model, text::message("node {}", node),
                 text::message("a test on feature {}", feature), "a feature of the tree");
  }
  const auto place = static_cast<std::size_t>(feature);
  return features.empty() ? static_cast<std::uint32_t>(place) : features[place];
}

}  // namespace

Result<TreeArrays> read_tree_arrays(const PickleView& view) {
  TreeArrays tree;
  const Result<PickleView> nodes = view.attribute("nodes");
  if (!nodes) return nodes.error();
  TRIVET_TRY(read_nodes(*nodes, tree));
  constexpr std::size_t kNodeLimit = std::size_t{1} << 30;
  if (tree.node_count() == 0 || tree.node_count() >= kNodeLimit) {
    return nodes->fail(text::message("{} nodes", tree.node_count()),
                       text::message("1 to {}", kNodeLimit - 1));
  }
  const Result<PickleView> values = view.attribute("values");
  if (!values) return values.error();
  TRIVET_TRY(read_values(*values, tree));
  return tree;
}

/// Which of the two it is shows at the root, where counts sum up to the weight of all rows. The
/// layout of a node changed at another version than the values did, so it says nothing.
void to_shares(TreeArrays& tree, Version version) {
  constexpr Version kFirstWithShares = 104;
  constexpr double kCloseEnough = 1e-6;
  const std::span<const double> root = tree.value(0).first(tree.classes);
  const double sum = std::accumulate(root.begin(), root.end(), 0.0);
  const double weight = tree.weight[0];
  const bool is_one = std::fabs(sum - 1) <= kCloseEnough;
  const bool is_weight = std::fabs(sum - weight) <= kCloseEnough * std::fabs(weight);
  if (is_one && is_weight ? version >= kFirstWithShares : is_one) return;
  for (std::size_t at = 0; at < tree.values.size(); at += tree.classes) {
    const std::span<double> counts = std::span(tree.values).subspan(at, tree.classes);
    const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
    for (double& count : counts) count /= total == 0 ? 1 : total;
  }
}

Status add_tree(const TreeArrays& tree, std::span<const double> leaf_values,
                std::span<const std::uint32_t> features, spi::TreeEnsembleBuilder& builder) {
  const std::size_t width = leaf_values.size() / tree.node_count();
  builder.begin_tree(static_cast<std::uint32_t>(tree.node_count()));
  for (std::uint32_t n = 0; n < tree.node_count(); ++n) {
    const auto cover = static_cast<float>(tree.weight[n]);
    if (tree.is_leaf(n)) {
      TRIVET_TRY(builder.add_leaf(n, leaf_values.subspan(n * width, width), cover));
      continue;
    }
    const Result<std::uint32_t> feature = feature_number(tree, n, features);
    if (!feature) return feature.error();
    const bool missing_left = !tree.missing_left.empty() && tree.missing_left[n] != 0;
    TRIVET_TRY(builder.add_split({.node = n,
                                  .feature = *feature,
                                  .cut = tree.threshold[n],
                                  .left = node_number(tree.left[n]),
                                  .right = node_number(tree.right[n]),
                                  .missing_left = missing_left,
                                  .cover = cover}));
  }
  return builder.end_tree(spi::Unreached::refused);
}

/// Walks both forms side by side: they are the same tree, proved when it was built.
std::vector<std::int32_t> leaf_numbers(const TreeArrays& tree, const spi::TreeEnsemble& forest,
                                       std::size_t which) {
  struct Pair {
    std::size_t node;
    std::int32_t place;  // a split of the forest's tree, or ~leaf
  };
  const std::size_t first = forest.split_begin[which];
  std::vector<std::int32_t> numbers(forest.leaf_begin[which + 1] - forest.leaf_begin[which]);
  std::vector<Pair> open{{0, forest.split_begin[which + 1] == first ? ~0 : 0}};
  while (!open.empty()) {
    const Pair at = open.back();
    open.pop_back();
    if (at.place < 0) {
      numbers[static_cast<std::size_t>(~at.place)] = static_cast<std::int32_t>(at.node);
      continue;
    }
    const std::size_t split = first + static_cast<std::size_t>(at.place);
    open.push_back({static_cast<std::size_t>(tree.left[at.node]), forest.left[split]});
    open.push_back({static_cast<std::size_t>(tree.right[at.node]), forest.right[split]});
  }
  return numbers;
}

}  // namespace trivet::sklearn
