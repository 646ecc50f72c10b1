// SPDX-License-Identifier: Apache-2.0
// From ranks and category codes to the planes of all distinct tests, for one instruction set.
#if defined(TRIVET_SLICED_PLANES_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef TRIVET_SLICED_PLANES_INL
#    undef TRIVET_SLICED_PLANES_INL
#  else
#    define TRIVET_SLICED_PLANES_INL
#  endif

#  include <hwy/highway.h>

#  include <cstddef>
#  include <cstdint>
#  include <cstring>
#  include <span>

#  include "backend/tree/sliced_kernels.hpp"
#  include "backend/tree/sliced_tables-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#  if HWY_TARGET != HWY_SCALAR

inline constexpr std::size_t kSliceBytes = kSliceRows / 8;
/// Fewer tests of a column are compared one by one.
inline constexpr std::size_t kFewTests = 12;

/// One plane of a slice, by comparison.
template <class Rank>
HWY_INLINE void compare_slice(const Rank* HWY_RESTRICT ranks, std::uint32_t greatest,
                              std::uint8_t* HWY_RESTRICT plane) {
  const hn::CappedTag<Rank, 64> d;
  const std::size_t lanes = hn::Lanes(d);
  const auto end = hn::Set(d, static_cast<Rank>(greatest + 1));
  for (std::size_t r = 0; r < kSliceRows; r += 8 * lanes) {
    HWY_UNROLL(8)
    for (std::size_t i = 0; i < 8; ++i) {
      const auto rank = hn::Load(d, ranks + r + i * lanes);
      hn::StoreMaskBits(d, hn::Lt(rank, end), plane + (r + i * lanes) / 8);
    }
  }
}

#    if !(HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL)
HWY_NOINLINE void bytes_to_bits(const std::uint8_t* bytes, std::uint8_t* planes) {
  const ByteTag d;
  for (std::size_t r = 0; r < kSliceRows; r += kGroupRows) {
    const auto v = hn::Load(d, bytes + r);
    HWY_UNROLL(8)
    for (std::size_t b = 0; b < 8; ++b) {
      const auto bit = hn::Set(d, static_cast<std::uint8_t>(1u << b));
      hn::StoreMaskBits(d, hn::TestBit(v, bit), planes + b * kSliceBytes + r / 8);
    }
  }
}
#    endif

/// Planes of `x <= k` for the sixteen values k of x's four bits.
HWY_INLINE void compare_half(const std::uint8_t* HWY_RESTRICT bits,
                             std::uint8_t* HWY_RESTRICT planes) {
  const ByteTag d;
  for (std::size_t i = 0; i < kSliceBytes; i += kGroupRows) {
    // Over the bits seen so far; where k has the next bit "or x has it not", else "and".
    const auto ones = hn::Not(hn::Zero(d));
    Bytes at_most[16];
    at_most[0] = ones;
    for (std::size_t b = 0, count = 1; b < 4; ++b, count *= 2) {
      const auto clear = hn::Xor(hn::Load(d, bits + b * kSliceBytes + i), ones);
      for (std::size_t k = 0; k < count; ++k) {
        at_most[count + k] = hn::Or(clear, at_most[k]);
        at_most[k] = hn::And(clear, at_most[k]);
      }
    }
    for (std::size_t k = 0; k < 16; ++k) hn::Store(at_most[k], d, planes + k * kSliceBytes + i);
  }
}

/// A slice of byte ranks as planes: comparisons of their lower and upper halves.
struct SlicedRanks {
  alignas(64) std::uint8_t bits[8 * kSliceBytes];
  alignas(64) std::uint8_t low[16 * kSliceBytes];   ///< lower half <= k
  alignas(64) std::uint8_t high[17 * kSliceBytes];  ///< upper half < k
};

HWY_INLINE void slice_ranks(const std::uint8_t* ranks, SlicedRanks& out) {
  bytes_to_bits(ranks, out.bits);
  compare_half(out.bits, out.low);
  compare_half(out.bits + 4 * kSliceBytes, out.high + kSliceBytes);
  std::memset(out.high, 0, kSliceBytes);
}

/// `x <= k` is "upper half at most k's" where the lower half is at most k's, else "upper half
/// less".
HWY_INLINE void select_planes(std::span<const RankTest> tests, const SlicedRanks& ranks,
                              std::uint8_t* HWY_RESTRICT plane, std::size_t bytes) {
  const ByteTag d;
  for (const RankTest& test : tests) {
    const std::uint8_t* less = ranks.high + test.rank / 16 * kSliceBytes;
    const std::uint8_t* low = ranks.low + test.rank % 16 * kSliceBytes;
    for (std::size_t i = 0; i < kSliceBytes; i += kGroupRows) {
      const auto at_most = hn::Load(d, less + kSliceBytes + i);
      hn::Store(select_bits(hn::Load(d, low + i), at_most, hn::Load(d, less + i)), d, plane + i);
    }
    plane += bytes;
  }
}

