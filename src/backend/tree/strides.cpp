// SPDX-License-Identifier: Apache-2.0
// For batches through forests that share few cuts: trees one after the other for thousands of rows,
// so that each tree comes into the caches once, four levels at a time.
#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "backend/tree/engine.hpp"
#include "backend/tree/stride_forest.hpp"
#include "backend/tree/x86/stride_kernels.hpp"
#include "base/align.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr std::size_t kStrideCells = std::size_t{1} << 18;  // of prepared rows in a block
constexpr std::size_t kLeastStrideRows = 1024;              // in a block, however wide they are
constexpr std::size_t kStridePadding = 16;                  // floats, a vector's

template <class Sum>
class StrideEngine final : public Engine {
 public:
  explicit StrideEngine(const TreeEnsemble& forest) : forest_(forest) {}

  [[nodiscard]] bool compile() {
    if (!strides_.compile(forest_)) return false;
    columns_ = base::aligned(std::max<std::size_t>(strides_.features.size(), 1) * sizeof(float)) /
               sizeof(float);
    if (columns_ == 3 * kStridePadding) columns_ = 4 * kStridePadding;
    walk_ = x86::has_stride_walk() ? x86::stride_walk(columns_) : walk_strides;
    starts_.assign(forest_.sum.start.begin(), forest_.sum.start.end());
    starts_.resize(forest_.output_count);
    return true;
  }

  std::string_view name() const noexcept override { return kStridesName; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + strides_.memory_bytes() + starts_.capacity() * sizeof(Sum);
  }
  std::size_t scratch_bytes(std::size_t row_count) const noexcept override {
    return whole_row_bytes() + block_rows(row_count) * columns_ * sizeof(float) +
           block_rows(row_count) / kStrideLot + base::kAlignment;
  }

