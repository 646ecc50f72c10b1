// SPDX-License-Identifier: Apache-2.0
// Trees cut into strides of four levels, each settled at once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/missing_rules.hpp"
#include "backend/tree/ranked_forest.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// Four levels of a tree as a heap: entry 1 is the first node, below entry `i` are `2i` (left) and
/// `2i + 1`. A row goes right where `!(cell <= cut)`, floats both. Where the tree ends sooner, the
/// entries below ask nothing and all their exits are that leaf.
struct alignas(64) Stride {
  static constexpr std::uint32_t kLevels = 4;
  static constexpr std::size_t kEntries = std::size_t{1} << kLevels;
  static constexpr std::uint16_t kLeaf = 0x8000;  ///< an exit: a leaf of the tree, else a stride

  float cut[kEntries];  ///< entry 0 isn't a node: see missing_left()
  std::uint16_t column[kEntries];
  std::uint16_t exit[kEntries];  ///< what node `i` of the fifth level is, with kLeaf or without

  /// One bit an entry: where NaN goes left.
  [[nodiscard]] std::uint32_t missing_left() const noexcept {
    return std::bit_cast<std::uint32_t>(cut[0]);
  }
};
// Two cache lines, and one vector of AVX-512 for all cuts. Of five levels most entries at the ends
// of trees would ask nothing.
static_assert(sizeof(Stride) == 128);

/// Prepared rows: floats in a row's columns, as many rows as a kernel takes at once.
struct StrideRows {
  const float* cells = nullptr;
  std::size_t stride = 0;  ///< floats from row to row
  std::size_t count = 0;   ///< up to kStrideLot
  bool has_nan = false;
};

/// Rows that pass a tree together: enough that none waits for another, few enough for the first
/// cache.
inline constexpr std::size_t kStrideLot = 128;

/// Writes for each row the number of the leaf, inside the tree, that it ends in.
using StrideWalk = void (*)(const Stride* tree, const StrideRows& rows, std::uint16_t* leaf);

/// The definition, level by level, for any processor.
void walk_strides(const Stride* tree, const StrideRows& rows, std::uint16_t* leaf) noexcept;

/// The forest in strides. Leaves of equal value are one: forests that are grown out have mostly
/// pure leaves, whose table stays in the first cache.
template <class Sum>
struct StrideForest {
  LineVector<Stride> strides;
  std::vector<std::uint32_t> first_stride;  ///< by tree
  std::vector<std::uint32_t> first_leaf;    ///< by tree, in rows of `leaves`
  std::vector<Sum> leaves;                  ///< rows of leaf_width numbers, times the tree's weight
  std::vector<std::uint32_t> features;      ///< by column: those that some split asks, ascending
  MissingRules rules;

  /// False when the forest doesn't fit: categories, linear leaves, rows that are compared as
  /// doubles, nodes that disagree on what is missing, trees of 2^15 strides or different leaves.
  /// O(strides · 16 + leaves).
  [[nodiscard]] bool compile(const spi::TreeEnsemble& forest);
  [[nodiscard]] std::size_t memory_bytes() const noexcept;
};

extern template struct StrideForest<float>;
extern template struct StrideForest<double>;

}  // namespace trivet::tree