/// All tests of one numeric column.
template <class Rank>
HWY_INLINE void make_number_planes(std::span<const RankTest> tests, const Rank* ranks,
                                   std::size_t rows, std::uint8_t* planes) {
  const std::size_t bytes = rows / 8;
  for (std::size_t r = 0; r < rows; r += kSliceRows) {
    std::uint8_t* plane = planes + r / 8;
    if constexpr (sizeof(Rank) == 1) {
      if (tests.size() > kFewTests) {
        SlicedRanks sliced;
        slice_ranks(ranks + r, sliced);
        select_planes(tests, sliced, plane, bytes);
        continue;
      }
    }
    for (const RankTest& test : tests) {
      compare_slice(ranks + r, test.rank, plane);
      plane += bytes;
    }
  }
}

/// The planes of one categorical feature's tests: tables of "goes left" by code.
template <int kBits>
HWY_NOINLINE void look_up_codes(const std::uint8_t* table, const SlicedCategories& own,
                                const std::uint8_t* codes, std::uint8_t* plane, std::size_t bytes) {
  const ByteTag d;
  for (std::size_t t = 0; t < own.test_count; ++t, table += own.table_size, plane += bytes) {
    for (std::size_t r = 0; r < kSliceRows; r += kGroupRows) {
      const auto left = lookup_bytes<kBits>(table, as_index(hn::Load(d, codes + r)));
      hn::StoreMaskBits(d, hn::MaskFromVec(left), plane + r / 8);
    }
  }
}

HWY_NOINLINE void look_up_codes_singly(const std::uint8_t* table, const SlicedCategories& own,
                                       const std::uint16_t* codes, std::uint8_t* plane,
                                       std::size_t bytes) {
  for (std::size_t t = 0; t < own.test_count; ++t, table += own.table_size, plane += bytes) {
    for (std::size_t r = 0; r < kSliceRows; r += 8) {
      unsigned eight = 0;
      for (std::size_t i = 0; i < 8; ++i) eight |= (table[codes[r + i]] & 1u) << i;
      plane[r / 8] = static_cast<std::uint8_t>(eight);
    }
  }
}

HWY_INLINE void make_category_planes(const std::uint8_t* tables, const SlicedCategories& own,
                                     const std::uint16_t* codes, std::size_t rows,
                                     std::uint8_t* planes) {
  const std::size_t bytes = rows / 8;
  for (std::size_t r = 0; r < rows; r += kSliceRows, codes += kSliceRows) {
    std::uint8_t* plane = planes + r / 8;
    if (own.table_bits > 8) {
      look_up_codes_singly(tables, own, codes, plane, bytes);
      continue;
    }
    alignas(64) std::uint8_t narrow[kSliceRows];
    for (std::size_t i = 0; i < kSliceRows; ++i) narrow[i] = static_cast<std::uint8_t>(codes[i]);
    if (own.table_bits <= 4) look_up_codes<4>(tables, own, narrow, plane, bytes);
    else if (own.table_bits == 5) look_up_codes<5>(tables, own, narrow, plane, bytes);
    else if (own.table_bits == 6) look_up_codes<6>(tables, own, narrow, plane, bytes);
    else if (own.table_bits == 7) look_up_codes<7>(tables, own, narrow, plane, bytes);
    else look_up_codes<8>(tables, own, narrow, plane, bytes);
  }
}

template <class Rank>
HWY_NOINLINE void make_planes(const SlicedForest& forest, const SliceBlock& block) {
  const std::size_t bytes = block.rows / 8;
  std::memset(block.planes + kZeros * bytes, 0, bytes);
  std::memset(block.planes + kOnes * bytes, 0xff, bytes);
  std::uint8_t* plane = block.planes + kFirstTest * bytes;
  const auto* ranks = static_cast<const Rank*>(block.ranks.numbers);
  const std::span<const RankTest> tests = forest.ranks.tests;
  for (std::uint32_t c = 0; c < forest.ranks.number_columns; ++c, ranks += block.rows) {
    const std::uint32_t first = forest.first_test_of_column[c];
    const std::uint32_t count = forest.first_test_of_column[c + 1] - first;
    make_number_planes(tests.subspan(first, count), ranks, block.rows, plane);
    plane += count * bytes;
  }
  const std::uint16_t* codes = block.ranks.codes;
  for (const SlicedCategories& own : forest.categories) {
    make_category_planes(forest.category_tables.data() + own.first_entry, own, codes, block.rows,
                         plane);
    plane += own.test_count * bytes;
    codes += block.rows;
  }
}

#  endif  // HWY_SCALAR

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
