// SPDX-License-Identifier: Apache-2.0
// Planning random forests, building them, and finding the rows that are hard for them.
#include "support/random_forest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace trivet::test {
namespace {

using spi::FloatWidth;
using spi::LinkKind;
using spi::Missing;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double in_width(double value, FloatWidth width) {
  return width == FloatWidth::f32 ? static_cast<double>(static_cast<float>(value)) : value;
}

/// Few cuts, used again and again, as histogram training makes them; some at the ends of the range.
std::vector<double> draw_cuts(Random& random, FloatWidth width) {
  std::vector<double> cuts{0.0, -0.0, 1e-35, -1e-35,    1e-36,      1.401298464324817e-45,
                           0.1, 3e38, -3e38, kInfinity, -kInfinity, 16777216.0};
  for (int i = 0; i < 20; ++i) cuts.push_back(random.between(-4, 4));
  for (double& cut : cuts) cut = in_width(cut, width);
  return cuts;
}

std::vector<std::int32_t> draw_codes(Random& random) {
  std::vector<std::int32_t> codes;
  const std::uint32_t count = random.below(8);  // an empty set sends everything one way
  const std::uint32_t bound = random.one_in(8) ? 3000 : 40;
  for (std::uint32_t i = 0; i < count; ++i) {
    codes.push_back(static_cast<std::int32_t>(random.below(bound)));
  }
  if (random.one_in(3)) codes.push_back(31);
  if (random.one_in(3)) codes.push_back(32);
  return codes;
}

/// Grows one forest from one stream of random numbers.
class ForestPlanner {
 public:
  ForestPlanner(std::uint64_t seed, const ForestLimits& limits)
      : random_(seed * 2654435761u + 1), limits_(limits) {
    forest_.name = "random forest " + std::to_string(seed);
  }

  PlannedForest plan() {
    choose_widths();
    choose_shape();
    cuts_ = draw_cuts(random_, forest_.width);
    const std::uint32_t trees = random_.one_in(6) ? 1 : 1 + random_.below(limits_.trees);
    for (std::uint32_t t = 0; t < trees; ++t) forest_.trees.push_back(plan_tree());
    choose_sum(trees);
    choose_link();
    return std::move(forest_);
  }

 private:
  void choose_widths() {
    using Header = spi::TreeEnsembleBuilder::Header;
    Header& header = forest_.header;
    forest_.width = random_.one_in(2) ? FloatWidth::f32 : FloatWidth::f64;
    const bool wide = forest_.width == FloatWidth::f64;
    header.input_width = wide && !random_.one_in(3) ? FloatWidth::f64 : FloatWidth::f32;
    header.sum.accumulator = wide || random_.one_in(4) ? FloatWidth::f64 : FloatWidth::f32;
    header.test = random_.one_in(2) ? spi::Test::less : spi::Test::less_equal;
    header.category_members_go_left = random_.one_in(2);
    header.category_truncates_to_zero = random_.one_in(2);
    with_categories_ = random_.one_in(2);
    missing_kinds_ = {Missing::nan};
    if (random_.one_in(2)) missing_kinds_ = {Missing::nan, Missing::nan_and_zero, Missing::none};
    if (random_.one_in(6)) missing_kinds_ = {Missing::none};
    missing_by_feature_ = random_.one_in(2);  // as LightGBM has it
  }

  void choose_shape() {
    forest_.header.feature_count = 1 + random_.below(limits_.features);
    forest_.header.output_count = random_.one_in(2) ? 1 : 2 + random_.below(4);
    if (random_.one_in(3)) forest_.leaf_width = forest_.header.output_count;
  }

  double draw_value() {
    if (random_.one_in(40)) return 0.0;
    const double value = random_.one_in(30) ? random_.between(-1, 1) * 1e-40  // denormal in f32
                                            : random_.between(-2, 2);
    return in_width(value, forest_.width);
  }

