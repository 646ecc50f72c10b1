// SPDX-License-Identifier: Apache-2.0
// What players get of a leaf that some of them must be at and others away from.
#include "backend/tree/leaf_shares.hpp"

#include <algorithm>

namespace trivet::tree {

LeafShares::LeafShares() noexcept {
  for (std::uint32_t a = 1; a < kSize; ++a) {
    double share = 1.0 / a;
    for (std::uint32_t b = 0; b < kSize; ++b) {
      shares_[a][b] = share;
      share *= (b + 1.0) / (a + b + 1.0);
    }
  }
}

/// 1/a over the number of ways to choose. Each factor is at most 1/2, so at most 1075 come before
/// 0. Not by std::lgamma, which writes a global variable (glibc's signgam).
double LeafShares::computed(std::uint32_t a, std::uint32_t b) noexcept {
  const double more = std::max(a, b);
  const double fewer = std::min(a, b);
  double share = 1.0 / a;
  for (double i = 1; i <= fewer && share > 0; ++i) share *= i / (more + i);
  return share;
}

const LeafShares& LeafShares::table() noexcept {
  static const LeafShares table;
  return table;
}

}  // namespace trivet::tree
