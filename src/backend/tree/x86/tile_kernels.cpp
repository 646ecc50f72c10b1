// SPDX-License-Identifier: Apache-2.0
// Tiles through AVX-512's byte permutes (VBMI).
#include "backend/tree/x86/tile_kernels.hpp"

#include <hwy/targets.h>

#include <algorithm>
#include <cstring>

#include "backend/tree/ranked_walk.hpp"
#include "backend/tree/x86/vbmi.hpp"

#if TRIVET_HAS_VBMI
namespace trivet::tree::x86 {
namespace {

/// The ranked row in registers.
struct RowTable {
  __m512i part[4];
};

template <std::size_t kRegisters>
TRIVET_VBMI inline std::uint64_t tile_bits(const RowTable& row, const TestTile& tile) {
  const __m512i entry = _mm512_load_si512(tile.entry);
  const __m512i rank = _mm512_load_si512(tile.rank);
  __m512i value;
  if constexpr (kRegisters == 1) {
    value = _mm512_permutexvar_epi8(entry, row.part[0]);
  } else {
    value = _mm512_permutex2var_epi8(row.part[0], entry, row.part[1]);
    if constexpr (kRegisters == 4) {
      const __m512i upper = _mm512_permutex2var_epi8(row.part[2], entry, row.part[3]);
      value = _mm512_mask_mov_epi8(value, _mm512_movepi8_mask(entry), upper);
    }
  }
  return _cvtmask64_u64(_mm512_cmpgt_epu8_mask(value, rank));
}

template <std::size_t kRegisters>
TRIVET_VBMI void fill_bits(const RowTable& row, const TestTile* tiles, std::size_t count,
                           std::uint64_t* bits) {
  for (std::size_t i = 0; i < count; i += 4) {
    bits[i] = tile_bits<kRegisters>(row, tiles[i]);
    bits[i + 1] = tile_bits<kRegisters>(row, tiles[i + 1]);
    bits[i + 2] = tile_bits<kRegisters>(row, tiles[i + 2]);
    bits[i + 3] = tile_bits<kRegisters>(row, tiles[i + 3]);
  }
}

TRIVET_VBMI inline __m512i walk_six(__m512i bits) {
  const __m512i one = _mm512_set1_epi64(1);
  __m512i at = one;
  for (std::uint32_t level = 0; level < kTileLevels; ++level) {
    const __m512i shifted = _mm512_srlv_epi64(bits, at);
    at = _mm512_ternarylogic_epi64(_mm512_add_epi64(at, at), shifted, one, 0xF8);  // a | (b & c)
  }
  return at;
}

TRIVET_VBMI void walk_heaps(const std::uint64_t* bits, std::uint32_t shift,
                            const std::uint32_t* start, std::size_t count, std::uint32_t* at) {
  const __m512i first_exit = _mm512_set1_epi64(kTileExits);
  const __m128i by = _mm_cvtsi32_si128(static_cast<int>(shift));
  for (std::size_t i = 0; i < count; i += kTileGroup) {
    const __m512i low = walk_six(_mm512_load_si512(bits + i));
    const __m512i high = walk_six(_mm512_load_si512(bits + i + 8));
    const __m256i low_exit = _mm512_cvtepi64_epi32(_mm512_sub_epi64(low, first_exit));
    const __m256i high_exit = _mm512_cvtepi64_epi32(_mm512_sub_epi64(high, first_exit));
    const __m512i exit = _mm512_inserti64x4(_mm512_castsi256_si512(low_exit), high_exit, 1);
    const __mmask16 kept =
        static_cast<__mmask16>(count - i >= 16 ? 0xffffu : (1u << (count - i)) - 1u);
    const __m512i from = _mm512_maskz_loadu_epi32(kept, start + i);
    _mm512_store_si512(at + i, _mm512_add_epi32(from, _mm512_sll_epi32(exit, by)));
  }
}

/// The leaves on paths that match, of one tree of at most 32 leaves.
class LeafMatcher {
 public:
  TRIVET_VBMI LeafMatcher() {
    const __m512i lanes = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i ones = _mm512_set1_epi32(-1);
    low_ = _mm512_andnot_si512(_mm512_sllv_epi32(ones, lanes), ones);
    high_ = _mm512_or_si512(_mm512_slli_epi32(low_, 16), _mm512_set1_epi32(0xffff));
  }
  /// The first one's number; those behind the tree's last leaf match whatever the outcomes.
  TRIVET_VBMI inline std::uint32_t find(const MatchTree& tree, std::uint32_t outcomes) const {
    const __m512i all = _mm512_set1_epi32(static_cast<int>(outcomes));
    const __mmask16 low =
        _mm512_testn_epi32_mask(_mm512_xor_si512(all, low_), _mm512_load_si512(tree.care));
    const __mmask16 high =
        _mm512_testn_epi32_mask(_mm512_xor_si512(all, high_), _mm512_load_si512(tree.care + 16));
    return static_cast<std::uint32_t>(__builtin_ctz(_cvtmask32_u32(_mm512_kunpackw(high, low))));
  }

