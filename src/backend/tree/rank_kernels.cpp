// SPDX-License-Identifier: Apache-2.0
// Ranking, compiled once for each instruction set.
#include "backend/tree/rank_kernels.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "backend/tree/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/tree/rank_kernels.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "backend/tree/rank_search-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// How many of a group's cuts lie below `x`; none when it is NaN.
template <bool kStrict, class Cut>
HWY_INLINE std::size_t count_group(Cut x, const Cut* group) {
  const hn::CappedTag<Cut, kCutGroup> d;
  const auto value = hn::Set(d, x);
  std::size_t count = 0;
  for (std::size_t i = 0; i < kCutGroup; i += hn::Lanes(d)) {
    const auto cuts = hn::LoadU(d, group + i);
    count += hn::CountTrue(d, kStrict ? hn::Le(cuts, value) : hn::Lt(cuts, value));
  }
  return count;
}

/// How many of the feature's cuts lie below `x`. Two looks at sixteen cuts each, as a rule.
template <bool kStrict, bool kBytes, class Cut>
HWY_INLINE std::size_t rank_of(Cut x, const RankedFeature& feature, const CutTable<Cut>& table) {
  const Cut* coarse = table.coarse.data() + feature.first_coarse;
  std::size_t group;
  if (kBytes || feature.cut_count <= kMostByteCuts) {
    group = count_group<kStrict>(x, coarse);
  } else {
    const Cut* end = coarse + feature.cut_count / kCutGroup;
    if (x != x) return 0;
    group = static_cast<std::size_t>(
        (kStrict ? std::upper_bound(coarse, end, x) : std::lower_bound(coarse, end, x)) - coarse);
  }
  const Cut* cuts = table.cuts.data() + feature.first_cut + group * kCutGroup;
  return group * kCutGroup + count_group<kStrict>(x, cuts);
}

template <class Cut>
HWY_INLINE std::uint32_t code_of(Cut x, const RankedCategories& own, bool truncates_to_zero) {
  if (x != x) return own.missing_code();
  const bool known = truncates_to_zero ? x > Cut(-1) : x >= Cut(0);
  if (!known || !(x < static_cast<Cut>(own.code_count))) return own.unknown_code();
  return static_cast<std::uint32_t>(x);
}

/// The numeric columns of a row, `step` entries from column to column.
template <bool kStrict, class Rank, class Cut>
HWY_INLINE void rank_numbers(const Ranks& ranks, const CutTable<Cut>& table,
                             const Cut* HWY_RESTRICT cells, Rank* HWY_RESTRICT out,
                             std::size_t step) {
  for (const RankedFeature& feature : ranks.features) {
    const Cut x = cells[feature.feature];
    const auto rank = static_cast<Rank>(rank_of<kStrict, sizeof(Rank) == 1>(x, feature, table));
    out[feature.left_column * step] = rank;
    out[feature.right_column * step] =
        static_cast<Rank>(rank | (x != x ? static_cast<Rank>(-1) : 0));
  }
}

/// Copies a row in the width in which it is compared, with NaN for all that is missing.
template <class Cut>
HWY_INLINE const Cut* load_cells(const Ranks& ranks, const Rows& rows, std::size_t r, Cut* cells) {
  if (rows.width == spi::FloatWidth::f32) {
    std::copy_n(rows.float_row(r), ranks.feature_count, cells);
  } else {
    const double* row = rows.double_row(r);
    std::transform(row, row + ranks.feature_count, cells,
                   [](double x) { return static_cast<Cut>(x); });
  }
  ranks.rules.apply(cells);
  return cells;
}

template <class Rank>
HWY_INLINE void copy_members(const std::uint8_t* members, std::size_t count, Rank* out) {
  if constexpr (sizeof(Rank) == 1) std::memcpy(out, members, count);
  else std::copy_n(members, count, out);
}

