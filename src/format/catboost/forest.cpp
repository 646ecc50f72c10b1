// SPDX-License-Identifier: Apache-2.0
// Builds the trees of a model.
#include "format/catboost/forest.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

/// The part of the shared arrays that one tree owns.
struct TreeRange {
  std::size_t index = 0;
  std::size_t first = 0;  ///< in tree_splits and steps
  std::size_t size = 0;
};

class ForestBuilder {
 public:
  ForestBuilder(const Model& model, const ConditionPlan& plan)
      : model_(model),
        plan_(plan),
        width_(static_cast<std::size_t>(model.output_count)),
        trees_(spi::FloatWidth::f64, static_cast<std::uint32_t>(width_),
               model.leaf_weights.empty() ? spi::TrainingFacts::none : spi::TrainingFacts::cover) {}

  Status add_trees();
  Result<spi::TreeEnsemble> finish(spi::Link link) &&;

 private:
  Status check_arrays() const;
  Status add_oblivious(const TreeRange& tree);
  Status add_oblivious_leaves(std::uint32_t first_node);
  Status add_steps(const TreeRange& tree);
  Status weigh_steps(const TreeRange& tree);
  Status add_step_leaf(const TreeRange& tree, std::size_t node, std::uint32_t number);
  Status add_split(const TreeRange& tree, std::size_t condition_at, spi::SplitSpec split);
  [[nodiscard]] float cover(std::size_t node) const {
    return node < cover_.size() ? static_cast<float>(cover_[node]) : 0.0F;
  }
  [[nodiscard]] static std::string place(const TreeRange& tree) {
    return text::message("tree {}", tree.index);
  }

  const Model& model_;
  const ConditionPlan& plan_;
  std::size_t width_;
  spi::TreeEnsembleBuilder trees_;
  std::size_t next_leaf_ = 0;  // of oblivious trees, among the leaves of the file
  std::vector<double> cover_;  // by node of the tree at hand
};

Status ForestBuilder::check_arrays() const {
  if (model_.tree_sizes.empty()) {
    return broken_model("trees", "none", "at least one, as CatBoost's predict wants it");
  }
  if (model_.oblivious) return {};
  if (model_.leaf_of_node.size() == model_.steps.size() &&
      model_.tree_splits.size() == model_.steps.size()) {
    return {};
  }
  return broken_model("trees",
                      text::message("{} nodes, {} splits, {} leaf numbers", model_.steps.size(),
                                    model_.tree_splits.size(), model_.leaf_of_node.size()),
                      "as many of each");
}

Status ForestBuilder::add_trees() {
  TRIVET_TRY(check_arrays());
  const std::size_t splits = model_.tree_splits.size();
  std::size_t first = 0;
  for (std::size_t t = 0; t < model_.tree_sizes.size(); ++t) {
    const std::int32_t size = model_.tree_sizes[t];
    if (size < 0 || static_cast<std::size_t>(size) > splits - first) {
      return broken_model(text::message("tree {}", t), text::message("{} splits", size),
                          text::message("at most the {} that are left", splits - first));
    }
    const TreeRange tree{t, first, static_cast<std::size_t>(size)};
    TRIVET_TRY(model_.oblivious ? add_oblivious(tree) : add_steps(tree));
    first += tree.size;
  }
  const std::size_t leaves = model_.leaf_values.size() / width_;
  const bool all_leaves = !model_.oblivious || next_leaf_ * width_ == model_.leaf_values.size();
  if (first == splits && all_leaves &&
      (model_.leaf_weights.empty() || model_.leaf_weights.size() == leaves)) {
    return {};
  }
  return broken_model(
      "trees",
      text::message("{} splits, {} leaf values and {} weights for trees of {} "
                    "splits",
                    splits, model_.leaf_values.size(), model_.leaf_weights.size(), first),
      text::message("{} values and one weight for each leaf", width_));
}

