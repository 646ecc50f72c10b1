// SPDX-License-Identifier: Apache-2.0
// The operator that makes a forest's features out of columns, on rows worked out by hand.
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/plugins.hpp"
#include "support/region_run.hpp"

namespace trivet::test {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Value numbers_value(const std::vector<int>& numbers) {
  Value::List list;
  for (const int number : numbers) list.emplace_back(number);
  return Value(std::move(list));
}

/// Cells: number, code, counts of two categories, code, counts of two categories and their number.
spi::Operator every_kind() {
  spi::Operator op{"encode_features", {}, {}};
  op.attributes.emplace_back(
      "kinds", Value(Value::List{Value("copy"), Value("one_hot"), Value("present"), Value("row"),
                                 Value("mean")}));
  op.attributes.emplace_back("cells", numbers_value({0, 1, 2, 4, 5}));
  op.attributes.emplace_back("widths", numbers_value({1, 3, 2, 2, 2}));
  op.attributes.emplace_back("categories", numbers_value({0, 0, 0, 2, 2}));
  op.constants.push_back(spi::make_constant<double>("tables", {10, 11, 12, 13, 1, 0, 3, 0}));
  return op;
}

/// 8 cells; 11 features, the last one of which no step makes.
spi::Graph graph_of_op(spi::Operator op) {
  spi::Graph graph;
  graph.input.value = graph.add_value("row", DType::float64, 8);
  graph.input.columns.resize(8);
  const spi::ValueId out = graph.add_value("features", DType::float32, 11);
  graph.nodes.push_back({std::move(op), {graph.input.value}, {{spi::Port::result, out}}});
  graph.outputs.push_back({.name = "out", .value = out});
  return graph;
}

}  // namespace

TEST_CASE("encode_features: each kind of step", "[backend][tensor]") {
  const spi::Graph graph = graph_of_op(every_kind());
  const auto predictor = builtin_backend("tensor")->prepare(graph, whole_region(graph), {});
  INFO((predictor ? std::string() : predictor.error().message()));
  REQUIRE(predictor.has_value());
  const std::vector<double> cells{
      1.5,      2,   0,        3,        1,        1, 3, 8,          // 4 of 8 values unknown
      kMissing, 3,   1,        0,        2,        0, 0, 0,          // codes beyond, no values
      -1,       0.5, kMissing, kMissing, kMissing, 0, 0, kMissing};  // missing, half a code
  const std::vector<std::vector<double>> expected{
      // (1·1 + 3·3) / 8; the second mean is 0, which is missing among several
      {1.5, kMissing, kMissing, 1, kMissing, 1, 12, 13, 1.25, kMissing, kMissing},
      {kMissing, kMissing, kMissing, kMissing, 1, kMissing, kMissing, kMissing, kMissing, kMissing,
       kMissing},
      {-1, kMissing, kMissing, kMissing, kMissing, kMissing, kMissing, kMissing, kMissing, kMissing,
       kMissing}};
  const spi::Region region = whole_region(graph);
  const RegionAnswers got =
      run_region(**predictor, graph, region, {DType::float64, cells, 8, 3}, {true});
  CHECK(got.fences_stand);
  for (std::size_t r = 0; r < expected.size(); ++r) {
    for (std::size_t i = 0; i < 11; ++i) {
      INFO("row " << r << ", feature " << i);
      const double value = element(got.outputs[0], DType::float32, r * 11 + i);
      CHECK((std::isnan(expected[r][i]) ? std::isnan(value) : value == expected[r][i]));
    }
  }
}

TEST_CASE("encode_features: a mean alone is zero where nothing is known", "[backend][tensor]") {
  spi::Operator op{"encode_features", {}, {}};
  op.attributes = {{"kinds", Value(Value::List{Value("mean")})},
                   {"cells", numbers_value({0})},
                   {"widths", numbers_value({1})},
                   {"categories", numbers_value({2})}};
  op.constants.push_back(spi::make_constant<double>("tables", {2, 5}));
  const spi::Graph graph = graph_of_op(std::move(op));
  const auto predictor = builtin_backend("tensor")->prepare(graph, whole_region(graph), {});
  REQUIRE(predictor.has_value());
  const std::vector<double> cells{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0};
  const RegionAnswers got =
      run_region(**predictor, graph, whole_region(graph), {DType::float64, cells, 8, 0}, {true});
  CHECK(element(got.outputs[0], DType::float32, 0) == 0);
  CHECK(element(got.outputs[0], DType::float32, 11) == 0);
}

TEST_CASE("encode_features: what doesn't fit is refused", "[backend][tensor]") {
  using Spoil = std::function<void(spi::Operator&)>;
  const std::vector<std::pair<std::string, Spoil>> cases{
      {"an unknown kind",
       [](auto& op) { op.attributes[0].second = Value(Value::List(5, Value("twist"))); }},
      {"kinds that are no texts", [](auto& op) { op.attributes[0].second = numbers_value({1}); }},
      {"no kinds", [](auto& op) { op.attributes.erase(op.attributes.begin()); }},
      {"a step too few",
       [](auto& op) {
         op.attributes[2].second = numbers_value({1, 3, 2, 2});
       }},
      {"cells beyond the row",
       [](auto& op) {
         op.attributes[1].second = numbers_value({0, 1, 2, 4, 6});
       }},
      {"features beyond the value",
       [](auto& op) {
         op.attributes[2].second = numbers_value({1, 5, 2, 2, 2});
       }},
      {"a table beyond the constant",
       [](auto& op) {
         op.attributes[3].second = numbers_value({0, 0, 0, 3, 2});
       }},
      {"numbers that no table has",
       [](auto& op) {
         op.attributes[3].second = numbers_value({0, 0, 0, 1, 2});
       }},
      {"no tables", [](auto& op) { op.constants.clear(); }},
  };
  for (const auto& [name, spoil] : cases) {
    INFO(name);
    spi::Operator op = every_kind();
    spoil(op);
    const spi::Graph graph = graph_of_op(std::move(op));
    const auto predictor = builtin_backend("tensor")->prepare(graph, whole_region(graph), {});
    REQUIRE_FALSE(predictor.has_value());
    CHECK(predictor.error().message().find("encode_features") != std::string::npos);
  }
}

}  // namespace trivet::test
