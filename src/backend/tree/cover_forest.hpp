// SPDX-License-Identifier: Apache-2.0
// A forest's nodes with what their covers say, in the order in which walks meet them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/room.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/cover_game.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// A tree's nodes lie in depth-first order, left before right: a split's left child is the next.
struct CoverNode {
  static constexpr std::int32_t kLeaf = -1;

  double cut = 0;
  double share = 1;  ///< of training rows that got here past the last test, of those before it
  /// The product of the shares of all tests above that belong to the last test's player.
  double player_share = 1;
  std::uint32_t feature = 0;
  std::int32_t player = kLeaf;
  std::uint32_t right = 0;
  /// How deep the node lies that the player's last test above leads to; 0: it had none.
  std::uint32_t last_depth = 0;
  std::uint32_t split = 0;    ///< in the forest
  bool is_special = false;    ///< a test that isn't one of a number against the cut
  bool missing_left = false;  ///< of the others
  bool is_dropped = false;    ///< a leaf that counts nothing

  [[nodiscard]] bool is_leaf() const noexcept { return player == kLeaf; }
};

struct CoverTree {
  std::uint32_t begin = 0;
  std::uint32_t output = 0;  ///< of scalar leaves
};

struct CoverForest {
  std::vector<CoverNode> nodes;
  std::vector<CoverTree> trees;
  /// leaf_width a node, weighted and scaled: a leaf's value, a split's mean by cover.
  std::vector<double> means;
  std::size_t depth = 0;         ///< of the deepest leaf
  std::size_t most_players = 0;  ///< on one way

  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return held_bytes(nodes) + held_bytes(trees) + held_bytes(means);
  }
};

/// Walks keep something for each level.
inline constexpr std::size_t kDeepestCoverTree = 4096;

/// Errors: those of make_forest_cover_game. O(nodes).
[[nodiscard]] Result<CoverForest> compile_cover_forest(const spi::TreeEnsemble& forest,
                                                       const spi::CoverSetup& setup);

}  // namespace trivet::tree