Status ForestBuilder::add_split(const TreeRange& tree, std::size_t condition_at,
                                spi::SplitSpec split) {
  const std::int32_t number = model_.tree_splits[condition_at];
  if (number < 0 || static_cast<std::size_t>(number) >= plan_.conditions.size()) {
    return broken_model(place(tree), text::message("condition {}", number),
                        text::message("one of the model's {}", plan_.conditions.size()));
  }
  const Condition& condition = plan_.conditions[static_cast<std::size_t>(number)];
  split.feature = condition.feature;
  split.cut = static_cast<double>(condition.border);
  split.missing_left = condition.missing_left;
  split.missing = spi::Missing::nan;
  if (!condition.is_category) return trees_.add_split(split);
  return trees_.add_categorical_split(split, std::span(&condition.code, 1));
}

/// A heap: the last split of the file is the root, the first one the lowest level. A leaf's number
/// has the first split as its lowest bit, so leaves come in the file's order.
Status ForestBuilder::add_oblivious(const TreeRange& tree) {
  if (tree.size > static_cast<std::size_t>(kDepthLimit)) {
    return Error(Errc::unsupported_model, place(tree), text::message("{} levels", tree.size),
                 text::message("at most {}, as CatBoost trains them", kDepthLimit));
  }
  const std::size_t leaves = std::size_t{1} << tree.size;
  if (leaves > model_.leaf_values.size() / width_ - next_leaf_) {
    return broken_model(place(tree), "fewer leaf values than leaves",
                        text::message("{} values for each of {} leaves", width_, leaves));
  }
  const std::size_t nodes = 2 * leaves - 1;
  const bool weighs = model_.leaf_weights.size() >= next_leaf_ + leaves;
  cover_.assign(weighs ? nodes : 0, 0);
  for (std::size_t node = cover_.size(); node-- > 0;) {
    cover_[node] = node >= leaves - 1 ? model_.leaf_weights[next_leaf_ + node - (leaves - 1)]
                                      : cover_[2 * node + 1] + cover_[2 * node + 2];
  }
  trees_.begin_tree(static_cast<std::uint32_t>(nodes));
  for (std::size_t level = 0, node = 0; level < tree.size; ++level) {
    for (const std::size_t end = 2 * node + 1; node < end; ++node) {
      spi::SplitSpec split;
      split.node = static_cast<std::uint32_t>(node);
      split.left = split.node * 2 + 1;
      split.right = split.node * 2 + 2;
      split.cover = cover(node);
      TRIVET_TRY(add_split(tree, tree.first + tree.size - 1 - level, split));
    }
  }
  TRIVET_TRY(add_oblivious_leaves(static_cast<std::uint32_t>(leaves - 1)));
  next_leaf_ += leaves;
  return trees_.end_tree(spi::Unreached::refused);
}

Status ForestBuilder::add_oblivious_leaves(std::uint32_t first_node) {
  const std::span<const double> values(model_.leaf_values);
  for (std::uint32_t i = 0; i <= first_node; ++i) {
    TRIVET_TRY(trees_.add_leaf(first_node + i, values.subspan((next_leaf_ + i) * width_, width_),
                               cover(first_node + i)));
  }
  return {};
}

/// Children stand behind their parents, so one pass from the end adds up the weights.
Status ForestBuilder::weigh_steps(const TreeRange& tree) {
  cover_.assign(model_.leaf_weights.empty() ? 0 : 2 * tree.size, 0);
  for (std::size_t i = tree.size; i-- > 0;) {
    const Model::Step step = model_.steps[tree.first + i];
    if (step.left >= tree.size - i || step.right >= tree.size - i) {
      return broken_model(text::message("tree {}, node {}", tree.index, i),
                          "a child behind the tree's end",
                          text::message("children among its {} nodes", tree.size));
    }
    if (cover_.empty()) continue;
    const bool has_leaf = step.left == 0 || step.right == 0;
    const std::size_t leaf = model_.leaf_of_node[tree.first + i] / width_;
    const double own =
        has_leaf && leaf < model_.leaf_weights.size() ? model_.leaf_weights[leaf] : 0;
    cover_[tree.size + i] = own;
    cover_[i] = own + (step.left == 0 ? 0 : cover_[i + step.left]) +
                (step.right == 0 ? 0 : cover_[i + step.right]);
  }
  return {};
}

