// SPDX-License-Identifier: Apache-2.0
// Parents before children.
#include "backend/tree/split_order.hpp"

namespace trivet::tree {

std::span<const std::uint32_t> SplitOrder::of(const spi::TreeEnsemble& forest, std::size_t tree) {
  const std::size_t first = forest.split_begin[tree];
  const std::size_t splits = forest.split_begin[tree + 1] - first;
  const std::int32_t* left = forest.left.data() + first;
  const std::int32_t* right = forest.right.data() + first;
  bool is_ordered = true;
  for (std::size_t i = 0; i < splits; ++i) {
    const auto at = static_cast<std::int32_t>(i);
    is_ordered &= ((left[i] < 0) | (left[i] > at)) & ((right[i] < 0) | (right[i] > at));
  }
  if (is_ordered) {
    while (numbers_.size() < splits)
      numbers_.push_back(static_cast<std::uint32_t>(numbers_.size()));
    return std::span(numbers_).first(splits);
  }
  walk(left, right);
  return order_;
}

/// Level by level, from the root.
void SplitOrder::walk(const std::int32_t* left, const std::int32_t* right) {
  order_.assign(1, 0);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const std::uint32_t split = order_[i];
    if (left[split] >= 0) order_.push_back(static_cast<std::uint32_t>(left[split]));
    if (right[split] >= 0) order_.push_back(static_cast<std::uint32_t>(right[split]));
  }
}

}  // namespace trivet::tree
