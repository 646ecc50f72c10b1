// SPDX-License-Identifier: Apache-2.0
// Tiles through AVX-512's byte permutes (VBMI).
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/tree/ranked_tiles.hpp"

namespace trivet::tree::x86 {

/// Whether this processor has what find_exits needs.
[[nodiscard]] bool has_tile_kernels() noexcept;

/// A row as tiles see it: ranks of register_count × 64 bytes, a code for each categorical feature.
struct TileRow {
  const std::uint8_t* ranks;
  const std::uint16_t* codes;
};

/// The exits of `count` trees from tree `first` (a multiple of kTileGroup) on, for a row:
/// `at[i] = start[i] + (exit << tops.exit_shift)`.
void find_exits(const TiledTops& tops, const std::uint32_t* start, const TileRow& row,
                std::size_t first, std::size_t count, std::uint32_t* at) noexcept;

/// Where the leaves of small trees are added to.
template <class Sum>
struct LeafSums {
  const Sum* leaves;            ///< of all trees, as many a tree as it has exits
  const std::uint32_t* output;  ///< by tree; null when there is one output
  Sum* sums;
};

/// Trees `first` (a multiple of kTileGroup) to `end` for one row, when all exits are leaves and
/// nothing is categorical.
void add_up_tiles(const TiledTops& tops, const std::uint8_t* row, std::size_t first,
                  std::size_t end, const LeafSums<float>& to) noexcept;
void add_up_tiles(const TiledTops& tops, const std::uint8_t* row, std::size_t first,
                  std::size_t end, const LeafSums<double>& to) noexcept;

}  // namespace trivet::tree::x86
