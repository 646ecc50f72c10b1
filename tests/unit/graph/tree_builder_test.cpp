// SPDX-License-Identifier: Apache-2.0
// The builder of forests: what it makes of sound trees and what it says of others.
#include "trivet/spi/tree_builder.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include "catch.hpp"

namespace trivet::test {
namespace {

using spi::FloatWidth;
using spi::TreeEnsembleBuilder;

TreeEnsembleBuilder::Header header_of(std::uint32_t features) {
  TreeEnsembleBuilder::Header header;
  header.feature_count = features;
  return header;
}

spi::SplitSpec split(std::uint32_t node, std::uint32_t left, std::uint32_t right,
                     std::uint32_t feature = 0, double cut = 0.5) {
  spi::SplitSpec spec;
  spec.node = node;
  spec.left = left;
  spec.right = right;
  spec.feature = feature;
  spec.cut = cut;
  return spec;
}

/// Builds one tree; the first error ends it.
using Steps = std::vector<std::function<Status(TreeEnsembleBuilder&)>>;
Status build_tree(TreeEnsembleBuilder& builder, std::uint32_t nodes, const Steps& steps) {
  builder.begin_tree(nodes);
  for (const auto& step : steps) {
    Status status = step(builder);
    if (!status) return status;
  }
  return builder.end_tree();
}

auto leaf(std::uint32_t node, float value = 1) {
  return [=](TreeEnsembleBuilder& b) { return b.add_leaf(node, value); };
}
auto test(spi::SplitSpec spec) {
  return [=](TreeEnsembleBuilder& b) { return b.add_split(spec); };
}
auto category_test(spi::SplitSpec spec, std::vector<std::int32_t> codes) {
  return [=](TreeEnsembleBuilder& b) { return b.add_categorical_split(spec, codes); };
}

/// The error of a tree or, if that is sound, of the forest of two features made of it.
Status error_of(std::uint32_t nodes, const Steps& steps, std::uint32_t features = 2) {
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
  Status built = build_tree(builder, nodes, steps);
  if (!built) return built;
  auto forest = std::move(builder).finish(header_of(features));
  if (!forest) return std::move(forest).error();
  return {};
}

struct BadTree {
  const char* name;
  std::uint32_t nodes;
  Steps steps;
  const char* where;
};

}  // namespace

TEST_CASE("tree builder: nodes in the order of the file become the compact form",
          "[graph][builder]") {
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::cover);
  // 0 ── left 3 ── left 4, right 1
  //   └─ right 2
  builder.begin_tree(5);
  REQUIRE(builder.add_leaf(1, 10.0f, 3).has_value());
  REQUIRE(builder.add_leaf(2, 20.0f, 5).has_value());
  spi::SplitSpec root = split(0, 3, 2, 1, 0.1);
  root.missing_left = true;
  root.cover = 12;
  REQUIRE(builder.add_split(root).has_value());
  spi::SplitSpec inner = split(3, 4, 1, 0, 7);
  inner.missing = spi::Missing::nan_and_zero;
  inner.cover = 7;
  REQUIRE(builder.add_split(inner).has_value());
  REQUIRE(builder.add_leaf(4, 40.0f, 4).has_value());
  REQUIRE(builder.end_tree().has_value());
  CHECK(builder.tree_count() == 1);
  const auto forest = std::move(builder).finish(header_of(2));
  REQUIRE(forest.has_value());
  CHECK(forest->tree_count() == 1);
  CHECK(forest->split_count() == 2);
  CHECK(forest->leaf_count() == 3);
  CHECK(forest->node_count() == 5);
  CHECK(forest->feature == std::vector<std::uint32_t>{1, 0});
  CHECK(forest->cut.f32 == std::vector<float>{0.1f, 7});
  CHECK(forest->flags[0].missing_left());
  CHECK_FALSE(forest->flags[1].missing_left());
  CHECK(forest->flags[0].missing() == spi::Missing::nan);
  CHECK(forest->flags[1].missing() == spi::Missing::nan_and_zero);
  CHECK_FALSE(forest->flags[0].categorical());
  // The root's children: the other split, and a leaf of 20; that one's: leaves of 40 and 10.
  REQUIRE(forest->left[0] == 1);
  const auto leaf_value = [&](std::int32_t child) {
    REQUIRE(child < 0);
    return forest->leaf[static_cast<std::size_t>(~child)];
  };
  CHECK(leaf_value(forest->right[0]) == 20);
  CHECK(leaf_value(forest->left[1]) == 40);
  CHECK(leaf_value(forest->right[1]) == 10);
  CHECK(forest->split_cover == std::vector<float>{12, 7});
  const auto cover_of = [&](std::int32_t child) {
    return forest->leaf_cover[static_cast<std::size_t>(~child)];
  };
  CHECK(cover_of(forest->right[0]) == 5);
  CHECK(cover_of(forest->left[1]) == 4);
  CHECK(cover_of(forest->right[1]) == 3);
}

