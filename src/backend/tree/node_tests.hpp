// SPDX-License-Identifier: Apache-2.0
// Tests of neighbouring nodes, eight at once and without a branch between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/room.hpp"
#include "backend/tree/x86/neighbour_tests.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::tree {

/// Nodes that NodeTests::compare looks at.
inline constexpr std::uint32_t kTestsAtOnce = 8;

/// One numeric test and which of its sides is the near one.
struct NodeTest {
  std::uint32_t feature = 0;
  double cut = 0;
  bool near_is_left = false;
  bool missing_goes_far = false;
};

/// The tests of nodes that lie one behind the other, as arrays. Bits of flags stand for the node
/// and those after it.
template <class Cell>
class NodeTests {
 public:
  void reserve(std::size_t nodes) {
    features_.reserve(nodes + kTestsAtOnce);
    cuts_.reserve(nodes + kTestsAtOnce);
    near_left_.reserve(nodes + kTestsAtOnce);
    missing_far_.reserve(nodes + kTestsAtOnce);
  }
  void add(const NodeTest& test) {
    features_.push_back(test.feature);
    cuts_.push_back(static_cast<Cell>(test.cut));
    near_left_.push_back(test.near_is_left ? 1 : 0);
    missing_far_.push_back(test.missing_goes_far ? 1 : 0);
  }
  /// Compared along with its neighbours, and not looked at.
  void add_leaf() { add({}); }
  /// Call it once, after the last node.
  void finish() {
    for (std::uint32_t i = 0; i < kTestsAtOnce; ++i) add_leaf();
    gather_bits(near_left_);
    gather_bits(missing_far_);
  }

  [[nodiscard]] std::uint32_t feature(std::uint32_t at) const noexcept { return features_[at]; }
  [[nodiscard]] Cell cut(std::uint32_t at) const noexcept { return cuts_[at]; }
  [[nodiscard]] bool near_is_left(std::uint32_t at) const noexcept {
    return (near_left_[at] & 1) != 0;
  }
  [[nodiscard]] bool missing_goes_far(std::uint32_t at) const noexcept {
    return (missing_far_[at] & 1) != 0;
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return held_bytes(features_) + held_bytes(cuts_) + held_bytes(near_left_) +
           held_bytes(missing_far_);
  }

  /// A bit for each of the next nodes: set where the row goes to the far side.
  template <spi::Test kTest>
  [[nodiscard]] std::uint32_t compare(std::uint32_t at, const Cell* row) const noexcept {
    std::uint32_t missing = 0;
    const std::uint32_t left =
        left_bits<kTest>(features_.data() + at, cuts_.data() + at, row, missing);
    const std::uint32_t far = left ^ near_left_[at];
    return (far & ~missing) | (missing_far_[at] & missing);
  }

 private:
  static void gather_bits(std::vector<std::uint8_t>& flags) {
    for (std::size_t i = 0; i < flags.size(); ++i) {
      for (std::size_t j = 1; j < kTestsAtOnce && i + j < flags.size(); ++j) {
        flags[i] = static_cast<std::uint8_t>(flags[i] | (flags[i + j] & 1) << j);
      }
    }
  }

  template <spi::Test kTest>
  static std::uint32_t left_bits(const std::uint32_t* f, const float* cuts, const float* row,
                                 std::uint32_t& missing) noexcept {
#if defined(__SSE2__)
    return x86::left_of_eight<kTest>(f, cuts, row, missing);
#else
    return left_bits_one_by_one<kTest>(f, cuts, row, missing);
#endif
  }

  template <spi::Test kTest>
  static std::uint32_t left_bits(const std::uint32_t* f, const double* cuts, const double* row,
                                 std::uint32_t& missing) noexcept {
    return left_bits_one_by_one<kTest>(f, cuts, row, missing);
  }

  template <spi::Test kTest>
  static std::uint32_t left_bits_one_by_one(const std::uint32_t* f, const Cell* cuts,
                                            const Cell* row, std::uint32_t& missing) noexcept {
    std::uint32_t left = 0;
    for (std::uint32_t i = 0; i < kTestsAtOnce; ++i) {
      const Cell x = row[f[i]];
      const bool goes_left = kTest == spi::Test::less ? x < cuts[i] : x <= cuts[i];
      left |= static_cast<std::uint32_t>(goes_left) << i;
      missing |= static_cast<std::uint32_t>(x != x) << i;
    }
    return left;
  }

  std::vector<std::uint32_t> features_;
  std::vector<Cell> cuts_;
  std::vector<std::uint8_t> near_left_;
  std::vector<std::uint8_t> missing_far_;
};

}  // namespace trivet::tree