 private:
  __m512i low_;
  __m512i high_;
};

TRIVET_VBMI inline RowTable load_row(const TiledTops& tops, const std::uint8_t* row) {
  RowTable table{};
  for (std::size_t i = 0; i < tops.register_count; ++i) {
    table.part[i] = _mm512_load_si512(row + 64 * i);
  }
  return table;
}

/// Adds leaves of consecutive trees; with one output, the sum stays in a register.
template <bool kOneOutput, class Sum>
class LeafAdder {
 public:
  TRIVET_VBMI LeafAdder(const LeafSums<Sum>& to) : to_(to), sum_(to.sums[0]) {}
  TRIVET_VBMI inline void add(std::size_t tree, std::size_t leaf) {
    Sum value;
    std::memcpy(&value, to_.leaves + leaf, sizeof value);  // it stands among other units
    if constexpr (kOneOutput) sum_ += value;
    else to_.sums[to_.output[tree]] += value;
  }
  TRIVET_VBMI void finish() {
    if constexpr (kOneOutput) to_.sums[0] = sum_;
  }

 private:
  const LeafSums<Sum> to_;
  Sum sum_;
};

/// Small trees, sixteen at a time.
template <std::size_t kRegisters, bool kOneOutput, class Sum>
TRIVET_VBMI void add_up_matches(const TiledTops& tops, const RowTable& row, std::size_t first,
                                std::size_t end, const LeafSums<Sum>& to) {
  std::uint32_t outcomes[kTileGroup];
  const LeafMatcher matcher;
  LeafAdder<kOneOutput, Sum> adder(to);
  for (; first < end; first += kTileGroup) {
    const TestTile* tiles = tops.tiles.data() + first / 2;
    for (std::size_t i = 0; i < kTileGroup / 2; ++i) {
      const std::uint64_t two = tile_bits<kRegisters>(row, tiles[i]);
      std::memcpy(outcomes + 2 * i, &two, sizeof two);
    }
    const std::size_t count = std::min(kTileGroup, end - first);
    const MatchTree* trees = tops.matches.data() + first;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t tree = first + i;
      adder.add(tree, tree * kMatchLeaves + matcher.find(trees[i], outcomes[i]));
    }
  }
  adder.finish();
}

inline constexpr std::size_t kHeapLot = 64;  // trees

/// Trees of up to six levels, in lots: a wide load soon after the narrow stores that it covers
/// would have to wait for them. The sums of one lot, each waiting for the one before, run beside
/// the tests of the next.
template <std::size_t kRegisters, bool kOneOutput, class Sum>
TRIVET_VBMI void add_up_heaps(const TiledTops& tops, const RowTable& row, std::size_t first,
                              std::size_t end, const LeafSums<Sum>& to) {
  alignas(64) std::uint64_t bits[kHeapLot];
  alignas(64) std::uint64_t exits[kHeapLot];
  LeafAdder<kOneOutput, Sum> adder(to);
  const std::size_t padded = (end + kTileGroup - 1) / kTileGroup * kTileGroup;
  fill_bits<kRegisters>(row, tops.tiles.data() + first, std::min(kHeapLot, padded - first), bits);
  for (; first < end; first += kHeapLot) {
    const std::size_t count = std::min(kHeapLot, end - first);
    for (std::size_t i = 0; i < count; i += kTileGroup) {
      _mm512_store_si512(exits + i, walk_six(_mm512_load_si512(bits + i)));
      _mm512_store_si512(exits + i + 8, walk_six(_mm512_load_si512(bits + i + 8)));
    }
    const std::size_t next = first + count;
    const std::size_t ahead = next < end ? std::min(kHeapLot, padded - next) : 0;
    const TestTile* tiles = tops.tiles.data() + next;
    std::size_t i = 0;
    for (; i < ahead; ++i) {
      bits[i] = tile_bits<kRegisters>(row, tiles[i]);
      adder.add(first + i, (first + i) * kTileExits + exits[i] - kTileExits);
    }
    for (; i < count; ++i) {
      adder.add(first + i, (first + i) * kTileExits + exits[i] - kTileExits);
    }
  }
  adder.finish();
}

template <std::size_t kRegisters, bool kOneOutput, class Sum>
TRIVET_VBMI void add_up_here(const TiledTops& tops, const std::uint8_t* row, std::size_t first,
                             std::size_t end, const LeafSums<Sum>& to) {
  const RowTable table = load_row(tops, row);
  if (tops.kind == TileKind::match) {
    add_up_matches<kRegisters, kOneOutput>(tops, table, first, end, to);
  } else {
    add_up_heaps<kRegisters, kOneOutput>(tops, table, first, end, to);
  }
}

template <std::size_t kRegisters, class Sum>
void add_up_registers(const TiledTops& tops, const std::uint8_t* row, std::size_t first,
                      std::size_t end, const LeafSums<Sum>& to) {
  if (to.output == nullptr) add_up_here<kRegisters, true>(tops, row, first, end, to);
  else add_up_here<kRegisters, false>(tops, row, first, end, to);
}

template <class Sum>
void add_up_small(const TiledTops& tops, const std::uint8_t* row, std::size_t first,
                  std::size_t end, const LeafSums<Sum>& to) {
  if (first >= end) return;
  switch (tops.register_count) {
    case 1: return add_up_registers<1>(tops, row, first, end, to);
    case 2: return add_up_registers<2>(tops, row, first, end, to);
    default: return add_up_registers<4>(tops, row, first, end, to);
  }
}

TRIVET_VBMI void match_leaves(const TiledTops& tops, const std::uint64_t* bits,
                              const std::uint32_t* start, std::size_t first, std::size_t count,
                              std::uint32_t* at) {
  const LeafMatcher matcher;
  for (std::size_t i = 0; i < count; ++i) {
    const auto outcomes = static_cast<std::uint32_t>(bits[i / 2] >> i % 2 * 32);
    at[i] = start[i] + (matcher.find(tops.matches[first + i], outcomes) << tops.exit_shift);
  }
}

TRIVET_VBMI inline void add_category_bits(const TiledTops& tops, const std::uint16_t* codes,
                                          std::size_t first, std::size_t count,
                                          std::uint64_t* bits) {
  for (std::size_t c = 0; c < tops.categories.size(); ++c) {
    const std::uint64_t* own =
        tops.category_bits.data() + tops.categories[c].first + codes[c] * tops.tiles.size() + first;
    for (std::size_t i = 0; i < count; ++i) bits[i] |= own[i];
  }
}

TRIVET_VBMI void find_exits_here(const TiledTops& tops, const std::uint32_t* start,
                                 const TileRow& row, std::size_t first, std::size_t count,
                                 std::uint32_t* at) {
  alignas(64) std::uint64_t bits[kTreeGroup];
  const RowTable table = load_row(tops, row.ranks);
  const bool match = tops.kind == TileKind::match;
  const std::size_t padded = (count + kTileGroup - 1) / kTileGroup * kTileGroup;
  const TestTile* tiles = tops.tiles.data() + (match ? first / 2 : first);
  const std::size_t tile_count = match ? padded / 2 : padded;
  switch (tops.register_count) {
    case 1: fill_bits<1>(table, tiles, tile_count, bits); break;
    case 2: fill_bits<2>(table, tiles, tile_count, bits); break;
    default: fill_bits<4>(table, tiles, tile_count, bits); break;
  }
  add_category_bits(tops, row.codes, match ? first / 2 : first, tile_count, bits);
  if (match) match_leaves(tops, bits, start, first, count, at);
  else walk_heaps(bits, tops.exit_shift, start, count, at);
}

}  // namespace

