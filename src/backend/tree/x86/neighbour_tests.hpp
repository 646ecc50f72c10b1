// SPDX-License-Identifier: Apache-2.0
// Eight comparisons of floats at once with what every x86-64 has.
#pragma once

#if defined(__SSE2__)

#  include <immintrin.h>

#  include <cstdint>

#  include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree::x86 {

inline std::uint32_t bits_of_eight(__m128 low, __m128 high) noexcept {
  return static_cast<std::uint32_t>(_mm_movemask_ps(low) | _mm_movemask_ps(high) << 4);
}

/// Where a row's values go left at eight neighbouring cuts, and where they are missing.
template <spi::Test kTest>
std::uint32_t left_of_eight(const std::uint32_t* f, const float* cuts, const float* row,
                            std::uint32_t& missing) noexcept {
  const __m128 low = _mm_setr_ps(row[f[0]], row[f[1]], row[f[2]], row[f[3]]);
  const __m128 high = _mm_setr_ps(row[f[4]], row[f[5]], row[f[6]], row[f[7]]);
  const __m128 low_cut = _mm_loadu_ps(cuts);
  const __m128 high_cut = _mm_loadu_ps(cuts + 4);
  constexpr bool kLess = kTest == spi::Test::less;
  const __m128 low_left = kLess ? _mm_cmplt_ps(low, low_cut) : _mm_cmple_ps(low, low_cut);
  const __m128 high_left = kLess ? _mm_cmplt_ps(high, high_cut) : _mm_cmple_ps(high, high_cut);
  missing = bits_of_eight(_mm_cmpunord_ps(low, low), _mm_cmpunord_ps(high, high));
  return bits_of_eight(low_left, high_left);
}

}  // namespace trivet::tree::x86

#endif
