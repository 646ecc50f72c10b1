// SPDX-License-Identifier: Apache-2.0
// One way of running a forest: rows in, sums out. What comes after the sum is the same for all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "trivet/executor.hpp"
#include "trivet/spi/tree_ensemble.hpp"
#include "trivet/tensor.hpp"

namespace trivet::tree {

/// Rows of either float width, as the graph's input holds them.
struct Rows {
  const void* data = nullptr;
  spi::FloatWidth width = spi::FloatWidth::f32;
  std::size_t count = 0;
  std::size_t stride = 0;  ///< elements from row to row
  /// These are all the rows of a call, on the thread that made it: it may ask others to help.
  bool is_whole_call = false;

  [[nodiscard]] const float* float_row(std::size_t r) const noexcept {
    return static_cast<const float*>(data) + r * stride;
  }
  [[nodiscard]] const double* double_row(std::size_t r) const noexcept {
    return static_cast<const double*>(data) + r * stride;
  }
  /// From the first element to behind the last row's stride.
  [[nodiscard]] std::size_t byte_size() const noexcept {
    return count * stride * (width == spi::FloatWidth::f32 ? sizeof(float) : sizeof(double));
  }
  [[nodiscard]] Rows from(std::size_t first, std::size_t rows) const noexcept {
    const std::size_t size = width == spi::FloatWidth::f32 ? sizeof(float) : sizeof(double);
    return {static_cast<const std::byte*>(data) + first * stride * size, width, rows, stride,
            is_whole_call && rows == count};
  }
};

/// A forest compiled for one way of walking it. Immutable; any thread.
///
/// All engines give the same bits: for every row and output they start with `Sum::start`, then add
/// the trees' leaf values (times their weight, rounded on its own) in model order, in the
/// accumulator's width. `Sum::scale`, `divisor` and `end` are applied by the caller.
class Engine {
 public:
  virtual ~Engine() = default;

  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// Writes rows × output_count sums of the accumulator's type to `sums`.
  virtual void add_up(const Rows& rows, void* sums,
                      std::span<std::byte> scratch) const noexcept = 0;
  [[nodiscard]] virtual std::size_t scratch_bytes(std::size_t row_count) const noexcept = 0;
  [[nodiscard]] virtual std::size_t memory_bytes() const noexcept = 0;
  /// Lends threads to calls of a single row, before the first of them. Engines for which that is
  /// no use ignore it. Rows of larger calls are shared out by the caller.
  virtual void share_rows(Executor*) noexcept {}
};

struct ForestRanks;

/// A forest that engines are compiled from, one after the other. Its ranks, which several of them
/// start from, are compiled once, when the first one asks. For one thread.
class EngineSource {
 public:
  EngineSource(const spi::TreeEnsemble& forest);  // NOLINT: a forest is all that it takes
  EngineSource(const EngineSource&) = delete;
  EngineSource& operator=(const EngineSource&) = delete;
  ~EngineSource();

  [[nodiscard]] const spi::TreeEnsemble& forest() const noexcept { return forest_; }
  /// Null when the forest doesn't fit.
  [[nodiscard]] const ForestRanks* ranks() const;

 private:
  const spi::TreeEnsemble& forest_;
  mutable bool has_asked_ = false;
  mutable std::unique_ptr<const ForestRanks> ranks_;
};

/// Compiles a forest for one engine; null when that can't run it.
using EngineMaker = std::unique_ptr<Engine> (*)(const EngineSource& source);

/// The definition, written as such: walks the IR itself, any forest. O(rows × trees × depth).
[[nodiscard]] std::unique_ptr<Engine> make_reference_engine(const EngineSource& source);
/// The position of the leaf, inside its tree, that the row ends in. The row has feature_count
/// values. What every engine is compared with.
[[nodiscard]] std::int32_t find_leaf(const spi::TreeEnsemble& forest, std::size_t tree,
                                     const Rows& rows, std::size_t row) noexcept;

/// A cell of a row, rounded to what the forest compares.
[[nodiscard]] double value_of(const spi::TreeEnsemble& forest, const Rows& rows, std::size_t row,
                              std::uint32_t feature) noexcept;
/// True when that number sends a row left at a split, counted over the forest.
[[nodiscard]] bool goes_left(const spi::TreeEnsemble& forest, std::size_t split, double x) noexcept;

/// Portable and branch-free: several trees in flight for one row, several rows for a batch. Null
/// when the forest has something that its node layout can't say.
[[nodiscard]] std::unique_ptr<Engine> make_interleaved_engine(const EngineSource& source);

/// For batches: every distinct test once a block of rows, trees as programs of bit operations. Null
/// when the forest doesn't fit.
[[nodiscard]] std::unique_ptr<Engine> make_sliced_engine(const EngineSource& source);

/// For batches through forests that share too little for the sliced engine: trees one after the
/// other, four levels at a time. Null when the forest doesn't fit.
[[nodiscard]] std::unique_ptr<Engine> make_strides_engine(const EngineSource& source);

/// For few rows: packed nodes over ranks, many trees of a row in flight. Null when the forest
/// doesn't fit.
[[nodiscard]] std::unique_ptr<Engine> make_ranked_engine(const EngineSource& source);
/// The same with the tops of trees (small trees whole) settled by byte permutes. Null where the
/// processor has none, too.
[[nodiscard]] std::unique_ptr<Engine> make_tiled_engine(const EngineSource& source);

/// The fastest for one row and the fastest for many, as a short trial on this machine tells, joined
/// at the number of rows where they cost the same. Never null.
/// `executor` may be null; it shares single rows where they take long enough.
[[nodiscard]] std::unique_ptr<Engine> make_chosen_engine(const spi::TreeEnsemble& forest,
                                                         Executor* executor);

inline constexpr std::string_view kReferenceName = "tree-reference";
inline constexpr std::string_view kInterleavedName = "tree-interleaved";
inline constexpr std::string_view kSlicedName = "tree-sliced";
inline constexpr std::string_view kStridesName = "tree-strides";
inline constexpr std::string_view kRankedName = "tree-ranked";
inline constexpr std::string_view kTiledName = "tree-bits";

}  // namespace trivet::tree
