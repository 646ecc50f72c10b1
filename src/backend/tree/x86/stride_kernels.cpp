// SPDX-License-Identifier: Apache-2.0
// Strides with AVX-512: all tests of four levels of a tree by a permute and a comparison.
#include "backend/tree/x86/stride_kernels.hpp"

#include "backend/tree/x86/tile_kernels.hpp"
#include "backend/tree/x86/vbmi.hpp"

#if TRIVET_HAS_VBMI
namespace trivet::tree::x86 {
namespace {

/// Cells by their columns, from a row of that many registers; 0: of any width, from memory.
template <std::size_t kRegisters>
TRIVET_VBMI inline __m512 pick_cells(const float* row, __m512i column) {
  if constexpr (kRegisters == 0) {
    return _mm512_i32gather_ps(column, row, sizeof(float));
  } else {
    const __m512 first = _mm512_load_ps(row);
    if constexpr (kRegisters == 1) {
      return _mm512_permutexvar_ps(column, first);
    } else {
      const __m512 cells = _mm512_permutex2var_ps(first, column, _mm512_load_ps(row + 16));
      if constexpr (kRegisters == 2) {
        return cells;
      } else {
        const __m512 others =
            _mm512_permutex2var_ps(_mm512_load_ps(row + 32), column, _mm512_load_ps(row + 48));
        const __mmask16 is_other = _mm512_test_epi32_mask(column, _mm512_set1_epi32(32));
        return _mm512_mask_mov_ps(cells, is_other, others);
      }
    }
  }
}

/// One bit an entry: where the row goes right.
template <std::size_t kRegisters, bool kMissing>
TRIVET_VBMI inline std::uint32_t stride_bits(const float* row, const Stride& stride) {
  const void* columns = stride.column;
  const __m512i column =
      _mm512_cvtepu16_epi32(_mm256_load_si256(static_cast<const __m256i*>(columns)));
  const __m512 x = pick_cells<kRegisters>(row, column);
  const __mmask16 right = _mm512_cmp_ps_mask(x, _mm512_load_ps(stride.cut), _CMP_NLE_UQ);
  if constexpr (!kMissing) return _cvtmask16_u32(right);
  const __mmask16 missing = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
  return _cvtmask16_u32(right) & ~(_cvtmask16_u32(missing) & stride.missing_left());
}

/// Sixteen rows at once from the first entry down to the exits, which count from kEntries on.
TRIVET_VBMI inline __m512i exits_of(__m512i bits) {
  const __m512i one = _mm512_set1_epi32(1);
  __m512i at = one;
  for (std::uint32_t level = 0; level < Stride::kLevels; ++level) {
    const __m512i shifted = _mm512_srlv_epi32(bits, at);
    at = _mm512_ternarylogic_epi32(_mm512_add_epi32(at, at), shifted, one, 0xF8);  // a | (b & c)
  }
  return at;
}

/// The rows of a lot that haven't come to a leaf, each with the stride that it stands before.
template <std::size_t kRegisters, bool kMissing>
class StrideWalker {
 public:
  TRIVET_VBMI StrideWalker(const Stride* tree, const StrideRows& rows, std::uint16_t* leaf)
      : tree_(tree), rows_(rows), leaf_(leaf) {}

  TRIVET_VBMI void walk() {
    for (std::uint32_t r = 0; r < rows_.count; ++r) bits_[r] = bits_of(r, *tree_);
    find_exits(rows_.count);
    std::size_t left = 0;
    for (std::uint32_t r = 0; r < rows_.count; ++r) {
      left = settle(left, r, tree_->exit[at_[r] - Stride::kEntries]);
    }
    while (left != 0) left = step(left);
  }

 private:
  TRIVET_VBMI std::uint32_t bits_of(std::uint32_t r, const Stride& stride) const {
    const std::size_t width = kRegisters == 0 ? rows_.stride : 16 * kRegisters;
    return stride_bits<kRegisters, kMissing>(rows_.cells + r * width, stride);
  }
  TRIVET_VBMI std::size_t step(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      bits_[i] = bits_of(walk_[i] >> kRowShift, tree_[walk_[i] & kExitMask]);
    }
    find_exits(count);
    std::size_t left = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const Stride& stride = tree_[walk_[i] & kExitMask];
      left = settle(left, walk_[i] >> kRowShift, stride.exit[at_[i] - Stride::kEntries]);
    }
    return left;
  }
  TRIVET_VBMI void find_exits(std::size_t count) {
    for (std::size_t i = 0; i < count; i += 16) {
      _mm512_store_si512(at_ + i, exits_of(_mm512_load_si512(bits_ + i)));
    }
  }
  /// Without a branch: whether a walk ends here is anybody's guess.
  TRIVET_VBMI std::size_t settle(std::size_t left, std::uint32_t r, std::uint32_t exit) {
    leaf_[r] = static_cast<std::uint16_t>(exit & ~std::uint32_t{Stride::kLeaf});
    walk_[left] = r << kRowShift | exit;
    return left + (exit / Stride::kLeaf ^ 1U);
  }

  static constexpr int kRowShift = 16;
  static constexpr std::uint32_t kExitMask = 0xffff;

  const Stride* tree_;
  const StrideRows& rows_;
  std::uint16_t* leaf_;
  alignas(64) std::uint32_t bits_[kStrideLot];
  alignas(64) std::uint32_t at_[kStrideLot];
  std::uint32_t walk_[kStrideLot + 1];
};
static_assert(kStrideLot % 16 == 0);

template <std::size_t kRegisters>
TRIVET_VBMI void walk_rows(const Stride* tree, const StrideRows& rows, std::uint16_t* leaf) {
  if (rows.has_nan) StrideWalker<kRegisters, true>(tree, rows, leaf).walk();
  else StrideWalker<kRegisters, false>(tree, rows, leaf).walk();
}

}  // namespace

bool has_stride_walk() noexcept { return has_tile_kernels(); }

StrideWalk stride_walk(std::size_t columns) noexcept {
  switch (columns) {
    case 16: return walk_rows<1>;
    case 32: return walk_rows<2>;
    case 64: return walk_rows<4>;
    default: return walk_rows<0>;
  }
}

}  // namespace trivet::tree::x86

#else

namespace trivet::tree::x86 {

bool has_stride_walk() noexcept { return false; }
StrideWalk stride_walk(std::size_t) noexcept { return nullptr; }

}  // namespace trivet::tree::x86

#endif
