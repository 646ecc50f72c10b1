// SPDX-License-Identifier: Apache-2.0
// What players get of a leaf that some of them must be at and others away from.
#pragma once

#include <array>
#include <cstdint>

namespace trivet::tree {

/// (a-1)!·b!/(a+b)!, what each of `a` players gets of a leaf that `b` others must be away from.
class LeafShares {
 public:
  /// Shared by all; the usual ones are there by recurrence.
  [[nodiscard]] static const LeafShares& table() noexcept;

  [[nodiscard]] double at(std::uint32_t a, std::uint32_t b) const noexcept {
    if (a < kSize && b < kSize) return shares_[a][b];
    return a == 0 ? 0.0 : computed(a, b);
  }

 private:
  static constexpr std::uint32_t kSize = 24;

  LeafShares() noexcept;
  [[nodiscard]] static double computed(std::uint32_t a, std::uint32_t b) noexcept;

  std::array<std::array<double, kSize>, kSize> shares_{};  // row 0: no player to get anything
};

}  // namespace trivet::tree
