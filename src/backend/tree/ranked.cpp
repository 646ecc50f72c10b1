// SPDX-License-Identifier: Apache-2.0
// The row engines: one row through a group of trees at a time, the trees' leaf values added in
// model order behind it.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "backend/tree/engine.hpp"
#include "backend/tree/rank_kernels.hpp"
#include "backend/tree/ranked_forest.hpp"
#include "backend/tree/ranked_kernels.hpp"
#include "backend/tree/ranked_tiles.hpp"
#include "backend/tree/ranked_walk.hpp"
#include "backend/tree/x86/row_ranks.hpp"
#include "backend/tree/x86/tile_kernels.hpp"
#include "base/align.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr std::size_t kRowsTreeGroup = 64;    // trees that stay in the caches while rows pass
constexpr std::size_t kMostBlockRows = 64;    // rows that pass a group of trees together
constexpr std::size_t kLargeRow = 16384;      // bytes of a prepared row that passes alone
constexpr std::size_t kSharedTrees = 64;      // of one row, that a thread takes at once
constexpr std::size_t kFixedTreeGroup = 128;  // trees of equal depth, where no walk ends early
constexpr std::size_t kBlockBytes = std::size_t{128} << 10;  // of prepared rows

template <class Sum, bool kVectors>
class RankedEngine final : public Engine {
  static constexpr std::size_t kLeafBytes = kVectors ? sizeof(std::uint32_t) : sizeof(Sum);
  using Unit = RankedNode::Unit;
  static constexpr std::size_t kLeafUnits = (kLeafBytes + sizeof(Unit) - 1) / sizeof(Unit);

 public:
  explicit RankedEngine(const TreeEnsemble& forest, bool tiled) : forest_(forest), tiled_(tiled) {}

  /// Takes the ranks when the forest fits.
  [[nodiscard]] bool compile(Ranks& ranks, const RankedSplits& splits) {
    LeafDepths depths;
    depths.gather(forest_);
    packed_.start.reserve(forest_.tree_count());
    const SplitTests tests{ranks, splits};
    if (!(tiled_ ? compile_tiles(tests, depths) : compile_trees(tests, depths))) return false;
    drop_room(packed_.units);
    fill_vectors();
    starts_.assign(forest_.sum.start.begin(), forest_.sum.start.end());
    starts_.resize(forest_.output_count);
    if (tiled_ && !ranker_.compile(forest_, ranks)) return false;
    if (!tiles_.to_leaves) row_tests_.compile(ranks);
    ranks_ = std::move(ranks);
    ranks_.tests = {};
    return true;
  }

  std::string_view name() const noexcept override { return tiled_ ? kTiledName : kRankedName; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + packed_.memory_bytes() + ranks_.memory_bytes() + tiles_.memory_bytes() +
           row_tests_.memory_bytes() + ranker_.memory_bytes() +
           (vectors_.capacity() + starts_.capacity()) * sizeof(Sum);
  }
  std::size_t scratch_bytes(std::size_t row_count) const noexcept override {
    const std::size_t leaves = executor_ == nullptr ? 0 : forest_.tree_count();
    return cell_bytes() + base::aligned(std::min(row_count, block_rows()) * row_bytes()) +
           base::aligned(leaves * sizeof(std::uint32_t));
  }
  void share_rows(Executor* executor) noexcept override { executor_ = executor; }

  void add_up(const Rows& rows, void* sums, std::span<std::byte> scratch) const noexcept override {
    auto* prepared = reinterpret_cast<std::uint8_t*>(scratch.data() + cell_bytes());
    auto* out = static_cast<Sum*>(sums);
    for (std::size_t first = 0; first < rows.count; first += block_rows()) {
      const std::size_t count = std::min(block_rows(), rows.count - first);
      prepare_rows(rows.from(first, count), prepared, scratch.data());
      if (executor_ != nullptr && rows.is_whole_call && rows.count == 1) {
        auto* at = reinterpret_cast<std::uint32_t*>(prepared + base::aligned(row_bytes()));
        return add_up_shared(prepared, at, out);
      }
      add_up_block(prepared, count, out + first * forest_.output_count);
    }
  }

 private:
  [[nodiscard]] bool compile_trees(const SplitTests& tests, const LeafDepths& depths) {
    ForestPacker packer(forest_, tests, packed_);
    packer.plan(depths, 0);
    std::vector<TreeNode> root(1);
    for (std::size_t t = 0; t < forest_.tree_count(); ++t) {
      root[0] = forest_.split_begin[t] == forest_.split_begin[t + 1] ? ~0 : 0;
      if (!packer.pack(t, root)) return false;
    }
    return true;
  }

  [[nodiscard]] bool compile_tiles(const SplitTests& tests, const LeafDepths& depths) {
    return compile_tiled_forest(forest_, tests, depths, tiles_, packed_);
  }