bool has_tile_kernels() noexcept { return (hwy::SupportedTargets() & HWY_AVX3_DL) != 0; }

void find_exits(const TiledTops& tops, const std::uint32_t* start, const TileRow& row,
                std::size_t first, std::size_t count, std::uint32_t* at) noexcept {
  find_exits_here(tops, start, row, first, count, at);
}

void add_up_tiles(const TiledTops& tops, const std::uint8_t* row, std::size_t first,
                  std::size_t end, const LeafSums<float>& to) noexcept {
  add_up_small(tops, row, first, end, to);
}
void add_up_tiles(const TiledTops& tops, const std::uint8_t* row, std::size_t first,
                  std::size_t end, const LeafSums<double>& to) noexcept {
  add_up_small(tops, row, first, end, to);
}

}  // namespace trivet::tree::x86

#else

namespace trivet::tree::x86 {

bool has_tile_kernels() noexcept { return false; }
void find_exits(const TiledTops&, const std::uint32_t*, const TileRow&, std::size_t, std::size_t,
                std::uint32_t*) noexcept {}
void add_up_tiles(const TiledTops&, const std::uint8_t*, std::size_t, std::size_t,
                  const LeafSums<float>&) noexcept {}
void add_up_tiles(const TiledTops&, const std::uint8_t*, std::size_t, std::size_t,
                  const LeafSums<double>&) noexcept {}

}  // namespace trivet::tree::x86

#endif
