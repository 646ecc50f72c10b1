// SPDX-License-Identifier: Apache-2.0
// Ranks of single rows with AVX-512.
#include "backend/tree/x86/row_ranks.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "backend/tree/x86/vbmi.hpp"

namespace trivet::tree::x86 {
namespace {

template <class Cut>
void add_search(const RankedFeature& feature, const CutTable<Cut>& table, LineVector<Cut>& out) {
  constexpr Cut kNaN = std::numeric_limits<Cut>::quiet_NaN();
  const Cut* cuts = table.cuts.data() + feature.first_cut;
  const std::size_t full = feature.cut_count / kCutGroup;
  for (std::size_t i = 0; i < kCutGroup; ++i) {
    out.push_back(i < full ? cuts[i * kCutGroup + kCutGroup - 1] : kNaN);
  }
  out.insert(out.end(), cuts, cuts + feature.cut_count);
  out.resize(out.size() + (kCutGroup - feature.cut_count % kCutGroup), kNaN);
}

template <class Cut>
std::uint8_t rank_of_zero(const RankedFeature& feature, const CutTable<Cut>& table, bool strict) {
  const Cut* cuts = table.cuts.data() + feature.first_cut;
  const Cut* end = cuts + feature.cut_count;
  const Cut* at =
      strict ? std::upper_bound(cuts, end, Cut(0)) : std::lower_bound(cuts, end, Cut(0));
  return static_cast<std::uint8_t>(at - cuts);
}

}  // namespace

void split_into_bytes(Ranks& ranks) {
  if (ranks.bytes) return;
  std::vector<RankedFeature> pieces;
  std::vector<std::uint32_t> first_piece(ranks.number_columns);  // by column
  std::uint32_t column = 0;
  for (const RankedFeature& feature : ranks.features) {
    const std::uint32_t count = (feature.cut_count + kMostByteCuts - 1) / kMostByteCuts;
    const std::size_t first = pieces.size();
    for (std::uint32_t p = 0; p < count; ++p) {
      RankedFeature piece = feature;
      piece.first_cut += p * kMostByteCuts;
      piece.cut_count = std::min(kMostByteCuts, feature.cut_count - p * kMostByteCuts);
      pieces.push_back(piece);
    }
    for (auto own : {&RankedFeature::left_column, &RankedFeature::right_column}) {
      if (feature.*own >= ranks.number_columns) continue;
      first_piece[feature.*own] = column;
      for (std::size_t p = first; p < pieces.size(); ++p) pieces[p].*own = column++;
    }
  }
  const std::uint32_t added = column - ranks.number_columns;
  for (RankedFeature& piece : pieces) {
    for (auto own : {&RankedFeature::left_column, &RankedFeature::right_column}) {
      if (piece.*own == ranks.column_count) piece.*own = ranks.column_count + added;
    }
  }
  for (RankTest& test : ranks.tests) {
    if (test.column < ranks.number_columns) {
      test = {first_piece[test.column] + test.rank / kMostByteCuts, test.rank % kMostByteCuts};
    } else {
      test.column += added;
    }
  }
  for (RankedCategories& categories : ranks.categories) categories.first_column += added;
  ranks.features = std::move(pieces);
  ranks.number_columns = column;
  ranks.column_count += added;
  ranks.bytes = true;
}

void RowRanker::add_feature(const Ranks& ranks, const RankedFeature& feature, std::uint32_t slot) {
  searches_.push_back(
      {feature.feature, slot, static_cast<std::uint32_t>(narrow_.size() + kCutGroup)});
  add_search(feature, ranks.narrow, narrow_);
  if (!rounds_to_float_) add_search(feature, ranks.wide, wide_);
  zero_rank_[slot] = rounds_to_float_ ? rank_of_zero(feature, ranks.narrow, strict_)
                                      : rank_of_zero(feature, ranks.wide, strict_);
  if (feature.left_column < column_count_) {
    slot_of_[feature.left_column] = static_cast<std::uint8_t>(slot);
  }
  if (feature.right_column < column_count_) {
    slot_of_[feature.right_column] = static_cast<std::uint8_t>(slot);
    right_.set(feature.right_column);
  }
}

bool RowRanker::compile(const spi::TreeEnsemble& forest, const Ranks& ranks) {
  if (!ranks.bytes || ranks.feature_count > kMostFeatures || ranks.number_columns > kMostColumns) {
    return false;
  }
  strict_ = ranks.strict;
  rounds_to_float_ = ranks.rounds_to_float;
  feature_count_ = ranks.feature_count;
  column_count_ = ranks.number_columns;
  truncates_to_zero_ = ranks.truncates_to_zero;
  slot_of_.resize(kMostColumns);
  zero_rank_.resize(kMostFeatures);
  slot_count_ = feature_count_;
  std::uint32_t previous = UINT32_MAX;
  for (const RankedFeature& feature : ranks.features) {
    std::uint32_t slot = feature.feature;
    if (feature.feature == previous) {
      slot = slot_count_++;
      pieces_.push_back({slot, feature.feature});
    }
    if (slot >= kMostFeatures) return false;
    previous = feature.feature;
    add_feature(ranks, feature, slot);
  }
  for (std::size_t split = 0; split < forest.split_count(); ++split) {
    const spi::Missing missing = forest.flags[split].missing();
    if (missing == spi::Missing::none) nan_is_zero_.set(forest.feature[split]);
    if (missing == spi::Missing::nan_and_zero) zero_is_missing_.set(forest.feature[split]);
    has_rules_ |= missing != spi::Missing::nan;
  }
  for (const Piece& piece : pieces_) {
    if (nan_is_zero_.has(piece.feature)) nan_is_zero_.set(piece.slot);
    if (zero_is_missing_.has(piece.feature)) zero_is_missing_.set(piece.slot);
  }
  return true;
}

std::uint32_t RowRanker::code_of(const RankedCategories& own, double x) const noexcept {
  if (x != x) {
    if (!nan_is_zero_.has(own.feature)) return own.missing_code();
    x = 0;
  }
  if (zero_is_missing_.has(own.feature) && std::fabs(x) <= double{kZeroThreshold}) {
    return own.missing_code();
  }
  const bool known = truncates_to_zero_ ? x > -1 : x >= 0;
  if (!known || !(x < own.code_count)) return own.unknown_code();
  return static_cast<std::uint32_t>(x);
}

std::size_t RowRanker::memory_bytes() const noexcept {
  return searches_.capacity() * sizeof(Search) + narrow_.capacity() * sizeof(float) +
         wide_.capacity() * sizeof(double) + slot_of_.capacity() + zero_rank_.capacity();
}

#if TRIVET_HAS_VBMI

/// What the vector code knows of the ranker.
struct RowRankerKernel {
  using Bits = RowRanker::Bits;

