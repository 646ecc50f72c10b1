// SPDX-License-Identifier: Apache-2.0
// Builds forests out of trees as files have them, and proves each tree on the way.
#include "trivet/spi/tree_builder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::inline v0::spi {
namespace {

constexpr std::int32_t kCategoryCodeLimit = 1 << 24;  // the greatest code that float32 holds + 1
constexpr std::size_t kCategoryWordLimit = std::size_t{1} << 26;  // 256 MiB of bit sets
constexpr std::uint32_t kTreeNodeLimit = 1u << 30;  // so that ~leaf and split fit an int32

enum class NodeKind : std::uint8_t { absent, split, leaf };

/// A node under the number of the file, until its tree is complete.
struct PendingNode {
  NodeKind kind = NodeKind::absent;
  bool reached = false;
  NodeFlags flags;
  std::uint32_t feature = 0;
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  float cover = 0;
  float gain = 0;
  double cut = 0;              ///< also the leaf's value when leaves are scalar
  std::uint32_t leaf_row = 0;  ///< position among the tree's pending vector or linear leaves
  std::int32_t compact = 0;    ///< the node's number in the compact form
};

/// A linear leaf under the number of its node: where its terms stand among the pending ones.
struct PendingLinear {
  double constant = 0;
  std::size_t first_term = 0;
  std::size_t end_term = 0;
};
constexpr std::uint32_t kNotLinear = 0xffffffffu;

}  // namespace

struct TreeEnsembleBuilder::State {
  TreeEnsemble forest;
  TrainingFacts facts = TrainingFacts::none;
  std::vector<PendingNode> pending;     // by number in the file
  std::vector<double> pending_vectors;  // values of vector leaves, in the order they came
  std::vector<PendingLinear> pending_linear;
  std::vector<std::uint32_t> pending_features;  // the terms of linear leaves
  std::vector<double> pending_coefficients;
  std::vector<std::uint32_t> to_visit;  // the walk's stack
  std::uint32_t greatest_feature = 0;
  std::uint32_t greatest_linear_feature = 0;

  [[nodiscard]] bool keeps_cover() const noexcept { return facts != TrainingFacts::none; }
  [[nodiscard]] bool keeps_gain() const noexcept { return facts == TrainingFacts::cover_and_gain; }
  [[nodiscard]] std::string place(std::uint32_t node) const {
    return text::message("tree {}, node {}", forest.tree_count(), node);
  }
  [[nodiscard]] Error fail(std::uint32_t node, std::string found, std::string expected) const {
    return {Errc::invalid_model, place(node), std::move(found), std::move(expected)};
  }
  [[nodiscard]] Status claim(std::uint32_t node, NodeKind kind);
  [[nodiscard]] Status walk();
  [[nodiscard]] Status reach(std::uint32_t parent, std::uint32_t child);
  void number_nodes();
  void append_tree();
  void append_split(const PendingNode& node);
  void append_leaf(const PendingNode& node);
  void append_linear(std::uint32_t row);
  [[nodiscard]] Status check_features(std::uint32_t feature_count) const;
  [[nodiscard]] Status check_outputs(const Header& header) const;
};

TreeEnsembleBuilder::TreeEnsembleBuilder(FloatWidth width, std::uint32_t leaf_width,
                                         TrainingFacts facts)
    : state_(std::make_unique<State>()) {
  state_->forest.cut.width = width;
  state_->forest.leaf.width = width;
  state_->forest.leaf_width = leaf_width;
  state_->facts = facts;
}

TreeEnsembleBuilder::TreeEnsembleBuilder(TreeEnsembleBuilder&&) noexcept = default;
TreeEnsembleBuilder& TreeEnsembleBuilder::operator=(TreeEnsembleBuilder&&) noexcept = default;
TreeEnsembleBuilder::~TreeEnsembleBuilder() = default;

std::size_t TreeEnsembleBuilder::tree_count() const noexcept { return state_->forest.tree_count(); }

void TreeEnsembleBuilder::reserve(std::size_t trees, std::size_t splits, std::size_t leaves) {
  TreeEnsemble& forest = state_->forest;
  const auto reserve_numbers = [](Numbers& numbers, std::size_t size) {
    if (numbers.width == FloatWidth::f32) numbers.f32.reserve(size);
    else numbers.f64.reserve(size);
  };
  forest.split_begin.reserve(trees + 1);
  forest.leaf_begin.reserve(trees + 1);
  forest.feature.reserve(splits);
  forest.left.reserve(splits);
  forest.right.reserve(splits);
  forest.flags.reserve(splits);
  reserve_numbers(forest.cut, splits);
  reserve_numbers(forest.leaf, leaves * forest.leaf_width);
  if (state_->keeps_cover()) {
    forest.split_cover.reserve(splits);
    forest.leaf_cover.reserve(leaves);
  }
  if (state_->keeps_gain()) forest.split_gain.reserve(splits);
}

void TreeEnsembleBuilder::begin_tree(std::uint32_t node_count) {
  state_->pending.assign(std::min(node_count, kTreeNodeLimit), PendingNode{});
  state_->pending_vectors.clear();
  state_->pending_linear.clear();
  state_->pending_features.clear();
  state_->pending_coefficients.clear();
}

