// SPDX-License-Identifier: Apache-2.0
// The tree engines on trees that one can walk by hand.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/plugins.hpp"
#include "support/region_run.hpp"
#include "trivet/spi/tree_builder.hpp"

namespace trivet::test {
namespace {

using spi::FloatWidth;
using spi::Missing;
using spi::Test;
using spi::TreeEnsembleBuilder;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// One split on the only feature: −1 to the left, +1 to the right.
spi::TreeEnsemble stump(spi::SplitSpec split, Test test, const std::vector<std::int32_t>* codes,
                        bool members_left) {
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
  builder.begin_tree(3);
  split.left = 1;
  split.right = 2;
  REQUIRE(
      (codes != nullptr ? builder.add_categorical_split(split, *codes) : builder.add_split(split))
          .has_value());
  REQUIRE(builder.add_leaf(1, -1.0f).has_value());
  REQUIRE(builder.add_leaf(2, 1.0f).has_value());
  REQUIRE(builder.end_tree().has_value());
  TreeEnsembleBuilder::Header header;
  header.feature_count = 1;
  header.test = test;
  header.category_members_go_left = members_left;
  auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  return std::move(forest).value();
}

/// Margins of rows, from every engine that can run the forest; they must agree.
std::vector<double> margins(spi::TreeEnsemble forest, const std::vector<double>& cells) {
  const std::size_t outputs = forest.output_count;
  const std::size_t columns = forest.feature_count;
  const spi::Graph graph = graph_of(std::move(forest), DType::float32);
  const spi::Region region = whole_region(graph);
  const auto backend = builtin_backend("tree");
  std::vector<std::string_view> engines = backend->engines();
  engines.insert(engines.begin(), "");
  std::vector<double> first;
  for (const std::string_view engine : engines) {
    INFO("engine " << engine);
    const auto predictor = backend->prepare(graph, region, {std::string(engine)});
    if (!predictor) continue;  // it can't run this forest
    RegionRows rows;
    rows.numbers = cells;
    rows.columns = columns;
    const auto answers = run_region(**predictor, graph, region, rows, {true, false, false, false});
    std::vector<double> found;
    for (std::size_t i = 0; i < cells.size() / columns * outputs; ++i) {
      found.push_back(element(answers.outputs[0], DType::float32, i));
    }
    if (first.empty()) first = found;
    CHECK(found == first);
  }
  REQUIRE_FALSE(first.empty());
  return first;
}

struct SideCase {
  const char* name;
  Test test;
  Missing missing;
  bool missing_left;
  float x;
  bool left;
};

}  // namespace

TEST_CASE("tree backend: which side a number goes to", "[backend][tree]") {
  constexpr float kCut = 0.5f;
  const float below = std::nextafter(kCut, 0.0f);
  const float above = std::nextafter(kCut, 1.0f);
  const SideCase cases[] = {
      {"less: on the cut", Test::less, Missing::nan, false, kCut, false},
      {"less: a step below", Test::less, Missing::nan, false, below, true},
      {"less: a step above", Test::less, Missing::nan, true, above, false},
      {"less_equal: on the cut", Test::less_equal, Missing::nan, false, kCut, true},
      {"less_equal: a step below", Test::less_equal, Missing::nan, false, below, true},
      {"less_equal: a step above", Test::less_equal, Missing::nan, true, above, false},
      {"less: infinite", Test::less, Missing::nan, true, kInfinity, false},
      {"less: minus infinite", Test::less, Missing::nan, false, -kInfinity, true},
      {"NaN goes left when told", Test::less, Missing::nan, true, kNan, true},
      {"NaN goes right when told", Test::less, Missing::nan, false, kNan, false},
      {"zero is no missing value", Test::less, Missing::nan, false, 0.0f, true},
      {"zero as missing goes right when told", Test::less_equal, Missing::nan_and_zero, false, 0.0f,
       false},
      {"-0 as missing", Test::less_equal, Missing::nan_and_zero, false, -0.0f, false},
      {"1e-35 is as good as zero", Test::less_equal, Missing::nan_and_zero, false, 1e-35f, false},
      {"-1e-35 too", Test::less_equal, Missing::nan_and_zero, false, -1e-35f, false},
      {"2e-35 is a number", Test::less_equal, Missing::nan_and_zero, false, 2e-35f, true},
      {"a denormal is as good as zero", Test::less_equal, Missing::nan_and_zero, false, 1e-45f,
       false},
      {"NaN beside zero", Test::less_equal, Missing::nan_and_zero, false, kNan, false},
      {"NaN as 0 is compared", Test::less_equal, Missing::none, false, kNan, true},
      {"NaN as 0 doesn't look at the default", Test::less, Missing::none, true, 1.0f, false},
  };
  for (const SideCase& one : cases) {
    INFO(one.name);
    spi::SplitSpec split;
    split.cut = static_cast<double>(kCut);
    split.missing = one.missing;
    split.missing_left = one.missing_left;
    const auto found =
        margins(stump(split, one.test, nullptr, false), {static_cast<double>(one.x)});
    CHECK(found == std::vector<double>{one.left ? -1.0 : 1.0});
  }
}

TEST_CASE("tree backend: cuts at zero, at infinity and among denormals", "[backend][tree]") {
  const auto side = [](double cut, float x) {
    spi::SplitSpec split;
    split.cut = cut;
    return margins(stump(split, Test::less, nullptr, false), {static_cast<double>(x)})[0];
  };
  CHECK(side(0.0, -0.0f) == 1);  // -0 isn't below 0
  CHECK(side(-0.0, 0.0f) == 1);
  CHECK(side(-0.0, -0.0f) == 1);
  CHECK(side(0.0, -1e-45f) == -1);  // the smallest negative number is
  CHECK(side(1e-45, 0.0f) == -1);   // and 0 is below the smallest positive one
  CHECK(side(std::numeric_limits<double>::infinity(), 3e38f) == -1);
  CHECK(side(std::numeric_limits<double>::infinity(), kInfinity) == 1);
  CHECK(side(-std::numeric_limits<double>::infinity(), -3e38f) == 1);
  CHECK(side(-std::numeric_limits<double>::infinity(), -kInfinity) == 1);
}

TEST_CASE("tree backend: which side a category goes to", "[backend][tree]") {
  const std::vector<std::int32_t> codes{0, 3, 40};
  struct CategoryCase {
    float x;
    bool member;
  };
  const CategoryCase cases[] = {
      {0, true},    {3, true},      {40, true},           {1, false},          {39, false},
      {41, false},  {1000, false},  {16777216.0f, false}, {4e9f, false},       {-1, false},
      {3.9f, true}, {-0.5f, false}, {kInfinity, false},   {-kInfinity, false}, {-0.0f, true},
  };
  for (const bool members_left : {false, true}) {
    for (const CategoryCase& one : cases) {
      INFO("code " << one.x << ", members go " << (members_left ? "left" : "right"));
      spi::SplitSpec split;
      split.missing_left = !members_left;
      const auto found =
          margins(stump(split, Test::less, &codes, members_left), {static_cast<double>(one.x)});
      CHECK(found[0] == (one.member == members_left ? -1 : 1));
    }
    for (const bool missing_left : {false, true}) {
      spi::SplitSpec split;
      split.missing_left = missing_left;
      const auto found =
          margins(stump(split, Test::less, &codes, members_left), {static_cast<double>(kNan)});
      CHECK(found[0] == (missing_left ? -1 : 1));
    }
  }
}

TEST_CASE("tree backend: sums are taken in the order of the trees, in float32", "[backend][tree]") {
  // 2^24 + 1 is 2^24 in float32, so the order shows: (2^24 + 1) + 1 = 2^24, 1 + 1 + 2^24 = 2^24
  // + 2.
  for (const bool large_first : {true, false}) {
    TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
    for (int t = 0; t < 3; ++t) {
      builder.begin_tree(1);
      const bool large = large_first ? t == 0 : t == 2;
      REQUIRE(builder.add_leaf(0, large ? 16777216.0f : 1.0f).has_value());
      REQUIRE(builder.end_tree().has_value());
    }
    TreeEnsembleBuilder::Header header;
    header.feature_count = 1;
    auto forest = std::move(builder).finish(header);
    REQUIRE(forest.has_value());
    const auto found = margins(std::move(forest).value(), {0, 0, 0});
    CHECK(found == std::vector<double>(3, large_first ? 16777216 : 16777218));
  }
}

TEST_CASE("tree backend: start, weights, scale, divisor and end", "[backend][tree]") {
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
  for (const float value : {1.0f, 2.0f, 4.0f}) {
    builder.begin_tree(1);
    REQUIRE(builder.add_leaf(0, value).has_value());
    REQUIRE(builder.end_tree().has_value());
  }
  TreeEnsembleBuilder::Header header;
  header.feature_count = 1;
  header.output_count = 2;
  header.tree_output = {0, 1, 0};
  header.tree_weight = {0.5, 1, 0.25};
  header.sum.start = {10, 20};
  header.sum.scale = 3;
  header.sum.divisor = 2;
  header.sum.end = {100, 200};
  auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  // (10 + 0.5·1 + 0.25·4)·3/2 + 100 = 117.25; (20 + 2)·3/2 + 200 = 233.
  CHECK(margins(std::move(forest).value(), {0}) == std::vector<double>{117.25, 233});
}

TEST_CASE("tree backend: vector leaves add to all outputs", "[backend][tree]") {
  TreeEnsembleBuilder builder(FloatWidth::f32, 2, spi::TrainingFacts::none);
  const double low[] = {1, 10};
  const double high[] = {2, 20};
  for (int t = 0; t < 2; ++t) {
    builder.begin_tree(3);
    spi::SplitSpec split;
    split.left = 1;
    split.right = 2;
    split.cut = t;  // at 0, then at 1
    REQUIRE(builder.add_split(split).has_value());
    REQUIRE(builder.add_leaf(1, low).has_value());
    REQUIRE(builder.add_leaf(2, high).has_value());
    REQUIRE(builder.end_tree().has_value());
  }
  TreeEnsembleBuilder::Header header;
  header.feature_count = 1;
  header.output_count = 2;
  auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  CHECK(margins(std::move(forest).value(), {-1, 0.5, 3}) ==
        std::vector<double>{2, 20, 3, 30, 4, 40});
}

TEST_CASE("tree backend: a forest without trees answers its start", "[backend][tree]") {
  TreeEnsembleBuilder builder(FloatWidth::f32, 1, spi::TrainingFacts::none);
  TreeEnsembleBuilder::Header header;
  header.feature_count = 2;
  header.sum.start = {0.75};
  auto forest = std::move(builder).finish(header);
  REQUIRE(forest.has_value());
  CHECK(margins(std::move(forest).value(), {1, 2, 3, 4}) == std::vector<double>{0.75, 0.75});
}

TEST_CASE("tree backend: it takes forests and nothing else", "[backend][tree]") {
  const auto backend = builtin_backend("tree");
  spi::Node node;
  node.body = spi::TreeEnsemble{};
  CHECK(backend->accepts(node));
  node.body = spi::Linear{};
  CHECK_FALSE(backend->accepts(node));
  node.body = spi::Operator{"anything", {}};
  CHECK_FALSE(backend->accepts(node));
}

}  // namespace trivet::test