  template <bool kStrict>
  TRIVET_VBMI static inline std::uint32_t below(__m512 x, const float* group) {
    return static_cast<std::uint32_t>(_mm_popcnt_u32(_cvtmask16_u32(
        _mm512_cmp_ps_mask(_mm512_load_ps(group), x, kStrict ? _CMP_LE_OQ : _CMP_LT_OQ))));
  }
  template <bool kStrict>
  TRIVET_VBMI static inline std::uint32_t below(__m512d x, const double* group) {
    const __mmask8 low =
        _mm512_cmp_pd_mask(_mm512_load_pd(group), x, kStrict ? _CMP_LE_OQ : _CMP_LT_OQ);
    const __mmask8 high =
        _mm512_cmp_pd_mask(_mm512_load_pd(group + 8), x, kStrict ? _CMP_LE_OQ : _CMP_LT_OQ);
    return static_cast<std::uint32_t>(_mm_popcnt_u32(_cvtmask16_u32(_mm512_kunpackb(high, low))));
  }
  TRIVET_VBMI static inline __m512 all(float x) { return _mm512_set1_ps(x); }
  TRIVET_VBMI static inline __m512d all(double x) { return _mm512_set1_pd(x); }

  /// Ranks by feature. NaN has rank 0.
  template <bool kStrict, class Cut>
  TRIVET_VBMI static inline void search(const RowRanker& ranker, const Cut* table, const Cut* row,
                                        std::uint8_t* by_slot) {
    const RowRanker::Search* end = ranker.searches_.data() + ranker.searches_.size();
    for (const RowRanker::Search* s = ranker.searches_.data(); s != end; ++s) {
      const auto x = all(row[s->feature]);
      const Cut* cuts = table + s->first;
      const std::uint32_t group = kCutGroup * below<kStrict>(x, cuts - kCutGroup);
      by_slot[s->slot] = static_cast<std::uint8_t>(group + below<kStrict>(x, cuts + group));
    }
  }

