// SPDX-License-Identifier: Apache-2.0
// The tops of trees as tiles: all tests of a tile are settled at once, whatever the path.
//
// A tile is 64 entry numbers and 64 ranks. One byte permute of the ranked row by the entry numbers
// and one comparison with the ranks give 64 bits, one a test. What follows picks the exit that the
// bits lead to, without a branch and without a dependent load.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/ranked_forest.hpp"

namespace trivet::tree {

enum class TileKind : std::uint8_t {
  heap,   ///< the first six levels: test 2i and 2i + 1 are below test i, the root is test 1
  match,  ///< trees of up to 32 leaves, two a tile, tests numbered from left to right
};

inline constexpr std::uint32_t kTileLevels = 6;
inline constexpr std::size_t kTileExits = 64;
inline constexpr std::size_t kMatchLeaves = 32;
inline constexpr std::size_t kTileTests = 64;

struct TestTile {
  std::uint8_t entry[kTileTests] = {};
  std::uint8_t rank[kTileTests] = {};
};

/// For each leaf of a small tree, from left to right, the tests on its path. In this order the
/// leaves right of a test are those with a greater number, so the wanted outcomes need no table:
/// leaf k wants its tests below k to go right and the others to go left. Whole paths are compared;
/// exactly one matches.
struct MatchTree {
  std::uint32_t care[kMatchLeaves] = {};
};

/// Outcomes of the tests of one categorical feature: for each code a row of words, one a tile, with
/// the bits of the tests that this code passes to the right.
struct CategoryTiles {
  std::size_t first = 0;  ///< in TiledTops::category_bits
};

struct TiledTops {
  TileKind kind = TileKind::heap;
  bool to_leaves = false;          ///< exits are leaves: nothing is left to walk
  std::uint32_t exit_shift = 0;    ///< log2 of the units of an exit
  std::size_t register_count = 1;  ///< of the ranked row
  LineVector<TestTile> tiles;      ///< one a tree, or one for two; filled up to whole groups
  LineVector<MatchTree> matches;
  std::vector<CategoryTiles> categories;  ///< as Ranks::categories
  LineVector<std::uint64_t> category_bits;

  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return held_bytes(tiles) + held_bytes(matches) + held_bytes(category_bits);
  }
};

/// How many trees a kernel takes at once; tables are filled up to a multiple of it.
inline constexpr std::size_t kTileGroup = 16;

/// False when the forest has too many entries for a permute.
[[nodiscard]] bool compile_tiled_forest(const spi::TreeEnsemble& forest, const SplitTests& tests,
                                        const LeafDepths& depths, TiledTops& tops,
                                        RankedForest& packed);

}  // namespace trivet::tree
