// SPDX-License-Identifier: Apache-2.0
// From the IR to strides.
#include "backend/tree/stride_forest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "backend/tree/ranks.hpp"
#include "backend/tree/room.hpp"

namespace trivet::tree {
namespace {

using spi::FloatWidth;
using spi::TreeEnsemble;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// The greatest float that goes left: `x < c` and `x <= c` are `x <= float_cut` for floats x. NaN
/// where none does.
float float_cut(double cut, bool strict) noexcept {
  if (strict && cut == -std::numeric_limits<double>::infinity()) {
    return std::numeric_limits<float>::quiet_NaN();
  }
  const auto near = static_cast<float>(cut);
  const bool is_beyond =
      strict ? static_cast<double>(near) >= cut : static_cast<double>(near) > cut;
  return is_beyond ? std::nextafter(near, -kInfinity) : near;
}

/// The different leaves of one tree: rows of numbers by their bits.
template <class Sum>
class LeafRows {
 public:
  explicit LeafRows(std::vector<Sum>& out) : out_(out) {}

  void start_tree(std::size_t leaf_width) {
    width_ = leaf_width;
    first_ = out_.size();
    slots_.assign(kFewest, kFree);
    count_ = 0;
  }
  /// The number, inside the tree, of a row that stands at the end of `out`; drops it when the tree
  /// has one like it.
  [[nodiscard]] std::size_t settle_last_row() {
    if (2 * (count_ + 1) > slots_.size()) grow();
    const Sum* last = out_.data() + first_ + count_ * width_;
    for (std::size_t at = hash_of(last);; ++at) {
      std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
      if (slot == kFree) {
        slot = static_cast<std::uint32_t>(count_);
        return count_++;
      }
      const Sum* other = out_.data() + first_ + slot * width_;
      if (std::memcmp(other, last, width_ * sizeof(Sum)) == 0) {
        out_.resize(out_.size() - width_);
        return slot;
      }
    }
  }

 private:
  static constexpr std::uint32_t kFree = 0xffffffff;
  static constexpr std::size_t kFewest = 64;  // slots, a power of two

