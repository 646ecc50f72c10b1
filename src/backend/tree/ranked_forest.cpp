// SPDX-License-Identifier: Apache-2.0
// From the IR to packed nodes. Children of a node are placed together, and below them what still
// fits the line: a walk reads a new line every third level or so, not at each.
#include "backend/tree/ranked_forest.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "backend/tree/split_order.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr std::uint64_t kFixedShare = 4;    // of the nodes: what pushing all leaves down may cost
constexpr std::uint64_t kPushedShare = 16;  // what pushing some down may

}  // namespace

void LeafDepths::gather(const TreeEnsemble& forest) {
  SplitOrder order;
  std::vector<std::uint32_t> depth;  // by split of a tree
  count.assign(1, 0);
  for (std::size_t t = 0; t < forest.tree_count(); ++t) {
    const std::size_t first = forest.split_begin[t];
    const std::size_t splits = forest.split_begin[t + 1] - first;
    most_leaves = std::max(most_leaves, splits + 1);
    if (splits == 0) ++count[0];
    depth.assign(splits, 0);
    for (const std::uint32_t split : order.of(forest, t)) {
      const std::uint32_t below = depth[split] + 1;
      if (count.size() <= below) count.resize(below + 1, 0);
      for (const std::int32_t child : {forest.left[first + split], forest.right[first + split]}) {
        if (child < 0) ++count[below];
        else depth[static_cast<std::size_t>(child)] = below;
      }
    }
  }
}

std::size_t leaf_bytes(const TreeEnsemble& forest) noexcept {
  if (forest.leaf_width > 1) return sizeof(std::uint32_t);
  return forest.sum.accumulator == FloatWidth::f32 ? sizeof(float) : sizeof(double);
}

std::uint64_t leaf_bits(const TreeEnsemble& forest, std::size_t tree, std::size_t leaf) noexcept {
  if (forest.leaf_width > 1) return leaf;
  if (forest.sum.accumulator == FloatWidth::f32) {
    return std::bit_cast<std::uint32_t>(weighted_leaf<float>(forest, tree, leaf));
  }
  return std::bit_cast<std::uint64_t>(weighted_leaf<double>(forest, tree, leaf));
}

ForestPacker::ForestPacker(const TreeEnsemble& forest, const SplitTests& tests, RankedForest& out)
    : forest_(forest),
      tests_(tests),
      out_(out),
      leaf_units_((leaf_bytes(forest) + sizeof(Unit) - 1) / sizeof(Unit)) {}

void ForestPacker::plan(const LeafDepths& depths, std::uint32_t top_levels) {
  const std::uint64_t nodes = forest_.node_count();
  const std::uint32_t deepest = std::max(depths.deepest(), top_levels + 1);
  const auto pushing_down_to = [&](std::uint32_t level) {
    std::uint64_t pushed = 0;
    for (std::size_t d = 0; d < depths.count.size() && d < level; ++d) {
      // A leaf within the top levels is that many of their exits, each pushed down on its own.
      const std::uint64_t exits = d < top_levels ? std::uint64_t{1} << (top_levels - d) : 1;
      pushed += depths.count[d] * exits * (level - std::max<std::uint64_t>(d, top_levels));
    }
    return pushed;
  };
  if (pushing_down_to(deepest) <= nodes / kFixedShare) {
    out_.fixed = true;
    least_level_ = deepest - top_levels;
    out_.plain_steps = least_level_;
    return;
  }
  std::uint32_t level = top_levels + 1;
  while (level < deepest && pushing_down_to(level + 1) <= nodes / kPushedShare) ++level;
  least_level_ = level - top_levels;
  out_.plain_steps = least_level_ - 1;
}

bool ForestPacker::pack(std::size_t tree, const std::vector<TreeNode>& tops) {
  tree_ = tree;
  make_room(out_.units, tree, forest_.tree_count());
  if (out_.units.size() % RankedNode::kLineUnits + tops.size() > RankedNode::kLineUnits / 2)
    start_line();
  const std::size_t first = out_.units.size();
  out_.start.push_back(static_cast<std::uint32_t>(first));
  out_.units.resize(first + tops.size());
  for (std::size_t i = 0; i < tops.size(); ++i) put(tops[i], 0, first + i);
  return fill_lines() && out_.units.size() <= UINT32_MAX;
}

void ForestPacker::put(TreeNode node, std::uint32_t level, std::size_t at) {
  if (is_leaf_here(node, level)) {
    put_leaf(forest_.leaf_begin[tree_] + static_cast<std::size_t>(~node), at);
    return;
  }
  if (node < 0) {
    out_.units[at] = static_cast<Unit>(tests_.always_left());
    line_.push_back({at, node, kNoNode, level + 1});
    return;
  }
  const std::size_t split = forest_.split_begin[tree_] + static_cast<std::size_t>(node);
  out_.units[at] = static_cast<Unit>(tests_.number(split));
  line_.push_back({at, forest_.left[split], forest_.right[split], level + 1});
}

void ForestPacker::put_leaf(std::size_t leaf, std::size_t at) {
  const std::uint64_t bits = leaf_bits(forest_, tree_, leaf);
  static_assert(std::endian::native == std::endian::little);
  std::memcpy(out_.units.data() + at, &bits, leaf_bytes(forest_));
}

bool ForestPacker::place_children(const Open& open) {
  const std::size_t at = out_.units.size();
  const std::size_t left_size = size_of(open.left, open.level);
  out_.units.resize(at + left_size + size_of(open.right, open.level));
  const std::size_t distance = at - open.at;
  if (distance > RankedNode::kGreatestDistance) return false;
  Unit& parent = out_.units[open.at];
  parent |= static_cast<Unit>(distance) << RankedNode::kDistanceShift;
  if (is_leaf_here(open.left, open.level)) parent |= RankedNode::kLeftLeaf;
  if (open.right != kNoNode && is_leaf_here(open.right, open.level))
    parent |= 2 * RankedNode::kLeftLeaf;
  put(open.left, open.level, at);
  if (open.right != kNoNode) put(open.right, open.level, at + left_size);
  return true;
}

bool ForestPacker::fill_lines() {
  waiting_.assign(line_.rbegin(), line_.rend());
  line_.clear();
  while (!waiting_.empty()) {
    line_.assign(1, waiting_.back());
    waiting_.pop_back();
    for (std::size_t i = 0; i < line_.size(); ++i) {
      const Open open = line_[i];
      const std::size_t size = size_of(open.left, open.level) + size_of(open.right, open.level);
      if (out_.units.size() % RankedNode::kLineUnits + size > RankedNode::kLineUnits) {
        if (i != 0) {
          waiting_.insert(waiting_.end(), line_.rbegin(),
                          line_.rend() - static_cast<std::ptrdiff_t>(i));
          break;
        }
        start_line();
      }
      if (!place_children(open)) return false;
    }
    line_.clear();
  }
  return true;
}

}  // namespace trivet::tree
