// SPDX-License-Identifier: Apache-2.0
// Rows to ranks, with the vectors of the processor at hand.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/tree/engine.hpp"
#include "backend/tree/ranks.hpp"

namespace trivet::tree {

/// Scratch bytes of rank_rows: one row of cells.
[[nodiscard]] std::size_t rank_rows_scratch(const Ranks& ranks) noexcept;

/// Ranks rows row by row: row r's entries, bytes or 16-bit words as `ranks.bytes` says, are
/// `out[r * stride] … out[r * stride + ranks.row_entries()]`, the last one undefined. `stride`
/// counts entries. `out` and `scratch` need no alignment beyond their types'.
void rank_rows(const Ranks& ranks, const Rows& rows, void* out, std::size_t stride,
               std::byte* scratch) noexcept;

/// A block of ranks, column after column.
struct RankBlock {
  std::size_t rows = 0;            ///< from column to column; a multiple of kRankRows
  void* numbers = nullptr;         ///< number_columns × rows, bytes or words
  std::uint16_t* codes = nullptr;  ///< one column for each of Ranks::categories, × rows
};
inline constexpr std::size_t kRankRows = 128;

/// Ranks up to block.rows rows. The entries beyond them are valid ranks and codes of no row.
void rank_columns(const Ranks& ranks, const Rows& rows, const RankBlock& block) noexcept;

}  // namespace trivet::tree
