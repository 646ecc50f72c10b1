// SPDX-License-Identifier: Apache-2.0
// Checks one tree and gives it to the builder.
#include "format/lightgbm/tree_arrays.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

constexpr spi::Missing kMissingTypes[] = {spi::Missing::none, spi::Missing::nan_and_zero,
                                          spi::Missing::nan};

spi::NodeFlags numeric_flags(std::int32_t decision) noexcept {
  const spi::Missing missing = kMissingTypes[decision >> kMissingTypeShift];
  const bool left = missing != spi::Missing::none && (decision & kDefaultLeftBit) != 0;
  return spi::NodeFlags::make(left, false, missing);
}

template <class T>
void to_floats(const std::vector<T>& numbers, std::vector<float>& out) {
  out.resize(numbers.size());
  std::transform(numbers.begin(), numbers.end(), out.begin(),
                 [](T number) { return static_cast<float>(number); });
}

/// Before it asks any tree, LightGBM's prediction turns every |x| <= kZeroThreshold into 0. A cut
/// inside of that band is moved to its end, where `x <= cut` says the same without it.
double cut_with_zero_band(double cut) noexcept {
  constexpr auto kZero = static_cast<double>(spi::kZeroThreshold);
  if (!(std::fabs(cut) <= kZero)) return cut;
  if (cut >= 0) return kZero;
  return std::nextafter(-kZero, -std::numeric_limits<double>::infinity());
}

class TreeAdder {
 public:
  TreeAdder(TreeArrays& tree, Model& model)
      : tree_(tree), model_(model), splits_(tree.feature.size()), leaves_(tree.leaf_value.size()) {}

  Status run() {
    TRIVET_TRY(check_sizes());
    if (add_whole()) return {};
    model_.trees.begin_tree(static_cast<std::uint32_t>(splits_ + leaves_));
    set_taken_.assign(tree_.set_begin.empty() ? 0 : tree_.set_begin.size() - 1, false);
    for (std::size_t i = 0; i < splits_; ++i) TRIVET_TRY(add_split(i));
    if (tree_.is_linear) TRIVET_TRY(add_linear_leaves());
    else TRIVET_TRY(add_leaves());
    return model_.trees.end_tree(spi::Unreached::refused);
  }

 private:
  [[nodiscard]] std::string place() const {
    const std::size_t number = model_.trees.tree_count();
    if (model_.encoding == Encoding::json) return text::message("/tree_info/{}", number);
    return text::message("line {}, tree {}", tree_.line, number);
  }
  [[nodiscard]] std::string place(std::string_view array, std::size_t i) const {
    return text::message("{}, {}[{}]", place(), array, i);
  }

  [[nodiscard]] Status check_size(std::string_view array, std::size_t size,
                                  std::size_t wanted) const {
    if (size == wanted) return {};
    return Error(Errc::invalid_model, text::message("{}, {}", place(), array),
                 text::message("{} values", size),
                 text::message("{}, as the tree has {} leaves", wanted, leaves_));
  }
  [[nodiscard]] Status check_optional(std::string_view array, std::size_t size,
                                      std::size_t wanted) const {
    return size == 0 ? Status{} : check_size(array, size, wanted);
  }

  [[nodiscard]] Status check_sizes() const {
    constexpr std::size_t kLeafLimit = std::size_t{1} << 29;
    if (leaves_ == 0) {
      return Error(Errc::invalid_model, place(), "a tree without leaves", "at least one leaf");
    }
    if (leaves_ > kLeafLimit) {
      return Error(Errc::unsupported_model, place(), text::message("{} leaves", leaves_),
                   text::message("at most {}", kLeafLimit));
    }
    const std::size_t splits = leaves_ - 1;
    TRIVET_TRY(check_size("split_feature", splits_, splits));
    TRIVET_TRY(check_size("threshold", tree_.threshold.size(), splits));
    TRIVET_TRY(check_size("decision_type", tree_.decision.size(), splits));
    TRIVET_TRY(check_size("left_child", tree_.left.size(), splits));
    TRIVET_TRY(check_size("right_child", tree_.right.size(), splits));
    TRIVET_TRY(check_optional("split_gain", tree_.gain.size(), splits));
    TRIVET_TRY(check_optional("internal_count", tree_.split_count.size(), splits));
    TRIVET_TRY(check_optional("leaf_count", tree_.leaf_count.size(), leaves_));
    if (!tree_.is_linear) return {};
    TRIVET_TRY(check_size("leaf_const", tree_.leaf_constant.size(), leaves_));
    return check_size("num_features", tree_.term_count.size(), leaves_);
  }

