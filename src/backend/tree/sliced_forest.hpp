// SPDX-License-Identifier: Apache-2.0
// A forest as a program over bit-planes: what the sliced engine runs.
//
// Rows go through in blocks. A plane holds one bit for each row of a block: whether the row passes
// one test. Histogram training re-uses few cuts, so a forest of many nodes has few distinct tests,
// and each is evaluated once a block, whatever the number of trees that ask it. A tree is then a
// straight line of multiplexers that turn test planes into the bits of the number of the row's
// leaf; missing values and categories are settled in the test planes and cost the trees nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/engine.hpp"
#include "backend/tree/ranks.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// A plane by its number: two constants, then the tests, then slots for what is in between.
using Plane = std::uint16_t;
inline constexpr Plane kZeros = 0;
inline constexpr Plane kOnes = 1;
inline constexpr Plane kFirstTest = 2;

/// `to = test ? yes : no`, row by row.
struct Mux {
  Plane to, test, yes, no;
};

/// How far ahead test planes are fetched; so many more multiplexers follow the last tree's.
inline constexpr std::size_t kMuxesAhead = 32;

/// What kernels want of leaf tables. Those of trees with up to `most_planar_bits` bits are planar:
/// for each value of a leaf, first the lowest bytes of all entries, then the next ones; so that
/// vectors of bytes can be looked up. Larger tables are entries of leaf_width numbers.
struct TableShape {
  std::uint32_t most_planar_bits = 0;
  std::uint32_t free_bits = 0;  ///< tables of up to so many bits are equally fast
};
inline constexpr std::size_t kTablePadding = 64;  ///< bytes behind the last table that may be read

/// One categorical feature's tests as tables by code: 0xff where the code goes left.
struct SlicedCategories {
  std::uint64_t first_entry = 0;  ///< in SlicedForest::category_tables
  std::uint32_t table_size = 0;   ///< from one test's table to the next one's
  std::uint32_t table_bits = 0;   ///< of codes
  std::uint32_t test_count = 0;
};

struct SlicedTree {
  std::uint32_t first_mux = 0;
  std::uint32_t first_bit = 0;  ///< position in SlicedForest::bits, lowest bit first
  std::uint32_t output = 0;
  std::uint32_t bit_count = 0;   ///< the tree has 2^bit_count entries
  std::uint64_t first_leaf = 0;  ///< position in SlicedForest::leaves
};

/// The whole program. The trees are followed by one more that only marks the ends.
struct SlicedForest {
  Ranks ranks;                                      ///< test t's plane is kFirstTest + t
  std::vector<std::uint32_t> first_test_of_column;  ///< by numeric column, then the end
  std::vector<SlicedCategories> categories;         ///< as Ranks::categories
  std::vector<std::uint8_t> category_tables;
  TableShape tables;
  std::vector<Mux> muxes;
  std::vector<Plane> bits;
  std::vector<SlicedTree> trees;
  std::uint32_t plane_count = 0;
  std::uint32_t leaf_width = 1;
  std::uint32_t output_count = 1;
  std::vector<std::uint8_t> leaves;  ///< tables of values times weight, in the accumulator's width
  std::vector<double> starts;        ///< by output, exact in the accumulator's width

  /// False when the forest doesn't fit this form. O(nodes · log nodes).
  [[nodiscard]] bool compile(const EngineSource& source, const TableShape& shape);
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  void index_tests();
  void add_category_tables(const RankedCategories& own);
};

}  // namespace trivet::tree