  TRIVET_VBMI static inline std::uint32_t nans(const float* row, std::size_t count,
                                               std::uint32_t& zeros) {
    const auto kept = static_cast<__mmask16>(count >= 16 ? 0xffffu : (1u << count) - 1u);
    const __m512 x = _mm512_maskz_loadu_ps(kept, row);
    zeros = _cvtmask16_u32(_mm512_mask_cmp_ps_mask(kept, _mm512_abs_ps(x),
                                                   _mm512_set1_ps(kZeroThreshold), _CMP_LE_OQ));
    return _cvtmask16_u32(_mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q));
  }
  TRIVET_VBMI static inline std::uint32_t nans_of_eight(const double* row, std::size_t count,
                                                        std::uint32_t& zeros) {
    const auto kept = static_cast<__mmask8>(count >= 8 ? 0xffu : (1u << count) - 1u);
    const __m512d x = _mm512_maskz_loadu_pd(kept, row);
    zeros = _cvtmask8_u32(_mm512_mask_cmp_pd_mask(
        kept, _mm512_abs_pd(x), _mm512_set1_pd(double{kZeroThreshold}), _CMP_LE_OQ));
    return _cvtmask8_u32(_mm512_cmp_pd_mask(x, x, _CMP_UNORD_Q));
  }
  TRIVET_VBMI static inline std::uint32_t nans(const double* row, std::size_t count,
                                               std::uint32_t& zeros) {
    const std::uint32_t low = nans_of_eight(row, count, zeros);
    if (count <= 8) return low;
    std::uint32_t high_zeros;
    const std::uint32_t high = nans_of_eight(row + 8, count - 8, high_zeros);
    zeros |= high_zeros << 8;
    return low | high << 8;
  }

  /// Settles what is missing, then hands the ranks of features to their columns.
  template <std::size_t kRegisters, class Cut>
  TRIVET_VBMI static inline void spread(const RowRanker& ranker, const Cut* row,
                                        const std::uint8_t* by_slot, std::uint8_t* out) {
    Bits missing;
    Bits zeros;
    for (std::size_t f = 0; f < ranker.feature_count_; f += 16) {
      std::uint32_t own_zeros;
      const std::uint32_t own = nans(row + f, ranker.feature_count_ - f, own_zeros);
      missing.word[f / 64] |= std::uint64_t{own} << f % 64;
      zeros.word[f / 64] |= std::uint64_t{own_zeros} << f % 64;
    }
    for (const RowRanker::Piece& piece : ranker.pieces_) {
      if (missing.has(piece.feature)) missing.set(piece.slot);
      if (zeros.has(piece.feature)) zeros.set(piece.slot);
    }
    __m512i left[kRegisters];
    __m512i right[kRegisters];
    for (std::size_t i = 0; i < kRegisters; ++i) {
      std::uint64_t gone = missing.word[i];
      left[i] = _mm512_load_si512(by_slot + 64 * i);
      if (ranker.has_rules_) {
        const std::uint64_t as_zero = gone & ranker.nan_is_zero_.word[i];
        left[i] = _mm512_mask_mov_epi8(left[i], _cvtu64_mask64(as_zero),
                                       _mm512_load_si512(ranker.zero_rank_.data() + 64 * i));
        gone = (gone & ~as_zero) | (zeros.word[i] & ranker.zero_is_missing_.word[i]);
        left[i] = _mm512_maskz_mov_epi8(_cvtu64_mask64(~gone), left[i]);
      }
      right[i] = _mm512_or_si512(left[i], _mm512_movm_epi8(_cvtu64_mask64(gone)));
    }
    for (std::size_t c = 0; c < ranker.column_count_; c += 64) {
      const __m512i from = _mm512_load_si512(ranker.slot_of_.data() + c);
      const __mmask64 to_right = _cvtu64_mask64(ranker.right_.word[c / 64]);
      _mm512_store_si512(out + c, _mm512_mask_mov_epi8(pick<kRegisters>(left, from), to_right,
                                                       pick<kRegisters>(right, from)));
    }
  }

