// SPDX-License-Identifier: Apache-2.0
// Portable engine: branch-free steps, eight walks in flight, so that one walk's cache miss is
// another one's work. The idea is old (Asadi, Lin, de Vries, arXiv 1212.2287).
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>
#include <vector>

#include "backend/tree/engine.hpp"
#include "backend/tree/missing_rules.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::NodeFlags;
using spi::Test;
using spi::TreeEnsemble;

constexpr std::size_t kInFlight = 8;        // walks at the same time
constexpr std::size_t kBlockRows = 64;      // rows that stay in the first cache while trees pass
constexpr std::uint32_t kLevelsAtOnce = 4;  // steps between looks whether all walks have ended

/// A split or a leaf: 8 bytes with float cuts. `meta` is, from the lowest bit: 1 bit "missing goes
/// left", 1 bit "categorical", `feature_bits` feature, the rest the distance to the left child;
/// the right child follows the left one. A leaf has distance 0 and tests a column that is always
/// NaN, with missing going left: a walk that has arrived stays where it is, without a branch.
/// `cut` is then the leaf's value, or its row among the vector leaves.
template <class Cut>
struct CompactNode {
  Cut cut;
  std::uint32_t meta;
};

constexpr std::uint32_t kMetaMissingLeft = 1;
constexpr std::uint32_t kMetaCategorical = 2;
constexpr std::uint32_t kMetaFeatureShift = 2;

template <class Cut>
using CutBits = std::conditional_t<sizeof(Cut) == 4, std::uint32_t, std::uint64_t>;

/// The forest in compact nodes, trees one after the other, each in breadth-first order.
template <class Cut>
struct CompactForest {
  std::vector<CompactNode<Cut>> nodes;
  std::vector<std::uint32_t> root;
  std::vector<std::uint16_t> depth;  // steps to the deepest leaf
  std::uint32_t distance_shift = 0;
  std::uint32_t feature_mask = 0;

  /// False when some distance doesn't fit beside the feature bits, or a tree is too deep.
  [[nodiscard]] bool compile(const TreeEnsemble& forest);

 private:
  [[nodiscard]] bool compile_tree(const TreeEnsemble& forest, std::size_t tree);
  [[nodiscard]] Cut leaf_cut(const TreeEnsemble& forest, std::size_t leaf) const noexcept;
  std::vector<std::int32_t> queue_;  // nodes as in TreeEnsemble::left
};

template <class Cut>
Cut CompactForest<Cut>::leaf_cut(const TreeEnsemble& forest, std::size_t leaf) const noexcept {
  if (forest.leaf_width == 1) return static_cast<Cut>(forest.leaf[leaf]);
  return std::bit_cast<Cut>(static_cast<CutBits<Cut>>(leaf));
}

/// The meta of a split, but for the distance.
std::uint32_t split_meta(const TreeEnsemble& forest, std::size_t split) noexcept {
  const NodeFlags flags = forest.flags[split];
  return forest.feature[split] << kMetaFeatureShift | (flags.categorical() ? kMetaCategorical : 0) |
         (flags.missing_left() ? kMetaMissingLeft : 0);
}