template <bool kStrict, class Rank, class Cut>
void rank_row_major(const Ranks& ranks, const CutTable<Cut>& table, const Rows& rows, Rank* out,
                    std::size_t stride, Cut* cells) {
  for (std::size_t r = 0; r < rows.count; ++r, out += stride) {
    const Cut* row = load_cells(ranks, rows, r, cells);
    rank_numbers<kStrict>(ranks, table, row, out, 1);
    for (const RankedCategories& own : ranks.categories) {
      const std::uint64_t code = code_of(row[own.feature], own, ranks.truncates_to_zero);
      copy_members(ranks.members.data() + own.first_member + code * own.column_count,
                   own.column_count, out + own.first_column);
    }
  }
}

/// The rows of one chunk, their cells in the width in which they are compared.
template <class Cut>
struct RowChunk {
  const Ranks& ranks;
  const Rows rows;

  [[nodiscard]] Cut cell(std::size_t r, std::uint32_t feature, spi::Missing missing) const {
    const Cut x = rows.width == spi::FloatWidth::f32
                      ? static_cast<Cut>(rows.float_row(r)[feature])
                      : static_cast<Cut>(rows.double_row(r)[feature]);
    return settle_missing(x, missing);
  }
};

/// Rows beyond the last one repeat it.
template <class Rank, class Cut, class At>
HWY_INLINE void for_each_value(const RowChunk<Cut>& chunk, std::uint32_t feature,
                               spi::Missing missing, Rank* out, At&& rank_at) {
  for (std::size_t r = 0; r < kChunkRows; ++r) {
    out[r] =
        static_cast<Rank>(rank_at(chunk.cell(std::min(r, chunk.rows.count - 1), feature, missing)));
  }
}

/// The definition; one value after the other.
template <bool kStrict, class Rank, class Cut>
HWY_NOINLINE void rank_values(const RowChunk<Cut>& chunk, const CutTable<Cut>& table,
                              const RankedFeature& feature, Rank* left, Rank* right) {
  const auto rank = [&](Cut x) { return rank_of<kStrict, false>(x, feature, table); };
  if (left != nullptr) for_each_value(chunk, feature.feature, feature.missing, left, rank);
  if (right == nullptr) return;
  for_each_value(chunk, feature.feature, feature.missing, right,
                 [&](Cut x) { return x != x ? static_cast<std::size_t>(Rank(-1)) : rank(x); });
}

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2

/// Four neighbouring columns of a chunk, loaded when the first of them is asked for.
template <class Cut>
class ColumnWindow {
 public:
  explicit ColumnWindow(const RowChunk<Cut>& chunk) : chunk_(chunk) {}

  [[nodiscard]] SearchedColumn& column(std::uint32_t feature) {
    if (feature >= first_ + 4 || feature < first_) load(feature);
    return columns_[feature - first_];
  }

 private:
  void load(std::uint32_t feature) {
    const std::uint32_t features = chunk_.ranks.feature_count;
    first_ = std::min(feature, std::max(features, 4u) - 4);
    float* const columns[4] = {columns_[0].values, columns_[1].values, columns_[2].values,
                               columns_[3].values};
    if (features < 4) load_few(features);
    else if (chunk_.rows.width == spi::FloatWidth::f32) {
      load_columns([&](std::size_t r) { return chunk_.rows.float_row(bounded(r)) + first_; },
                   columns);
    } else {
      load_columns([&](std::size_t r) { return chunk_.rows.double_row(bounded(r)) + first_; },
                   columns);
    }
  }
  void load_few(std::uint32_t features) {
    for (std::uint32_t f = 0; f < features; ++f) {
      for (std::size_t r = 0; r < kChunkRows; ++r) {
        columns_[f].values[r] = static_cast<float>(chunk_.cell(bounded(r), f, spi::Missing::nan));
      }
    }
  }
  [[nodiscard]] std::size_t bounded(std::size_t r) const noexcept {
    return std::min(r, chunk_.rows.count - 1);
  }

