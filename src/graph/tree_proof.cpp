// SPDX-License-Identifier: Apache-2.0
// Proves that pending nodes are a tree and appends it to the forest.
#include <algorithm>

#include "base/try.hpp"
#include "graph/tree_builder_state.hpp"
#include "text/message.hpp"

namespace trivet::inline v0::spi {

Status TreeEnsembleBuilder::State::reach(std::uint32_t parent, std::uint32_t child) {
  if (child >= pending.size() || pending[child].kind == NodeKind::absent) {
    return fail(parent, text::message("the child {}", child),
                text::message("one of the tree's {} nodes", pending.size()));
  }
  if (pending[child].reached) {
    return fail(parent, text::message("the child {}, which another node leads to", child),
                "a tree: one way from the root to each node");
  }
  pending[child].reached = true;
  to_visit.push_back(child);
  return {};
}

/// Marks what the root reaches. Every node is entered at most once, so a cycle shows as a second
/// way to some node, and the walk ends.
Status TreeEnsembleBuilder::State::walk() {
  if (pending.empty() || pending[0].kind == NodeKind::absent) {
    return Error(Errc::invalid_model, text::message("tree {}", forest.tree_count()), "no root",
                 "a tree of at least one node, with node 0 as its root");
  }
  to_visit.assign(1, 0);
  pending[0].reached = true;
  while (!to_visit.empty()) {
    const std::uint32_t at = to_visit.back();
    to_visit.pop_back();
    if (pending[at].kind == NodeKind::leaf) continue;
    TRIVET_TRY(reach(at, pending[at].left));
    TRIVET_TRY(reach(at, pending[at].right));
  }
  return {};
}

Status TreeEnsembleBuilder::State::check_all_reached() const {
  for (std::size_t i = 0; i < pending.size(); ++i) {
    if (pending[i].reached || pending[i].kind == NodeKind::absent) continue;
    return fail(static_cast<std::uint32_t>(i), "a node that no way leads to",
                "a tree: one way from the root to each node");
  }
  return {};
}

void TreeEnsembleBuilder::State::number_nodes() {
  std::int32_t splits = 0;
  std::int32_t leaves = 0;
  for (PendingNode& node : pending) {
    if (!node.reached) continue;
    node.compact = node.kind == NodeKind::split ? splits++ : ~(leaves++);
  }
}

void TreeEnsembleBuilder::State::append_split(const PendingNode& node) {
  forest.feature.push_back(node.feature);
  forest.cut.push_back(node.cut);
  forest.left.push_back(pending[node.left].compact);
  forest.right.push_back(pending[node.right].compact);
  forest.flags.push_back(node.flags);
  if (keeps_cover()) forest.split_cover.push_back(node.cover);
  if (keeps_gain()) forest.split_gain.push_back(node.gain);
  greatest_feature = std::max(greatest_feature, node.feature);
}

void TreeEnsembleBuilder::State::append_leaf(const PendingNode& node) {
  const std::uint32_t width = forest.leaf_width;
  if (width == 1) {
    forest.leaf.push_back(node.cut);
  } else {
    const double* values = pending_vectors.data() + std::size_t{node.leaf_row} * width;
    for (std::uint32_t i = 0; i < width; ++i) forest.leaf.push_back(values[i]);
  }
  if (keeps_cover()) forest.leaf_cover.push_back(node.cover);
  if (width == 1) append_linear(node.leaf_row);
}

/// Keeps LinearLeaves empty up to the forest's first linear leaf; from there on every leaf has an
/// entry, and one that isn't linear is worth its plain value by its constant.
void TreeEnsembleBuilder::State::append_linear(std::uint32_t row) {
  LinearLeaves& linear = forest.linear;
  if (row == kNotLinear && linear.empty()) return;
  const std::size_t leaves = forest.leaf.size();
  if (linear.empty()) {
    linear.offset.assign(leaves, 0);
    linear.constant.assign(forest.leaf.f64.begin(), forest.leaf.f64.end() - 1);
  }
  if (row == kNotLinear) {
    linear.constant.push_back(forest.leaf[leaves - 1]);
  } else {
    const PendingLinear& leaf = pending_linear[row];
    linear.constant.push_back(leaf.constant);
    for (std::size_t i = leaf.first_term; i < leaf.end_term; ++i) {
      linear.feature.push_back(pending_features[i]);
      linear.coefficient.push_back(pending_coefficients[i]);
    }
  }
  linear.offset.push_back(static_cast<std::uint32_t>(linear.feature.size()));
}

void TreeEnsembleBuilder::State::append_tree() {
  for (const PendingNode& node : pending) {
    if (!node.reached) continue;
    if (node.kind == NodeKind::split) append_split(node);
    else append_leaf(node);
  }
  end_append();
}

void TreeEnsembleBuilder::State::end_append() {
  forest.split_begin.push_back(static_cast<std::uint32_t>(forest.feature.size()));
  forest.leaf_begin.push_back(static_cast<std::uint32_t>(forest.leaf.size() / forest.leaf_width));
}

}  // namespace trivet::inline v0::spi
