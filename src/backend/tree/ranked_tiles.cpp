// SPDX-License-Identifier: Apache-2.0
// Compiling tiles.
#include "backend/tree/ranked_tiles.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace trivet::tree {
namespace {

using spi::TreeEnsemble;

constexpr std::size_t kMostCategoryBytes = std::size_t{4} << 20;
constexpr std::size_t kMostTrees = std::size_t{1} << 25;  // whose exits have 32-bit places
constexpr std::size_t kMostEntries = 256;                 // four registers of byte ranks

class TileCompiler {
 public:
  TileCompiler(const TreeEnsemble& forest, const SplitTests& tests, TiledTops& tops,
               RankedForest& packed)
      : forest_(forest),
        tests_(tests),
        tops_(tops),
        packed_(packed),
        packer_(forest, tests, packed) {}

  [[nodiscard]] bool compile(const LeafDepths& depths) {
    const std::size_t trees = forest_.tree_count();
    const std::size_t padded = (trees + kTileGroup - 1) / kTileGroup * kTileGroup;
    const bool match = depths.most_leaves <= kMatchLeaves;
    tops_.kind = match ? TileKind::match : TileKind::heap;
    tops_.to_leaves = match || depths.deepest() <= kTileLevels;
    if (padded > kMostTrees) return false;
    tops_.tiles.resize(match ? padded / 2 : padded);
    if (!add_categories()) return false;
    if (match) tops_.matches.resize(padded);
    if (tops_.to_leaves) tops_.exit_shift = leaf_bytes(forest_) == sizeof(double) ? 1 : 0;
    else packer_.plan(depths, kTileLevels);
    for (std::size_t t = 0; t < trees; ++t) {
      if (!(match ? add_match(t) : add_heap(t))) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] TreeNode root_of(std::size_t tree) const noexcept {
    return forest_.split_begin[tree] == forest_.split_begin[tree + 1] ? ~0 : 0;
  }
  [[nodiscard]] bool add_categories() {
    std::size_t words = 0;
    for (const RankedCategories& own : tests_.ranks.categories) {
      tops_.categories.push_back({words});
      words += (own.missing_code() + std::size_t{1}) * tops_.tiles.size();
    }
    if (words * sizeof(std::uint64_t) > kMostCategoryBytes) return false;
    tops_.category_bits.resize(words);
    return true;
  }

  void set_test(std::size_t tile, std::size_t at, std::size_t split) {
    const RankTest& test = tests_[split];
    if (test.column >= tests_.ranks.number_columns) return set_category_test(tile, at, test.column);
    tops_.tiles[tile].entry[at] = static_cast<std::uint8_t>(test.column);
    tops_.tiles[tile].rank[at] = static_cast<std::uint8_t>(test.rank);
  }

  void set_category_test(std::size_t tile, std::size_t at, std::uint32_t column) {
    tops_.tiles[tile].rank[at] = UINT8_MAX;  // never by its rank
    const auto& all = tests_.ranks.categories;
    const auto own = std::upper_bound(all.begin(), all.end(), column,
                                      [](std::uint32_t c, const RankedCategories& other) {
                                        return c < other.first_column;
                                      }) -
                     1;
    const std::uint8_t* right =
        tests_.ranks.members.data() + own->first_member + column - own->first_column;
    std::uint64_t* bits = tops_.category_bits.data() +
                          tops_.categories[static_cast<std::size_t>(own - all.begin())].first +
                          tile;
    for (std::uint32_t code = 0; code <= own->missing_code(); ++code) {
      *bits |= std::uint64_t{*right} << at;
      right += own->column_count;
      bits += tops_.tiles.size();
    }
  }

  /// A leaf above the last level stands for all exits below it.
  bool add_heap(std::size_t tree) {
    std::vector<TreeNode>& nodes = heap_;
    nodes.assign(2 * kTileExits, 0);
    nodes[1] = root_of(tree);
    for (std::size_t h = 1; h < kTileExits; ++h) {
      nodes[2 * h] = nodes[2 * h + 1] = nodes[h];
      if (nodes[h] < 0) continue;
      const std::size_t split = forest_.split_begin[tree] + static_cast<std::size_t>(nodes[h]);
      set_test(tree, h, split);
      nodes[2 * h] = forest_.left[split];
      nodes[2 * h + 1] = forest_.right[split];
    }
    exits_.assign(nodes.begin() + kTileExits, nodes.end());
    if (!tops_.to_leaves) return packer_.pack(tree, exits_);
    add_leaves(tree, kTileExits);
    return true;
  }

  bool add_match(std::size_t tree) {
    next_test_ = 0;
    exits_.clear();
    visit(tree, root_of(tree), 0);
    add_leaves(tree, kMatchLeaves);
    return true;
  }

  /// Recurses at most as deep as a tree of 32 leaves can be.
  void visit(std::size_t tree, TreeNode node, std::uint32_t path) {
    if (node < 0) {
      tops_.matches[tree].care[exits_.size()] = path;
      exits_.push_back(node);
      return;
    }
    const std::size_t split = forest_.split_begin[tree] + static_cast<std::size_t>(node);
    // The test's number is only known once those left of it have theirs; the paths of the leaves
    // on the left get its bit afterwards.
    const std::size_t first_leaf = exits_.size();
    visit(tree, forest_.left[split], path);
    const std::uint32_t bit = 1u << next_test_;
    for (std::size_t leaf = first_leaf; leaf < exits_.size(); ++leaf) {
      tops_.matches[tree].care[leaf] |= bit;
    }
    set_test(tree / 2, tree % 2 * kMatchLeaves + next_test_, split);
    ++next_test_;
    visit(tree, forest_.right[split], path | bit);
  }

  void add_leaves(std::size_t tree, std::size_t count) {
    const std::size_t bytes = leaf_bytes(forest_);
    make_room(packed_.units, tree, forest_.tree_count());
    const std::size_t first = packed_.units.size();
    packed_.start.push_back(static_cast<std::uint32_t>(first));
    packed_.units.resize(first + (count << tops_.exit_shift));
    for (std::size_t i = 0; i < exits_.size(); ++i) {
      const std::uint64_t bits =
          leaf_bits(forest_, tree, forest_.leaf_begin[tree] + static_cast<std::size_t>(~exits_[i]));
      std::memcpy(packed_.units.data() + first + (i << tops_.exit_shift), &bits, bytes);
    }
  }

  const TreeEnsemble& forest_;
  const SplitTests& tests_;
  TiledTops& tops_;
  RankedForest& packed_;
  ForestPacker packer_;
  std::vector<TreeNode> heap_;
  std::vector<TreeNode> exits_;
  std::uint32_t next_test_ = 0;
};

}  // namespace

bool compile_tiled_forest(const TreeEnsemble& forest, const SplitTests& tests,
                          const LeafDepths& depths, TiledTops& tops, RankedForest& packed) {
  const std::size_t entries = tests.ranks.number_columns;
  if (entries > kMostEntries) return false;
  tops.register_count = entries <= 64 ? 1 : entries <= 128 ? 2 : 4;
  return TileCompiler(forest, tests, tops, packed).compile(depths);
}

}  // namespace trivet::tree
