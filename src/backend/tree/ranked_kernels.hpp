// SPDX-License-Identifier: Apache-2.0
// The outcomes of all distinct tests of a forest for one row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/ranks.hpp"

namespace trivet::tree {

/// A large forest has many times more nodes than distinct tests, so settling each test once a row,
/// by vectors, leaves walks a byte to load: 0 goes left, 1 goes right.
class RowTests {
 public:
  void compile(const Ranks& ranks);
  /// Entries of `outcomes`: one a test, one that is always 0, and what vectors write beyond.
  [[nodiscard]] std::size_t size() const noexcept {
    return number_tests_ + set_count_ + 1 + kOverrun;
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return held_bytes(byte_ranks_) + held_bytes(word_ranks_) + held_bytes(first_test_);
  }
  void settle(const std::uint8_t* row, std::uint8_t* outcomes) const noexcept;
  void settle(const std::uint16_t* row, std::uint8_t* outcomes) const noexcept;

 private:
  static constexpr std::size_t kOverrun = 64;
  std::size_t number_tests_ = 0;
  std::size_t set_count_ = 0;
  std::vector<std::uint32_t> first_test_;  // by column, and the end
  std::vector<std::uint8_t> byte_ranks_;   // by test; one of the two is in use
  std::vector<std::uint16_t> word_ranks_;
};

}  // namespace trivet::tree