  const RowChunk<Cut>& chunk_;
  std::uint32_t first_ = 0xfffffff0u;  // no feature's
  SearchedColumn columns_[4];
};

/// Ranks that were found among rounded cuts, for values that are equal to one, once more.
template <bool kStrict, class Rank>
HWY_NOINLINE void rank_equals(const RowChunk<double>& chunk, const SearchedColumn& column,
                              const RankedFeature& feature, Rank* left, Rank* right) {
  for (std::size_t r = 0; r < chunk.rows.count; ++r) {
    if ((column.equal[r / 8] >> (r % 8) & 1) == 0) continue;
    const double x = chunk.cell(r, feature.feature, feature.missing);
    const auto rank = static_cast<Rank>(rank_of<kStrict, true>(x, feature, chunk.ranks.wide));
    if (left != nullptr) left[r] = rank;
    if (right != nullptr) right[r] = rank;
  }
}

/// Zero is tested in the width in which it is defined, before values were rounded.
template <class Cut>
HWY_NOINLINE void settle_column(const RowChunk<Cut>& chunk, const RankedFeature& feature,
                                SearchedColumn& column) {
  if (feature.missing == spi::Missing::none) return clear_missing(column);
  for (std::size_t r = 0; r < chunk.rows.count; ++r) {
    const Cut x = chunk.cell(r, feature.feature, feature.missing);
    column.values[r] = static_cast<float>(x);
  }
}

template <bool kStrict, class Rank, class Cut>
HWY_INLINE void search_feature(const RowChunk<Cut>& chunk, const RankedFeature& feature,
                               SearchedColumn& column, Rank* left, Rank* right) {
  constexpr bool kWide = sizeof(Cut) == sizeof(double);
  if (feature.missing != spi::Missing::nan) settle_column(chunk, feature, column);
  search_column<kStrict, kWide>(chunk.ranks.search_trees.data() + feature.first_node,
                                feature.levels, column);
  if (left != nullptr) turn_paths(column.left, feature.levels, left);
  if (right != nullptr) turn_paths(column.right, feature.levels, right);
  if constexpr (kWide) {
    std::uint64_t equal[kChunkRows / 64];
    std::memcpy(equal, column.equal, sizeof equal);
    if ((equal[0] | equal[1]) != 0) {
      rank_equals<kStrict>(chunk, column, feature, left, right);
    }
  }
}
#endif

inline constexpr std::size_t kCacheLine = 64;

/// Bytes of the next chunk to fetch ahead while one feature of this one is ranked.
HWY_INLINE std::size_t prefetch_share(const Ranks& ranks, const Rows& next) {
  if (next.stride != ranks.feature_count) return 0;
  return next.byte_size() / std::max<std::size_t>(ranks.features.size(), 1) + 1;
}

HWY_INLINE void prefetch_rows(const Rows& rows, std::size_t first, std::size_t size) {
  const auto* bytes = static_cast<const char*>(rows.data);
  const std::size_t end = std::min(first + size, rows.byte_size());
  for (std::size_t at = first; at < end; at += kCacheLine) hwy::Prefetch(bytes + at);
}

template <bool kStrict, class Rank, class Cut>
HWY_INLINE void rank_chunk(const RowChunk<Cut>& chunk, const CutTable<Cut>& table,
                           const RankBlock& block, std::size_t first, const Rows& next) {
  const Ranks& ranks = chunk.ranks;
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  ColumnWindow<Cut> window(chunk);
#endif
  const auto column_at = [&](std::uint32_t column) -> Rank* {
    if (column >= ranks.number_columns) return nullptr;  // the spare one
    return static_cast<Rank*>(block.numbers) + column * block.rows + first;
  };
  const std::size_t share = prefetch_share(ranks, next);
  std::size_t prefetched = 0;
  for (const RankedFeature& feature : ranks.features) {
    prefetch_rows(next, prefetched, share);
    prefetched += share;
    Rank* const left = column_at(feature.left_column);
    Rank* const right = column_at(feature.right_column);
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
    if (feature.levels != 0) {
      search_feature<kStrict>(chunk, feature, window.column(feature.feature), left, right);
      continue;
    }
#endif
    rank_values<kStrict>(chunk, table, feature, left, right);
  }
  std::uint16_t* codes = block.codes + first;
  for (const RankedCategories& own : ranks.categories) {
    for_each_value(chunk, own.feature, own.missing, codes,
                   [&](Cut x) { return code_of(x, own, ranks.truncates_to_zero); });
    codes += block.rows;
  }
}