  /// True when the tree could be added at once: numeric tests, plain leaves and links as LightGBM
  /// numbers them. What is wrong with any other is found node by node.
  [[nodiscard]] bool add_whole() {
    constexpr std::int32_t kGreatestDecision = 11;
    std::int32_t decisions = 0;
    std::int32_t greatest = 0;
    for (const std::int32_t decision : tree_.decision) {
      decisions |= decision;
      greatest = std::max(greatest, decision);
    }
    std::int32_t features = 0;
    for (const std::int32_t feature : tree_.feature) features |= feature;
    if (tree_.is_linear || decisions < 0 || (decisions & kCategoricalBit) != 0 ||
        greatest > kGreatestDecision || features < 0) {
      return false;
    }
    tree_.flags.resize(splits_);
    std::transform(tree_.decision.begin(), tree_.decision.end(), tree_.flags.begin(),
                   numeric_flags);
    for (double& cut : tree_.threshold) cut = cut_with_zero_band(cut);
    to_floats(tree_.split_count, tree_.split_cover);
    to_floats(tree_.leaf_count, tree_.leaf_cover);
    to_floats(tree_.gain, tree_.split_gain);
    // None is negative, so the same bits are the same numbers.
    const std::span feature(reinterpret_cast<const std::uint32_t*>(tree_.feature.data()), splits_);
    return model_.trees.add_ordered_tree(spi::OrderedTree<double>{
        feature, tree_.threshold, tree_.left, tree_.right, tree_.flags, tree_.leaf_value,
        tree_.split_cover, tree_.leaf_cover, tree_.split_gain});
  }

  /// The builder's number of a child: splits first, then leaves.
  [[nodiscard]] bool node_of(std::int32_t child, std::uint32_t& node) const noexcept {
    // Half of the children are leaves, in no order: computed, not branched on.
    const std::int32_t is_leaf = child >> 31;
    const auto at = static_cast<std::size_t>(child ^ is_leaf);
    node = static_cast<std::uint32_t>(at + (splits_ & static_cast<std::size_t>(is_leaf)));
    return at < splits_ + static_cast<std::size_t>(-is_leaf);
  }
  [[nodiscard]] Error bad_child(std::string_view array, std::size_t i, std::int32_t child) const {
    return {Errc::invalid_model, place(array, i), text::message("{}", child),
            text::message("a split below {}, or a leaf from -1 to -{}", splits_, leaves_)};
  }

  [[nodiscard]] Status add_split(std::size_t i) {
    const std::int32_t decision = tree_.decision[i];
    const std::int32_t missing_type = decision >> kMissingTypeShift;
    if (decision < 0 || missing_type > 2) {
      return Error(Errc::invalid_model, place("decision_type", i), text::message("{}", decision),
                   "a number from 0 to 11");
    }
    if (tree_.feature[i] < 0) {
      return Error(Errc::invalid_model, place("split_feature", i),
                   text::message("{}", tree_.feature[i]), "the number of a feature");
    }
    spi::SplitSpec split{.node = static_cast<std::uint32_t>(i),
                         .feature = static_cast<std::uint32_t>(tree_.feature[i])};
    if (!node_of(tree_.left[i], split.left)) return bad_child("left_child", i, tree_.left[i]);
    if (!node_of(tree_.right[i], split.right)) return bad_child("right_child", i, tree_.right[i]);
    if (!tree_.split_count.empty()) split.cover = static_cast<float>(tree_.split_count[i]);
    if (!tree_.gain.empty()) split.gain = static_cast<float>(tree_.gain[i]);
    if ((decision & kCategoricalBit) != 0) return add_categorical(i, split);

    const spi::NodeFlags flags = numeric_flags(decision);
    split.missing = flags.missing();
    split.missing_left = flags.missing_left();
    split.cut = cut_with_zero_band(tree_.threshold[i]);
    return model_.trees.add_split(split);
  }

