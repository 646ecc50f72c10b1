// SPDX-License-Identifier: Apache-2.0
// From planes of leaf number bits to sums, for one instruction set.
//
// Sums stand in the order in which bytes of planar tables fall into place when they are
// interleaved to numbers, which is another one than that of the rows. A group of rows is as many
// as a vector has bytes; block L of 16 bytes has the rows from 16·L on, and the first interleaved
// vector gets the first 16 bytes' worth of numbers of each block, the next one the next.
#if defined(TRIVET_SLICED_LEAVES_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef TRIVET_SLICED_LEAVES_INL
#    undef TRIVET_SLICED_LEAVES_INL
#  else
#    define TRIVET_SLICED_LEAVES_INL
#  endif

#  include <hwy/highway.h>

#  include <algorithm>
#  include <cstddef>
#  include <cstdint>
#  include <cstring>

#  include "backend/tree/sliced_kernels.hpp"
#  include "backend/tree/sliced_tables-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#  if HWY_TARGET != HWY_SCALAR

#    if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
inline constexpr std::uint32_t kMostTableBits = 10;
inline constexpr std::uint32_t kFreeTableBits = 6;
#    else
inline constexpr std::uint32_t kMostTableBits = 7;
inline constexpr std::uint32_t kFreeTableBits = 4;
#    endif

/// Where a tree's number bits are: `bits[b] × bytes` into the planes.
struct BitPlanes {
  const std::uint8_t* planes;
  std::size_t bytes;
  const Plane* bits;

  [[nodiscard]] const std::uint8_t* plane(std::size_t b) const { return planes + bits[b] * bytes; }
};

/// Up to eight bits from `first` on into one byte a row.
HWY_INLINE void gather_bits(const BitPlanes& tree, std::size_t first, std::size_t count,
                            std::size_t rows, std::uint8_t* numbers) {
#    if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
  for (std::size_t r = 0; r < rows; r += 512) {
    const std::uint8_t* planes[8];
    for (std::size_t b = 0; b < count; ++b) planes[b] = tree.plane(first + b) + r / 8;
    bits_to_bytes(planes, count, numbers + r);
  }
#    else
  const ByteTag d;
  for (std::size_t r = 0; r < rows; r += kGroupRows) {
    auto number = hn::Zero(d);
    for (std::size_t b = 0; b < count; ++b) {
      const auto mask = hn::LoadMaskBits(d, tree.plane(first + b) + r / 8);
      const auto bit = hn::Set(d, static_cast<std::uint8_t>(1u << b));
      number = hn::Or(number, hn::IfThenElseZero(mask, bit));
    }
    hn::Store(number, d, numbers + r);
  }
#    endif
}

/// The numbers of a group of rows, as tables are looked up by them.
template <int kBits>
HWY_INLINE ByteIndex load_index(const BitPlanes& tree, const std::uint8_t* numbers, std::size_t r) {
#    if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
  WideIndex index{_mm512_load_si512(numbers + r), {0, 0, 0}};
  for (int b = 7; b < kBits; ++b) {
    std::uint64_t mask;
    std::memcpy(&mask, tree.plane(static_cast<std::size_t>(b)) + r / 8, sizeof mask);
    index.high[b - 7] = mask;
  }
  return index;
#    else
  static_cast<void>(tree);
  return hn::Load(ByteTag(), numbers + r);
#    endif
}

template <class Sum, class V>
HWY_INLINE void add_numbers(V numbers, Sum* sums) {
  const hn::CappedTag<Sum, 64 / sizeof(Sum)> d;
  hn::Store(hn::Add(hn::Load(d, sums), hn::BitCast(d, numbers)), d, sums);
}

/// Pairs of bytes to words, of words to double words.
template <class D, class V>
HWY_INLINE auto pair_lower(D d, V a, V b) {
  return hn::InterleaveLower(d, hn::BitCast(d, a), hn::BitCast(d, b));
}
template <class D, class V>
HWY_INLINE auto pair_upper(D d, V a, V b) {
  return hn::InterleaveUpper(d, hn::BitCast(d, a), hn::BitCast(d, b));
}