Status TreeEnsembleBuilder::State::claim(std::uint32_t node, NodeKind kind) {
  if (node >= pending.size()) {
    return fail(node, text::message("a node beyond the tree's {} nodes", pending.size()),
                "node numbers below the count that the tree states");
  }
  if (pending[node].kind != NodeKind::absent) {
    return fail(node, "the node is described twice", "one description a node");
  }
  pending[node].kind = kind;
  return {};
}

Status TreeEnsembleBuilder::add_split(const SplitSpec& split) {
  State& s = *state_;
  TRIVET_TRY(s.claim(split.node, NodeKind::split));
  const bool narrow = s.forest.cut.width == FloatWidth::f32;
  const double cut = narrow ? static_cast<double>(static_cast<float>(split.cut)) : split.cut;
  if (std::isnan(cut)) {
    return s.fail(split.node, "the split condition is NaN", "a number to compare with");
  }
  PendingNode& node = s.pending[split.node];
  node.flags = NodeFlags::make(split.missing_left, false, split.missing);
  node.feature = split.feature;
  node.left = split.left;
  node.right = split.right;
  node.cover = split.cover;
  node.gain = split.gain;
  node.cut = cut;
  return {};
}

Status TreeEnsembleBuilder::add_categorical_split(const SplitSpec& split,
                                                  std::span<const std::int32_t> codes) {
  State& s = *state_;
  CategorySets& sets = s.forest.categories;
  std::int32_t greatest = -1;
  for (const std::int32_t code : codes) {
    if (code < 0 || code >= kCategoryCodeLimit) {
      return s.fail(split.node, text::message("the category code {}", code),
                    text::message("codes from 0 to {}", kCategoryCodeLimit - 1));
    }
    greatest = std::max(greatest, code);
  }
  const auto words = (static_cast<std::size_t>(greatest + 1) + 31) / 32;
  if (words > kCategoryWordLimit - sets.words.size()) {
    return s.fail(split.node, "category sets of more than 256 MiB in the forest",
                  "smaller category codes");
  }
  const std::size_t set = sets.offset.size() - 1;
  if (set >= static_cast<std::size_t>(kCategoryCodeLimit)) {
    return s.fail(split.node, text::message("the category set number {}", set),
                  "at most 2²⁴ category sets in a forest");
  }
  SplitSpec numbered = split;
  numbered.cut = 0;
  TRIVET_TRY(add_split(numbered));
  PendingNode& node = s.pending[split.node];
  node.flags = NodeFlags::make(split.missing_left, true, split.missing);
  node.cut = static_cast<double>(set);
  const std::size_t first = sets.words.size();
  sets.words.resize(first + words);
  for (const std::int32_t code : codes) {
    sets.words[first + static_cast<std::size_t>(code) / 32] |= 1u << (code % 32);
  }
  sets.offset.push_back(static_cast<std::uint32_t>(sets.words.size()));
  return {};
}

Status TreeEnsembleBuilder::add_leaf(std::uint32_t node, std::span<const double> values,
                                     float cover) {
  State& s = *state_;
  if (values.size() != s.forest.leaf_width || values.empty()) {
    return s.fail(node, text::message("a leaf of {} values", values.size()),
                  text::message("{} values a leaf, as in the first tree", s.forest.leaf_width));
  }
  TRIVET_TRY(s.claim(node, NodeKind::leaf));
  PendingNode& leaf = s.pending[node];
  leaf.cover = cover;
  leaf.leaf_row = kNotLinear;
  if (s.forest.leaf_width == 1) {
    leaf.cut = values[0];
  } else {
    leaf.leaf_row = static_cast<std::uint32_t>(s.pending_vectors.size() / values.size());
    s.pending_vectors.insert(s.pending_vectors.end(), values.begin(), values.end());
  }
  return {};
}

Status TreeEnsembleBuilder::add_leaf(std::uint32_t node, float value, float cover) {
  const double wide = static_cast<double>(value);
  return add_leaf(node, std::span(&wide, 1), cover);
}

Status TreeEnsembleBuilder::add_linear_leaf(std::uint32_t node, double value,
                                            const LinearLeafSpec& linear, float cover) {
  State& s = *state_;
  if (s.forest.leaf.width != FloatWidth::f64 ||
      linear.features.size() != linear.coefficients.size()) {
    return s.fail(node,
                  text::message("{} features and {} coefficients in a linear leaf",
                                linear.features.size(), linear.coefficients.size()),
                  "as many of one as of the other, in a forest of double leaves");
  }
  TRIVET_TRY(add_leaf(node, std::span(&value, 1), cover));
  const std::size_t first = s.pending_features.size();
  const std::size_t end = first + linear.features.size();
  s.pending[node].leaf_row = static_cast<std::uint32_t>(s.pending_linear.size());
  s.pending_linear.push_back({linear.constant, first, end});
  s.pending_features.insert(s.pending_features.end(), linear.features.begin(),
                            linear.features.end());
  s.pending_coefficients.insert(s.pending_coefficients.end(), linear.coefficients.begin(),
                                linear.coefficients.end());
  for (const std::uint32_t feature : linear.features) {
    s.greatest_linear_feature = std::max(s.greatest_linear_feature, feature);
  }
  return {};
}

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
  forest.split_begin.push_back(static_cast<std::uint32_t>(forest.feature.size()));
  forest.leaf_begin.push_back(static_cast<std::uint32_t>(forest.leaf.size() / forest.leaf_width));
}

