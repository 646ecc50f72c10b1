// SPDX-License-Identifier: Apache-2.0
// All tests of small trees for rows in AVX-512 registers: values by permutes, a bit a test.
#include "backend/tree/x86/turn_words.hpp"

#include "backend/tree/x86/tile_kernels.hpp"
#include "backend/tree/x86/vbmi.hpp"

namespace trivet::tree::x86 {

#if TRIVET_HAS_VBMI

namespace {

/// A row of floats in registers of sixteen.
struct FloatLanes {
  using Cell = float;
  static constexpr std::size_t kLanes = 16;
  __m512 part[8];

  TRIVET_VBMI inline bool load(const float* row, std::size_t count, std::size_t registers) {
    __mmask16 missing = 0;
    for (std::size_t i = 0; i < registers; ++i) {
      const std::size_t rest = count > i * kLanes ? count - i * kLanes : 0;
      const auto kept = static_cast<__mmask16>(rest >= kLanes ? 0xffffu : (1u << rest) - 1u);
      part[i] = _mm512_maskz_loadu_ps(kept, row + (rest == 0 ? 0 : i * kLanes));
      missing =
          static_cast<__mmask16>(missing | _mm512_cmp_ps_mask(part[i], part[i], _CMP_UNORD_Q));
    }
    return missing != 0;
  }
  template <std::size_t kRegisters>
  TRIVET_VBMI inline __m512 values(const std::uint32_t* feature) const {
    const __m512i at = _mm512_loadu_si512(feature);
    __m512 value = _mm512_permutex2var_ps(part[0], at, part[1]);
    if constexpr (kRegisters >= 4) {
      const __mmask16 upper = _mm512_test_epi32_mask(at, _mm512_set1_epi32(32));
      value = _mm512_mask_mov_ps(value, upper, _mm512_permutex2var_ps(part[2], at, part[3]));
      if constexpr (kRegisters == 8) {
        __m512 last = _mm512_permutex2var_ps(part[4], at, part[5]);
        last = _mm512_mask_mov_ps(last, upper, _mm512_permutex2var_ps(part[6], at, part[7]));
        value = _mm512_mask_mov_ps(value, _mm512_test_epi32_mask(at, _mm512_set1_epi32(64)), last);
      }
    }
    return value;
  }
  template <bool kStrict>
  TRIVET_VBMI static inline std::uint64_t left(__m512 value, const float* cuts) {
    return _cvtmask16_u32(
        _mm512_cmp_ps_mask(value, _mm512_loadu_ps(cuts), kStrict ? _CMP_LT_OQ : _CMP_LE_OQ));
  }
  TRIVET_VBMI static inline std::uint64_t missing(__m512 value) {
    return _cvtmask16_u32(_mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q));
  }
};

/// A row of doubles in registers of eight.
struct DoubleLanes {
  using Cell = double;
  static constexpr std::size_t kLanes = 8;
  __m512d part[8];

