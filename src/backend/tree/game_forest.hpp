// SPDX-License-Identifier: Apache-2.0
// A forest's nodes in the order in which walks for one baseline meet them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/node_tests.hpp"
#include "trivet/spi/margin_game.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// What stands behind a node's comparison: its player and far child, or its value as a leaf, or
/// its number as one where leaves are vectors.
struct GamePayload {
  std::uint64_t bits = 0;

  void set_split(std::int32_t player, std::uint32_t far) noexcept {
    bits = std::uint64_t{far} << 32 | static_cast<std::uint32_t>(player);
  }
  [[nodiscard]] std::int32_t player() const noexcept {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(bits));
  }
  [[nodiscard]] std::uint32_t far() const noexcept {
    return static_cast<std::uint32_t>(bits >> 32);
  }
  void set_leaf(double value) noexcept { bits = std::bit_cast<std::uint64_t>(value); }
  [[nodiscard]] double leaf() const noexcept { return std::bit_cast<double>(bits); }
};

/// Nodes in depth-first order, the baseline's side first: the near child is the next node, so the
/// baseline's whole way down from anywhere, a chain, lies in one piece.
template <class Cell>
struct GameForest {
  NodeTests<Cell> tests;
  std::vector<GamePayload> payloads;
  std::vector<std::uint8_t> chain;      ///< tests to its leaf, at most kTestsAtOnce; 0: a leaf
  std::vector<std::uint32_t> split_of;  ///< the forest's split of a node, for special tests
  std::vector<std::uint32_t> tree_begin;
  std::vector<double> vectors;     ///< of vector leaves, weighted and scaled
  bool has_special_tests = false;  ///< that NodeTests can't do: of categories, or of 0 as missing
  std::size_t most_players = 0;    ///< in one tree

  /// What they hold beyond themselves.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;
};

/// For Cell = float or double. Requires fewer than 2³¹ nodes. O(nodes).
template <class Cell>
[[nodiscard]] GameForest<Cell> compile_game_forest(const spi::TreeEnsemble& forest,
                                                   const spi::GameSetup& setup);

/// What a sum of leaves is multiplied by.
[[nodiscard]] inline double sum_scale(const spi::TreeEnsemble& forest) noexcept {
  return forest.sum.scale / forest.sum.divisor;
}

}  // namespace trivet::tree