Status TreeEnsembleBuilder::end_tree() {
  State& s = *state_;
  TRIVET_TRY(s.walk());
  constexpr std::size_t kForestLimit = std::numeric_limits<std::int32_t>::max();
  if (s.forest.node_count() + s.pending.size() > kForestLimit) {
    return Error(Errc::unsupported_model, text::message("tree {}", s.forest.tree_count()),
                 "more than 2³¹ nodes in the forest", "a smaller forest");
  }
  s.number_nodes();
  s.append_tree();
  return {};
}

Status TreeEnsembleBuilder::State::check_features(std::uint32_t feature_count) const {
  if (forest.feature.empty() || greatest_feature < feature_count) return {};
  const auto at = std::find_if(forest.feature.begin(), forest.feature.end(),
                               [&](std::uint32_t f) { return f >= feature_count; });
  const auto split = static_cast<std::uint32_t>(at - forest.feature.begin());
  const auto after = std::upper_bound(forest.split_begin.begin(), forest.split_begin.end(), split);
  const auto tree = static_cast<std::size_t>(after - forest.split_begin.begin()) - 1;
  return Error(Errc::invalid_model,
               text::message("tree {}, split {}", tree, split - forest.split_begin[tree]),
               text::message("a test on feature {}", *at),
               text::message("features from 0 to {}, as the model states {} features",
                             static_cast<std::int64_t>(feature_count) - 1, feature_count));
}

Status TreeEnsembleBuilder::State::check_outputs(const Header& header) const {
  const std::size_t trees = forest.tree_count();
  if (forest.leaf_width != 1 && forest.leaf_width != header.output_count) {
    return Error(Errc::invalid_model, "trees",
                 text::message("leaves of {} values", forest.leaf_width),
                 text::message("1 value, or {}, one an output", header.output_count));
  }
  if (!header.tree_output.empty() && header.tree_output.size() != trees) {
    return Error(Errc::invalid_model, "trees",
                 text::message("outputs for {} of {} trees", header.tree_output.size(), trees),
                 "the output of every tree");
  }
  for (std::size_t t = 0; t < header.tree_output.size(); ++t) {
    if (header.tree_output[t] < header.output_count) continue;
    return Error(Errc::invalid_model, text::message("tree {}", t),
                 text::message("it adds to output {}", header.tree_output[t]),
                 text::message("one of {} outputs", header.output_count));
  }
  const auto fits = [&](const std::vector<double>& values, std::size_t size) {
    return values.empty() || values.size() == size;
  };
  if (!fits(header.tree_weight, trees) || !fits(header.sum.start, header.output_count) ||
      !fits(header.sum.end, header.output_count)) {
    return Error(Errc::invalid_model, "trees", "weights, start or end values of another size",
                 text::message("{} weights, {} start and end values", trees, header.output_count));
  }
  return {};
}

Result<TreeEnsemble> TreeEnsembleBuilder::finish(Header header) && {
  State& s = *state_;
  TreeEnsemble& forest = s.forest;
  if (!forest.linear.empty() && s.greatest_linear_feature >= header.feature_count) {
    return Error(Errc::invalid_model, "leaves",
                 text::message("a linear leaf over feature {}", s.greatest_linear_feature),
                 text::message("one of the model's {} features", header.feature_count));
  }
  if (header.output_count == 0) {
    return Error(Errc::invalid_model, "trees", "no outputs", "at least one output");
  }
  TRIVET_TRY(s.check_features(header.feature_count));
  TRIVET_TRY(s.check_outputs(header));
  forest.feature_count = header.feature_count;
  forest.output_count = header.output_count;
  forest.input_width = header.input_width;
  forest.test = header.test;
  forest.categories.members_go_left = header.category_members_go_left;
  forest.categories.truncates_to_zero = header.category_truncates_to_zero;
  forest.tree_output = std::move(header.tree_output);
  forest.tree_weight = std::move(header.tree_weight);
  forest.sum = std::move(header.sum);
  forest.link = header.link;
  forest.feature.shrink_to_fit();
  forest.left.shrink_to_fit();
  forest.right.shrink_to_fit();
  forest.flags.shrink_to_fit();
  for (Numbers* numbers : {&forest.cut, &forest.leaf}) {
    numbers->f32.shrink_to_fit();
    numbers->f64.shrink_to_fit();
  }
  forest.split_cover.shrink_to_fit();
  forest.leaf_cover.shrink_to_fit();
  forest.split_gain.shrink_to_fit();
  return std::move(forest);
}

}  // namespace trivet::inline v0::spi
