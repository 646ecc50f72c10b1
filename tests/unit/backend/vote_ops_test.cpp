// SPDX-License-Identifier: Apache-2.0
// Operators that decide by what several members say, and functions given by points, on rows worked
// out by hand.
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/plugins.hpp"
#include "support/region_run.hpp"

namespace trivet::test {
namespace {

using spi::Operator;

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// The operator takes as many inputs as there are widths: the row's columns in order.
spi::Graph member_graph(const Operator& op, const std::vector<std::uint32_t>& widths,
                        std::uint32_t out_width, DType out_type = DType::float64) {
  std::uint32_t columns = 0;
  for (const std::uint32_t width : widths) columns += width;
  spi::Graph graph;
  graph.input.value = graph.add_value("row", DType::float64, columns);
  graph.input.columns.resize(columns);
  std::vector<spi::ValueId> inputs;
  std::uint32_t first = 0;
  for (const std::uint32_t width : widths) {
    std::vector<std::uint32_t> places;
    for (std::uint32_t c = 0; c < width; ++c) places.push_back(first + c);
    first += width;
    Operator select{"select", {}, {}};
    select.constants.push_back(spi::make_constant("places", places));
    inputs.push_back(graph.add_value("v", DType::float64, width));
    graph.nodes.push_back(
        {std::move(select), {graph.input.value}, {{spi::Port::result, inputs.back()}}});
  }
  const spi::ValueId out = graph.add_value("out", out_type, out_width);
  graph.nodes.push_back({op, inputs, {{spi::Port::result, out}}});
  graph.outputs.push_back({.name = "out", .value = out});
  return graph;
}

Result<std::unique_ptr<const spi::Predictor>> prepare_graph(const spi::Graph& graph) {
  return builtin_backend("tensor")->prepare(graph, whole_region(graph), {});
}

void check_rows(const spi::Graph& graph, const std::vector<double>& cells,
                const std::vector<double>& expected) {
  const auto predictor = prepare_graph(graph);
  INFO((predictor ? std::string() : predictor.error().message()));
  REQUIRE(predictor.has_value());
  const std::uint32_t columns = graph.values[graph.input.value].width;
  const RegionRows rows{DType::float64, cells, columns, 3};
  const spi::Region region = whole_region(graph);
  const std::vector<bool> wanted(region.outputs.size(), true);
  const RegionAnswers got = run_region(**predictor, graph, region, rows, wanted);
  CHECK(got.fences_stand);
  const FencedBytes& out = got.outputs.back();
  REQUIRE(out.bytes().size() == expected.size() * sizeof(double));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO("number " << i);
    const double number = element(out, DType::float64, i);
    CHECK((expected[i] != expected[i] ? number != number
                                      : number == Approx(expected[i]).epsilon(1e-15)));
  }
}

Operator votes(std::vector<double> weights, double other) {
  Operator op{"votes", {{"other", Value(other)}}, {}};
  op.constants.push_back(spi::make_constant("weights", std::move(weights)));
  return op;
}

Operator median(std::vector<double> weights) {
  Operator op{"weighted_median", {}, {}};
  op.constants.push_back(spi::make_constant("weights", std::move(weights)));
  return op;
}

Operator points(std::vector<std::int32_t> counts, std::vector<double> x, std::vector<double> y) {
  Operator op{"interpolate", {{"outside", Value("nearest")}}, {}};
  op.constants.push_back(spi::make_constant("counts", std::move(counts)));
  op.constants.push_back(spi::make_constant("x", std::move(x)));
  op.constants.push_back(spi::make_constant("y", std::move(y)));
  return op;
}

}  // namespace

TEST_CASE("votes: weights go to the place that a member says", "[backend][tensor]") {
  // The second row: a member that says no place, and one beyond the last.
  check_rows(member_graph(votes({1, 2, 4}, 0), {1, 1, 1}, 3), {0, 2, 0, -1, 3, 1},
             {5, 0, 2, 0, 4, 0});
  // A half of the weight is taken away everywhere else.
  check_rows(member_graph(votes({2, 4}, -0.5), {1, 1}, 3), {0, 1, 2, 2},
             {2 - 2, -1 + 4, -1 - 2, -1 - 2, -1 - 2, 2 + 4});
}

TEST_CASE("pair_scores: votes, and confidences below a third", "[backend][tensor]") {
  // Pairs (0,1), (0,2), (1,2). Votes: 1, 0, 2 wins a pair each; confidences 1, -2, 0.5:
  // sums -1+2 = 1, 1-0.5 = 0.5, -2+0.5 = -1.5; s / (3 (|s| + 1)) = 1/6, 1/9, -1/5.
  check_rows(member_graph({"pair_scores", {}, {}}, {3, 3}, 3), {1, 0, 1, 1, -2, 0.5},
             {1 + 1.0 / 6, 1 + 1.0 / 9, 1 - 1.0 / 5});
}