  template <std::size_t kRegisters>
  TRIVET_VBMI static inline __m512i pick(const __m512i* values, __m512i from) {
    if constexpr (kRegisters == 1) {
      return _mm512_permutexvar_epi8(from, values[0]);
    } else {
      const __m512i low = _mm512_permutex2var_epi8(values[0], from, values[1]);
      if constexpr (kRegisters == 2) return low;
      else {
        const __m512i high = _mm512_permutex2var_epi8(values[2], from, values[3]);
        return _mm512_mask_mov_epi8(low, _mm512_movepi8_mask(from), high);
      }
    }
  }

  /// Rounds to float, and says whether that changed nothing: many a row of doubles was one of
  /// floats before, and floats are ranked in half of the memory.
  TRIVET_VBMI static inline bool narrow(const double* row, std::size_t count, float* cells) {
    unsigned changed = 0;
    for (std::size_t i = 0; i < count; i += 8) {
      const auto kept = static_cast<__mmask8>(count - i >= 8 ? 0xffu : (1u << (count - i)) - 1u);
      const __m512d x = _mm512_maskz_loadu_pd(kept, row + i);
      const __m256 rounded = _mm512_cvtpd_ps(x);
      changed |= _cvtmask8_u32(_mm512_cmp_pd_mask(x, _mm512_cvtps_pd(rounded), _CMP_NEQ_OQ));
      _mm256_mask_storeu_ps(cells + i, kept, rounded);
    }
    return changed == 0;
  }

  template <class Cut>
  TRIVET_VBMI static inline void rank_cells(const RowRanker& ranker, const Cut* table,
                                            const Cut* row, std::uint8_t* out) {
    alignas(64) std::uint8_t by_slot[RowRanker::kMostFeatures];
    if (ranker.strict_) search<true>(ranker, table, row, by_slot);
    else search<false>(ranker, table, row, by_slot);
    if (ranker.slot_count_ <= 64) spread<1>(ranker, row, by_slot, out);
    else if (ranker.slot_count_ <= 128) spread<2>(ranker, row, by_slot, out);
    else spread<4>(ranker, row, by_slot, out);
  }

  TRIVET_VBMI static void rank(const RowRanker& ranker, const Rows& rows, std::size_t row,
                               std::uint8_t* out) {
    if (rows.width == spi::FloatWidth::f32) {
      return rank_cells(ranker, ranker.narrow_.data(), rows.float_row(row), out);
    }
    float cells[RowRanker::kMostFeatures];
    const double* wide = rows.double_row(row);
    const bool are_floats = narrow(wide, ranker.feature_count_, cells);
    if (ranker.rounds_to_float_ || are_floats) {
      return rank_cells(ranker, ranker.narrow_.data(), cells, out);
    }
    rank_cells(ranker, ranker.wide_.data(), wide, out);
  }
};

void RowRanker::rank(const Ranks& ranks, const Rows& rows, std::size_t row, std::uint8_t* out,
                     std::uint16_t* codes) const noexcept {
  RowRankerKernel::rank(*this, rows, row, out);
  for (const RankedCategories& own : ranks.categories) {
    const double x = rows.width == spi::FloatWidth::f32
                         ? static_cast<double>(rows.float_row(row)[own.feature])
                         : rows.double_row(row)[own.feature];
    const std::uint32_t code =
        code_of(own, rounds_to_float_ ? static_cast<double>(static_cast<float>(x)) : x);
    *codes++ = static_cast<std::uint16_t>(code);
    std::memcpy(out + own.first_column,
                ranks.members.data() + own.first_member + std::uint64_t{code} * own.column_count,
                own.column_count);
  }
}

#else

void RowRanker::rank(const Ranks&, const Rows&, std::size_t, std::uint8_t*,
                     std::uint16_t*) const noexcept {}

#endif

}  // namespace trivet::tree::x86