  TRIVET_VBMI inline bool load(const double* row, std::size_t count, std::size_t registers) {
    __mmask8 missing = 0;
    for (std::size_t i = 0; i < registers; ++i) {
      const std::size_t rest = count > i * kLanes ? count - i * kLanes : 0;
      const auto kept = static_cast<__mmask8>(rest >= kLanes ? 0xffu : (1u << rest) - 1u);
      part[i] = _mm512_maskz_loadu_pd(kept, row + (rest == 0 ? 0 : i * kLanes));
      missing = static_cast<__mmask8>(missing | _mm512_cmp_pd_mask(part[i], part[i], _CMP_UNORD_Q));
    }
    return missing != 0;
  }
  template <std::size_t kRegisters>
  TRIVET_VBMI inline __m512d values(const std::uint64_t* feature) const {
    const __m512i at = _mm512_loadu_si512(feature);
    __m512d value = _mm512_permutex2var_pd(part[0], at, part[1]);
    if constexpr (kRegisters >= 4) {
      const __mmask8 upper = _mm512_test_epi64_mask(at, _mm512_set1_epi64(16));
      value = _mm512_mask_mov_pd(value, upper, _mm512_permutex2var_pd(part[2], at, part[3]));
      if constexpr (kRegisters == 8) {
        __m512d last = _mm512_permutex2var_pd(part[4], at, part[5]);
        last = _mm512_mask_mov_pd(last, upper, _mm512_permutex2var_pd(part[6], at, part[7]));
        value = _mm512_mask_mov_pd(value, _mm512_test_epi64_mask(at, _mm512_set1_epi64(32)), last);
      }
    }
    return value;
  }
  template <bool kStrict>
  TRIVET_VBMI static inline std::uint64_t left(__m512d value, const double* cuts) {
    return _cvtmask8_u32(
        _mm512_cmp_pd_mask(value, _mm512_loadu_pd(cuts), kStrict ? _CMP_LT_OQ : _CMP_LE_OQ));
  }
  TRIVET_VBMI static inline std::uint64_t missing(__m512d value) {
    return _cvtmask8_u32(_mm512_cmp_pd_mask(value, value, _CMP_UNORD_Q));
  }
};

template <class Lanes, std::size_t kRegisters, bool kStrict>
TRIVET_VBMI void fill(const GameWords<typename Lanes::Cell>& table,
                      std::span<const std::uint32_t> trees,
                      std::span<const typename Lanes::Cell* const> rows, std::uint64_t* words,
                      std::size_t stride) noexcept {
  for (std::size_t r = 0; r < rows.size(); ++r) {
    Lanes row;
    const bool has_missing = row.load(rows[r], table.feature_count, kRegisters);
    for (std::size_t i = 0; i < trees.size(); ++i) {
      const auto& tree = table.trees[trees[i]];
      std::uint64_t left = 0;
      std::uint64_t missing = 0;
      for (std::size_t b = 0; b < tree.blocks; ++b) {
        const std::size_t at = tree.first + b * Lanes::kLanes;
        const auto value = row.template values<kRegisters>(table.features.data() + at);
        left |= Lanes::template left<kStrict>(value, table.cuts.data() + at) << b * Lanes::kLanes;
        if (has_missing) missing |= Lanes::missing(value) << b * Lanes::kLanes;
      }
      words[i * stride + r] = ((left ^ tree.near_left) & ~missing) | (tree.missing_far & missing);
    }
  }
}

template <class Lanes, std::size_t kRegisters, class Cell>
void fill_by_test(const GameWords<Cell>& table, std::span<const std::uint32_t> trees,
                  std::span<const Cell* const> rows, std::uint64_t* words,
                  std::size_t stride) noexcept {
  if (table.is_strict) fill<Lanes, kRegisters, true>(table, trees, rows, words, stride);
  else fill<Lanes, kRegisters, false>(table, trees, rows, words, stride);
}

template <class Lanes, class Cell>
void fill_by_width(const GameWords<Cell>& table, std::span<const std::uint32_t> trees,
                   std::span<const Cell* const> rows, std::uint64_t* words,
                   std::size_t stride) noexcept {
  const std::size_t count = table.feature_count;
  if (count <= 2 * Lanes::kLanes) fill_by_test<Lanes, 2>(table, trees, rows, words, stride);
  else if (count <= 4 * Lanes::kLanes) fill_by_test<Lanes, 4>(table, trees, rows, words, stride);
  else fill_by_test<Lanes, 8>(table, trees, rows, words, stride);
}

}  // namespace

bool has_turn_words() noexcept { return has_tile_kernels(); }

void fill_turns(const GameWords<float>& table, std::span<const std::uint32_t> trees,
                std::span<const float* const> rows, std::uint64_t* words,
                std::size_t stride) noexcept {
  fill_by_width<FloatLanes>(table, trees, rows, words, stride);
}
void fill_turns(const GameWords<double>& table, std::span<const std::uint32_t> trees,
                std::span<const double* const> rows, std::uint64_t* words,
                std::size_t stride) noexcept {
  fill_by_width<DoubleLanes>(table, trees, rows, words, stride);
}

#else

bool has_turn_words() noexcept { return false; }
void fill_turns(const GameWords<float>&, std::span<const std::uint32_t>,
                std::span<const float* const>, std::uint64_t*, std::size_t) noexcept {}
void fill_turns(const GameWords<double>&, std::span<const std::uint32_t>,
                std::span<const double* const>, std::uint64_t*, std::size_t) noexcept {}

#endif

}  // namespace trivet::tree::x86
