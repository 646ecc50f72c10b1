// SPDX-License-Identifier: Apache-2.0
// Leaf numbers by prefix where the tree is balanced enough, in order where it isn't.
#include "backend/tree/sliced_codes.hpp"

#include <algorithm>
#include <bit>

namespace trivet::tree {

std::uint32_t LeafCoder::bits_needed(std::int32_t node) const noexcept {
  return static_cast<std::uint32_t>(std::bit_width(leaves_of(node) - 1));
}

bool LeafCoder::code_tree(std::size_t tree, std::uint32_t free_bits, LeafCode& code) {
  // A bit more than needed doubles the table and saves multiplexers: worth it for floats.
  const std::uint32_t spare_bits = forest_.sum.accumulator == spi::FloatWidth::f32 ? 1 : 0;
  first_split_ = forest_.split_begin[tree];
  if (!count_leaves(tree)) return false;
  const std::int32_t root = leaves_below_.empty() ? ~0 : 0;
  const std::uint32_t needed = bits_needed(root);
  if (needed > kMostBits) return false;
  code_node(root, std::max(needed + spare_bits, free_bits), 0, code);
  return true;
}

/// False when the tree is too deep to recurse into.
bool LeafCoder::count_leaves(std::size_t tree) {
  const std::span<const std::uint32_t> order = order_of_splits_.of(forest_, tree);
  leaves_below_.assign(order.size(), 0);  // first of all the depth
  for (const std::uint32_t split : order) {
    const std::uint32_t depth = leaves_below_[split] + 1;
    if (depth > kDeepestTree) return false;
    for (const std::int32_t child :
         {forest_.left[first_split_ + split], forest_.right[first_split_ + split]}) {
      if (child >= 0) leaves_below_[static_cast<std::size_t>(child)] = depth;
    }
  }
  for (std::size_t i = order.size(); i-- > 0;) {
    const std::size_t split = first_split_ + order[i];
    leaves_below_[order[i]] = leaves_of(forest_.left[split]) + leaves_of(forest_.right[split]);
  }
  return true;
}

void LeafCoder::code_node(std::int32_t node, std::uint32_t most_bits, std::uint32_t depth,
                          LeafCode& code) {
  if (node < 0) {
    code.bits.clear();
    code.leaves.assign(1, static_cast<std::uint32_t>(~node));
    return;
  }
  const std::int32_t left = forest_.left[split_at(node)];
  const std::int32_t right = forest_.right[split_at(node)];
  if (std::max(bits_needed(left), bits_needed(right)) >= most_bits) {
    return number_in_order(node, code);
  }
  auto& [left_code, right_code] = below_[depth];
  code_node(left, most_bits - 1, depth + 1, left_code);
  code_node(right, most_bits - 1, depth + 1, right_code);
  join(test_of(split_at(node)), left_code, right_code, code);
}

/// The split's own test is the highest bit of the numbers below it, so that only the bits that both
/// sides use are multiplexed; where one side has fewer, its entries are repeated.
void LeafCoder::join(Value test, const LeafCode& left, const LeafCode& right, LeafCode& code) {
  const std::size_t both = std::min(left.bits.size(), right.bits.size());
  code.bits = left.bits.size() > right.bits.size() ? left.bits : right.bits;
  const std::size_t half = std::size_t{1} << code.bits.size();
  for (std::size_t i = 0; i < both; ++i) {
    code.bits[i] = program_.mux(test, left.bits[i], right.bits[i]);
  }
  code.bits.push_back(test);
  code.leaves.clear();
  for (const LeafCode* side : {&right, &left}) {
    for (std::size_t filled = 0; filled < half; filled += side->leaves.size()) {
      code.leaves.insert(code.leaves.end(), side->leaves.begin(), side->leaves.end());
    }
  }
}

/// Leaves are numbered from left to right. For the border before leaf k a plane says whether the
/// row's leaf is k or later: from the planes of the borders around the split, one multiplexer a
/// split. The bits of the number are then picked among these planes by halving.
void LeafCoder::number_in_order(std::int32_t node, LeafCode& code) {
  border_.assign(leaves_of(node) + 1, kZeros);
  order_.clear();
  visit(node, 0, kOnes, kZeros);
  const std::uint32_t width = bits_needed(node);
  code.bits.resize(width);
  pick_bits(0, width, code.bits.data());
  code.leaves = order_;
  code.leaves.resize(std::size_t{1} << width, order_.front());
}

void LeafCoder::visit(std::int32_t node, std::uint32_t first, Value from_first, Value from_end) {
  if (node < 0) {
    order_.push_back(static_cast<std::uint32_t>(~node));
    return;
  }
  const std::size_t split = split_at(node);
  const std::uint32_t middle = first + leaves_of(forest_.left[split]);
  const Value from_middle = program_.mux(test_of(split), from_end, from_first);
  border_[middle] = from_middle;
  visit(forest_.left[split], first, from_first, from_middle);
  visit(forest_.right[split], middle, from_middle, from_end);
}

/// The bits of `leaf - first`, for rows whose leaf is among the 2^width from `first` on.
void LeafCoder::pick_bits(std::uint32_t first, std::uint32_t width, Value* code) {
  if (width == 0) return;
  code[width - 1] = kZeros;
  pick_bits(first, width - 1, code);
  const std::uint32_t middle = first + (1u << (width - 1));
  if (middle + 1 >= border_.size()) return;  // no leaf has this bit
  std::array<Value, kMostBits> high;
  pick_bits(middle, width - 1, high.data());
  const Value top = border_[middle];
  for (std::size_t i = 0; i + 1 < width; ++i) code[i] = program_.mux(top, high[i], code[i]);
  code[width - 1] = top;
}

}  // namespace trivet::tree