  std::uint32_t add_leaf(PlannedTree& tree) {
    PlannedNode node;
    for (std::uint32_t i = 0; i < forest_.leaf_width; ++i) node.values.push_back(draw_value());
    tree.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(tree.nodes.size() - 1);
  }

  /// A node and everything below it; returns its number. `lopsided` trees are chains.
  std::uint32_t grow(PlannedTree& tree, std::uint32_t depth, bool lopsided) {
    if (depth == 0 || (!lopsided && random_.one_in(5))) return add_leaf(tree);
    PlannedNode node;
    node.is_leaf = false;
    node.feature = random_.below(forest_.header.feature_count);
    node.cut = random_.pick(cuts_);
    node.missing_left = random_.one_in(2);
    node.missing = missing_by_feature_ ? missing_kinds_[node.feature % missing_kinds_.size()]
                                       : random_.pick(missing_kinds_);
    if (with_categories_ && random_.one_in(3)) {
      node.is_categorical = true;
      node.codes = draw_codes(random_);
    }
    const auto at = static_cast<std::uint32_t>(tree.nodes.size());
    tree.nodes.push_back(std::move(node));
    const bool deep_left = random_.one_in(2);
    const std::uint32_t left = grow(tree, lopsided && !deep_left ? 0 : depth - 1, lopsided);
    const std::uint32_t right = grow(tree, lopsided && deep_left ? 0 : depth - 1, lopsided);
    tree.nodes[at].left = left;
    tree.nodes[at].right = right;
    return at;
  }

  PlannedTree plan_tree() {
    PlannedTree tree;
    const std::uint32_t kind = random_.below(8);
    if (kind == 0) {
      add_leaf(tree);
    } else if (kind == 1) {
      grow(tree, 60 + random_.below(40), true);
    } else {
      grow(tree, 1 + random_.below(limits_.depth), false);
    }
    if (random_.one_in(4)) add_leaf(tree);  // nothing leads to it
    tree.order.resize(tree.nodes.size());
    std::iota(tree.order.begin(), tree.order.end(), 0u);
    if (random_.one_in(2)) std::reverse(tree.order.begin(), tree.order.end());
    return tree;
  }

  void choose_sum(std::uint32_t trees) {
    spi::TreeEnsembleBuilder::Header& header = forest_.header;
    const FloatWidth wide = header.sum.accumulator;
    const bool scalar_leaves = forest_.leaf_width == 1;
    if (scalar_leaves && header.output_count > 1) {
      for (std::uint32_t t = 0; t < trees; ++t) {
        header.tree_output.push_back(random_.below(header.output_count));
      }
    }
    if (random_.one_in(3)) {
      for (std::uint32_t t = 0; t < trees; ++t) {
        header.tree_weight.push_back(in_width(random_.between(0, 1.5), wide));
      }
    }
    const auto one_each = [&] {
      std::vector<double> values;
      for (std::uint32_t k = 0; k < header.output_count; ++k) {
        values.push_back(in_width(random_.between(-3, 3), wide));
      }
      return values;
    };
    if (!random_.one_in(3)) header.sum.start = one_each();
    if (random_.one_in(3)) header.sum.end = one_each();
    if (random_.one_in(3)) header.sum.scale = in_width(random_.between(0.1, 2), wide);
    if (random_.one_in(3)) header.sum.divisor = static_cast<double>(trees);
  }

  void choose_link() {
    constexpr LinkKind kKinds[] = {
        LinkKind::identity,         LinkKind::logistic, LinkKind::logistic_clamped,
        LinkKind::exponential,      LinkKind::softmax,  LinkKind::step,
        LinkKind::ordered_softplus, LinkKind::sorted,   LinkKind::log1p_exp,
        LinkKind::signed_square,
    };
    forest_.header.link.kind = kKinds[random_.below(std::size(kKinds))];
    if (forest_.header.link.kind == LinkKind::logistic && random_.one_in(2)) {
      forest_.header.link.slope = 0.5;
    }
  }

