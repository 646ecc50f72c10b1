// SPDX-License-Identifier: Apache-2.0
// Tables of bytes, looked up for as many rows as a vector has bytes.
#if defined(TRIVET_SLICED_TABLES_INL) == defined(HWY_TARGET_TOGGLE)
#  ifdef TRIVET_SLICED_TABLES_INL
#    undef TRIVET_SLICED_TABLES_INL
#  else
#    define TRIVET_SLICED_TABLES_INL
#  endif

#  include <hwy/highway.h>

#  include <cstddef>
#  include <cstdint>

#  include "backend/tree/x86/wide_bytes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#  if HWY_TARGET != HWY_SCALAR

using ByteTag = hn::CappedTag<std::uint8_t, 64>;
using Bytes = hn::Vec<ByteTag>;
inline constexpr std::size_t kGroupRows = HWY_MIN(HWY_LANES(std::uint8_t), 64);

/// Bit by bit `mask ? yes : no`. Highway's IfVecThenElse asks for whole lanes of equal bits.
HWY_INLINE Bytes select_bits(Bytes mask, Bytes yes, Bytes no) {
#    if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3
  return Bytes{_mm512_ternarylogic_epi64(mask.raw, yes.raw, no.raw, 0xca)};
#    else
  return hn::Or(hn::And(mask, yes), hn::AndNot(mask, no));
#    endif
}

#    if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3_DL

using ByteIndex = WideIndex;

/// Indices of up to eight bits.
HWY_INLINE ByteIndex as_index(Bytes numbers) {
  return {numbers.raw, {_mm512_movepi8_mask(numbers.raw), 0, 0}};
}
template <int kBits>
HWY_INLINE Bytes lookup_bytes(const std::uint8_t* table, const ByteIndex& index) {
  return Bytes{lookup_wide<kBits>(table, index)};
}

#    else

using ByteIndex = Bytes;

HWY_INLINE ByteIndex as_index(Bytes numbers) { return numbers; }
/// Up to four bits 16 bytes are read, whatever the table's size.
template <int kBits>
HWY_INLINE Bytes lookup_bytes(const std::uint8_t* table, const ByteIndex& index) {
  const ByteTag d;
  if constexpr (kBits <= 4) {
    return hn::TableLookupBytes(hn::LoadDup128(d, table), hn::And(index, hn::Set(d, 15)));
  } else {
    constexpr std::size_t kHalf = std::size_t{1} << (kBits - 1);
    const auto upper = hn::TestBit(index, hn::Set(d, static_cast<std::uint8_t>(kHalf)));
    return hn::IfThenElse(upper, lookup_bytes<kBits - 1>(table + kHalf, index),
                          lookup_bytes<kBits - 1>(table, index));
  }
}

#    endif  // HWY_AVX3_DL

#  endif  // HWY_SCALAR

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