/// Half of the nodes are leaves, in no order: each is looked up as both, and the right one is
/// picked without a branch.
template <class Cut>
bool CompactForest<Cut>::compile_tree(const TreeEnsemble& forest, std::size_t tree) {
  const std::size_t first_split = forest.split_begin[tree];
  const std::size_t first_leaf = forest.leaf_begin[tree];
  const std::size_t splits = forest.split_begin[tree + 1] - first_split;
  const std::uint32_t leaf_meta = kMetaMissingLeft | (forest.feature_count << kMetaFeatureShift);
  root.push_back(static_cast<std::uint32_t>(nodes.size()));
  depth.push_back(0);
  if (splits == 0) {
    nodes.push_back({leaf_cut(forest, first_leaf), leaf_meta});
    return true;
  }
  const std::size_t node_count = 2 * splits + 1;
  queue_.resize(node_count + 2);  // a leaf writes two children that nobody reads
  nodes.resize(nodes.size() + node_count);
  CompactNode<Cut>* const out = nodes.data() + nodes.size() - node_count;
  std::int32_t* const queue = queue_.data();
  queue[0] = 0;
  std::size_t end = 1;
  std::size_t level_end = 1;
  std::uint32_t deepest = 0;
  std::uint64_t greatest_distance = 0;
  for (std::size_t at = 0; at < node_count; ++at) {
    if (at == level_end) {
      ++deepest;
      level_end = end;
    }
    const std::int32_t leaf_mask = queue[at] >> 31;
    const std::size_t split = first_split + static_cast<std::size_t>(queue[at] & ~leaf_mask);
    const std::size_t leaf = first_leaf + static_cast<std::size_t>(~queue[at] & leaf_mask);
    const auto wide_mask = static_cast<CutBits<Cut>>(static_cast<std::int64_t>(leaf_mask));
    const auto cut = std::bit_cast<CutBits<Cut>>(static_cast<Cut>(forest.cut[split]));
    const auto value = std::bit_cast<CutBits<Cut>>(leaf_cut(forest, leaf));
    const auto mask = static_cast<std::uint32_t>(leaf_mask);
    const std::uint64_t distance = (end - at) & ~static_cast<std::uint64_t>(leaf_mask);
    greatest_distance |= distance;
    const std::uint32_t meta =
        static_cast<std::uint32_t>(distance << distance_shift) | split_meta(forest, split);
    out[at] = {
        std::bit_cast<Cut>(static_cast<CutBits<Cut>>((cut & ~wide_mask) | (value & wide_mask))),
        (meta & ~mask) | (leaf_meta & mask)};
    queue[end] = forest.left[split];
    queue[end + 1] = forest.right[split];
    end += 2 & ~static_cast<std::size_t>(leaf_mask);
  }
  depth.back() = static_cast<std::uint16_t>(deepest);
  return greatest_distance >> (32 - distance_shift) == 0 &&
         deepest <= std::numeric_limits<std::uint16_t>::max();
}

template <class Cut>
bool CompactForest<Cut>::compile(const TreeEnsemble& forest) {
  // Feature number feature_count stands for the column of NaNs.
  const auto feature_bits = static_cast<std::uint32_t>(std::bit_width(forest.feature_count));
  distance_shift = kMetaFeatureShift + feature_bits;
  if (distance_shift >= 32) return false;
  feature_mask = (1u << feature_bits) - 1;
  nodes.reserve(forest.node_count());
  root.reserve(forest.tree_count());
  depth.reserve(forest.tree_count());
  for (std::size_t t = 0; t < forest.tree_count(); ++t) {
    if (!compile_tree(forest, t)) return false;
  }
  queue_ = {};
  return true;
}

template <class Cut, class Sum, Test kTest, bool kCategories>
class InterleavedEngine final : public Engine {
 public:
  explicit InterleavedEngine(const TreeEnsemble& forest) : forest_(forest) {}

  [[nodiscard]] bool compile() {
    weights_.assign(forest_.tree_weight.begin(), forest_.tree_weight.end());
    starts_.assign(forest_.sum.start.begin(), forest_.sum.start.end());
    starts_.resize(forest_.output_count);
    return rules_.gather(forest_) && compact_.compile(forest_);
  }

  std::string_view name() const noexcept override { return kInterleavedName; }

  std::size_t memory_bytes() const noexcept override {
    return compact_.nodes.capacity() * sizeof(CompactNode<Cut>) +
           compact_.root.capacity() * sizeof(std::uint32_t) +
           compact_.depth.capacity() * sizeof(std::uint16_t) +
           (weights_.capacity() + starts_.capacity()) * sizeof(Sum) + rules_.memory_bytes();
  }

  std::size_t scratch_bytes(std::size_t row_count) const noexcept override {
    return std::min(row_count, kBlockRows) * padded_columns() * sizeof(Cut);
  }

