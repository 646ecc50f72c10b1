// SPDX-License-Identifier: Apache-2.0
// Exact ranks: small integers that stand for the values of a row, shared by the vector engines.
//
// A forest asks each feature only about its cuts, so how many of them lie below a value says all
// that the trees will ever learn of it. Every split becomes `ranks[column] <= rank`, goes left when
// true, on bytes or 16-bit words:
//
// - A numeric feature has one column for each direction that its splits send missing values to. Its
//   cuts are searched once and the rank is stored in both; a missing value has rank 0 in the left
//   column and the greatest value in the right one, so that missing values cost the trees nothing.
// - A categorical split is a column of its own for each distinct set, which holds 0 for the codes
//   that go left and 1 for the others; it asks `<= 0`.
//
// Comparing is done in the framework's own width. Rows of floats are ranked among cuts of doubles
// through floats: `x <= c` is `x <= (c rounded down to float)` for every float x, and `x < c` is
// `x < (c rounded up)`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/missing_rules.hpp"
#include "backend/tree/room.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// Cuts stand in groups of so many, each group filled up with NaN, which no value reaches.
inline constexpr std::size_t kCutGroup = 16;
/// Up to so many cuts are ranked by two looks at a group, and have ranks that fit a byte.
inline constexpr std::uint32_t kMostByteCuts = kCutGroup * kCutGroup - 1;
/// Nodes have 16 bits for the number of a test, and one is kept for a test that always goes
/// left. Forests that ask more have too little in common for engines over ranks to be of use.
inline constexpr std::size_t kMostTests = 65'534;

/// One numeric feature, or a part of its cuts when a byte can't count all: where the cuts are and
/// where the rank among them goes.
struct RankedFeature {
  std::uint32_t feature = 0;
  std::uint32_t cut_count = 0;
  std::uint32_t first_cut = 0;     ///< in CutTable::cuts; ascending, then at least one NaN
  std::uint32_t first_coarse = 0;  ///< in CutTable::coarse
  std::uint32_t left_column = 0;  ///< missing values have rank 0; the spare column if no split asks
  std::uint32_t right_column = 0;  ///< missing values have the greatest value
  std::uint32_t first_node = 0;    ///< in Ranks::search_trees
  std::uint8_t levels = 0;         ///< of its search tree; 0: too many cuts for one
  spi::Missing missing = spi::Missing::nan;
};

/// The cuts of all numeric features. `coarse` has the last cut of each full group, in groups too.
template <class Cut>
struct CutTable {
  std::vector<Cut> cuts;
  std::vector<Cut> coarse;
};

/// One categorical feature. Its code is in `0 … code_count - 1` if some set has it, else
/// `unknown_code()`, or `missing_code()`; each code has one row of `column_count` bytes among
/// Ranks::members, which are its entries in the columns from `first_column` on.
struct RankedCategories {
  std::uint32_t feature = 0;
  std::uint32_t code_count = 0;
  std::uint32_t first_column = 0;
  std::uint32_t column_count = 0;
  std::uint64_t first_member = 0;
  spi::Missing missing = spi::Missing::nan;

  [[nodiscard]] std::uint32_t unknown_code() const noexcept { return code_count; }
  [[nodiscard]] std::uint32_t missing_code() const noexcept { return code_count + 1; }
};

/// One distinct test of the forest: goes left when `ranks[column] <= rank`.
struct RankTest {
  std::uint32_t column = 0;
  std::uint32_t rank = 0;
};

/// What the forest's splits ask of ranked rows. Needed only while engines compile.
struct RankedSplits {
  std::vector<std::uint32_t> test;  ///< by split: position in Ranks::tests
};

/// How rows become ranks. Immutable once compiled.
struct Ranks {
  std::vector<RankedFeature> features;       ///< ascending; parts of a feature together
  std::vector<RankedCategories> categories;  ///< ascending
  CutTable<float> narrow;                    ///< for cells that are floats, or were rounded to it
  CutTable<double> wide;                     ///< for doubles; empty when all cells are rounded
  /// For features of up to kMostByteCuts cuts, perfect trees of 2^levels - 1 cuts, level by level.
  /// Inside a level cuts lie by the path to them, whose first decision is the lowest bit, 1 when
  /// the cut lies below the value. Cuts are as in `narrow`, or, when there are wide ones, the
  /// nearest floats: then a value that is equal to one has to be compared again. Further floats
  /// follow that may be read.
  std::vector<float> search_trees;
  std::vector<std::uint8_t> members;  ///< 0: goes left, 1: goes right
  std::vector<RankTest> tests;        ///< by column, then by rank; no two are equal
  std::uint32_t number_columns = 0;   ///< the columns of categories follow
  std::uint32_t column_count = 0;
  std::uint32_t feature_count = 0;  ///< of the forest: how wide rows are
  bool strict = true;               ///< tests are `x < cut`: equal cuts lie below a value
  bool bytes = true;                ///< all ranks fit bytes
  bool rounds_to_float = true;      ///< doubles are rounded to float before they are compared
  bool truncates_to_zero = false;   ///< as CategorySets
  MissingRules rules;

  /// Fills `splits` as well. False when the forest doesn't fit: more than kMostTests tests, sets
  /// that would make too large a table, nodes that disagree on what is missing.
  /// O(splits + features + cuts · log cuts), cuts being the distinct ones.
  [[nodiscard]] bool compile(const spi::TreeEnsemble& forest, RankedSplits& splits);
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

  /// Entries of a ranked row: all columns and the spare one, which is written and never asked.
  [[nodiscard]] std::size_t row_entries() const noexcept { return std::size_t{column_count} + 1; }
};

/// The ranks of a forest and what its splits ask of them.
struct ForestRanks {
  Ranks ranks;
  RankedSplits splits;
};

/// The value of a leaf times its tree's weight, in the accumulator's width. `value` counts numbers,
/// of which a vector leaf has several.
template <class Sum>
[[nodiscard]] Sum weighted_leaf(const spi::TreeEnsemble& forest, std::size_t tree,
                                std::size_t value) noexcept {
  Sum sum = static_cast<Sum>(forest.leaf[value]);
  if (!forest.tree_weight.empty()) sum *= static_cast<Sum>(forest.tree_weight[tree]);
  return sum;
}

}  // namespace trivet::tree
