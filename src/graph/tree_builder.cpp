// SPDX-License-Identifier: Apache-2.0
// Builds forests out of trees as files have them, and proves each tree on the way.
#include "trivet/spi/tree_builder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "graph/tree_builder_state.hpp"
#include "text/message.hpp"

namespace trivet::inline v0::spi {
namespace {

constexpr std::int32_t kCategoryCodeLimit = 1 << 24;  // the greatest code that float32 holds + 1
constexpr std::size_t kCategoryWordLimit = std::size_t{1} << 26;  // 256 MiB of bit sets
constexpr std::uint32_t kTreeNodeLimit = 1u << 30;  // so that ~leaf and split fit an int32

/// Moving an array costs as much as filling it, so a little slack is kept.
template <class T>
void drop_slack(std::vector<T>& items) {
  if (items.capacity() - items.size() > items.size() / 32) items.shrink_to_fit();
}

}  // namespace

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
  state_->pending.assign(std::min(node_count, kTreeNodeLimit), State::PendingNode{});
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
  TRIVET_TRY(s.claim(split.node, State::NodeKind::split));
  const bool narrow = s.forest.cut.width == FloatWidth::f32;
  const double cut = narrow ? static_cast<double>(static_cast<float>(split.cut)) : split.cut;
  if (std::isnan(cut)) {
    return s.fail(split.node, "the split condition is NaN", "a number to compare with");
  }
  State::PendingNode& node = s.pending[split.node];
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
  State::PendingNode& node = s.pending[split.node];
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
  TRIVET_TRY(s.claim(node, State::NodeKind::leaf));
  State::PendingNode& leaf = s.pending[node];
  leaf.cover = cover;
  leaf.leaf_row = State::kNotLinear;
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

bool TreeEnsembleBuilder::State::fits_forest(std::size_t nodes) const noexcept {
  constexpr std::size_t kForestLimit = std::numeric_limits<std::int32_t>::max();
  return forest.node_count() + nodes <= kForestLimit;
}

Status TreeEnsembleBuilder::end_tree(Unreached unreached) {
  State& s = *state_;
  TRIVET_TRY(s.walk());
  if (unreached == Unreached::refused) TRIVET_TRY(s.check_all_reached());
  if (!s.fits_forest(s.pending.size())) {
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
  drop_slack(forest.feature);
  for (std::vector<std::int32_t>* items : {&forest.left, &forest.right}) drop_slack(*items);
  drop_slack(forest.flags);
  for (Numbers* numbers : {&forest.cut, &forest.leaf}) {
    drop_slack(numbers->f32);
    drop_slack(numbers->f64);
  }
  for (std::vector<float>* facts : {&forest.split_cover, &forest.leaf_cover, &forest.split_gain}) {
    drop_slack(*facts);
  }
  return std::move(forest);
}

}  // namespace trivet::inline v0::spi
