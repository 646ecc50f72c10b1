// SPDX-License-Identifier: Apache-2.0
// Whole trees: taken as they are, or left to the way node by node.
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "trivet/spi/tree_builder.hpp"

namespace trivet::test {
namespace {

using spi::FloatWidth;
using spi::NodeFlags;
using spi::TreeEnsembleBuilder;

/// 0 ── left 1 ── left ~2, right 2 ── left ~3, right ~0
///   └─ right ~1
struct Arrays {
  std::vector<std::uint32_t> feature{4, 1, 0};
  std::vector<double> cut{0.5, -1, 7};
  std::vector<std::int32_t> left{1, ~2, ~3};
  std::vector<std::int32_t> right{~1, 2, ~0};
  std::vector<NodeFlags> flags{NodeFlags::make(true, false, spi::Missing::nan), {}, {}};
  std::vector<double> leaf{10, 20, 30, 40};
  std::vector<float> split_cover{9, 8, 7};
  std::vector<float> leaf_cover{1, 2, 3, 4};
  std::vector<float> split_gain{};

  [[nodiscard]] spi::OrderedTree<double> tree() const {
    return {feature, cut, left, right, flags, leaf, split_cover, leaf_cover, split_gain};
  }
};

TreeEnsembleBuilder make_ordered_builder(FloatWidth width = FloatWidth::f64) {
  return {width, 1, spi::TrainingFacts::cover_and_gain};
}

struct BadArrays {
  const char* name;
  void (*spoil)(Arrays& arrays);
};

}  // namespace

TEST_CASE("tree builder: a whole tree is taken as it is", "[graph][builder]") {
  const Arrays arrays;
  TreeEnsembleBuilder builder = make_ordered_builder();
  REQUIRE(builder.add_ordered_tree(arrays.tree()));
  Arrays stump;
  stump.feature.clear();
  stump.cut.clear();
  stump.left.clear();
  stump.right.clear();
  stump.flags.clear();
  stump.split_cover.clear();
  stump.leaf_cover.clear();
  stump.leaf = {5};
  REQUIRE(builder.add_ordered_tree(stump.tree()));
  CHECK(builder.tree_count() == 2);
  TreeEnsembleBuilder::Header header;
  header.feature_count = 5;
  const auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  CHECK(forest->split_begin == std::vector<std::uint32_t>{0, 3, 3});
  CHECK(forest->leaf_begin == std::vector<std::uint32_t>{0, 4, 5});
  CHECK(forest->feature == arrays.feature);
  CHECK(forest->cut.f64 == arrays.cut);
  CHECK(forest->left == arrays.left);
  CHECK(forest->right == arrays.right);
  CHECK(forest->flags[0].missing_left());
  CHECK(forest->leaf.f64 == std::vector<double>{10, 20, 30, 40, 5});
  CHECK(forest->split_cover == arrays.split_cover);
  CHECK(forest->leaf_cover == std::vector<float>{1, 2, 3, 4, 0});
  CHECK(forest->split_gain == std::vector<float>{0, 0, 0});
}

TEST_CASE("tree builder: the features of whole trees are checked at the end", "[graph][builder]") {
  TreeEnsembleBuilder builder = make_ordered_builder();
  REQUIRE(builder.add_ordered_tree(Arrays().tree()));
  TreeEnsembleBuilder::Header header;
  header.feature_count = 4;
  const auto forest = std::move(builder).finish(header);
  REQUIRE_FALSE(forest.has_value());
  CHECK(forest.error().where() == "tree 0, split 0");
}

TEST_CASE("tree builder: a whole tree that one pass can't prove adds nothing", "[graph][builder]") {
  const BadArrays rows[] = {
      {"a child before its parent", [](Arrays& a) { a.left[2] = 1; }},
      {"the root as a child", [](Arrays& a) { a.left[1] = 0; }},
      {"a split as its own child", [](Arrays& a) { a.left[1] = 1; }},
      {"a cycle beside the root",
       [](Arrays& a) {
         a.left = {~0, 2, 1};
       }},
      {"a child twice", [](Arrays& a) { a.left[1] = 2; }},
      {"a leaf twice", [](Arrays& a) { a.left[2] = ~0; }},
      {"a split beyond the others", [](Arrays& a) { a.left[0] = 3; }},
      {"a leaf beyond the others", [](Arrays& a) { a.left[1] = ~4; }},
      {"the least child", [](Arrays& a) { a.left[1] = std::numeric_limits<int>::min(); }},
      {"the greatest child", [](Arrays& a) { a.left[1] = std::numeric_limits<int>::max(); }},
      {"a NaN cut", [](Arrays& a) { a.cut[1] = std::numeric_limits<double>::quiet_NaN(); }},
      {"a categorical test",
       [](Arrays& a) { a.flags[1] = NodeFlags::make(false, true, spi::Missing::nan); }},
      {"no leaves", [](Arrays& a) { a.leaf.clear(); }},
      {"a leaf too many", [](Arrays& a) { a.leaf.push_back(1); }},
      {"a feature too few", [](Arrays& a) { a.feature.pop_back(); }},
      {"a right child too few", [](Arrays& a) { a.right.pop_back(); }},
      {"a cover too few", [](Arrays& a) { a.split_cover.pop_back(); }},
  };
  for (const BadArrays& row : rows) {
    INFO(row.name);
    Arrays arrays;
    row.spoil(arrays);
    TreeEnsembleBuilder builder = make_ordered_builder();
    CHECK_FALSE(builder.add_ordered_tree(arrays.tree()));
    CHECK(builder.tree_count() == 0);
    CHECK(builder.add_ordered_tree(Arrays().tree()));
  }
  TreeEnsembleBuilder narrow = make_ordered_builder(FloatWidth::f32);
  CHECK_FALSE(narrow.add_ordered_tree(Arrays().tree()));
}

}  // namespace trivet::test
