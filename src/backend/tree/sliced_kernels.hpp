// SPDX-License-Identifier: Apache-2.0
// The vector code of the sliced engine, chosen for the processor when an engine is made.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/tree/rank_kernels.hpp"
#include "backend/tree/sliced_forest.hpp"

namespace trivet::tree {

/// Rows of a block are a multiple of this, so that a plane is whole vectors.
inline constexpr std::size_t kSliceRows = 512;

/// The memory of one block of rows.
struct SliceBlock {
  std::size_t rows = 0;  ///< of the block, padding included
  RankBlock ranks;
  std::uint8_t* planes = nullptr;   ///< plane_count × rows / 8
  std::uint8_t* numbers = nullptr;  ///< 2 × rows: low and high bytes of leaf numbers
  void* sums = nullptr;             ///< outputs × rows, in the accumulator's type
};

/// One instruction set's way of running the program.
struct SlicedKernels {
  std::int64_t target = 0;  ///< as Highway numbers them
  TableShape tables;        ///< how leaf tables must lie for it
  /// Ranks at most block.rows rows, adds all trees up, writes rows × outputs sums to `out`.
  void (*add_up_f32)(const SlicedForest& forest, const Rows& rows, const SliceBlock& block,
                     float* out) = nullptr;
  void (*add_up_f64)(const SlicedForest& forest, const Rows& rows, const SliceBlock& block,
                     double* out) = nullptr;
};

/// The best that the processor can run; null when it has no vectors.
[[nodiscard]] const SlicedKernels* sliced_kernels() noexcept;

}  // namespace trivet::tree
