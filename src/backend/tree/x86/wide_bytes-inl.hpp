// SPDX-License-Identifier: Apache-2.0
// What Highway has no word for: tables of up to 1024 bytes looked up 64 at a time, and bits of
// eight planes turned into bytes. AVX-512 with VBMI and GFNI only.
#if defined(TRIVET_WIDE_BYTES_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef TRIVET_WIDE_BYTES_INL
#    undef TRIVET_WIDE_BYTES_INL
#  else
#    define TRIVET_WIDE_BYTES_INL
#  endif

#  include <hwy/highway.h>

#  if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL
#    include <immintrin.h>

#    include <cstddef>
#    include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {

/// 64 indices of up to kBits bits: seven in bytes, the others as masks, lowest first.
struct WideIndex {
  __m512i low;
  __mmask64 high[3];
};

/// table[index] for 64 indices. Up to six bits 64 bytes are read, whatever the table's size.
template <int kBits>
HWY_INLINE __m512i lookup_wide(const std::uint8_t* table, const WideIndex& index) {
  if constexpr (kBits <= 6) {
    return _mm512_permutexvar_epi8(index.low, _mm512_loadu_si512(table));
  } else if constexpr (kBits == 7) {
    return _mm512_permutex2var_epi8(_mm512_loadu_si512(table), index.low,
                                    _mm512_loadu_si512(table + 64));
  } else {
    constexpr std::size_t kHalf = std::size_t{1} << (kBits - 1);
    return _mm512_mask_blend_epi8(index.high[kBits - 8], lookup_wide<kBits - 1>(table, index),
                                  lookup_wide<kBits - 1>(table + kHalf, index));
  }
}

/// Turns eight vectors of eight words each by their diagonal.
HWY_INLINE void transpose_words(__m512i* v) {
  __m512i a[8], b[8];
  for (int i = 0; i < 8; i += 2) {
    a[i] = _mm512_unpacklo_epi64(v[i], v[i + 1]);
    a[i + 1] = _mm512_unpackhi_epi64(v[i], v[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    for (int j = 0; j < 2; ++j) {
      b[i + j] = _mm512_shuffle_i64x2(a[i + j], a[i + j + 2], 0x88);
      b[i + j + 2] = _mm512_shuffle_i64x2(a[i + j], a[i + j + 2], 0xdd);
    }
  }
  for (int j = 0; j < 4; ++j) {
    v[j] = _mm512_shuffle_i64x2(b[j], b[j + 4], 0x88);
    v[j + 4] = _mm512_shuffle_i64x2(b[j], b[j + 4], 0xdd);
  }
}

/// For each of 512 rows the byte made of its bits in up to eight planes, lowest first. Processors
/// with VBMI2 have GFNI, but older versions of Highway don't compile this tier for it.
HWY_NOINLINE __attribute__((target("gfni"))) inline void bits_to_bytes(
    const std::uint8_t* const* planes, std::size_t count, std::uint8_t* out) {
  __m512i v[8];
  for (std::size_t b = 0; b < 8; ++b) {
    v[b] = b < count ? _mm512_load_si512(planes[b]) : _mm512_setzero_si512();
  }
  transpose_words(v);
  // Byte j of word b becomes byte 7 - b of word j: matrices of 8 × 8 bits, which multiplied with
  // the unit matrix turn by their diagonal.
  alignas(64) static constexpr std::uint8_t kOrder[64] = {
      56, 48, 40, 32, 24, 16, 8,  0,  57, 49, 41, 33, 25, 17, 9,  1,  58, 50, 42, 34, 26, 18,
      10, 2,  59, 51, 43, 35, 27, 19, 11, 3,  60, 52, 44, 36, 28, 20, 12, 4,  61, 53, 45, 37,
      29, 21, 13, 5,  62, 54, 46, 38, 30, 22, 14, 6,  63, 55, 47, 39, 31, 23, 15, 7};
  const __m512i order = _mm512_load_si512(kOrder);
  const __m512i unit = _mm512_set1_epi64(static_cast<long long>(0x8040201008040201ull));
  for (std::size_t g = 0; g < 8; ++g) {
    const __m512i matrices = _mm512_permutexvar_epi8(order, v[g]);
    _mm512_store_si512(out + 64 * g, _mm512_gf2p8affine_epi64_epi8(unit, matrices, 0));
  }
}

/// The other way round: the bits of 512 bytes into eight planes.
HWY_NOINLINE __attribute__((target("gfni"))) inline void bytes_to_bits(const std::uint8_t* bytes,
                                                                       std::uint8_t* planes) {
  // Byte b of word j becomes byte j of word b.
  alignas(64) static constexpr std::uint8_t kOrder[64] = {
      0,  8,  16, 24, 32, 40, 48, 56, 1,  9,  17, 25, 33, 41, 49, 57, 2,  10, 18, 26, 34, 42,
      50, 58, 3,  11, 19, 27, 35, 43, 51, 59, 4,  12, 20, 28, 36, 44, 52, 60, 5,  13, 21, 29,
      37, 45, 53, 61, 6,  14, 22, 30, 38, 46, 54, 62, 7,  15, 23, 31, 39, 47, 55, 63};
  // Bytes of a word the other way round, as the multiplication wants its matrices.
  alignas(64) static constexpr std::uint8_t kReversed[16] = {7,  6,  5,  4,  3,  2,  1, 0,
                                                             15, 14, 13, 12, 11, 10, 9, 8};
  const __m512i order = _mm512_load_si512(kOrder);
  const __m512i reversed =
      _mm512_broadcast_i32x4(_mm_load_si128(reinterpret_cast<const __m128i*>(kReversed)));
  const __m512i unit = _mm512_set1_epi64(static_cast<long long>(0x8040201008040201ull));
  __m512i v[8];
  for (std::size_t g = 0; g < 8; ++g) {
    const __m512i rows = _mm512_shuffle_epi8(_mm512_load_si512(bytes + 64 * g), reversed);
    const __m512i bits = _mm512_gf2p8affine_epi64_epi8(unit, rows, 0);
    v[g] = _mm512_permutexvar_epi8(order, bits);
  }
  transpose_words(v);
  for (std::size_t b = 0; b < 8; ++b) _mm512_store_si512(planes + 64 * b, v[b]);
}

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#  endif  // HWY_AVX3_DL
#endif    // toggle