  /// Members go left; all else goes right: NaN, negative and unknown codes, whatever the missing
  /// type. Up to 3.2 the code was cast to an integer before NaN was looked for, which on x86 gave
  /// a negative number and so the right side as well.
  [[nodiscard]] Status add_categorical(std::size_t i, const spi::SplitSpec& split) {
    const double number = tree_.threshold[i];
    const std::size_t sets = set_taken_.size();
    if (!(number >= 0) || number != std::trunc(number) || !(number < static_cast<double>(sets))) {
      return Error(Errc::invalid_model, place("threshold", i),
                   text::message("the category set {}", number),
                   text::message("the number of one of the tree's {} category sets", sets));
    }
    const auto set = static_cast<std::size_t>(number);
    // One split a set: else a small file could ask for the same long set again and again.
    if (set_taken_[set]) {
      return Error(Errc::invalid_model, place("threshold", i),
                   text::message("the category set {}, which another split has", set),
                   "a set of its own for each split");
    }
    set_taken_[set] = true;
    const std::span<const std::int32_t> codes =
        std::span(tree_.codes)
            .subspan(tree_.set_begin[set], tree_.set_begin[set + 1] - tree_.set_begin[set]);
    return model_.trees.add_categorical_split(split, codes);
  }

  [[nodiscard]] float cover_of(std::size_t leaf) const noexcept {
    return tree_.leaf_count.empty() ? 0 : static_cast<float>(tree_.leaf_count[leaf]);
  }

  [[nodiscard]] Status add_leaves() {
    for (std::size_t l = 0; l < leaves_; ++l) {
      TRIVET_TRY(model_.trees.add_leaf(static_cast<std::uint32_t>(splits_ + l),
                                       std::span(&tree_.leaf_value[l], 1), cover_of(l)));
    }
    return {};
  }

  [[nodiscard]] Status add_linear_leaves() {
    ++model_.linear_trees;
    std::size_t first = 0;
    for (std::size_t l = 0; l < leaves_; ++l) {
      const std::int32_t terms = tree_.term_count[l];
      if (terms < 0 || static_cast<std::size_t>(terms) > tree_.term_feature.size() - first) {
        return Error(Errc::invalid_model, place("num_features", l), text::message("{}", terms),
                     text::message("at most the {} entries of leaf_features that are left",
                                   tree_.term_feature.size() - first));
      }
      TRIVET_TRY(add_linear_leaf(l, first, static_cast<std::size_t>(terms)));
      first += static_cast<std::size_t>(terms);
    }
    if (first == tree_.term_feature.size()) return {};
    return Error(Errc::invalid_model, text::message("{}, leaf_features", place()),
                 text::message("{} values", tree_.term_feature.size()),
                 text::message("{}, the sum of num_features", first));
  }

  [[nodiscard]] Status add_linear_leaf(std::size_t leaf, std::size_t first, std::size_t terms) {
    if (tree_.coefficient.size() != tree_.term_feature.size()) {
      return Error(Errc::invalid_model, text::message("{}, leaf_coeff", place()),
                   text::message("{} values", tree_.coefficient.size()),
                   text::message("{}, as many as leaf_features", tree_.term_feature.size()));
    }
    features_.clear();
    for (std::size_t i = first; i < first + terms; ++i) {
      if (tree_.term_feature[i] < 0) {
        return Error(Errc::invalid_model, place("leaf_features", i),
                     text::message("{}", tree_.term_feature[i]), "the number of a feature");
      }
      features_.push_back(static_cast<std::uint32_t>(tree_.term_feature[i]));
    }
    return model_.trees.add_linear_leaf(
        static_cast<std::uint32_t>(splits_ + leaf), tree_.leaf_value[leaf],
        {tree_.leaf_constant[leaf], features_, std::span(tree_.coefficient).subspan(first, terms)},
        cover_of(leaf));
  }

  TreeArrays& tree_;
  Model& model_;
  std::size_t splits_;
  std::size_t leaves_;
  std::vector<bool> set_taken_;
  std::vector<std::uint32_t> features_;
};

}  // namespace

void TreeArrays::clear() noexcept {
  is_linear = false;
  for (std::vector<std::int32_t>* array : {&feature, &decision, &left, &right, &split_count,
                                           &leaf_count, &codes, &term_count, &term_feature}) {
    array->clear();
  }
  for (std::vector<double>* array :
       {&threshold, &gain, &leaf_value, &leaf_constant, &coefficient}) {
    array->clear();
  }
  set_begin.clear();
}

Status add_tree(TreeArrays& tree, Model& model) { return TreeAdder(tree, model).run(); }

}  // namespace trivet::lightgbm
