// SPDX-License-Identifier: Apache-2.0
// Which bits number a tree's leaves, and the multiplexers that make them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "backend/tree/ranks.hpp"
#include "backend/tree/sliced_program.hpp"
#include "backend/tree/split_order.hpp"

namespace trivet::tree {

/// Bits of a leaf's number, lowest first, and the leaf of each number that they can make. Numbers
/// may lead to the same leaf: bits that don't matter there need no multiplexers.
struct LeafCode {
  std::vector<SlicedProgram::Value> bits;
  std::vector<std::uint32_t> leaves;  ///< 2^bits, inside the tree
};

/// Numbers the leaves of one tree after the other.
class LeafCoder {
 public:
  LeafCoder(const spi::TreeEnsemble& forest, const RankedSplits& splits, SlicedProgram& program)
      : forest_(forest), splits_(splits), program_(program), below_(kDeepestTree + 1) {}

  /// Writes to the program what the code needs. Tables of up to `free_bits` bits are equally
  /// fast. False when the tree is too deep or has too many leaves.
  [[nodiscard]] bool code_tree(std::size_t tree, std::uint32_t free_bits, LeafCode& code);

 private:
  using Value = SlicedProgram::Value;
  static constexpr std::uint32_t kDeepestTree = 200;  // levels; the coder recurses
  static constexpr std::uint32_t kMostBits = 13;      // of a leaf number, spare bits aside

  [[nodiscard]] std::size_t split_at(std::int32_t node) const noexcept {
    return first_split_ + static_cast<std::size_t>(node);
  }
  [[nodiscard]] Value test_of(std::size_t split) const noexcept {
    return kFirstTest + splits_.test[split];
  }
  [[nodiscard]] std::uint32_t leaves_of(std::int32_t node) const noexcept {
    return node < 0 ? 1 : leaves_below_[static_cast<std::size_t>(node)];
  }
  [[nodiscard]] std::uint32_t bits_needed(std::int32_t node) const noexcept;
  [[nodiscard]] bool count_leaves(std::size_t tree);
  void code_node(std::int32_t node, std::uint32_t most_bits, std::uint32_t depth, LeafCode& code);
  void join(Value test, const LeafCode& left, const LeafCode& right, LeafCode& code);
  void number_in_order(std::int32_t node, LeafCode& code);
  void visit(std::int32_t node, std::uint32_t first, Value from_first, Value from_end);
  void pick_bits(std::uint32_t first, std::uint32_t width, Value* code);

  const spi::TreeEnsemble& forest_;
  const RankedSplits& splits_;
  SlicedProgram& program_;
  SplitOrder order_of_splits_;
  std::size_t first_split_ = 0;
  std::vector<std::uint32_t> leaves_below_;  // by split of the tree
  std::vector<Value> border_;                // by leaf in order
  std::vector<std::uint32_t> order_;
  std::vector<std::array<LeafCode, 2>> below_;  // by depth: of the children, kept for their memory
};

}  // namespace trivet::tree
