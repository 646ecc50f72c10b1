// SPDX-License-Identifier: Apache-2.0
// The builder's door for whole trees: proved in one pass without branches, then copied.
#include <algorithm>

#include "graph/tree_builder_state.hpp"

namespace trivet::inline v0::spi {

/// A tree of n splits has n + 1 leaves and 2n children. When these are 2n different nodes and none
/// is the root, every other node has exactly one parent; when no split leads to one before it,
/// there is no cycle, so every way up ends at the root.
bool TreeEnsembleBuilder::State::are_ordered(std::span<const std::int32_t> left,
                                             std::span<const std::int32_t> right) {
  const std::size_t splits = left.size();
  const std::size_t nodes = 2 * splits + 1;
  has_parent.assign(nodes, 0);
  std::uint8_t* const marks = has_parent.data();
  bool sound = true;
  const auto take = [&](std::size_t parent, std::int32_t child) {
    // Half of the children are leaves, in no order: computed, not branched on.
    const std::int32_t leaf_mask = child >> 31;
    const auto at = static_cast<std::size_t>(child ^ leaf_mask);
    const bool is_leaf = leaf_mask != 0;
    const bool fits = (at < splits + (is_leaf ? 1 : 0)) & (is_leaf | (at > parent));
    sound &= fits;
    marks[fits ? at + (splits & static_cast<std::size_t>(leaf_mask)) : 0] = 1;
  };
  for (std::size_t i = 0; i < splits; ++i) {
    take(i, left[i]);
    take(i, right[i]);
  }
  return sound && std::count(has_parent.begin() + 1, has_parent.end(), 1) ==
                      static_cast<std::ptrdiff_t>(nodes - 1);
}

template <class T>
bool TreeEnsembleBuilder::State::is_proved(const OrderedTree<T>& tree) {
  const std::size_t splits = tree.left.size();
  const std::size_t leaves = splits + 1;
  const auto fits = [](std::size_t size, std::size_t wanted) {
    return size == 0 || size == wanted;
  };
  const bool sizes = tree.leaf.size() == leaves && tree.feature.size() == splits &&
                     tree.cut.size() == splits && tree.right.size() == splits &&
                     tree.flags.size() == splits && fits(tree.split_cover.size(), splits) &&
                     fits(tree.leaf_cover.size(), leaves) && fits(tree.split_gain.size(), splits);
  if (!sizes || forest.leaf_width != 1 || !forest.linear.empty()) return false;
  if (!fits_forest(splits + leaves)) return false;
  bool has_nan = false;
  for (const T cut : tree.cut) has_nan |= cut != cut;
  std::uint8_t flags = 0;
  for (const NodeFlags flag : tree.flags) flags |= flag.bits;
  return !has_nan && (flags & NodeFlags::kCategorical) == 0 && are_ordered(tree.left, tree.right);
}

template <class T>
bool TreeEnsembleBuilder::State::append_ordered(const OrderedTree<T>& tree, std::vector<T>& cuts,
                                                std::vector<T>& leaves) {
  if (!is_proved(tree)) return false;
  const auto append = [](auto& out, const auto& items) {
    out.insert(out.end(), items.begin(), items.end());
  };
  const auto append_facts = [&](std::vector<float>& out, std::span<const float> items,
                                std::size_t size) {
    if (items.empty()) out.insert(out.end(), size, 0.0F);
    else append(out, items);
  };
  append(forest.feature, tree.feature);
  append(cuts, tree.cut);
  append(forest.left, tree.left);
  append(forest.right, tree.right);
  append(forest.flags, tree.flags);
  append(leaves, tree.leaf);
  if (keeps_cover()) {
    append_facts(forest.split_cover, tree.split_cover, tree.left.size());
    append_facts(forest.leaf_cover, tree.leaf_cover, tree.leaf.size());
  }
  if (keeps_gain()) append_facts(forest.split_gain, tree.split_gain, tree.left.size());
  for (const std::uint32_t feature : tree.feature) {
    greatest_feature = std::max(greatest_feature, feature);
  }
  end_append();
  return true;
}

bool TreeEnsembleBuilder::add_ordered_tree(const OrderedTree<float>& tree) {
  TreeEnsemble& forest = state_->forest;
  return forest.cut.width == FloatWidth::f32 && forest.leaf.width == FloatWidth::f32 &&
         state_->append_ordered(tree, forest.cut.f32, forest.leaf.f32);
}

bool TreeEnsembleBuilder::add_ordered_tree(const OrderedTree<double>& tree) {
  TreeEnsemble& forest = state_->forest;
  return forest.cut.width == FloatWidth::f64 && forest.leaf.width == FloatWidth::f64 &&
         state_->append_ordered(tree, forest.cut.f64, forest.leaf.f64);
}

}  // namespace trivet::inline v0::spi
