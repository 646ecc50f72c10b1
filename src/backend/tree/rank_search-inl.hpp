// SPDX-License-Identifier: Apache-2.0
// A column of floats searched among up to 255 cuts, a vector of rows at a time.
//
// The cuts stand as a search tree, level by level, and a level is a table in registers. Paths are
// kept with the first decision in the lowest bit, so that the mask of each comparison is a bit of
// the path as well as the choice between halves of the larger tables; at the end their bits are
// turned around.
#if defined(TRIVET_RANK_SEARCH_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef TRIVET_RANK_SEARCH_INL
#    undef TRIVET_RANK_SEARCH_INL
#  else
#    define TRIVET_RANK_SEARCH_INL
#  endif

#  include <hwy/highway.h>

#  include <array>
#  include <cstddef>
#  include <cstdint>

#  include "backend/tree/rank_kernels.hpp"
#  include "backend/tree/x86/permute-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Rows that are ranked together: few enough to stay in the first cache with their columns.
inline constexpr std::size_t kChunkRows = kRankRows;

#  if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2

using FloatTag = hn::CappedTag<float, 16>;
using PlaceTag = hn::RebindToSigned<FloatTag>;
inline constexpr std::size_t kFloatLanes = HWY_LANES(float);

template <int kLevel>
HWY_INLINE FloatTable lookup_level(const float* table, FloatPlaces path,
                                   const hn::Mask<FloatTag>* decisions) {
  const FloatTag d;
  if constexpr (kLevel == 0) {
    return hn::Set(d, table[0]);
  } else if constexpr ((1u << kLevel) <= kFloatLanes) {
    return permute(hn::LoadU(d, table), path);
  }
#    if HWY_TARGET <= HWY_AVX3
  else if constexpr ((1u << kLevel) == 2 * kFloatLanes) {
    return permute(hn::LoadU(d, table), hn::LoadU(d, table + kFloatLanes), path);
  }
#    endif
  else {
    constexpr std::size_t kHalf = std::size_t{1} << (kLevel - 1);
    return hn::IfThenElse(decisions[kLevel - 1],
                          lookup_level<kLevel - 1>(table + kHalf, path, decisions),
                          lookup_level<kLevel - 1>(table, path, decisions));
  }
}

/// What a search found in one vector.
struct FoundPaths {
  FloatPlaces path;
  FloatTable beside;  ///< the cut nearest to the value on the side where an equal one would be
};

template <bool kStrict, bool kNotesEqual, int kLevels, int kLevel>
HWY_INLINE void descend(const float* tree, FloatTable x, FoundPaths& found,
                        hn::Mask<FloatTag>* decisions) {
  if constexpr (kLevel < kLevels) {
    constexpr std::size_t kOffset = (std::size_t{1} << kLevel) - 1;
    const PlaceTag di;
    const FloatTable cut = lookup_level<kLevel>(tree + kOffset, found.path, decisions);
    const auto below = kStrict ? hn::Le(cut, x) : hn::Lt(cut, x);
    decisions[kLevel] = below;
    found.path = hn::IfThenElse(hn::RebindMask(di, below),
                                hn::Or(found.path, hn::Set(di, 1 << kLevel)), found.path);
    if constexpr (kNotesEqual) {
      found.beside = kStrict ? hn::IfThenElse(below, cut, found.beside)
                             : hn::IfThenElse(below, found.beside, cut);
    }
    descend<kStrict, kNotesEqual, kLevels, kLevel + 1>(tree, x, found, decisions);
  }
}

/// One chunk of a column: its values and what was found.
struct SearchedColumn {
  alignas(64) float values[kChunkRows];
  alignas(64) std::uint8_t left[kChunkRows];       ///< paths
  alignas(64) std::uint8_t right[kChunkRows];      ///< paths, 255 for missing values
  alignas(64) std::uint8_t equal[kChunkRows / 8];  ///< bits of values that are equal to a cut
};

/// Missing values count as 0.
HWY_INLINE void clear_missing(SearchedColumn& column) {
  const FloatTag d;
  for (std::size_t r = 0; r < kChunkRows; r += kFloatLanes) {
    const auto x = hn::Load(d, column.values + r);
    hn::Store(hn::IfThenZeroElse(hn::IsNaN(x), x), d, column.values + r);
  }
}

template <bool kStrict, bool kNotesEqual, int kLevels>
HWY_NOINLINE void search_column(const float* HWY_RESTRICT tree, SearchedColumn& column) {
  const FloatTag d;
  const PlaceTag di;
  const hn::Rebind<std::uint8_t, FloatTag> d8;
  for (std::size_t r = 0; r < kChunkRows; r += kFloatLanes) {
    const FloatTable x = hn::Load(d, column.values + r);
    FoundPaths found{hn::Zero(di), hn::Set(d, hwy::LowestValue<float>())};
    hn::Mask<FloatTag> decisions[8];
    descend<kStrict, kNotesEqual, kLevels, 0>(tree, x, found, decisions);
    hn::Store(hn::DemoteTo(d8, found.path), d8, column.left + r);
    const auto missing = hn::RebindMask(di, hn::IsNaN(x));
    hn::Store(hn::DemoteTo(d8, hn::IfThenElse(missing, hn::Set(di, 255), found.path)), d8,
              column.right + r);
    if constexpr (kNotesEqual) hn::StoreMaskBits(d, hn::Eq(found.beside, x), column.equal + r / 8);
  }
}