  void fill_vectors() {
    if constexpr (kVectors) {
      for (std::size_t t = 0; t < forest_.tree_count(); ++t) {
        const std::size_t end = forest_.leaf_begin[t + 1] * std::size_t{forest_.leaf_width};
        for (std::size_t v = vectors_.size(); v < end; ++v) {
          vectors_.push_back(weighted_leaf<Sum>(forest_, t, v));
        }
      }
    }
  }

  /// A prepared row has its ranks, padded so that whole registers can be loaded; for tiles its
  /// category codes; for walks the outcomes of all tests.
  [[nodiscard]] std::size_t code_place() const noexcept {
    const std::size_t ranks = ranks_.row_entries() * (ranks_.bytes ? 1 : sizeof(std::uint16_t));
    return base::aligned(std::max(ranks, 64 * tiles_.register_count));
  }
  [[nodiscard]] std::size_t outcome_place() const noexcept {
    const std::size_t codes = tiled_ ? ranks_.categories.size() : 0;
    return code_place() + base::aligned(codes * sizeof(std::uint16_t));
  }
  [[nodiscard]] std::size_t row_bytes() const noexcept {
    return outcome_place() + (tiles_.to_leaves ? 0 : base::aligned(row_tests_.size()));
  }
  [[nodiscard]] std::size_t block_rows() const noexcept {
    if (row_bytes() > kLargeRow) return 1;
    return std::min(kBlockBytes / row_bytes(), kMostBlockRows);
  }

  void prepare_rows(const Rows& rows, std::uint8_t* prepared, std::byte* scratch) const noexcept {
    if (tiled_) {
      for (std::size_t r = 0; r < rows.count; ++r) {
        std::uint8_t* row = prepared + r * row_bytes();
        auto* codes = reinterpret_cast<std::uint16_t*>(row + code_place());
        ranker_.rank(ranks_, rows, r, row, codes);
      }
    } else {
      const std::size_t entry = ranks_.bytes ? 1 : sizeof(std::uint16_t);
      rank_rows(ranks_, rows, prepared, row_bytes() / entry, scratch);
    }
    if (tiles_.to_leaves) return;
    for (std::size_t r = 0; r < rows.count; ++r) {
      std::uint8_t* row = prepared + r * row_bytes();
      std::uint8_t* outcomes = row + outcome_place();
      if (ranks_.bytes) row_tests_.settle(row, outcomes);
      else row_tests_.settle(reinterpret_cast<const std::uint16_t*>(row), outcomes);
    }
  }

  [[nodiscard]] std::size_t cell_bytes() const noexcept {
    return base::aligned(rank_rows_scratch(ranks_));
  }

  void add_up_block(const std::uint8_t* prepared, std::size_t count, Sum* sums) const noexcept {
    const std::size_t outputs = forest_.output_count;
    const std::size_t trees = forest_.tree_count();
    for (std::size_t r = 0; r < count; ++r) {
      std::copy(starts_.begin(), starts_.end(), sums + r * outputs);
    }
    if constexpr (!kVectors) {
      if (tiles_.to_leaves && tiles_.categories.empty()) {
        const std::uint32_t* output =
            forest_.tree_output.empty() ? nullptr : forest_.tree_output.data();
        const auto* leaves = reinterpret_cast<const Sum*>(packed_.units.data());
        // Few trees at a time stay in the first cache while rows pass; one row had better not stop.
        const std::size_t group = count == 1 ? trees : kRowsTreeGroup;
        for (std::size_t first = 0; first < trees; first += group) {
          const std::size_t end = std::min(first + group, trees);
          for (std::size_t r = 0; r < count; ++r) {
            x86::add_up_tiles(tiles_, prepared + r * row_bytes(), first, end,
                              x86::LeafSums<Sum>{leaves, output, sums + r * outputs});
          }
        }
        return;
      }
    }
    // Where walks end early, a large group has the most of them left to overlap.
    const std::size_t fixed_group = count > 1 ? kRowsTreeGroup : kFixedTreeGroup;
    const std::size_t group_trees = packed_.fixed ? fixed_group : kTreeGroup;
    for (std::size_t first = 0; first < trees; first += group_trees) {
      const std::size_t group = std::min(group_trees, trees - first);
      for (std::size_t r = 0; r < count; ++r) {
        add_up_group(prepared + r * row_bytes(), first, group, sums + r * outputs);
      }
    }
  }

  void add_up_group(const std::uint8_t* row, std::size_t first, std::size_t count,
                    Sum* sums) const noexcept {
    alignas(base::kAlignment) std::uint32_t at[kTreeGroup];
    find_leaves(row, first, count, at);
    add_leaves(at, first, count, sums);
  }