  void add_up(const Rows& rows, void* sums, std::span<std::byte> scratch) const noexcept override {
    auto* out = static_cast<Sum*>(sums);
    auto* cells = reinterpret_cast<Cut*>(scratch.data());
    for (std::size_t first = 0; first < rows.count; first += kBlockRows) {
      const std::size_t count = std::min(kBlockRows, rows.count - first);
      Sum* block_sums = out + first * forest_.output_count;
      load_block(rows.from(first, count), cells);
      for (std::size_t r = 0; r < count; ++r) {
        std::copy(starts_.begin(), starts_.end(), block_sums + r * forest_.output_count);
      }
      if (count >= kInFlight) add_up_block(cells, count, block_sums);
      else add_up_rows(cells, count, block_sums);
    }
  }

 private:
  using Walks = std::array<std::uint32_t, kInFlight>;

  [[nodiscard]] std::size_t padded_columns() const noexcept {
    return std::size_t{forest_.feature_count} + 1;
  }

  /// Copies rows in the width of the cuts, rounded as the framework rounds its inputs, with NaN for
  /// all that is missing, each followed by the NaN that leaves test.
  void load_block(const Rows& rows, Cut* cells) const noexcept {
    const std::size_t columns = forest_.feature_count;
    for (std::size_t r = 0; r < rows.count; ++r) {
      Cut* row = cells + r * padded_columns();
      if (rows.width == FloatWidth::f32) {
        std::copy_n(rows.float_row(r), columns, row);
      } else if (forest_.input_width == FloatWidth::f32) {
        std::transform(rows.double_row(r), rows.double_row(r) + columns, row,
                       [](double x) { return static_cast<Cut>(static_cast<float>(x)); });
      } else {
        std::transform(rows.double_row(r), rows.double_row(r) + columns, row,
                       [](double x) { return static_cast<Cut>(x); });
      }
      rules_.apply(row);
      row[columns] = std::numeric_limits<Cut>::quiet_NaN();
    }
  }

  /// One level down for one walk.
  [[nodiscard]] std::uint32_t step(std::uint32_t at, const Cut* row) const noexcept {
    const CompactNode<Cut> node = compact_.nodes[at];
    const Cut x = row[node.meta >> kMetaFeatureShift & compact_.feature_mask];
    bool left;
    if constexpr (kTest == Test::less) left = x < node.cut;
    else left = x <= node.cut;
    if constexpr (kCategories) {
      if ((node.meta & kMetaCategorical) != 0) {
        const auto set = static_cast<std::size_t>(node.cut);
        const auto& sets = forest_.categories;
        left = x == x && sets.contains(set, static_cast<double>(x)) == sets.members_go_left;
      }
    }
    const bool missing_left = (node.meta & kMetaMissingLeft) != 0;
    left |= (x != x) & missing_left;
    return at + (node.meta >> compact_.distance_shift) + (left ? 0u : 1u);
  }

  [[nodiscard]] bool all_at_leaves(const Walks& walks) const noexcept {
    std::uint32_t distances = 0;
    for (const std::uint32_t at : walks) {
      distances |= compact_.nodes[at].meta >> compact_.distance_shift;
    }
    return distances == 0;
  }

  /// Walks down until all have arrived, at most `depth` levels. `row_of(k)` is walk k's row.
  template <class RowOf>
  void descend(Walks& walks, std::uint32_t depth, RowOf&& row_of) const noexcept {
    for (std::uint32_t level = 0; level < depth;) {
      const std::uint32_t stop = std::min(depth, level + kLevelsAtOnce);
      for (; level < stop; ++level) {
        for (std::size_t k = 0; k < kInFlight; ++k) walks[k] = step(walks[k], row_of(k));
      }
      if (level < depth && all_at_leaves(walks)) return;
    }
  }

  void add_leaf(std::size_t tree, std::uint32_t at, Sum* sums) const noexcept {
    const Cut cut = compact_.nodes[at].cut;
    if (forest_.leaf_width == 1) {
      Sum value = static_cast<Sum>(cut);
      if (!weights_.empty()) value *= weights_[tree];
      sums[forest_.tree_output.empty() ? 0 : forest_.tree_output[tree]] += value;
      return;
    }
    const auto leaf = static_cast<std::size_t>(std::bit_cast<CutBits<Cut>>(cut));
    for (std::uint32_t k = 0; k < forest_.leaf_width; ++k) {
      Sum value = static_cast<Sum>(forest_.leaf[leaf * forest_.leaf_width + k]);
      if (!weights_.empty()) value *= weights_[tree];
      sums[k] += value;
    }
  }