template <bool kStrict, bool kNotesEqual, int kLevels = 8>
HWY_INLINE void search_column(const float* tree, std::uint32_t levels, SearchedColumn& column) {
  if constexpr (kLevels > 1) {
    if (levels < kLevels) {
      return search_column<kStrict, kNotesEqual, kLevels - 1>(tree, levels, column);
    }
  }
  search_column<kStrict, kNotesEqual, kLevels>(tree, column);
}

/// The rank of a path is what its two halves say, or-ed. 255 stays 255.
struct PathHalves {
  alignas(16) std::uint8_t low[16];
  alignas(16) std::uint8_t high[16];
};

constexpr std::array<PathHalves, 9> make_path_halves() {
  std::array<PathHalves, 9> halves{};
  for (unsigned levels = 0; levels <= 8; ++levels) {
    for (unsigned half = 0; half < 16; ++half) {
      unsigned low = 0;
      unsigned high = 0;
      for (unsigned bit = 0; bit < 4; ++bit) {
        if ((half >> bit & 1u) == 0) continue;
        if (bit < levels) low |= 1u << (levels - 1 - bit);
        if (bit + 4 < levels) high |= 1u << (levels - 5 - bit);
      }
      if (levels < 8 && half == 15) high = 255;
      halves[levels].low[half] = static_cast<std::uint8_t>(low);
      halves[levels].high[half] = static_cast<std::uint8_t>(high);
    }
  }
  return halves;
}
inline constexpr std::array<PathHalves, 9> kPathHalves = make_path_halves();

template <class Rank>
HWY_INLINE void turn_paths(const std::uint8_t* HWY_RESTRICT paths, std::size_t levels,
                           Rank* HWY_RESTRICT ranks) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const auto low = hn::LoadDup128(d, kPathHalves[levels].low);
  const auto high = hn::LoadDup128(d, kPathHalves[levels].high);
  for (std::size_t r = 0; r < kChunkRows; r += hn::Lanes(d)) {
    const auto path = hn::Load(d, paths + r);
    const auto rank = hn::Or(hn::TableLookupBytes(low, hn::And(path, hn::Set(d, 15))),
                             hn::TableLookupBytes(high, hn::ShiftRight<4>(path)));
    if constexpr (sizeof(Rank) == 1) {
      hn::StoreU(rank, d, ranks + r);
    } else {
      const hn::CappedTag<std::uint16_t, 32> d16;
      const hn::Half<decltype(d)> half;
      hn::StoreU(hn::PromoteTo(d16, hn::LowerHalf(half, rank)), d16, ranks + r);
      hn::StoreU(hn::PromoteTo(d16, hn::UpperHalf(half, rank)), d16, ranks + r + hn::Lanes(d16));
    }
  }
}

HWY_INLINE hn::Vec128<float> load_four(const float* cells) {
  return hn::LoadU(hn::Full128<float>(), cells);
}
HWY_INLINE hn::Vec128<float> load_four(const double* cells) {
  return hn::DemoteTo(hn::Full128<float>(), hn::LoadU(hn::Full256<double>(), cells));
}

/// Four cells of each fourth row from `row` on, as many as a vector takes.
template <class RowAt>
HWY_INLINE FloatTable load_fours(RowAt&& row_at, std::size_t row) {
  const hn::Full256<float> d256;
  const auto low = hn::Combine(d256, load_four(row_at(row + 4)), load_four(row_at(row)));
#    if HWY_TARGET <= HWY_AVX3
  const auto high = hn::Combine(d256, load_four(row_at(row + 12)), load_four(row_at(row + 8)));
  return hn::Combine(FloatTag(), high, low);
#    else
  return low;
#    endif
}

/// Turns four columns of a chunk's rows into columns. `row_at(r)` points to row r's four cells.
template <class RowAt>
HWY_INLINE void load_columns(RowAt&& row_at, float* const* columns) {
  const FloatTag d;
  const hn::Repartition<std::uint64_t, FloatTag> d64;
  for (std::size_t r = 0; r < kChunkRows; r += kFloatLanes) {
    const auto a = load_fours(row_at, r);
    const auto b = load_fours(row_at, r + 1);
    const auto c = load_fours(row_at, r + 2);
    const auto e = load_fours(row_at, r + 3);
    const auto ab_low = hn::BitCast(d64, hn::InterleaveLower(d, a, b));
    const auto ce_low = hn::BitCast(d64, hn::InterleaveLower(d, c, e));
    const auto ab_high = hn::BitCast(d64, hn::InterleaveUpper(d, a, b));
    const auto ce_high = hn::BitCast(d64, hn::InterleaveUpper(d, c, e));
    hn::Store(hn::BitCast(d, hn::InterleaveLower(d64, ab_low, ce_low)), d, columns[0] + r);
    hn::Store(hn::BitCast(d, hn::InterleaveUpper(d64, ab_low, ce_low)), d, columns[1] + r);
    hn::Store(hn::BitCast(d, hn::InterleaveLower(d64, ab_high, ce_high)), d, columns[2] + r);
    hn::Store(hn::BitCast(d, hn::InterleaveUpper(d64, ab_high, ce_high)), d, columns[3] + r);
  }
}

#  endif  // HWY_AVX2

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
