// SPDX-License-Identifier: Apache-2.0
// The TreeEnsemble node of the Graph: every forest of every framework, in one form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trivet/spi/link.hpp"

namespace trivet::inline v0::spi {

/// The float width in which a framework compares or adds.
enum class FloatWidth : std::uint8_t { f32, f64 };

/// Numbers in the framework's own width: one of the two vectors is in use.
struct Numbers {
  FloatWidth width = FloatWidth::f32;
  std::vector<float> f32;
  std::vector<double> f64;

  [[nodiscard]] std::size_t size() const noexcept {
    return width == FloatWidth::f32 ? f32.size() : f64.size();
  }
  /// Element `i`, widened. Requires i < size().
  [[nodiscard]] double operator[](std::size_t i) const noexcept {
    return width == FloatWidth::f32 ? static_cast<double>(f32[i]) : f64[i];
  }
  void push_back(double value) {
    if (width == FloatWidth::f32) f32.push_back(static_cast<float>(value));
    else f64.push_back(value);
  }
};

/// When a numeric test sends a row left.
enum class Test : std::uint8_t {
  less,        ///< x < cut   (XGBoost)
  less_equal,  ///< x <= cut  (LightGBM, scikit-learn; CatBoost's `x > cut goes right`)
};

/// Which inputs a node treats as missing. The others are compared.
enum class Missing : std::uint8_t {
  nan,           ///< NaN follows the node's default side
  nan_and_zero,  ///< NaN and |x| <= kZeroThreshold follow it  (LightGBM `Zero`)
  none,          ///< NaN counts as 0 and is compared  (LightGBM `None`)
};

/// LightGBM's zero is a float constant, compared in double; widening it is exact.
inline constexpr float kZeroThreshold = 1e-35F;

/// What a node says beyond its numbers, one byte each.
struct NodeFlags {
  std::uint8_t bits = 0;

  static constexpr std::uint8_t kMissingLeft = 1;
  static constexpr std::uint8_t kCategorical = 2;
  static constexpr int kMissingShift = 2;

  [[nodiscard]] bool missing_left() const noexcept { return (bits & kMissingLeft) != 0; }
  [[nodiscard]] bool categorical() const noexcept { return (bits & kCategorical) != 0; }
  [[nodiscard]] Missing missing() const noexcept {
    return static_cast<Missing>(bits >> kMissingShift);
  }
  [[nodiscard]] static NodeFlags make(bool missing_left, bool categorical,
                                      Missing missing) noexcept {
    return {static_cast<std::uint8_t>((missing_left ? kMissingLeft : 0) |
                                      (categorical ? kCategorical : 0) |
                                      (static_cast<int>(missing) << kMissingShift))};
  }
};

/// The category sets of a forest's categorical nodes: set `s` is the bits of
/// `words[offset[s] … offset[s + 1]]`, lowest code first. Codes beyond the words are not in it.
struct CategorySets {
  bool members_go_left = false;  ///< XGBoost sends them right, LightGBM left
  /// Numbers between -1 and 0 are code 0, as LightGBM truncates before it looks at the sign. Else
  /// they are negative and in no set (XGBoost).
  bool truncates_to_zero = false;
  std::vector<std::uint32_t> offset{0};
  std::vector<std::uint32_t> words;

  /// Codes are truncated towards zero; negative and huge ones are in no set. NaN must have been
  /// dealt with before.
  [[nodiscard]] bool contains(std::size_t set, double code) const noexcept {
    const std::size_t bits = std::size_t{32} * (offset[set + 1] - offset[set]);
    if (truncates_to_zero && code > -1 && code < 0) code = 0;
    if (!(code >= 0) || !(code < static_cast<double>(bits))) return false;
    const auto at = static_cast<std::size_t>(code);
    return (words[offset[set] + at / 32] >> (at % 32) & 1u) != 0;
  }
};

/// Leaves that are linear functions of the row (LightGBM `linear_tree`). Leaf `l`, counted over
/// the forest, is worth `constant[l] + Σ coefficient[i]·x[feature[i]]` over `i` in
/// `offset[l] … offset[l + 1]`, in f64, each product and sum rounded in this order; when one of
/// these x is NaN it is worth its plain value. |x| <= kZeroThreshold counts as 0, as in rows of a
/// matrix that LightGBM is given. A leaf without terms is worth its constant.
struct LinearLeaves {
  std::vector<std::uint32_t> offset;  ///< empty: no leaf is linear
  std::vector<double> constant;
  std::vector<std::uint32_t> feature;
  std::vector<double> coefficient;

  [[nodiscard]] bool empty() const noexcept { return offset.empty(); }
};

/// How leaf values become a margin: `(start + Σ weight·leaf) · scale / divisor + end`, in the
/// width of `accumulator`, trees in model order, every operation rounded on its own.
struct Sum {
  FloatWidth accumulator = FloatWidth::f32;
  std::vector<double> start;  ///< one an output, exact in the accumulator's width; empty: zeros
  double scale = 1;
  double divisor = 1;
  std::vector<double> end;  ///< one an output; empty: zeros
};

/// A forest as a struct of arrays. Tree `t` owns the splits `split_begin[t] … split_begin[t + 1]`
/// and the leaves `leaf_begin[t] … leaf_begin[t + 1]`. Inside it the root is split 0, or leaf 0
/// when there are no splits; `left` and `right` count inside the tree, `>= 0` for a split, `~leaf`
/// for a leaf. Every split and leaf is reached exactly once from the root, so a walk from it ends:
/// TreeEnsembleBuilder proved that, and engines rely on it.
///
/// Memory: 17 bytes a split and 4 a leaf (scalar, f32), 4 more each with cover.
struct TreeEnsemble {
  std::uint32_t feature_count = 0;
  std::uint32_t output_count = 1;
  FloatWidth input_width = FloatWidth::f32;  ///< what a row is rounded to before the tests
  Test test = Test::less;

  std::vector<std::uint32_t> split_begin{0};
  std::vector<std::uint32_t> leaf_begin{0};
  std::vector<std::uint32_t> tree_output;  ///< the output that a scalar tree adds to; empty: all 0
  std::vector<double> tree_weight;         ///< factors on leaf values; empty: no multiplication

  std::vector<std::uint32_t> feature;
  Numbers cut;  ///< never NaN; the set's number for categorical nodes
  std::vector<std::int32_t> left;
  std::vector<std::int32_t> right;
  std::vector<NodeFlags> flags;
  CategorySets categories;

  std::uint32_t leaf_width = 1;  ///< values in a leaf: 1, or output_count for vector leaves
  Numbers leaf;                  ///< leaf-major
  LinearLeaves linear;
  std::vector<float> split_cover;  ///< weight of the training rows that came by; may be empty
  std::vector<float> leaf_cover;
  std::vector<float> split_gain;  ///< the loss that a split took away; kept when asked for

  Sum sum;
  Link link;

  [[nodiscard]] std::size_t tree_count() const noexcept { return split_begin.size() - 1; }
  [[nodiscard]] std::size_t split_count() const noexcept { return feature.size(); }
  [[nodiscard]] std::size_t leaf_count() const noexcept { return leaf_begin.back(); }
  [[nodiscard]] std::size_t node_count() const noexcept { return split_count() + leaf_count(); }
  [[nodiscard]] bool has_categories() const noexcept { return categories.offset.size() > 1; }
};

}  // namespace trivet::inline v0::spi