TEST_CASE("tree builder: nodes that the root doesn't reach are dropped", "[graph][builder]") {
  TreeEnsembleBuilder builder(FloatWidth::f64, 1, spi::TrainingFacts::none);
  REQUIRE(build_tree(builder, 6,
                     {test(split(0, 1, 5)), leaf(1, 1), leaf(5, 2), test(split(2, 3, 4)),
                      leaf(3, 8), leaf(4, 9)})
              .has_value());
  // A number that nobody describes is as good as a deleted node.
  REQUIRE(build_tree(builder, 9, {leaf(0, 3)}).has_value());
  const auto forest = std::move(builder).finish(header_of(1));
  REQUIRE(forest.has_value());
  CHECK(forest->split_begin == std::vector<std::uint32_t>{0, 1, 1});
  CHECK(forest->leaf_begin == std::vector<std::uint32_t>{0, 2, 3});
  CHECK(forest->leaf.f64 == std::vector<double>{1, 2, 3});
}

TEST_CASE("tree builder: trees that can't be are refused with their place", "[graph][builder]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const BadTree trees[] = {
      {"no nodes", 0, {}, "tree 0"},
      {"no root", 3, {leaf(1), leaf(2)}, "tree 0"},
      {"a node that leads to itself", 2, {test(split(0, 0, 1)), leaf(1)}, "tree 0, node 0"},
      {"a cycle of two",
       3,
       {test(split(0, 1, 2)), test(split(1, 0, 2)), leaf(2)},
       "tree 0, node 1"},
      {"a cycle below the root",
       4,
       {test(split(0, 1, 3)), test(split(1, 2, 3)), test(split(2, 1, 3)), leaf(3)},
       nullptr},
      {"a node with two parents",
       4,
       {test(split(0, 1, 2)), test(split(1, 3, 2)), leaf(2), leaf(3)},
       nullptr},
      {"both children the same", 2, {test(split(0, 1, 1)), leaf(1)}, "tree 0, node 0"},
      {"a child that nobody describes", 3, {test(split(0, 1, 2)), leaf(1)}, "tree 0, node 0"},
      {"a child beyond the tree", 3, {test(split(0, 1, 3)), leaf(1), leaf(2)}, "tree 0, node 0"},
      {"a child far beyond", 3, {test(split(0, 1, 4294967295u)), leaf(1)}, "tree 0, node 0"},
      {"a node beyond the tree", 2, {leaf(0), leaf(2)}, "tree 0, node 2"},
      {"a split beyond the tree", 2, {test(split(7, 0, 1))}, "tree 0, node 7"},
      {"a node described twice", 1, {leaf(0), leaf(0)}, "tree 0, node 0"},
      {"a leaf that is a split as well",
       3,
       {test(split(0, 1, 2)), leaf(1), leaf(2), leaf(0)},
       "tree 0, node 0"},
      {"a cut that is no number",
       3,
       {test(split(0, 1, 2, 0, nan)), leaf(1), leaf(2)},
       "tree 0, node 0"},
      {"a feature that isn't there", 3, {test(split(0, 1, 2, 2)), leaf(1), leaf(2)}, nullptr},
      {"a feature far away", 3, {test(split(0, 1, 2, 4294967295u)), leaf(1), leaf(2)}, nullptr},
      {"a negative category",
       3,
       {category_test(split(0, 1, 2), {3, -1}), leaf(1), leaf(2)},
       "tree 0, node 0"},
      {"a category beyond 2^24",
       3,
       {category_test(split(0, 1, 2), {16777216}), leaf(1), leaf(2)},
       "tree 0, node 0"},
  };
  for (const BadTree& one : trees) {
    INFO(one.name);
    const Status status = error_of(one.nodes, one.steps);
    CHECK_FALSE(status.has_value());
    if (status) continue;
    INFO(status.error().message());
    CHECK(status.error().code() == Errc::invalid_model);
    CHECK(std::string(status.error().where()).substr(0, 6) == "tree 0");
    if (one.where != nullptr) CHECK(std::string(status.error().where()) == one.where);
    CHECK_FALSE(status.error().found().empty());
    CHECK_FALSE(status.error().expected().empty());
  }
}