/// Adds floats, given by their four bytes, lowest first.
HWY_INLINE void add_interleaved(const Bytes* v, float* sums) {
  const ByteTag d8;
  const hn::CappedTag<std::uint16_t, 32> d16;
  constexpr std::size_t kStep = kGroupRows / 4;
  const auto low_first = pair_lower(d8, v[0], v[1]);
  const auto low_last = pair_upper(d8, v[0], v[1]);
  const auto high_first = pair_lower(d8, v[2], v[3]);
  const auto high_last = pair_upper(d8, v[2], v[3]);
  add_numbers(pair_lower(d16, low_first, high_first), sums);
  add_numbers(pair_upper(d16, low_first, high_first), sums + kStep);
  add_numbers(pair_lower(d16, low_last, high_last), sums + 2 * kStep);
  add_numbers(pair_upper(d16, low_last, high_last), sums + 3 * kStep);
}

/// Adds a quarter of a group's doubles, given by their lower and upper four bytes.
template <class V>
HWY_INLINE void add_two_doubles(V low, V high, double* sums) {
  const hn::CappedTag<std::uint32_t, 16> d32;
  add_numbers(pair_lower(d32, low, high), sums);
  add_numbers(pair_upper(d32, low, high), sums + kGroupRows / 8);
}

HWY_INLINE void add_interleaved(const Bytes* v, double* sums) {
  const ByteTag d8;
  const hn::CappedTag<std::uint16_t, 32> d16;
  constexpr std::size_t kStep = kGroupRows / 4;
  {
    const auto a = pair_lower(d8, v[0], v[1]);
    const auto b = pair_lower(d8, v[2], v[3]);
    const auto c = pair_lower(d8, v[4], v[5]);
    const auto e = pair_lower(d8, v[6], v[7]);
    add_two_doubles(pair_lower(d16, a, b), pair_lower(d16, c, e), sums);
    add_two_doubles(pair_upper(d16, a, b), pair_upper(d16, c, e), sums + kStep);
  }
  const auto a = pair_upper(d8, v[0], v[1]);
  const auto b = pair_upper(d8, v[2], v[3]);
  const auto c = pair_upper(d8, v[4], v[5]);
  const auto e = pair_upper(d8, v[6], v[7]);
  add_two_doubles(pair_lower(d16, a, b), pair_lower(d16, c, e), sums + 2 * kStep);
  add_two_doubles(pair_upper(d16, a, b), pair_upper(d16, c, e), sums + 3 * kStep);
}

template <int kBits, class Sum>
HWY_NOINLINE void add_planar(const BitPlanes& tree, const std::uint8_t* table, std::size_t entries,
                             const std::uint8_t* numbers, std::size_t rows, Sum* sums) {
  for (std::size_t r = 0; r < rows; r += kGroupRows) {
    const auto index = load_index<kBits>(tree, numbers, r);
    Bytes bytes[sizeof(Sum)];
    for (std::size_t p = 0; p < sizeof(Sum); ++p) {
      bytes[p] = lookup_bytes<kBits>(table + p * entries, index);
    }
    add_interleaved(bytes, sums + r);
  }
}

template <class Sum>
HWY_INLINE void add_planar(const BitPlanes& tree, std::size_t bit_count, const std::uint8_t* table,
                           const std::uint8_t* numbers, std::size_t rows, Sum* sums) {
  const std::size_t entries = std::size_t{1} << bit_count;
  switch (bit_count) {
    default: return add_planar<4>(tree, table, entries, numbers, rows, sums);
    case 5: return add_planar<5>(tree, table, entries, numbers, rows, sums);
    case 6: return add_planar<6>(tree, table, entries, numbers, rows, sums);
    case 7: return add_planar<7>(tree, table, entries, numbers, rows, sums);
#    if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
    case 8: return add_planar<8>(tree, table, entries, numbers, rows, sums);
    case 9: return add_planar<9>(tree, table, entries, numbers, rows, sums);
    case 10: return add_planar<10>(tree, table, entries, numbers, rows, sums);
#    endif
  }
}

