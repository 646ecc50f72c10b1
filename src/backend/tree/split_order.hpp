// SPDX-License-Identifier: Apache-2.0
// The splits of a tree, parents before their children.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// Lets one pass forwards hand something down a tree, or one backwards gather something up, without
/// recursion. Keeps its memory from tree to tree.
class SplitOrder {
 public:
  /// Positions inside the tree, all of them, each after its parent's; the order of the file where
  /// that is such a one, as nearly all are. Valid until the next call. O(splits).
  [[nodiscard]] std::span<const std::uint32_t> of(const spi::TreeEnsemble& forest,
                                                  std::size_t tree);

 private:
  void walk(const std::int32_t* left, const std::int32_t* right);

  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> numbers_;  // 0, 1, 2, …
};

}  // namespace trivet::tree
