// SPDX-License-Identifier: Apache-2.0
// Trees over ranks, packed into cache lines: what the row engines walk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "backend/tree/ranks.hpp"
#include "base/align.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// Starts vectors at a cache line.
template <class T>
struct LineAllocator {
  using value_type = T;
  LineAllocator() = default;
  template <class U>
  LineAllocator(const LineAllocator<U>&) noexcept {}
  [[nodiscard]] T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{base::kAlignment}));
  }
  void deallocate(T* data, std::size_t) noexcept {
    ::operator delete (data, std::align_val_t{base::kAlignment});
  }
  bool operator==(const LineAllocator&) const noexcept { return true; }
};
template <class T>
using LineVector = std::vector<T, LineAllocator<T>>;

/// A node in one unit of memory. From the lowest bit: the test that it asks, one bit each "the left
/// child is a leaf" and "the right child is", the distance in units to the left child. The right
/// child follows the left one. A leaf is its value, in as many units as that takes: leaves don't
/// need nodes.
struct RankedNode {
  using Unit = std::uint32_t;
  static constexpr int kLeafShift = 16;
  static constexpr int kDistanceShift = kLeafShift + 2;
  static constexpr Unit kTestMask = (Unit{1} << kLeafShift) - 1;
  static constexpr Unit kLeftLeaf = Unit{1} << kLeafShift;
  static constexpr std::size_t kGreatestDistance = (Unit{1} << (32 - kDistanceShift)) - 1;
  static constexpr std::size_t kLineUnits = base::kAlignment / sizeof(Unit);
};
static_assert(kMostTests <= RankedNode::kTestMask);

/// What the splits of a forest ask.
struct SplitTests {
  const Ranks& ranks;
  const RankedSplits& splits;

  [[nodiscard]] const RankTest& operator[](std::size_t split) const noexcept {
    return ranks.tests[splits.test[split]];
  }
  [[nodiscard]] std::uint32_t number(std::size_t split) const noexcept {
    return splits.test[split];
  }
  /// The number of a test that always goes left.
  [[nodiscard]] std::size_t always_left() const noexcept { return ranks.tests.size(); }
};

/// Depths of the leaves of a forest.
struct LeafDepths {
  std::vector<std::uint64_t> count;  ///< by depth; a lone leaf has depth 0
  std::size_t most_leaves = 0;       ///< of one tree

  void gather(const spi::TreeEnsemble& forest);
  [[nodiscard]] std::uint32_t deepest() const noexcept {
    return static_cast<std::uint32_t>(count.size() - 1);
  }
};

/// A split, or `~leaf`, as in TreeEnsemble::left. Trees without splits have ~0 at their root.
using TreeNode = std::int32_t;
inline constexpr TreeNode kNoNode = INT32_MIN;

/// The forest's nodes. Walks start at `start[tree]`, or at one of the `kExits` units there when
/// another engine has settled the top levels.
struct RankedForest {
  using Unit = RankedNode::Unit;
  LineVector<Unit> units;
  std::vector<std::uint32_t> start;  ///< by tree, in units
  /// All leaves are at least `plain_steps` steps from where walks start (one more when `!fixed`):
  /// those are taken without looking. `fixed`: there are no more.
  std::uint32_t plain_steps = 0;
  bool fixed = false;

  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return held_bytes(units) + held_bytes(start);
  }
};

/// Places one tree after the other.
class ForestPacker {
 public:
  using Unit = RankedNode::Unit;
  ForestPacker(const spi::TreeEnsemble& forest, const SplitTests& tests, RankedForest& out);

  /// `top_levels`: how many levels others settle. Decides how far leaves are pushed down.
  void plan(const LeafDepths& depths, std::uint32_t top_levels);
  /// The tree below `tops` (its root, or the exits of its top levels), side by side. False when
  /// a distance doesn't fit.
  [[nodiscard]] bool pack(std::size_t tree, const std::vector<TreeNode>& tops);

 private:
  /// A node that has been placed; its children have not.
  struct Open {
    std::size_t at;
    TreeNode left, right;  ///< right is kNoNode behind a node that only pushes a leaf down
    std::uint32_t level;
  };
  [[nodiscard]] bool is_leaf_here(TreeNode node, std::uint32_t level) const noexcept {
    return node < 0 && level >= least_level_;
  }
  [[nodiscard]] std::size_t size_of(TreeNode node, std::uint32_t level) const noexcept {
    if (node == kNoNode) return 0;
    return is_leaf_here(node, level) ? leaf_units_ : 1;
  }
  void put(TreeNode node, std::uint32_t level, std::size_t at);
  void put_leaf(std::size_t leaf, std::size_t at);
  bool place_children(const Open& open);
  bool fill_lines();
  void start_line() {
    while (out_.units.size() % RankedNode::kLineUnits != 0) out_.units.push_back(0);
  }

  const spi::TreeEnsemble& forest_;
  const SplitTests& tests_;
  RankedForest& out_;
  std::size_t leaf_units_;
  std::uint32_t least_level_ = 1;
  std::size_t tree_ = 0;
  std::vector<Open> waiting_;
  std::vector<Open> line_;
};

/// What a leaf's units hold: its value, or for vector leaves its position in the forest.
[[nodiscard]] std::uint64_t leaf_bits(const spi::TreeEnsemble& forest, std::size_t tree,
                                      std::size_t leaf) noexcept;
/// Bytes of that.
[[nodiscard]] std::size_t leaf_bytes(const spi::TreeEnsemble& forest) noexcept;

}  // namespace trivet::tree
