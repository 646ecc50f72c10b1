// SPDX-License-Identifier: Apache-2.0
// A counting sort of splits.
#include "backend/tree/split_groups.hpp"

namespace trivet::tree {

SplitGroups::SplitGroups(const spi::TreeEnsemble& forest)
    : feature_count_(forest.feature_count),
      end_(2 * std::size_t{forest.feature_count}),
      order_(forest.split_count()) {
  const auto group_of = [&](std::size_t split) {
    const std::size_t kind = forest.flags[split].categorical() ? 1 : 0;
    return kind * feature_count_ + forest.feature[split];
  };
  for (std::size_t s = 0; s < order_.size(); ++s) ++end_[group_of(s)];
  std::uint32_t begin = 0;
  for (std::uint32_t& end : end_) {
    const std::uint32_t size = end;
    end = begin;  // moves on to the end while the group is filled
    begin += size;
  }
  for (std::size_t s = 0; s < order_.size(); ++s) {
    order_[end_[group_of(s)]++] = static_cast<std::uint32_t>(s);
  }
}

SplitGroups::Group SplitGroups::next() {
  for (; at_ < end_.size(); ++at_) {
    const std::size_t begin = at_ == 0 ? 0 : end_[at_ - 1];
    if (end_[at_] == begin) continue;
    Group group;
    group.feature = static_cast<std::uint32_t>(at_ % feature_count_);
    group.categorical = at_ >= feature_count_;
    group.splits = std::span(order_).subspan(begin, end_[at_] - begin);
    ++at_;
    return group;
  }
  return {};
}

}  // namespace trivet::tree
