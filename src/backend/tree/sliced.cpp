// SPDX-License-Identifier: Apache-2.0
// The sliced engine: blocks of rows through the program of planes.
#include <algorithm>
#include <utility>

#include "backend/tree/engine.hpp"
#include "backend/tree/sliced_forest.hpp"
#include "backend/tree/sliced_kernels.hpp"
#include "base/align.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr std::size_t kPlaneBytes = 512 * 1024;  // of all planes: half of a usual second cache
constexpr std::size_t kMostSlicedRows = 4 * kSliceRows;  // blocks are 1, 2 or 4 slices

template <class Sum>
class SlicedEngine final : public Engine {
 public:
  explicit SlicedEngine(const SlicedKernels& kernels) : kernels_(kernels) {}

  [[nodiscard]] bool compile(const EngineSource& source) {
    if (!sliced_.compile(source, kernels_.tables)) return false;
    while (block_rows_ < kMostSlicedRows && sliced_.plane_count * block_rows_ / 4 <= kPlaneBytes) {
      block_rows_ *= 2;
    }
    return true;
  }

  std::string_view name() const noexcept override { return kSlicedName; }
  std::size_t memory_bytes() const noexcept override {
    return sizeof(*this) + sliced_.memory_bytes();
  }
  std::size_t scratch_bytes(std::size_t row_count) const noexcept override {
    return layout(rows_of_block(row_count), nullptr).second;
  }

  void add_up(const Rows& rows, void* sums, std::span<std::byte> scratch) const noexcept override {
    auto* out = static_cast<Sum*>(sums);
    for (std::size_t first = 0; first < rows.count; first += block_rows_) {
      const std::size_t count = std::min(rows.count - first, block_rows_);
      const SliceBlock block = layout(rows_of_block(count), scratch.data()).first;
      Sum* const block_out = out + first * sliced_.output_count;
      if constexpr (sizeof(Sum) == sizeof(float)) {
        kernels_.add_up_f32(sliced_, rows.from(first, count), block, block_out);
      } else {
        kernels_.add_up_f64(sliced_, rows.from(first, count), block, block_out);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t rows_of_block(std::size_t row_count) const noexcept {
    std::size_t rows = kSliceRows;
    while (rows < row_count && rows < block_rows_) rows *= 2;
    return rows;
  }

  /// Cuts scratch memory into the parts of a block; also how much that takes.
  [[nodiscard]] std::pair<SliceBlock, std::size_t> layout(std::size_t rows,
                                                          std::byte* memory) const noexcept {
    std::size_t used = 0;
    const auto part = [&](std::size_t size) {
      std::byte* at = memory == nullptr ? nullptr : memory + used;
      used += base::aligned(size);
      return at;
    };
    const Ranks& ranks = sliced_.ranks;
    SliceBlock block;
    block.rows = rows;
    block.planes = reinterpret_cast<std::uint8_t*>(part(sliced_.plane_count * (rows / 8)));
    block.ranks.rows = rows;
    block.ranks.numbers = part(ranks.number_columns * rows * (ranks.bytes ? 1 : 2));
    block.ranks.codes = reinterpret_cast<std::uint16_t*>(
        part(ranks.categories.size() * rows * sizeof(std::uint16_t)));
    block.numbers = reinterpret_cast<std::uint8_t*>(part(2 * rows));
    block.sums = part(sliced_.output_count * rows * sizeof(Sum));
    return {block, used};
  }

  const SlicedKernels& kernels_;
  SlicedForest sliced_;
  std::size_t block_rows_ = kSliceRows;
};

template <class Sum>
std::unique_ptr<Engine> compile_sliced(const EngineSource& source, const SlicedKernels& kernels) {
  auto engine = std::make_unique<SlicedEngine<Sum>>(kernels);
  if (!engine->compile(source)) return nullptr;
  return engine;
}

}  // namespace

std::unique_ptr<Engine> make_sliced_engine(const EngineSource& source) {
  const SlicedKernels* const kernels = sliced_kernels();
  if (kernels == nullptr) return nullptr;
  return source.forest().sum.accumulator == FloatWidth::f32
             ? compile_sliced<float>(source, *kernels)
             : compile_sliced<double>(source, *kernels);
}

}  // namespace trivet::tree
