// SPDX-License-Identifier: Apache-2.0
// Planes, multiplexers, leaf lookups: compiled once for each instruction set.
#include "backend/tree/sliced_kernels.hpp"

#include "backend/tree/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/tree/sliced_kernels.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "backend/tree/sliced_leaves-inl.hpp"
#include "backend/tree/sliced_planes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

/// Planes of kBytes bytes: addresses are shifts, and there is no loop where a slice is a block.
template <std::size_t kBytes>
HWY_INLINE void run_muxes(const Mux* mux, const Mux* end, std::uint8_t* planes) {
  const ByteTag d;
  for (; mux != end; ++mux) {
    hwy::Prefetch(planes + mux[kMuxesAhead].test * kBytes);
    const std::uint8_t* test = planes + mux->test * kBytes;
    const std::uint8_t* yes = planes + mux->yes * kBytes;
    const std::uint8_t* no = planes + mux->no * kBytes;
    std::uint8_t* to = planes + mux->to * kBytes;
    HWY_UNROLL(8)
    for (std::size_t i = 0; i < kBytes; i += kGroupRows) {
      const auto t = hn::Load(d, test + i);
      hn::Store(select_bits(t, hn::Load(d, yes + i), hn::Load(d, no + i)), d, to + i);
    }
  }
}

template <class Sum, std::size_t kBytes>
HWY_NOINLINE void add_trees(const SlicedForest& forest, const SliceBlock& block) {
  const Mux* mux = forest.muxes.data();
  for (std::size_t t = 0; t + 1 < forest.trees.size(); ++t) {
    const Mux* const end = forest.muxes.data() + forest.trees[t + 1].first_mux;
    run_muxes<kBytes>(mux, end, block.planes);
    add_leaves<Sum>(forest, forest.trees[t], block);
    mux = end;
  }
}

template <class Sum>
void add_up(const SlicedForest& forest, const Rows& rows, const SliceBlock& block, Sum* out) {
  rank_columns(forest.ranks, rows, block.ranks);
  if (forest.ranks.bytes) make_planes<std::uint8_t>(forest, block);
  else make_planes<std::uint16_t>(forest, block);
  start_sums<Sum>(forest, block);
  if (block.rows == kSliceRows) add_trees<Sum, kSliceBytes>(forest, block);
  else if (block.rows == 2 * kSliceRows) add_trees<Sum, 2 * kSliceBytes>(forest, block);
  else add_trees<Sum, 4 * kSliceBytes>(forest, block);
  write_sums(block, rows.count, forest.output_count, out);
}

const SlicedKernels* Kernels() {
  static constexpr SlicedKernels kKernels{static_cast<std::int64_t>(HWY_TARGET),
                                          {kMostTableBits, kFreeTableBits},
                                          add_up<float>,
                                          add_up<double>};
  return &kKernels;
}

#else

const SlicedKernels* Kernels() { return nullptr; }

#endif  // HWY_SCALAR

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace trivet::tree {

HWY_EXPORT(Kernels);

const SlicedKernels* sliced_kernels() noexcept { return HWY_DYNAMIC_DISPATCH(Kernels)(); }

}  // namespace trivet::tree
#endif  // HWY_ONCE
