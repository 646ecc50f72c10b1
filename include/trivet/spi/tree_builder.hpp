// SPDX-License-Identifier: Apache-2.0
// The only way to make a TreeEnsemble: node by node, proved tree by tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::inline v0::spi {

/// What to keep of the training besides the model itself.
enum class TrainingFacts : std::uint8_t {
  none,
  cover,           ///< the weight of the rows in each node, which attributions need
  cover_and_gain,  ///< and each split's gain, which importance and writers need
};

/// What becomes of nodes that the root doesn't reach: some frameworks leave deleted ones in their
/// files; in files of the others they are damage.
enum class Unreached : std::uint8_t { dropped, refused };

/// A leaf that is a linear function of the row; see LinearLeaves.
struct LinearLeafSpec {
  double constant = 0;
  std::span<const std::uint32_t> features;
  std::span<const double> coefficients;  ///< as many as features
};

/// One split, under the number that the file gives it.
struct SplitSpec {
  std::uint32_t node = 0;
  std::uint32_t feature = 0;
  double cut = 0;  ///< rounded to the cut width; not NaN
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  bool missing_left = false;
  Missing missing = Missing::nan;
  float cover = 0;
  float gain = 0;
};

/// A whole tree in the arrays of TreeEnsemble, for files that have it so: splits and leaves are
/// numbered apart, a child is a split from 0 on, or ~leaf. Numeric tests and scalar leaves.
template <class T>
struct OrderedTree {
  std::span<const std::uint32_t> feature;
  std::span<const T> cut;
  std::span<const std::int32_t> left;
  std::span<const std::int32_t> right;
  std::span<const NodeFlags> flags;
  std::span<const T> leaf;
  std::span<const float> split_cover;  ///< empty: zeros, as leaf_cover and split_gain
  std::span<const float> leaf_cover;
  std::span<const float> split_gain;
};

/// Takes trees as files have them (nodes with numbers, children by number, in any order, deleted
/// ones among them) and makes the compact form, or says which node of which tree is wrong.
///
///   builder.begin_tree(node_count);
///   builder.add_split({.node = 0, .feature = 3, .cut = 0.5, .left = 1, .right = 2});
///   builder.add_leaf(1, values);  …
///   TRIVET_TRY(builder.end_tree());
///   …
///   Result<TreeEnsemble> forest = std::move(builder).finish(header);
///
/// Node 0 is the root. Nodes that the root doesn't reach are dropped or refused; a node reached
/// twice, a child that was never added, a feature or cut that can't be, are errors with `tree T,
/// node N` as their place. Linear in the nodes; begin_tree allocates for `node_count` nodes, so
/// check the count against the bytes that are there first. One thread at a time.
class TRIVET_EXPORT TreeEnsembleBuilder {
 public:
  /// `leaf_width` values in each leaf, cuts and leaves in `width`; of the training only `facts`.
  TreeEnsembleBuilder(FloatWidth width, std::uint32_t leaf_width, TrainingFacts facts);
  TreeEnsembleBuilder(TreeEnsembleBuilder&&) noexcept;
  TreeEnsembleBuilder& operator=(TreeEnsembleBuilder&&) noexcept;
  ~TreeEnsembleBuilder();

  /// Makes room for the whole forest in one allocation an array.
  void reserve(std::size_t trees, std::size_t splits, std::size_t leaves);
  void begin_tree(std::uint32_t node_count);
  /// A numeric test.
  [[nodiscard]] Status add_split(const SplitSpec& split);
  /// A test on a category set; `split.cut` is ignored. Codes must be 0 … 2²⁴ − 1.
  [[nodiscard]] Status add_categorical_split(const SplitSpec& split,
                                             std::span<const std::int32_t> codes);
  /// Requires values.size() == leaf_width.
  [[nodiscard]] Status add_leaf(std::uint32_t node, std::span<const double> values,
                                float cover = 0);
  [[nodiscard]] Status add_leaf(std::uint32_t node, float value, float cover = 0);
  /// A linear leaf; `value` is what it is worth for rows with a missing value among its features.
  /// Requires leaf_width == 1 and the width f64.
  [[nodiscard]] Status add_linear_leaf(std::uint32_t node, double value,
                                       const LinearLeafSpec& linear, float cover = 0);
  [[nodiscard]] Status end_tree(Unreached unreached = Unreached::dropped);

  /// A tree at once instead of begin_tree … end_tree, several times as fast. It is proved too, but
  /// only in one pass: every child split must come behind its parent, as it does where nodes are
  /// numbered when they are made. False, and nothing is added, for any other tree, one with a NaN
  /// cut, one of another width than the forest's, or behind a linear leaf: node by node it is
  /// either taken or refused with the reason.
  [[nodiscard]] bool add_ordered_tree(const OrderedTree<float>& tree);
  [[nodiscard]] bool add_ordered_tree(const OrderedTree<double>& tree);

  [[nodiscard]] std::size_t tree_count() const noexcept;

  /// What the whole forest shares. Fields as in TreeEnsemble.
  struct Header {
    std::uint32_t feature_count = 0;
    std::uint32_t output_count = 1;
    FloatWidth input_width = FloatWidth::f32;
    Test test = Test::less;
    bool category_members_go_left = false;
    bool category_truncates_to_zero = false;
    std::vector<std::uint32_t> tree_output;
    std::vector<double> tree_weight;
    Sum sum;
    Link link;
  };
  /// Checks the header against the trees and hands the forest over.
  [[nodiscard]] Result<TreeEnsemble> finish(Header header) &&;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trivet::inline v0::spi