TEST_CASE("weighted_median: the least number with half of the weights up to it",
          "[backend][tensor]") {
  // Sorted 1 (weight 1), 5 (2), 9 (3): 3 of 6 is reached at 5. NaN stands behind all numbers.
  check_rows(member_graph(median({3, 1, 2}), {1, 1, 1}, 1), {9, 1, 5, kNoNumber, 1, 5}, {5, 5});
  // Two columns: 2 has half of the weights by itself in one, 3 in the other.
  check_rows(member_graph(median({1, 1}), {2, 2}, 2), {2, 4, 7, 3}, {2, 3});
}

TEST_CASE("last_greatest: the last one of equal numbers", "[backend][tensor]") {
  check_rows(member_graph({"last_greatest", {}, {}}, {3}, 1), {2, 2, 1, 0, -1, -2, 5, 5, 5},
             {1, 0, 2});
}

TEST_CASE("interpolate: along the lines, and level outside", "[backend][tensor]") {
  // Column 0: (0, 0), (2, 1), (4, 5). Column 1 is the one point (1, 7).
  check_rows(member_graph(points({3, 1}, {0, 2, 4, 1}, {0, 1, 5, 7}), {2}, 2),
             {-1, 0, 1, 1, 2, 2, 3.5, 3, 9, 4, kNoNumber, 1},
             {0, 7, 0.5, 7, 1, 7, 4, 7, 5, 7, kNoNumber, 7});
}

TEST_CASE("tensor: rows against their mean and their sum", "[backend][tensor]") {
  check_rows(member_graph({"subtract_mean", {}, {}}, {3}, 3), {1, 2, 6}, {-2, -1, 3});
  check_rows(member_graph({"share_of_sum", {}, {}}, {2}, 2), {1, 3, 0, 0}, {0.25, 0.75, 0, 0});
  // 0.1 is not a float32; the next one is 0x1.99999ap-4.
  check_rows(member_graph({"round_to_float32", {}, {}}, {2}, 2), {0.1, 0.5}, {0x1.99999ap-4, 0.5});
}

TEST_CASE("votes: what doesn't fit is refused when it is prepared", "[backend][tensor]") {
  struct Row {
    const char* name;
    Operator op;
    std::vector<std::uint32_t> widths;
    std::uint32_t width;
    const char* says;
  };
  const Operator pairs{"pair_scores", {}, {}};
  Operator no_other = votes({1}, 0);
  no_other.attributes.clear();
  const Row rows[] = {
      {"a vote of two columns", votes({1}, 0), {2}, 3, "inputs of 1 columns"},
      {"a weight too few", votes({1}, 0), {1, 1}, 3, "2, one an input"},
      {"no other", no_other, {1}, 3, "other"},
      {"no weights", {"votes", {{"other", Value(0.0)}}, {}}, {1}, 3, "weights"},
      {"pairs of other classes", pairs, {2, 2}, 3, "inputs of 3 columns"},
      {"votes without confidences", pairs, {3}, 3, "votes, confidences"},
      {"pairs of one class", pairs, {1, 1}, 1, "inputs of 0 columns"},
      {"medians of other widths", median({1, 1}), {1, 2}, 1, "inputs of 1 columns"},
      {"a median's weight too many", median({1, 1}), {1}, 1, "1, one an input"},
      {"two places of the greatest", {"last_greatest", {}, {}}, {3}, 2, "one out"},
      {"points of another column", points({2}, {0, 1}, {0, 1}), {2}, 2, "one output"},
      {"no points", points({0}, {}, {}), {1}, 1, "1 or more"},
      {"points that turn back", points({2}, {1, 1}, {0, 1}), {1}, 1, "left to right"},
      {"a point that is no number", points({1}, {kNoNumber}, {0}), {1}, 1, "left to right"},
      {"a height too few", points({2}, {0, 1}, {0}), {1}, 1, "points"},
      {"a point too many", points({1}, {0, 1}, {0, 1}), {1}, 1, "x and y of 1 points"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto predictor = prepare_graph(member_graph(row.op, row.widths, row.width));
    CHECK_FALSE(predictor.has_value());
    if (predictor) continue;
    INFO(predictor.error().message());
    CHECK(predictor.error().code() == Errc::invalid_model);
    CHECK(predictor.error().message().find(row.op.name) != std::string::npos);
    CHECK(predictor.error().message().find(row.says) != std::string::npos);
  }
}

TEST_CASE("widen: float32 in, float64 out, and nothing else", "[backend][tensor]") {
  const Operator widen{"widen", {}, {}};
  CHECK_FALSE(prepare_graph(member_graph(widen, {2}, 2)).has_value());
  spi::Graph graph;
  graph.input.value = graph.add_value("row", DType::float32, 2);
  graph.input.columns.resize(2);
  const spi::ValueId out = graph.add_value("out", DType::float64, 2);
  graph.nodes.push_back({widen, {graph.input.value}, {{spi::Port::result, out}}});
  graph.outputs.push_back({.name = "out", .value = out});
  CHECK(prepare_graph(graph).has_value());
}

}  // namespace trivet::test