  [[nodiscard]] std::size_t hash_of(const Sum* row) const noexcept {
    std::uint64_t hash = 0;
    for (std::size_t k = 0; k < width_; ++k) {
      std::uint64_t bits = 0;
      std::memcpy(&bits, row + k, sizeof(Sum));
      hash = (hash ^ bits) * 0x9e3779b97f4a7c15U;  // Fibonacci hashing (Knuth, 6.4)
      hash ^= hash >> 32;
    }
    return static_cast<std::size_t>(hash);
  }
  void grow() {
    slots_.assign(2 * slots_.size(), kFree);
    for (std::size_t i = 0; i < count_; ++i) {
      std::size_t at = hash_of(out_.data() + first_ + i * width_);
      while (slots_[at & (slots_.size() - 1)] != kFree) ++at;
      slots_[at & (slots_.size() - 1)] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<Sum>& out_;
  std::size_t width_ = 1;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::vector<std::uint32_t> slots_;
};

template <class Sum>
class StrideCompiler {
 public:
  StrideCompiler(const TreeEnsemble& forest, StrideForest<Sum>& out)
      : forest_(forest), out_(out), leaf_rows_(out.leaves) {}

  [[nodiscard]] bool compile() {
    number_columns();
    const std::size_t trees = forest_.tree_count();
    for (std::size_t t = 0; t < trees; ++t) {
      make_room(out_.strides, t, trees);
      make_room(out_.leaves, t, trees);
      if (!add_tree(t)) return false;
    }
    drop_room(out_.strides);
    drop_room(out_.leaves);
    return true;
  }

 private:
  /// A stride that is asked for: its place, and the node that it starts at.
  struct Open {
    std::size_t place;
    std::int32_t node;
  };

  void number_columns() {
    column_of_.assign(forest_.feature_count, 0);
    for (const std::uint32_t feature : forest_.feature) column_of_[feature] = 1;
    for (std::uint32_t f = 0; f < forest_.feature_count; ++f) {
      if (column_of_[f] == 0) continue;
      column_of_[f] = static_cast<std::uint32_t>(out_.features.size());
      out_.features.push_back(f);
    }
  }

  [[nodiscard]] bool add_tree(std::size_t tree) {
    tree_ = tree;
    first_ = out_.strides.size();
    out_.first_stride.push_back(static_cast<std::uint32_t>(first_));
    out_.first_leaf.push_back(static_cast<std::uint32_t>(out_.leaves.size() / forest_.leaf_width));
    leaf_rows_.start_tree(forest_.leaf_width);
    const bool is_leaf = forest_.split_begin[tree] == forest_.split_begin[tree + 1];
    out_.strides.emplace_back();
    open_.assign(1, {first_, is_leaf ? ~0 : 0});
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (!fill(open_[i])) return false;
    }
    return true;
  }

  [[nodiscard]] bool fill(Open open) {
    std::array<std::int32_t, 2 * Stride::kEntries> node;
    node[1] = open.node;
    Stride stride;
    std::fill_n(stride.cut, Stride::kEntries, kInfinity);
    std::fill_n(stride.column, Stride::kEntries, std::uint16_t{0});
    std::uint32_t missing_left = 0;
    for (std::size_t i = 1; i < Stride::kEntries; ++i) {
      node[2 * i] = node[2 * i + 1] = node[i];
      if (node[i] < 0) continue;
      const std::size_t split = forest_.split_begin[tree_] + static_cast<std::size_t>(node[i]);
      stride.cut[i] = float_cut(forest_.cut[split], forest_.test == spi::Test::less);
      stride.column[i] = static_cast<std::uint16_t>(column_of_[forest_.feature[split]]);
      missing_left |= static_cast<std::uint32_t>(forest_.flags[split].missing_left()) << i;
      node[2 * i] = forest_.left[split];
      node[2 * i + 1] = forest_.right[split];
    }
    stride.cut[0] = std::bit_cast<float>(missing_left);
    std::int32_t last = 0;  // the first stride's node, which is no exit
    std::uint16_t code = 0;
    for (std::size_t i = 0; i < Stride::kEntries; ++i) {
      const std::int32_t exit = node[Stride::kEntries + i];
      if (exit != last && !settle_exit(exit, code)) return false;
      stride.exit[i] = code;
      last = exit;
    }
    out_.strides[open.place] = stride;
    return true;
  }

  /// The number of an exit's leaf, or of a stride that is added for it.
  [[nodiscard]] bool settle_exit(std::int32_t exit, std::uint16_t& code) {
    std::size_t number = 0;
    if (exit < 0) {
      const std::size_t leaf = forest_.leaf_begin[tree_] + static_cast<std::size_t>(~exit);
      for (std::size_t k = 0; k < forest_.leaf_width; ++k) {
        out_.leaves.push_back(weighted_leaf<Sum>(forest_, tree_, leaf * forest_.leaf_width + k));
      }
      number = leaf_rows_.settle_last_row();
    } else {
      number = out_.strides.size() - first_;
      open_.push_back({out_.strides.size(), exit});
      out_.strides.emplace_back();
    }
    if (number >= Stride::kLeaf) return false;
    code = static_cast<std::uint16_t>(number | (exit < 0 ? Stride::kLeaf : 0));
    return true;
  }

  const TreeEnsemble& forest_;
  StrideForest<Sum>& out_;
  LeafRows<Sum> leaf_rows_;
  std::vector<std::uint32_t> column_of_;  // by feature
  std::vector<Open> open_;
  std::size_t tree_ = 0;
  std::size_t first_ = 0;  // of the tree's strides
};

}  // namespace

template <class Sum>
bool StrideForest<Sum>::compile(const TreeEnsemble& forest) {
  constexpr std::size_t kMostColumns = 0xffff;
  if (forest.input_width != FloatWidth::f32 || !forest.linear.empty() || forest.has_categories() ||
      forest.feature_count > kMostColumns || !rules.gather(forest)) {
    return false;
  }
  return StrideCompiler<Sum>(forest, *this).compile();
}

template <class Sum>
std::size_t StrideForest<Sum>::memory_bytes() const noexcept {
  return held_bytes(strides) + held_bytes(first_stride) + held_bytes(first_leaf) +
         held_bytes(leaves) + held_bytes(features) + rules.memory_bytes();
}

template struct StrideForest<float>;
template struct StrideForest<double>;

}  // namespace trivet::tree