TEST_CASE("tree builder: the place counts the trees before", "[graph][builder]") {
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
  REQUIRE(build_tree(builder, 1, {leaf(0)}).has_value());
  REQUIRE(build_tree(builder, 1, {leaf(0)}).has_value());
  const Status status = build_tree(builder, 3, {test(split(0, 1, 5)), leaf(1)});
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().where() == "tree 2, node 0");
}

TEST_CASE("tree builder: infinite cuts and leaves of any kind are sound", "[graph][builder]") {
  const float infinity = std::numeric_limits<float>::infinity();
  CHECK(error_of(3, {test(split(0, 1, 2, 0, std::numeric_limits<double>::infinity())),
                     leaf(1, infinity), leaf(2, std::numeric_limits<float>::quiet_NaN())})
            .has_value());
}

TEST_CASE("tree builder: cuts and leaves are rounded to the forest's width", "[graph][builder]") {
  for (const FloatWidth width : {FloatWidth::f32, FloatWidth::f64}) {
    TreeEnsembleBuilder builder(width, 1, spi::TrainingFacts::none);
    builder.begin_tree(3);
    REQUIRE(builder.add_split(split(0, 1, 2, 0, 0.1)).has_value());
    const double value = 0.2;
    REQUIRE(builder.add_leaf(1, std::span(&value, 1)).has_value());
    REQUIRE(builder.add_leaf(2, std::span(&value, 1)).has_value());
    REQUIRE(builder.end_tree().has_value());
    const auto forest = std::move(builder).finish(header_of(1));
    REQUIRE(forest.has_value());
    const bool narrow = width == FloatWidth::f32;
    CHECK(forest->cut[0] == (narrow ? static_cast<double>(0.1f) : 0.1));
    CHECK(forest->leaf[1] == (narrow ? static_cast<double>(0.2f) : 0.2));
  }
}

TEST_CASE("tree builder: category sets hold exactly their codes", "[graph][builder]") {
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
  REQUIRE(build_tree(builder, 5,
                     {category_test(split(0, 1, 2), {0, 31, 32, 63, 64, 16777215}),
                      category_test(split(1, 3, 4, 1), {}), leaf(2), leaf(3), leaf(4)})
              .has_value());
  const auto forest = std::move(builder).finish(header_of(2));
  REQUIRE(forest.has_value());
  REQUIRE(forest->has_categories());
  CHECK(forest->flags[0].categorical());
  const spi::CategorySets& sets = forest->categories;
  const auto first = static_cast<std::size_t>(forest->cut[0]);
  const auto second = static_cast<std::size_t>(forest->cut[1]);
  for (const double code : {0.0, 31.0, 32.0, 63.0, 64.0, 16777215.0, 0.9, 31.5}) {
    INFO(code);
    CHECK(sets.contains(first, code));  // 0.9 and 31.5 are truncated
    CHECK_FALSE(sets.contains(second, code));
  }
  for (const double code :
       {1.0, 30.0, 33.0, 62.0, 65.0, 16777214.0, 16777216.0, 1e30, -1.0, -0.5,
        std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    INFO(code);
    CHECK_FALSE(sets.contains(first, code));
  }
}

TEST_CASE("tree builder: leaves have as many values as the forest says", "[graph][builder]") {
  TreeEnsembleBuilder builder(FloatWidth::f32, 3, spi::TrainingFacts::none);
  builder.begin_tree(1);
  const double two[] = {1, 2};
  const Status status = builder.add_leaf(0, two);
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().where() == "tree 0, node 0");
  const double three[] = {1, 2, 3};
  REQUIRE(builder.add_leaf(0, three).has_value());
  REQUIRE(builder.end_tree().has_value());
  TreeEnsembleBuilder::Header header = header_of(1);
  header.output_count = 3;
  const auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  CHECK(forest->leaf_count() == 1);
  CHECK(forest->leaf.f32 == std::vector<float>{1, 2, 3});
}

