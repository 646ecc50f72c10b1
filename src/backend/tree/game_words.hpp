// SPDX-License-Identifier: Apache-2.0
// Small trees of a game whose tests are all done at once: a word of turns a row and tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "backend/tree/game_forest.hpp"
#include "backend/tree/room.hpp"

namespace trivet::tree {

/// Tests of one tree that fit a word; one less than it has bits, so that masks are shifts.
inline constexpr std::size_t kWordTests = 63;

/// The tests of all trees, tree after tree in whole registers of 64 bytes: bit `i` of a tree's word
/// stands for its `i`-th split in the order of the nodes, set where the row leaves the baseline's
/// way.
template <class Cell>
struct GameWords {
  /// Four registers for floats and eight for doubles hold a row.
  static constexpr std::size_t kMostFeatures = std::is_same_v<Cell, float> ? 128 : 64;
  static constexpr std::size_t kLanes = 64 / sizeof(Cell);
  using Index = std::conditional_t<std::is_same_v<Cell, float>, std::uint32_t, std::uint64_t>;

  /// Where a node's chain stands in its tree's word.
  struct Chain {
    std::uint8_t position = 0;
    std::uint8_t length = 0;  ///< tests to its leaf; 0: a leaf
  };
  struct Tree {
    std::uint32_t first = 0;   ///< of its tests
    std::uint32_t blocks = 0;  ///< registers of tests
    std::uint64_t near_left = 0;
    std::uint64_t missing_far = 0;
    std::uint64_t root_chain = 0;  ///< a row that turns at none of them goes with the baseline
  };

  std::vector<Index> features;
  std::vector<Cell> cuts;
  std::vector<Tree> trees;
  std::vector<Chain> chains;  ///< by node
  std::size_t feature_count = 0;
  bool is_strict = true;  ///< left is below the cut, not at it

  /// False when the processor or the forest is not for words.
  [[nodiscard]] bool compile(const GameForest<Cell>& forest, std::size_t columns, spi::Test test);
  [[nodiscard]] bool are_there() const noexcept { return !trees.empty(); }
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return held_bytes(features) + held_bytes(cuts) + held_bytes(trees) + held_bytes(chains);
  }

 private:
  [[nodiscard]] bool add_tree(const GameForest<Cell>& forest, std::size_t begin, std::size_t end);
};

extern template struct GameWords<float>;
extern template struct GameWords<double>;

}  // namespace trivet::tree