Status ForestBuilder::add_step_leaf(const TreeRange& tree, std::size_t node, std::uint32_t number) {
  const std::size_t first = model_.leaf_of_node[tree.first + node];
  if (first % width_ != 0 || first >= model_.leaf_values.size() ||
      model_.leaf_values.size() - first < width_) {
    return broken_model(
        text::message("tree {}, node {}", tree.index, node),
        text::message("a leaf at value {}", first),
        text::message("{} of the file's {} leaf values", width_, model_.leaf_values.size()));
  }
  return trees_.add_leaf(number, std::span(model_.leaf_values).subspan(first, width_),
                         cover(number));
}

/// A side without a child ends in the node's own leaf: node `i` of the file has it as node
/// `size + i`, behind all others.
Status ForestBuilder::add_steps(const TreeRange& tree) {
  TRIVET_TRY(weigh_steps(tree));
  if (tree.size > (std::size_t{1} << 29)) {
    return broken_model(place(tree), text::message("{} nodes", tree.size), "at most 2²⁹");
  }
  trees_.begin_tree(static_cast<std::uint32_t>(2 * tree.size));
  for (std::size_t i = 0; i < tree.size; ++i) {
    const Model::Step step = model_.steps[tree.first + i];
    const auto self = static_cast<std::uint32_t>(i);
    if (step.left == 0 && step.right == 0) {
      TRIVET_TRY(add_step_leaf(tree, i, self));
      continue;
    }
    const auto own_leaf = static_cast<std::uint32_t>(tree.size + i);
    spi::SplitSpec split;
    split.node = self;
    split.left = step.left == 0 ? own_leaf : self + step.left;
    split.right = step.right == 0 ? own_leaf : self + step.right;
    split.cover = cover(i);
    TRIVET_TRY(add_split(tree, tree.first + i, split));
    if (step.left == 0 || step.right == 0) TRIVET_TRY(add_step_leaf(tree, i, own_leaf));
  }
  return trees_.end_tree(spi::Unreached::refused);
}

Result<spi::TreeEnsemble> ForestBuilder::finish(spi::Link link) && {
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = plan_.width;
  header.output_count = static_cast<std::uint32_t>(width_);
  header.input_width = spi::FloatWidth::f32;
  header.test = spi::Test::less_equal;
  header.category_members_go_left = false;
  header.sum.accumulator = spi::FloatWidth::f64;
  header.sum.scale = model_.scale;
  header.sum.end = model_.bias;
  // CatBoost takes one number for several outputs only when it's 0.
  if (model_.bias.size() == 1 && (width_ == 1 || model_.bias[0] == 0)) {
    header.sum.end.assign(width_, model_.bias[0]);
  }
  const bool all_finite =
      std::isfinite(model_.scale) && std::all_of(header.sum.end.begin(), header.sum.end.end(),
                                                 [](double b) { return std::isfinite(b); });
  if (!all_finite || (!header.sum.end.empty() && header.sum.end.size() != width_)) {
    return broken_model(
        "scale and bias",
        text::message("the scale {} and {} numbers of bias", model_.scale, model_.bias.size()),
        text::message("finite numbers, {} of bias", width_));
  }
  const bool no_bias =
      std::all_of(header.sum.end.begin(), header.sum.end.end(), [](double b) { return b == 0; });
  if (no_bias) header.sum.end.clear();
  header.link = link;
  return std::move(trees_).finish(std::move(header));
}

}  // namespace

Result<spi::TreeEnsemble> make_forest(const Model& model, const ConditionPlan& plan,
                                      spi::Link link) {
  ForestBuilder builder(model, plan);
  TRIVET_TRY(builder.add_trees());
  return std::move(builder).finish(link);
}

}  // namespace trivet::catboost