TEST_CASE("tree builder: vector leaves may come in any order", "[graph][builder]") {
  TreeEnsembleBuilder builder(FloatWidth::f64, 2, spi::TrainingFacts::none);
  builder.begin_tree(3);
  const double right[] = {5, 6};
  const double left[] = {1, 2};
  REQUIRE(builder.add_leaf(2, right).has_value());
  REQUIRE(builder.add_split(split(0, 1, 2)).has_value());
  REQUIRE(builder.add_leaf(1, left).has_value());
  REQUIRE(builder.end_tree().has_value());
  TreeEnsembleBuilder::Header header = header_of(1);
  header.output_count = 2;
  const auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  const auto at = static_cast<std::size_t>(~forest->left[0]) * 2;
  CHECK(forest->leaf[at] == 1);
  CHECK(forest->leaf[at + 1] == 2);
}

TEST_CASE("tree builder: a header that doesn't fit the trees is refused", "[graph][builder]") {
  struct BadHeader {
    const char* name;
    std::uint32_t leaf_width;
    std::function<void(TreeEnsembleBuilder::Header&)> spoil;
  };
  const BadHeader headers[] = {
      {"no outputs", 1, [](auto& h) { h.output_count = 0; }},
      {"leaves of another width", 3, [](auto& h) { h.output_count = 2; }},
      {"leaves of no values", 0, [](auto&) {}},
      {"an output too few", 1, [](auto& h) { h.tree_output = {0}; }},
      {"an output too many", 1,
       [](auto& h) {
         h.tree_output = {0, 0, 0};
       }},
      {"an output that isn't there", 1,
       [](auto& h) {
         h.tree_output = {0, 1};
       }},
      {"a weight too few", 1, [](auto& h) { h.tree_weight = {1}; }},
      {"two starts for one output", 1,
       [](auto& h) {
         h.sum.start = {1, 2};
       }},
      {"two ends for one output", 1,
       [](auto& h) {
         h.sum.end = {1, 2};
       }},
  };
  for (const BadHeader& one : headers) {
    INFO(one.name);
    TreeEnsembleBuilder builder(FloatWidth::f32, one.leaf_width, spi::TrainingFacts::none);
    const std::vector<double> values(one.leaf_width, 1.0);
    bool sound = true;
    for (int t = 0; t < 2 && sound; ++t) {
      builder.begin_tree(1);
      sound = builder.add_leaf(0, values).has_value() && builder.end_tree().has_value();
    }
    if (!sound) continue;  // refused even earlier
    TreeEnsembleBuilder::Header header = header_of(1);
    one.spoil(header);
    const auto forest = std::move(builder).finish(header);
    CHECK_FALSE(forest.has_value());
    if (!forest) CHECK(forest.error().code() == Errc::invalid_model);
  }
}

TEST_CASE("tree builder: a forest without trees is sound", "[graph][builder]") {
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
  TreeEnsembleBuilder::Header header = header_of(3);
  header.sum.start = {0.25};
  const auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  CHECK(forest->tree_count() == 0);
  CHECK(forest->node_count() == 0);
}

TEST_CASE("tree builder: a chain of a hundred thousand splits doesn't recurse",
          "[graph][builder]") {
  constexpr std::uint32_t kLength = 100'000;
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
  builder.reserve(1, kLength, kLength + 1);
  builder.begin_tree(2 * kLength + 1);
  for (std::uint32_t i = 0; i < kLength; ++i) {
    REQUIRE(builder.add_split(split(2 * i, 2 * i + 2, 2 * i + 1)).has_value());
    REQUIRE(builder.add_leaf(2 * i + 1, 1.0f).has_value());
  }
  REQUIRE(builder.add_leaf(2 * kLength, 2.0f).has_value());
  REQUIRE(builder.end_tree().has_value());
  const auto forest = std::move(builder).finish(header_of(1));
  REQUIRE(forest.has_value());
  CHECK(forest->split_count() == kLength);
}

TEST_CASE("tree builder: a moved builder goes on", "[graph][builder]") {
  TreeEnsembleBuilder first(FloatWidth::f32, 1, spi::TrainingFacts::none);
  REQUIRE(build_tree(first, 1, {leaf(0, 4)}).has_value());
  TreeEnsembleBuilder second = std::move(first);
  REQUIRE(build_tree(second, 1, {leaf(0, 5)}).has_value());
  const auto forest = std::move(second).finish(header_of(1));
  REQUIRE(forest.has_value());
  CHECK(forest->leaf.f32 == std::vector<float>{4, 5});
}

}  // namespace trivet::test
