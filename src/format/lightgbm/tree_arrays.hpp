// SPDX-License-Identifier: Apache-2.0
// One tree as LightGBM keeps it, on its way into the builder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/lightgbm/model.hpp"
#include "trivet/result.hpp"

namespace trivet::lightgbm {

/// Arrays over the splits and over the leaves. A child is a split from 0 on, or ~leaf. Readers
/// keep one of these and fill it again for each tree, so that its memory is allocated once.
struct TreeArrays {
  std::size_t line = 0;  ///< of `Tree=`, in a text

  std::vector<std::int32_t> feature;
  std::vector<double> threshold;       ///< the category set's number where the split is categorical
  std::vector<std::int32_t> decision;  ///< kCategoricalBit, kDefaultLeftBit, missing type
  std::vector<std::int32_t> left;
  std::vector<std::int32_t> right;
  std::vector<double> gain;
  std::vector<std::int32_t> split_count;  ///< rows of the training that came by
  std::vector<double> leaf_value;
  std::vector<std::int32_t> leaf_count;

  /// Category set `s` is the codes from set_begin[s] to set_begin[s + 1].
  std::vector<std::size_t> set_begin;
  std::vector<std::int32_t> codes;

  bool is_linear = false;
  std::vector<double> leaf_constant;
  std::vector<std::int32_t> term_count;  ///< terms of each leaf
  std::vector<std::int32_t> term_feature;
  std::vector<double> coefficient;

  void clear() noexcept;

  /// The same tree as the builder takes it whole; add_tree() fills them.
  std::vector<spi::NodeFlags> flags;
  std::vector<float> split_cover;
  std::vector<float> leaf_cover;
  std::vector<float> split_gain;
};

inline constexpr std::int32_t kCategoricalBit = 1;
inline constexpr std::int32_t kDefaultLeftBit = 2;
inline constexpr int kMissingTypeShift = 2;          ///< 0 None, 1 Zero, 2 NaN
inline constexpr std::int32_t kCodeLimit = 1 << 24;  ///< what a category code must lie below

/// Checks what one array says about another and adds the tree to the model. O(tree). The arrays
/// are used up.
[[nodiscard]] Status add_tree(TreeArrays& tree, Model& model);

}  // namespace trivet::lightgbm