  /// Few rows: eight trees in flight for each.
  void add_up_rows(const Cut* cells, std::size_t count, Sum* sums) const noexcept {
    for (std::size_t r = 0; r < count; ++r) {
      add_up_row(cells + r * padded_columns(), sums + r * forest_.output_count);
    }
  }

  void add_up_row(const Cut* row, Sum* sums) const noexcept {
    const std::size_t trees = forest_.tree_count();
    std::size_t tree = 0;
    for (; tree + kInFlight <= trees; tree += kInFlight) {
      Walks walks;
      std::copy_n(compact_.root.data() + tree, kInFlight, walks.data());
      const std::uint16_t* depths = compact_.depth.data() + tree;
      descend(walks, *std::max_element(depths, depths + kInFlight),
              [=](std::size_t) { return row; });
      for (std::size_t k = 0; k < kInFlight; ++k) add_leaf(tree + k, walks[k], sums);
    }
    for (; tree < trees; ++tree) add_leaf(tree, walk_alone(tree, row), sums);
  }

  [[nodiscard]] std::uint32_t walk_alone(std::size_t tree, const Cut* row) const noexcept {
    std::uint32_t at = compact_.root[tree];
    for (std::uint32_t level = 0; level < compact_.depth[tree]; ++level) at = step(at, row);
    return at;
  }

  /// Many rows: eight rows in flight through each tree.
  void add_up_block(const Cut* cells, std::size_t count, Sum* sums) const noexcept {
    const std::size_t columns = padded_columns();
    const std::size_t outputs = forest_.output_count;
    for (std::size_t tree = 0; tree < forest_.tree_count(); ++tree) {
      std::size_t r = 0;
      for (; r + kInFlight <= count; r += kInFlight) {
        const Cut* rows = cells + r * columns;
        Walks walks;
        walks.fill(compact_.root[tree]);
        descend(walks, compact_.depth[tree], [=](std::size_t k) { return rows + k * columns; });
        for (std::size_t k = 0; k < kInFlight; ++k) {
          add_leaf(tree, walks[k], sums + (r + k) * outputs);
        }
      }
      for (; r < count; ++r) {
        add_leaf(tree, walk_alone(tree, cells + r * columns), sums + r * outputs);
      }
    }
  }

  const TreeEnsemble& forest_;
  CompactForest<Cut> compact_;
  MissingRules rules_;
  std::vector<Sum> weights_;
  std::vector<Sum> starts_;
};

template <class Cut, class Sum, Test kTest, bool kCategories>
std::unique_ptr<Engine> compile_engine(const TreeEnsemble& forest) {
  auto engine = std::make_unique<InterleavedEngine<Cut, Sum, kTest, kCategories>>(forest);
  if (!engine->compile()) return nullptr;
  return engine;
}

template <class Cut, class Sum>
std::unique_ptr<Engine> pick_kernel(const TreeEnsemble& forest) {
  if (forest.test == Test::less) {
    return forest.has_categories() ? compile_engine<Cut, Sum, Test::less, true>(forest)
                                   : compile_engine<Cut, Sum, Test::less, false>(forest);
  }
  return forest.has_categories() ? compile_engine<Cut, Sum, Test::less_equal, true>(forest)
                                 : compile_engine<Cut, Sum, Test::less_equal, false>(forest);
}

template <class Cut>
std::unique_ptr<Engine> pick_sum(const TreeEnsemble& forest) {
  return forest.sum.accumulator == FloatWidth::f32 ? pick_kernel<Cut, float>(forest)
                                                   : pick_kernel<Cut, double>(forest);
}

}  // namespace

std::unique_ptr<Engine> make_interleaved_engine(const EngineSource& source) {
  const TreeEnsemble& forest = source.forest();
  if (!forest.linear.empty()) return nullptr;
  const bool narrow = forest.cut.width == FloatWidth::f32 && forest.leaf.width == FloatWidth::f32 &&
                      forest.input_width == FloatWidth::f32;
  return narrow ? pick_sum<float>(forest) : pick_sum<double>(forest);
}

}  // namespace trivet::tree
