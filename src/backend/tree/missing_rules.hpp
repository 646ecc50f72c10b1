// SPDX-License-Identifier: Apache-2.0
// Missing values settled once a row instead of once a node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

using spi::kZeroThreshold;

/// The cell as its feature's splits see it: NaN for all that is missing.
template <class Cell>
[[nodiscard]] constexpr Cell settle_missing(Cell x, spi::Missing missing) noexcept {
  constexpr Cell kZero = Cell(kZeroThreshold);
  if (missing == spi::Missing::none && x != x) return Cell(0);
  if (missing == spi::Missing::nan_and_zero && x >= -kZero && x <= kZero) {
    return std::numeric_limits<Cell>::quiet_NaN();
  }
  return x;
}

/// Rewrites a row so that NaN alone is missing, for a forest whose nodes agree feature by feature
/// on what is: `none` turns NaN into 0, `nan_and_zero` turns zeros into NaN.
class MissingRules {
 public:
  /// Gathers the rules; false when two nodes on one feature differ. O(splits).
  [[nodiscard]] bool gather(const spi::TreeEnsemble& forest);

  /// The row is as wide as the forest has features, in the width in which it will be compared.
  template <class Cell>
  void apply(Cell* row) const noexcept {
    for (const std::uint32_t f : nan_to_zero_) row[f] = row[f] != row[f] ? Cell(0) : row[f];
    constexpr Cell kZero = Cell(kZeroThreshold);
    constexpr Cell kNaN = std::numeric_limits<Cell>::quiet_NaN();
    for (const std::uint32_t f : zero_to_nan_) {
      row[f] = row[f] >= -kZero && row[f] <= kZero ? kNaN : row[f];
    }
  }

  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return (nan_to_zero_.capacity() + zero_to_nan_.capacity()) * sizeof(std::uint32_t);
  }

 private:
  std::vector<std::uint32_t> nan_to_zero_;  // features
  std::vector<std::uint32_t> zero_to_nan_;
};

}  // namespace trivet::tree
