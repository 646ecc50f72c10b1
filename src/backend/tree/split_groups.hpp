// SPDX-License-Identifier: Apache-2.0
// The splits of a forest put together by the feature that they look at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// Numeric splits by feature, then categorical splits by feature. A counting sort: O(splits +
/// features).
class SplitGroups {
 public:
  struct Group {
    std::uint32_t feature = 0;
    bool categorical = false;
    std::span<const std::uint32_t> splits;  ///< at least one, in the forest's order
  };

  explicit SplitGroups(const spi::TreeEnsemble& forest);

  /// The group after the one that was given out last; empty at the end.
  [[nodiscard]] Group next();

 private:
  std::uint32_t feature_count_;
  std::vector<std::uint32_t> end_;    // by feature, numeric and then categorical: in order_
  std::vector<std::uint32_t> order_;  // splits
  std::size_t at_ = 0;
};

}  // namespace trivet::tree
