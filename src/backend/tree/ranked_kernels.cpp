// SPDX-License-Identifier: Apache-2.0
// The outcomes of all distinct tests of a forest for one row.
#include "backend/tree/ranked_kernels.hpp"

#include <algorithm>

#include "backend/tree/vector_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/tree/ranked_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace trivet::tree::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Columns are padded to whole vectors: what is written behind a column's tests belongs to the
/// next one, or to nobody.
void SettleColumns(const std::uint32_t* first_test, std::size_t columns, const std::uint8_t* ranks,
                   const std::uint8_t* row, std::uint8_t* outcomes) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const auto one = hn::Set(d, std::uint8_t{1});
  for (std::size_t c = 0; c < columns; ++c) {
    const auto own = hn::Set(d, row[c]);
    const std::size_t end = first_test[c + 1];
    for (std::size_t i = first_test[c]; i < end; i += hn::Lanes(d)) {
      const auto right = hn::Lt(hn::LoadU(d, ranks + i), own);
      hn::StoreU(hn::IfThenElseZero(right, one), d, outcomes + i);
    }
  }
}

void SettleWordColumns(const std::uint32_t* first_test, std::size_t columns,
                       const std::uint16_t* ranks, const std::uint16_t* row,
                       std::uint8_t* outcomes) {
  const hn::CappedTag<std::uint16_t, 32> d;
  const hn::Rebind<std::uint8_t, decltype(d)> bytes;
  const auto one = hn::Set(d, std::uint16_t{1});
  for (std::size_t c = 0; c < columns; ++c) {
    const auto own = hn::Set(d, row[c]);
    const std::size_t end = first_test[c + 1];
    for (std::size_t i = first_test[c]; i < end; i += hn::Lanes(d)) {
      const auto right = hn::IfThenElseZero(hn::Lt(hn::LoadU(d, ranks + i), own), one);
      hn::StoreU(hn::DemoteTo(bytes, hn::BitCast(hn::RebindToSigned<decltype(d)>(), right)), bytes,
                 outcomes + i);
    }
  }
}

}  // namespace trivet::tree::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace trivet::tree {

HWY_EXPORT(SettleColumns);
HWY_EXPORT(SettleWordColumns);

void RowTests::compile(const Ranks& ranks) {
  std::size_t column = 0;
  first_test_.assign(1, 0);
  for (const RankTest& test : ranks.tests) {
    if (test.column >= ranks.number_columns) break;
    for (; column < test.column; ++column) {
      first_test_.push_back(static_cast<std::uint32_t>(number_tests_));
    }
    if (ranks.bytes) byte_ranks_.push_back(static_cast<std::uint8_t>(test.rank));
    else word_ranks_.push_back(static_cast<std::uint16_t>(test.rank));
    ++number_tests_;
  }
  for (; column < ranks.number_columns; ++column) {
    first_test_.push_back(static_cast<std::uint32_t>(number_tests_));
  }
  byte_ranks_.resize(byte_ranks_.size() + (ranks.bytes ? kOverrun : 0));
  word_ranks_.resize(word_ranks_.size() + (ranks.bytes ? 0 : kOverrun));
  set_count_ = ranks.column_count - ranks.number_columns;
}

void RowTests::settle(const std::uint8_t* row, std::uint8_t* outcomes) const noexcept {
  HWY_DYNAMIC_DISPATCH(SettleColumns)
  (first_test_.data(), first_test_.size() - 1, byte_ranks_.data(), row, outcomes);
  std::copy_n(row + first_test_.size() - 1, set_count_, outcomes + number_tests_);
  outcomes[number_tests_ + set_count_] = 0;
}

void RowTests::settle(const std::uint16_t* row, std::uint8_t* outcomes) const noexcept {
  HWY_DYNAMIC_DISPATCH(SettleWordColumns)
  (first_test_.data(), first_test_.size() - 1, word_ranks_.data(), row, outcomes);
  std::transform(row + first_test_.size() - 1, row + first_test_.size() - 1 + set_count_,
                 outcomes + number_tests_,
                 [](std::uint16_t rank) { return static_cast<std::uint8_t>(rank); });
  outcomes[number_tests_ + set_count_] = 0;
}

}  // namespace trivet::tree
#endif  // HWY_ONCE