  Random random_;
  ForestLimits limits_;
  PlannedForest forest_;
  std::vector<double> cuts_;
  std::vector<Missing> missing_kinds_;
  bool missing_by_feature_ = false;
  bool with_categories_ = false;
};

/// Numbers that any comparison may trip over, and those at and beside each cut.
std::vector<double> hard_numbers(const PlannedForest& forest) {
  std::vector<double> numbers{0.0,
                              -0.0,
                              1e-35,
                              1.0000001e-35,
                              -1e-35,
                              9.9e-36,
                              5e-324,
                              -5e-324,
                              1e-45,
                              1e-40,
                              1e300,
                              -1e300,
                              kInfinity,
                              -kInfinity,
                              std::numeric_limits<double>::quiet_NaN(),
                              -std::numeric_limits<double>::quiet_NaN()};
  for (const PlannedTree& tree : forest.trees) {
    for (const PlannedNode& node : tree.nodes) {
      if (node.is_leaf || node.is_categorical) continue;
      const auto narrow = static_cast<float>(node.cut);
      numbers.push_back(node.cut);
      numbers.push_back(std::nextafter(node.cut, kInfinity));
      numbers.push_back(std::nextafter(node.cut, -kInfinity));
      numbers.push_back(static_cast<double>(std::nextafter(narrow, INFINITY)));
      numbers.push_back(static_cast<double>(std::nextafter(narrow, -INFINITY)));
    }
  }
  return numbers;
}

std::vector<double> hard_codes(const PlannedForest& forest) {
  std::vector<double> codes{
      -1,           -0.5, 0.5,      1.5,      31,           31.999,       32,
      77,           1000, 16777215, 16777216, 2147483648.0, 4294967296.0, 1.8446744073709552e19,
      -2147483649.0};
  for (const PlannedTree& tree : forest.trees) {
    for (const PlannedNode& node : tree.nodes) {
      for (const std::int32_t code : node.codes) codes.push_back(static_cast<double>(code));
    }
  }
  return codes;
}

Status add_node(spi::TreeEnsembleBuilder& builder, const PlannedNode& node, std::uint32_t number) {
  if (node.is_leaf) return builder.add_leaf(number, node.values);
  spi::SplitSpec split;
  split.node = number;
  split.feature = node.feature;
  split.cut = node.cut;
  split.left = node.left;
  split.right = node.right;
  split.missing_left = node.missing_left;
  split.missing = node.missing;
  if (node.is_categorical) return builder.add_categorical_split(split, node.codes);
  return builder.add_split(split);
}

}  // namespace

PlannedForest random_forest(std::uint64_t seed, const ForestLimits& limits) {
  return ForestPlanner(seed, limits).plan();
}

Result<spi::TreeEnsemble> build(const PlannedForest& forest) {
  spi::TreeEnsembleBuilder builder(forest.width, forest.leaf_width, spi::TrainingFacts::none);
  for (const PlannedTree& tree : forest.trees) {
    builder.begin_tree(static_cast<std::uint32_t>(tree.nodes.size()));
    for (const std::uint32_t number : tree.order) {
      Status added = add_node(builder, tree.nodes[number], number);
      if (!added) return std::move(added).error();
    }
    Status ended = builder.end_tree();
    if (!ended) return std::move(ended).error();
  }
  return std::move(builder).finish(forest.header);
}

std::vector<double> edge_rows(const PlannedForest& forest, std::size_t rows, std::uint64_t seed) {
  Random random(seed * 40503 + 7);
  const std::vector<double> numbers = hard_numbers(forest);
  const std::vector<double> codes = hard_codes(forest);
  std::vector<double> cells(rows * forest.header.feature_count);
  for (double& cell : cells) {
    switch (random.below(8)) {
      case 0: cell = std::numeric_limits<double>::quiet_NaN(); break;
      case 1: cell = random.pick(codes); break;
      case 2: cell = static_cast<double>(random.below(45)); break;
      case 3: cell = random.between(-4, 4); break;
      default: cell = random.pick(numbers);
    }
  }
  return cells;
}

}  // namespace trivet::test