  /// Where the leaves of up to kTreeGroup trees stand that a prepared row ends in.
  void find_leaves(const std::uint8_t* row, std::size_t first, std::size_t count,
                   std::uint32_t* at) const noexcept {
    if (tiled_) {
      const auto* codes = reinterpret_cast<const std::uint16_t*>(row + code_place());
      x86::find_exits(tiles_, packed_.start.data() + first, {row, codes}, first, count, at);
    } else {
      std::copy_n(packed_.start.data() + first, count, at);
    }
    if (!tiles_.to_leaves) descend<kLeafUnits>(packed_, row + outcome_place(), at, count);
  }

  /// One row's trees in pieces, for threads: they find the leaves, the caller adds them up in model
  /// order.
  class RowPieces final : public PieceWork {
   public:
    RowPieces(const RankedEngine& engine, const std::uint8_t* row, std::uint32_t* at)
        : engine_(engine), row_(row), at_(at) {}
    void run_piece(std::size_t piece) noexcept override {
      const std::size_t first = piece * kSharedTrees;
      const std::size_t count = std::min(kSharedTrees, engine_.forest_.tree_count() - first);
      engine_.find_leaves(row_, first, count, at_ + first);
    }

   private:
    const RankedEngine& engine_;
    const std::uint8_t* row_;
    std::uint32_t* at_;
  };

  void add_up_shared(const std::uint8_t* row, std::uint32_t* at, Sum* sums) const noexcept {
    const std::size_t trees = forest_.tree_count();
    RowPieces pieces(*this, row, at);
    executor_->run((trees + kSharedTrees - 1) / kSharedTrees, pieces);
    std::copy(starts_.begin(), starts_.end(), sums);
    add_leaves(at, 0, trees, sums);
  }

  void add_leaves(const std::uint32_t* at, std::size_t first, std::size_t count,
                  Sum* sums) const noexcept {
    const Unit* units = packed_.units.data();
    if constexpr (kVectors) {
      for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t leaf;
        std::memcpy(&leaf, units + at[i], sizeof leaf);
        const Sum* values = vectors_.data() + std::size_t{leaf} * forest_.leaf_width;
        for (std::uint32_t k = 0; k < forest_.leaf_width; ++k) sums[k] += values[k];
      }
      return;
    }
    const auto value_at = [units](std::uint32_t place) {
      Sum value;
      std::memcpy(&value, units + place, sizeof value);
      return value;
    };
    if (forest_.tree_output.empty()) {
      Sum sum = sums[0];
      for (std::size_t i = 0; i < count; ++i) sum += value_at(at[i]);
      sums[0] = sum;
    } else {
      const std::uint32_t* output = forest_.tree_output.data() + first;
      for (std::size_t i = 0; i < count; ++i) sums[output[i]] += value_at(at[i]);
    }
  }

  const TreeEnsemble& forest_;
  bool tiled_;
  Executor* executor_ = nullptr;  // for the trees of one row
  Ranks ranks_;
  RankedForest packed_;
  RowTests row_tests_;
  TiledTops tiles_;
  x86::RowRanker ranker_;
  LineVector<Sum> vectors_;
  std::vector<Sum> starts_;
};

/// A forest, and ranks of which the engine that fits takes what it needs.
struct ForestToRank {
  const TreeEnsemble& forest;
  Ranks ranks;
  const RankedSplits& splits;
  bool tiled;
};

template <class Sum, bool kVectors>
std::unique_ptr<Engine> compile_ranked(ForestToRank& source) {
  auto engine = std::make_unique<RankedEngine<Sum, kVectors>>(source.forest, source.tiled);
  if (!engine->compile(source.ranks, source.splits)) return nullptr;
  return engine;
}

std::unique_ptr<Engine> pick_ranked(ForestToRank& source) {
  const bool vectors = source.forest.leaf_width > 1;
  if (source.forest.sum.accumulator == FloatWidth::f32) {
    return vectors ? compile_ranked<float, true>(source) : compile_ranked<float, false>(source);
  }
  return vectors ? compile_ranked<double, true>(source) : compile_ranked<double, false>(source);
}

}  // namespace

std::unique_ptr<Engine> make_ranked_engine(const EngineSource& source) {
  const ForestRanks* const own = source.ranks();
  if (own == nullptr) return nullptr;
  ForestToRank forest{source.forest(), own->ranks, own->splits, false};
  return pick_ranked(forest);
}

std::unique_ptr<Engine> make_tiled_engine(const EngineSource& source) {
  const bool is_narrow = source.forest().feature_count <= x86::RowRanker::kMostFeatures;
  const ForestRanks* const own = x86::has_tile_kernels() && is_narrow ? source.ranks() : nullptr;
  if (own == nullptr) return nullptr;
  ForestToRank forest{source.forest(), own->ranks, own->splits, true};
  x86::split_into_bytes(forest.ranks);
  return pick_ranked(forest);
}

}  // namespace trivet::tree
