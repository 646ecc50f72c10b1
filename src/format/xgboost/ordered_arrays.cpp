// SPDX-License-Identifier: Apache-2.0
// The fast way of a tree into the builder: all of its arrays at once.
//
// Half of a tree's nodes are leaves, in no order that a processor could guess. So each node is
// written as both, and the count of splits decides which of the two places is kept.
#include <algorithm>

#include "format/xgboost/tree_document.hpp"

namespace trivet::xgboost {
namespace {

constexpr std::int32_t kNoLeftChild = -1;
constexpr std::int32_t kGreatestFeature = 0x7ffffffe;  // one more marks a deleted node

/// Parts what each node has into that of the splits and that of the leaves.
void part_by_kind(const std::vector<std::int32_t>& number, const std::vector<float>& facts,
                  std::vector<float>& of_splits, std::vector<float>& of_leaves) {
  of_splits.resize(facts.size());
  of_leaves.resize(facts.size());
  float* const splits = of_splits.data();
  float* const leaves = of_leaves.data();
  std::size_t split = 0;
  for (std::size_t node = 0; node < facts.size(); ++node) {
    splits[split] = facts[node];
    leaves[node - split] = facts[node];
    split += number[node] < 0 ? 0 : 1;
  }
}

template <class T>
std::span<const T> first_of(const std::vector<T>& items, std::size_t count) noexcept {
  return std::span(items).first(items.empty() ? 0 : count);
}

}  // namespace

/// Counts splits and leaves apart.
void TreeDocument::number_nodes() {
  ordered_.number.resize(left_.size());
  std::int32_t* const number = ordered_.number.data();
  std::int32_t splits = 0;
  for (std::size_t node = 0; node < left_.size(); ++node) {
    const std::int32_t is_leaf = left_[node] == kNoLeftChild ? -1 : 0;
    const std::int32_t leaf = static_cast<std::int32_t>(node) - splits;
    number[node] = (splits & ~is_leaf) | (~leaf & is_leaf);
    splits += 1 + is_leaf;
  }
  ordered_.split_count = static_cast<std::size_t>(splits);
}

/// What only splits have. False when a child or a feature can't be.
bool TreeDocument::gather_splits() {
  const std::size_t nodes = left_.size();
  for (std::vector<std::int32_t>* list : {&ordered_.left, &ordered_.right}) list->resize(nodes);
  ordered_.feature.resize(nodes);
  ordered_.flags.resize(nodes);
  const std::int32_t* const number = ordered_.number.data();
  std::int32_t* const lefts = ordered_.left.data();
  std::int32_t* const rights = ordered_.right.data();
  std::uint32_t* const features = ordered_.feature.data();
  spi::NodeFlags* const flags = ordered_.flags.data();
  const std::uint8_t* const default_left = default_left_.data();
  std::size_t split = 0;
  bool sound = true;
  for (std::size_t node = 0; node < nodes; ++node) {
    const bool is_leaf = number[node] < 0;
    const auto left = static_cast<std::uint32_t>(left_[node]);
    const auto right = static_cast<std::uint32_t>(right_[node]);
    const auto feature = static_cast<std::uint32_t>(feature_[node]);
    const bool fits = (left < nodes) & (right < nodes) & (feature <= kGreatestFeature);
    sound &= fits | is_leaf;
    features[split] = feature;
    lefts[split] = number[fits ? left : 0];
    rights[split] = number[fits ? right : 0];
    flags[split] = spi::NodeFlags::make(default_left[node] != 0, false, spi::Missing::nan);
    split += is_leaf ? 0 : 1;
  }
  return sound;
}

/// Makes room for the forest when its first tree is there. No file can make that large: each node
/// takes eight bytes of it at least.
void TreeDocument::expect_trees_like_this() {
  constexpr std::uint64_t kLeastNodeBytes = 8;
  if (model_.trees->tree_count() != 0 || !model_.tree_count || *model_.tree_count < 2) return;
  const auto trees = std::min<std::uint64_t>(static_cast<std::uint64_t>(*model_.tree_count),
                                             model_.file_bytes / kLeastNodeBytes);
  const auto nodes =
      std::min<std::uint64_t>(trees * left_.size(), model_.file_bytes / kLeastNodeBytes);
  model_.trees->reserve(static_cast<std::size_t>(trees), static_cast<std::size_t>(nodes / 2),
                        static_cast<std::size_t>(nodes / 2 + trees));
}

bool TreeDocument::add_whole() {
  const bool has_categories = std::any_of(split_type_.begin(), split_type_.end(),
                                          [](std::uint8_t type) { return type != 0; });
  if (leaf_width_ > 1 || has_categories || !category_nodes_.empty()) return false;
  expect_trees_like_this();
  number_nodes();
  const std::size_t splits = ordered_.split_count;
  const std::size_t leaves = splits + 1;
  if (splits + leaves != left_.size() || !gather_splits()) return false;
  part_by_kind(ordered_.number, condition_, ordered_.cut, ordered_.leaf);
  part_by_kind(ordered_.number, cover_, ordered_.split_cover, ordered_.leaf_cover);
  part_by_kind(ordered_.number, gain_, ordered_.split_gain, ordered_.leaf_gain);
  const spi::OrderedTree<float> tree{
      first_of(ordered_.feature, splits),     first_of(ordered_.cut, splits),
      first_of(ordered_.left, splits),        first_of(ordered_.right, splits),
      first_of(ordered_.flags, splits),       first_of(ordered_.leaf, leaves),
      first_of(ordered_.split_cover, splits), first_of(ordered_.leaf_cover, leaves),
      first_of(ordered_.split_gain, splits)};
  if (!model_.trees->add_ordered_tree(tree)) return false;
  for (const std::uint32_t feature : tree.feature) {
    model_.features_used = std::max(model_.features_used, std::uint64_t{feature} + 1);
  }
  return true;
}

}  // namespace trivet::xgboost