  void add_up(const Rows& rows, void* sums, std::span<std::byte> scratch) const noexcept override {
    auto* whole_row = reinterpret_cast<float*>(scratch.data());
    auto* cells = reinterpret_cast<float*>(scratch.data() + whole_row_bytes());
    const std::size_t block = block_rows(rows.count);
    auto* has_nan = reinterpret_cast<bool*>(cells + block * columns_);
    auto* out = static_cast<Sum*>(sums);
    for (std::size_t first = 0; first < rows.count; first += block) {
      const std::size_t count = std::min(block, rows.count - first);
      Sum* own = out + first * forest_.output_count;
      for (std::size_t r = 0; r < count; ++r) {
        std::copy(starts_.begin(), starts_.end(), own + r * forest_.output_count);
      }
      load_block(rows.from(first, count), whole_row, cells, has_nan);
      for (std::size_t tree = 0; tree < forest_.tree_count(); ++tree) {
        pass_tree(tree, {cells, columns_, count}, has_nan, own);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t whole_row_bytes() const noexcept {
    return base::aligned(forest_.feature_count * sizeof(float));
  }
  /// Blocks of one call are about equally large, whole lots.
  [[nodiscard]] std::size_t block_rows(std::size_t row_count) const noexcept {
    const std::size_t most = std::max(kStrideCells / columns_, kLeastStrideRows);
    const std::size_t blocks = std::max<std::size_t>((row_count + most - 1) / most, 1);
    const std::size_t lots = (row_count + blocks * kStrideLot - 1) / (blocks * kStrideLot);
    return std::max<std::size_t>(lots, 1) * kStrideLot;
  }

  /// The columns that splits ask of each row, rounded as the framework rounds its inputs, NaN for
  /// all that is missing; and for each lot whether there is any.
  void load_block(const Rows& rows, float* whole_row, float* cells, bool* has_nan) const noexcept {
    const std::size_t features = forest_.feature_count;
    for (std::size_t r = 0; r < rows.count; ++r) {
      if (rows.width == FloatWidth::f32) {
        std::copy_n(rows.float_row(r), features, whole_row);
      } else {
        std::transform(rows.double_row(r), rows.double_row(r) + features, whole_row,
                       [](double x) { return static_cast<float>(x); });
      }
      strides_.rules.apply(whole_row);
      float* row = cells + r * columns_;
      bool any = false;
      for (std::size_t c = 0; c < strides_.features.size(); ++c) {
        row[c] = whole_row[strides_.features[c]];
        any |= std::isnan(row[c]);
      }
      std::fill(row + strides_.features.size(), row + columns_, 0.0F);
      if (r % kStrideLot == 0) has_nan[r / kStrideLot] = false;
      has_nan[r / kStrideLot] |= any;
    }
  }

  void pass_tree(std::size_t tree, const StrideRows& rows, const bool* has_nan,
                 Sum* sums) const noexcept {
    const Stride* strides = strides_.strides.data() + strides_.first_stride[tree];
    const Sum* leaves =
        strides_.leaves.data() + std::size_t{strides_.first_leaf[tree]} * forest_.leaf_width;
    const std::size_t output = forest_.tree_output.empty() ? 0 : forest_.tree_output[tree];
    std::uint16_t leaf[kStrideLot];
    for (std::size_t first = 0; first < rows.count; first += kStrideLot) {
      const StrideRows lot{rows.cells + first * columns_, columns_,
                           std::min(kStrideLot, rows.count - first), has_nan[first / kStrideLot]};
      walk_(strides, lot, leaf);
      add_leaves(leaves, leaf, lot.count, sums + first * forest_.output_count + output);
    }
  }

  void add_leaves(const Sum* leaves, const std::uint16_t* leaf, std::size_t count,
                  Sum* sums) const noexcept {
    const std::size_t outputs = forest_.output_count;
    switch (forest_.leaf_width) {
      case 1: return add_wide<1>(leaves, leaf, count, outputs, sums);
      case 2: return add_wide<2>(leaves, leaf, count, outputs, sums);
      case 3: return add_wide<3>(leaves, leaf, count, outputs, sums);
      default: break;
    }
    const std::size_t width = forest_.leaf_width;
    for (std::size_t r = 0; r < count; ++r, sums += outputs) {
      const Sum* value = leaves + leaf[r] * width;
      for (std::size_t k = 0; k < width; ++k) sums[k] += value[k];
    }
  }
  template <std::size_t kWidth>
  static void add_wide(const Sum* leaves, const std::uint16_t* leaf, std::size_t count,
                       std::size_t outputs, Sum* sums) noexcept {
    for (std::size_t r = 0; r < count; ++r, sums += outputs) {
      const Sum* value = leaves + leaf[r] * kWidth;
      for (std::size_t k = 0; k < kWidth; ++k) sums[k] += value[k];
    }
  }

  const TreeEnsemble& forest_;
  StrideForest<Sum> strides_;
  StrideWalk walk_ = nullptr;
  std::size_t columns_ = 0;  // of a prepared row, padded
  std::vector<Sum> starts_;
};

template <class Sum>
std::unique_ptr<Engine> compile_strides(const TreeEnsemble& forest) {
  auto engine = std::make_unique<StrideEngine<Sum>>(forest);
  if (!engine->compile()) return nullptr;
  return engine;
}

}  // namespace

void walk_strides(const Stride* tree, const StrideRows& rows, std::uint16_t* leaf) noexcept {
  for (std::size_t r = 0; r < rows.count; ++r) {
    const float* row = rows.cells + r * rows.stride;
    std::uint16_t exit = 0;
    do {
      const Stride& stride = tree[exit];
      const std::uint32_t missing_left = stride.missing_left();
      std::uint32_t at = 1;
      for (std::uint32_t level = 0; level < Stride::kLevels; ++level) {
        const float x = row[stride.column[at]];
        const bool is_kept_left = (x != x) & ((missing_left >> at & 1) != 0);
        at = 2 * at + static_cast<std::uint32_t>(!(x <= stride.cut[at]) & !is_kept_left);
      }
      exit = stride.exit[at - Stride::kEntries];
    } while ((exit & Stride::kLeaf) == 0);
    leaf[r] = static_cast<std::uint16_t>(exit & ~Stride::kLeaf);
  }
}

std::unique_ptr<Engine> make_strides_engine(const EngineSource& source) {
  const TreeEnsemble& forest = source.forest();
  return forest.sum.accumulator == FloatWidth::f32 ? compile_strides<float>(forest)
                                                   : compile_strides<double>(forest);
}

}  // namespace trivet::tree
