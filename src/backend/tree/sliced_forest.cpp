// SPDX-License-Identifier: Apache-2.0
// From the IR to planes: ranks, distinct tests, one program a tree.
#include "backend/tree/sliced_forest.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "backend/tree/sliced_codes.hpp"
#include "backend/tree/sliced_program.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr std::size_t kMostTestPlanes = 60'000;  // planes have 16-bit numbers

/// Compiles one tree after the other.
class TreeSlicer {
  using Value = SlicedProgram::Value;

 public:
  TreeSlicer(const TreeEnsemble& forest, const RankedSplits& splits, SlicedForest& out)
      : forest_(forest),
        out_(out),
        program_(kFirstTest + out.ranks.tests.size()),
        coder_(forest, splits, program_) {}

  [[nodiscard]] bool slice(std::size_t tree) {
    tree_ = tree;
    make_room(out_.muxes, tree, forest_.tree_count());
    make_room(out_.leaves, tree, forest_.tree_count());
    make_room(out_.bits, tree, forest_.tree_count());
    program_.clear();
    if (!coder_.code_tree(tree, out_.tables.free_bits, code_)) return false;
    SlicedTree sliced;
    sliced.first_mux = static_cast<std::uint32_t>(out_.muxes.size());
    sliced.first_bit = static_cast<std::uint32_t>(out_.bits.size());
    sliced.first_leaf = out_.leaves.size();
    sliced.output = forest_.tree_output.empty() ? 0 : forest_.tree_output[tree];
    if (!program_.emit(code_.bits, out_.muxes)) return false;
    sliced.bit_count = static_cast<std::uint32_t>(code_.bits.size());
    for (const Value plane : code_.bits) out_.bits.push_back(static_cast<Plane>(plane));
    out_.trees.push_back(sliced);
    if (forest_.sum.accumulator == FloatWidth::f32) add_table<float>(sliced);
    else add_table<double>(sliced);
    return true;
  }

  void finish() {
    SlicedTree end;
    end.first_mux = static_cast<std::uint32_t>(out_.muxes.size());
    end.first_bit = static_cast<std::uint32_t>(out_.bits.size());
    end.first_leaf = out_.leaves.size();
    out_.leaves.resize(out_.leaves.size() + kTablePadding);
    out_.trees.push_back(end);
    out_.muxes.resize(out_.muxes.size() + kMuxesAhead);
    out_.plane_count = static_cast<std::uint32_t>(program_.plane_end());
    drop_room(out_.muxes);
    drop_room(out_.leaves);
    drop_room(out_.bits);
  }

 private:
  template <class Sum>
  void add_table(const SlicedTree& sliced) {
    const std::vector<std::uint32_t>& leaves = code_.leaves;
    const std::size_t width = forest_.leaf_width;
    const std::size_t first = forest_.leaf_begin[tree_];
    const std::size_t entries = leaves.size();
    const bool planar = sliced.bit_count <= out_.tables.most_planar_bits;
    out_.leaves.resize(sliced.first_leaf + entries * width * sizeof(Sum));
    std::uint8_t* table = out_.leaves.data() + sliced.first_leaf;
    for (std::size_t i = 0; i < entries; ++i) {
      for (std::size_t k = 0; k < width; ++k) {
        const Sum value = weighted_leaf<Sum>(forest_, tree_, (first + leaves[i]) * width + k);
        std::uint8_t bytes[sizeof(Sum)];
        std::memcpy(bytes, &value, sizeof(Sum));
        for (std::size_t b = 0; b < sizeof(Sum); ++b) {
          const std::size_t at =
              planar ? (k * sizeof(Sum) + b) * entries + i : (i * width + k) * sizeof(Sum) + b;
          table[at] = bytes[b];
        }
      }
    }
  }

  const TreeEnsemble& forest_;
  SlicedForest& out_;
  SlicedProgram program_;
  LeafCoder coder_;
  LeafCode code_;
  std::size_t tree_ = 0;
};

}  // namespace

void SlicedForest::index_tests() {
  first_test_of_column.assign(ranks.number_columns + 1, 0);
  for (const RankTest& test : ranks.tests) {
    if (test.column < ranks.number_columns) ++first_test_of_column[test.column + 1];
  }
  for (std::size_t c = 0; c < ranks.number_columns; ++c) {
    first_test_of_column[c + 1] += first_test_of_column[c];
  }
  for (const RankedCategories& own : ranks.categories) add_category_tables(own);
  if (!categories.empty()) category_tables.resize(category_tables.size() + kTablePadding);
  ranks.members = {};  // the tables are the same in another order
}

void SlicedForest::add_category_tables(const RankedCategories& own) {
  SlicedCategories tables_of;
  const std::uint32_t codes = own.missing_code() + 1;
  tables_of.first_entry = category_tables.size();
  tables_of.table_bits = static_cast<std::uint32_t>(std::bit_width(codes - 1));
  tables_of.table_size =
      tables_of.table_bits > 8 ? codes : 1u << std::max(tables_of.table_bits, 4u);
  tables_of.test_count = own.column_count;
  category_tables.resize(category_tables.size() +
                         std::size_t{tables_of.table_size} * tables_of.test_count);
  const std::uint8_t* member = ranks.members.data() + own.first_member;
  for (std::uint32_t code = 0; code < codes; ++code) {
    std::uint8_t* entry = category_tables.data() + tables_of.first_entry + code;
    for (std::uint32_t test = 0; test < tables_of.test_count; ++test) {
      *entry = *member++ == 0 ? 0xff : 0;
      entry += tables_of.table_size;
    }
  }
  categories.push_back(tables_of);
}

bool SlicedForest::compile(const EngineSource& source, const TableShape& shape) {
  const TreeEnsemble& forest = source.forest();
  const ForestRanks* const own = source.ranks();
  if (own == nullptr || own->ranks.tests.size() > kMostTestPlanes) return false;
  ranks = own->ranks;
  index_tests();
  tables = shape;
  leaf_width = forest.leaf_width;
  output_count = forest.output_count;
  starts = forest.sum.start;
  starts.resize(output_count);
  TreeSlicer slicer(forest, own->splits, *this);
  for (std::size_t t = 0; t < forest.tree_count(); ++t) {
    if (!slicer.slice(t)) return false;
  }
  slicer.finish();
  plane_count = std::max<std::uint32_t>(
      plane_count, static_cast<std::uint32_t>(kFirstTest + ranks.tests.size()));
  return true;
}

std::size_t SlicedForest::memory_bytes() const noexcept {
  return ranks.memory_bytes() + held_bytes(muxes) + held_bytes(bits) + held_bytes(trees) +
         held_bytes(leaves) + held_bytes(starts) + held_bytes(first_test_of_column) +
         held_bytes(categories) + held_bytes(category_tables);
}

}  // namespace trivet::tree
