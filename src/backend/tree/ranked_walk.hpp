// SPDX-License-Identifier: Apache-2.0
// Walks down ranked trees, many trees of one row at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "backend/tree/ranked_forest.hpp"

namespace trivet::tree {

inline constexpr std::size_t kTreeGroup = 256;  // trees in flight for a row, at most

/// One level down, and whether that is at a leaf.
template <std::size_t kLeafUnits>
class RankedStep {
 public:
  using Unit = RankedNode::Unit;
  RankedStep(const RankedForest& forest, const std::uint8_t* outcomes)
      : units_(forest.units.data()), outcomes_(outcomes) {}

  [[nodiscard]] std::uint32_t operator()(std::uint32_t at) noexcept {
    node_ = units_[at];
    right_ = outcomes_[node_ & RankedNode::kTestMask];
    auto step = static_cast<std::uint32_t>(node_ >> RankedNode::kDistanceShift) + right_;
    if constexpr (kLeafUnits == 2) {
      step += right_ & static_cast<std::uint32_t>(node_ >> RankedNode::kLeafShift);
    }
    return at + step;
  }
  /// Of the last step.
  [[nodiscard]] bool at_leaf() const noexcept {
    return (static_cast<std::uint32_t>(node_ >> RankedNode::kLeafShift) & (1 + right_)) != 0;
  }

 private:
  const Unit* units_;
  const std::uint8_t* outcomes_;
  Unit node_ = 0;
  std::uint32_t right_ = 0;
};

/// Moves `count` walks to their leaves. Walks don't wait for each other: the processor overlaps as
/// many as it can, and those that have ended leave the list, so that a tree costs its visited
/// depth, not the greatest of its group.
template <std::size_t kLeafUnits>
inline void descend(const RankedForest& forest, const std::uint8_t* outcomes, std::uint32_t* at,
                    std::size_t count) noexcept {
  RankedStep<kLeafUnits> step(forest, outcomes);
  for (std::uint32_t level = 0; level < forest.plain_steps; ++level) {
    for (std::size_t i = 0; i < count; ++i) at[i] = step(at[i]);
  }
  if (forest.fixed) return;
  std::uint32_t list[kTreeGroup];
  std::size_t left = 0;
  for (std::size_t i = 0; i < count; ++i) {
    at[i] = step(at[i]);
    list[left] = static_cast<std::uint32_t>(i);
    left += step.at_leaf() ? 0 : 1;
  }
  while (left != 0) {
    const std::size_t end = left;
    left = 0;
    for (std::size_t j = 0; j < end; ++j) {
      const std::uint32_t i = list[j];
      at[i] = step(at[i]);
      list[left] = i;
      left += step.at_leaf() ? 0 : 1;
    }
  }
}

}  // namespace trivet::tree