/// Calls `run(row, place, count)`: sums from `place` on are those of `count` rows from `row` on.
template <class Sum, class Run>
HWY_INLINE void for_runs_of_rows(std::size_t rows, Run&& run) {
  constexpr std::size_t kRun = 16 / sizeof(Sum);
  for (std::size_t group = 0; group < rows; group += kGroupRows) {
    std::size_t place = group;
    for (std::size_t first = 0; first < 16; first += kRun) {
      for (std::size_t block = 0; block < kGroupRows; block += 16, place += kRun) {
        run(group + block + first, place, kRun);
      }
    }
  }
}

/// Tables that are too large for registers, one row at a time.
template <class Sum>
HWY_NOINLINE void add_entries(const std::uint8_t* table, std::size_t leaf_width,
                              const SliceBlock& block, Sum* sums) {
  const std::uint8_t* low = block.numbers;
  const std::uint8_t* high = block.numbers + block.rows;
  for_runs_of_rows<Sum>(block.rows, [&](std::size_t row, std::size_t place, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t entry = low[row + i] | static_cast<std::size_t>(high[row + i]) << 8;
      for (std::size_t k = 0; k < leaf_width; ++k) {
        Sum value;
        std::memcpy(&value, table + (entry * leaf_width + k) * sizeof(Sum), sizeof(Sum));
        sums[k * block.rows + place + i] += value;
      }
    }
  });
}

template <class Sum>
HWY_INLINE void add_leaves(const SlicedForest& forest, const SlicedTree& tree,
                           const SliceBlock& block) {
  const BitPlanes bits{block.planes, block.rows / 8, forest.bits.data() + tree.first_bit};
  const std::size_t bit_count = tree.bit_count;
  const std::uint8_t* table = forest.leaves.data() + tree.first_leaf;
  Sum* sums = static_cast<Sum*>(block.sums) + tree.output * block.rows;
  if (bit_count > kMostTableBits) {
    gather_bits(bits, 0, 8, block.rows, block.numbers);
    gather_bits(bits, 8, bit_count - std::min<std::size_t>(bit_count, 8), block.rows,
                block.numbers + block.rows);
    return add_entries(table, forest.leaf_width, block, sums);
  }
  gather_bits(bits, 0, std::min<std::size_t>(bit_count, 7), block.rows, block.numbers);
  for (std::size_t k = 0; k < forest.leaf_width; ++k) {
    add_planar(bits, bit_count, table, block.numbers, block.rows, sums + k * block.rows);
    table += sizeof(Sum) << bit_count;
  }
}

template <class Sum>
HWY_INLINE void start_sums(const SlicedForest& forest, const SliceBlock& block) {
  auto* sums = static_cast<Sum*>(block.sums);
  for (const double start : forest.starts) {
    std::fill_n(sums, block.rows, static_cast<Sum>(start));
    sums += block.rows;
  }
}

/// Back into the order of rows, a row's outputs together.
template <class Sum>
HWY_INLINE void write_sums(const SliceBlock& block, std::size_t row_count, std::size_t outputs,
                           Sum* out) {
  for (std::size_t k = 0; k < outputs; ++k) {
    const Sum* sums = static_cast<const Sum*>(block.sums) + k * block.rows;
    for_runs_of_rows<Sum>(block.rows, [&](std::size_t row, std::size_t place, std::size_t count) {
      if (row >= row_count) return;
      count = std::min(count, row_count - row);
      for (std::size_t i = 0; i < count; ++i) out[(row + i) * outputs + k] = sums[place + i];
    });
  }
}

#  endif  // HWY_SCALAR

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