template <bool kStrict, class Rank, class Cut>
void rank_column_major(const Ranks& ranks, const CutTable<Cut>& table, const Rows& rows,
                       const RankBlock& block) {
  for (std::size_t first = 0; first < block.rows; first += kChunkRows) {
    if (first < rows.count) {
      const std::size_t count = std::min(kChunkRows, rows.count - first);
      const RowChunk<Cut> chunk{ranks, rows.from(first, count)};
      const std::size_t next = first + count;
      const std::size_t next_count = std::min(kChunkRows, rows.count - next);
      rank_chunk<kStrict, Rank>(chunk, table, block, first, rows.from(next, next_count));
      continue;
    }
    for (std::size_t c = 0; c < ranks.number_columns; ++c) {
      std::fill_n(static_cast<Rank*>(block.numbers) + c * block.rows + first, kChunkRows, Rank(0));
    }
    for (std::size_t c = 0; c < ranks.categories.size(); ++c) {
      std::fill_n(block.codes + c * block.rows + first, kChunkRows, std::uint16_t{0});
    }
  }
}

/// Calls `run<strict>(rank type, table, cell type)` for the ranks and rows at hand.
template <class Run>
HWY_INLINE void pick_widths(const Ranks& ranks, spi::FloatWidth cells, Run&& run) {
  const auto with_rank = [&](auto strict, const auto& table, auto cell) {
    if (ranks.bytes) run(strict, table, cell, std::uint8_t{});
    else run(strict, table, cell, std::uint16_t{});
  };
  const auto with_table = [&](auto strict) {
    const bool narrow = ranks.rounds_to_float || cells == spi::FloatWidth::f32;
    if (narrow) with_rank(strict, ranks.narrow, float{});
    else with_rank(strict, ranks.wide, double{});
  };
  if (ranks.strict) with_table(std::true_type{});
  else with_table(std::false_type{});
}

void RankRows(const Ranks& ranks, const Rows& rows, void* out, std::size_t stride,
              std::byte* scratch) {
  pick_widths(ranks, rows.width, [&](auto strict, const auto& table, auto cell, auto rank) {
    rank_row_major<strict.value>(ranks, table, rows, static_cast<decltype(rank)*>(out), stride,
                                 reinterpret_cast<decltype(cell)*>(scratch));
  });
}

void RankColumns(const Ranks& ranks, const Rows& rows, const RankBlock& block) {
  pick_widths(
      ranks, spi::FloatWidth::f64, [&](auto strict, const auto& table, auto cell, auto rank) {
        rank_column_major<strict.value, decltype(rank), decltype(cell)>(ranks, table, rows, block);
      });
}

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace trivet::tree {

HWY_EXPORT(RankRows);
HWY_EXPORT(RankColumns);

std::size_t rank_rows_scratch(const Ranks& ranks) noexcept {
  return ranks.feature_count * (ranks.rounds_to_float ? sizeof(float) : sizeof(double));
}

void rank_rows(const Ranks& ranks, const Rows& rows, void* out, std::size_t stride,
               std::byte* scratch) noexcept {
  HWY_DYNAMIC_DISPATCH(RankRows)(ranks, rows, out, stride, scratch);
}

void rank_columns(const Ranks& ranks, const Rows& rows, const RankBlock& block) noexcept {
  HWY_DYNAMIC_DISPATCH(RankColumns)(ranks, rows, block);
}

}  // namespace trivet::tree
#endif  // HWY_ONCE
