// SPDX-License-Identifier: Apache-2.0
// Tables of floats in registers, looked up without the masking of indices that Highway wants.
#if defined(TRIVET_PERMUTE_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef TRIVET_PERMUTE_INL
#    undef TRIVET_PERMUTE_INL
#  else
#    define TRIVET_PERMUTE_INL
#  endif

#  include <hwy/highway.h>

#  if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
#    include <immintrin.h>

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#    if HWY_TARGET <= HWY_AVX3
using FloatTable = hn::Vec512<float>;
using FloatPlaces = hn::Vec512<std::int32_t>;

/// table[place mod 16]
HWY_INLINE FloatTable permute(FloatTable table, FloatPlaces places) {
  return FloatTable{_mm512_permutexvar_ps(places.raw, table.raw)};
}
/// The same with the 32 entries of two tables.
HWY_INLINE FloatTable permute(FloatTable low, FloatTable high, FloatPlaces places) {
  return FloatTable{_mm512_permutex2var_ps(low.raw, places.raw, high.raw)};
}
#    else
using FloatTable = hn::Vec256<float>;
using FloatPlaces = hn::Vec256<std::int32_t>;

/// table[place mod 8]
HWY_INLINE FloatTable permute(FloatTable table, FloatPlaces places) {
  return FloatTable{_mm256_permutevar8x32_ps(table.raw, places.raw)};
}
#    endif

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#  endif  // HWY_AVX2
#endif    // toggle
