// SPDX-License-Identifier: Apache-2.0
// Operators of a row and kept rows, of neighbours and pairs of classes, by numbers that one can
// work out by hand.
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/plugins.hpp"
#include "support/region_run.hpp"

namespace trivet::test {
namespace {

using spi::Operator;

/// An operator with a function of two rows.
Operator pair_operator(const char* name, std::vector<Value> steps, std::vector<double> numbers,
                       std::vector<double> rows) {
  Operator op{name, {}, {}};
  op.attributes.emplace_back("function", Value::List(std::move(steps)));
  op.constants.push_back(spi::make_constant("numbers", std::move(numbers)));
  op.constants.push_back(spi::make_constant("rows", std::move(rows)));
  return op;
}

/// One node on rows of doubles, with outputs of these widths.
spi::Graph node_graph(Operator op, std::uint32_t columns, std::vector<std::uint32_t> widths) {
  spi::Graph graph;
  graph.input.value = graph.add_value("row", DType::float64, columns);
  graph.input.columns.resize(columns);
  spi::Node node{.body = std::move(op), .inputs = {graph.input.value}, .outputs = {}};
  for (const std::uint32_t width : widths) {
    const spi::ValueId value = graph.add_value("v", DType::float64, width);
    node.outputs.push_back({spi::Port::result, value});
    graph.outputs.push_back({"v" + std::to_string(value), value, false, {}, {}});
  }
  graph.nodes.push_back(std::move(node));
  return graph;
}

/// All outputs, one behind the other.
std::vector<double> run_node(const spi::Graph& graph, const std::vector<double>& cells) {
  const spi::Region region = whole_region(graph);
  const auto predictor = builtin_backend("tensor")->prepare(graph, region, {});
  INFO((predictor ? std::string() : predictor.error().message()));
  REQUIRE(predictor.has_value());
  const std::vector<bool> wanted(region.outputs.size(), true);
  const RegionRows rows{DType::float64, cells, graph.values[graph.input.value].width, 3};
  const RegionAnswers got = run_region(**predictor, graph, region, rows, wanted);
  CHECK(got.fences_stand);
  std::vector<double> numbers;
  for (const FencedBytes& output : got.outputs) {
    for (std::size_t i = 0; i < output.bytes().size() / sizeof(double); ++i) {
      numbers.push_back(element(output, DType::float64, i));
    }
  }
  return numbers;
}

void check_numbers(const std::vector<double>& got, const std::vector<double>& expected) {
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("number " << i << ": " << got[i] << " for " << expected[i]);
    CHECK(got[i] == Approx(expected[i]).epsilon(1e-13).margin(1e-300));
  }
}

struct FunctionCase {
  const char* name;
  std::vector<Value> steps;
  std::vector<double> numbers;
  double expected;  // of (1, −2) and (4, 2): gaps of 3 and 4
};

}  // namespace

TEST_CASE("pairs: each function of two rows by its formula", "[backend][tensor]") {
  const FunctionCase cases[] = {
      {"dot", {"dot"}, {}, 0},
      {"squared distance", {"squared_distance"}, {}, 25},
      {"scaled squared distance", {"scaled_squared_distance"}, {2, 0.5}, 36 + 4},
      {"manhattan", {"manhattan"}, {}, 7},
      {"chebyshev", {"chebyshev"}, {}, 4},
      {"minkowski of 3", {"minkowski"}, {3}, std::cbrt(27.0 + 64.0)},
      {"hamming", {"hamming"}, {}, 1},
      {"canberra", {"canberra"}, {}, 3.0 / 5 + 4.0 / 4},
      {"cosine of a right angle", {"cosine"}, {}, 0},
      {"noise of two rows", {"noise"}, {3}, 0},
      {"rbf", {"squared_distance", "affine", "exp"}, {-0.1, 0}, std::exp(-2.5)},
      {"sum and product", {"constant", "manhattan", "add", "constant", "multiply"}, {1, 2}, 16},
      {"power and root", {"squared_distance", "sqrt", "power"}, {3}, 125},
      {"tanh and sin", {"manhattan", "tanh", "sin"}, {}, std::sin(std::tanh(7.0))},
      // K_½(x) = √(π / 2x) e^−x makes exp(−t) of it: Abramowitz, Stegun 10.2.17.
      {"bessel of one half", {"manhattan", "bessel"}, {0.5}, std::exp(-7.0)},
      // and (1 + √3 t) exp(−√3 t) of 3/2
      {"bessel of three halves",
       {"manhattan", "bessel"},
       {1.5},
       (1 + 7 * std::sqrt(3.0)) * std::exp(-7 * std::sqrt(3.0))},
  };
  for (const FunctionCase& one : cases) {
    INFO(one.name);
    const Operator op = pair_operator("pairs", one.steps, one.numbers, {4, 2});
    check_numbers(run_node(node_graph(op, 2, {1}), {1, -2}), {one.expected});
  }
}

TEST_CASE("pairs: more rows than a block has lanes", "[backend][tensor]") {
  std::vector<double> rows;
  std::vector<double> expected;
  for (int i = 0; i < 19; ++i) rows.push_back(i);
  for (const int x : {3, -1}) {
    for (int i = 0; i < 19; ++i) expected.push_back(std::abs(x - i));
  }
  const Operator op = pair_operator("pairs", {"manhattan"}, {}, rows);
  check_numbers(run_node(node_graph(op, 1, {19}), {3, -1}), expected);
}

TEST_CASE("pair_sums: weights of kept rows add up at their places", "[backend][tensor]") {
  Operator op = pair_operator("pair_sums", {"dot"}, {}, {1, 10, 100});
  op.constants.push_back(spi::make_constant<double>("weights", {1, 2, 3, 4, 5, 6}));
  op.constants.push_back(spi::make_constant<std::uint32_t>("places", {0, 1, 0, 0, 1, 1}));
  op.constants.push_back(spi::make_constant<double>("start", {0.5, -0.5}));
  // 1·1 + (3 + 4)·10 and 2·1 + (5 + 6)·100
  check_numbers(run_node(node_graph(op, 1, {2}), {1, 2}), {71.5, 1101.5, 142.5, 2203.5});
}

TEST_CASE("nearest: the least first, and of equals the first one", "[backend][tensor]") {
  const Operator op =
      pair_operator("nearest", {"manhattan"}, {}, {5, 1, 3, 1, 9, 8, 7, 6, 5, 4, 3});
  check_numbers(run_node(node_graph(op, 1, {3, 3}), {2, 9}), {1, 2, 3, 4, 5, 6, 1, 1, 1, 0, 1, 2});
}

TEST_CASE("class pairs: votes, and scores between equals", "[backend][tensor]") {
  // Pairs 01, 02, 12: each class wins one; the sums of margins are 2 − 4, −2 + 1, 4 − 1.
  const auto score = [](double votes, double sum) {
    return votes + sum / (3 * (std::fabs(sum) + 1));
  };
  check_numbers(run_node(node_graph({"class_pair_votes", {}, {}}, 3, {3}), {2, -4, 1}), {1, 1, 1});
  check_numbers(run_node(node_graph({"class_pair_scores", {}, {}}, 3, {3}), {2, -4, 1}),
                {score(1, -2), score(1, -1), score(1, 3)});
}

TEST_CASE("class_pair_coupling: even pairs make even shares", "[backend][tensor]") {
  Operator op{"class_pair_coupling", {}, {}};
  op.constants.push_back(spi::make_constant<double>("slope", {-1, -2, -3}));
  op.constants.push_back(spi::make_constant<double>("offset", {0, 0, 0}));
  check_numbers(run_node(node_graph(op, 3, {3}), {0, 0, 0}), {1.0 / 3, 1.0 / 3, 1.0 / 3});
}

TEST_CASE("centred_squares: each form of a map", "[backend][tensor]") {
  struct Form {
    const char* form;
    std::vector<double> maps;
    std::vector<double> expected;  // of (1, 2) from (0, 0) and (1, 1)
  };
  const Form forms[] = {
      {"diagonal", {2, 3, 1, 5}, {4 + 36, 25}},
      {"full", {1, 1, 0, 1, 2, 0, 0, 3}, {1 + 9, 9}},
      {"tied", {1, 1, 0, 1}, {1 + 9, 1}},
      {"quadratic", {1, 1, 0, 1, 2, 0, 0, 3}, {1 + 2 + 4, 3}},
  };
  for (const Form& one : forms) {
    INFO(one.form);
    Operator op{"centred_squares", {}, {}};
    op.attributes.emplace_back("form", one.form);
    op.constants.push_back(spi::make_constant<double>("means", {0, 0, 1, 1}));
    op.constants.push_back(spi::make_constant("maps", one.maps));
    check_numbers(run_node(node_graph(op, 2, {2}), {1, 2}), one.expected);
  }
}

TEST_CASE("log_sum_exp: also of numbers whose exponentials are beyond any double",
          "[backend][tensor]") {
  const Operator op{"log_sum_exp", {}, {}};
  check_numbers(run_node(node_graph(op, 2, {1}), {1000, 1000, -2000, -2000}),
                {1000 + std::log(2.0), -2000 + std::log(2.0)});
}

TEST_CASE("interpolate: between points, and by either rule outside", "[backend][tensor]") {
  for (const bool is_open : {false, true}) {
    INFO((is_open ? "nan outside" : "nearest outside"));
    Operator op{"interpolate", {}, {}};
    op.attributes.emplace_back("outside", is_open ? "nan" : "nearest");
    op.constants.push_back(spi::make_constant<std::int32_t>("counts", {3}));
    op.constants.push_back(spi::make_constant<double>("x", {0, 2, 3}));
    op.constants.push_back(spi::make_constant<double>("y", {10, 20, 0}));
    const std::vector<double> got = run_node(node_graph(op, 1, {1}), {-1, 0, 1, 2.5, 3, 4});
    check_numbers({got.begin() + 1, got.end() - 1}, {10, 15, 10, 0});
    CHECK((is_open ? std::isnan(got.front()) : got.front() == 10));
    CHECK((is_open ? std::isnan(got.back()) : got.back() == 0));
  }
}

TEST_CASE("laplace_share: the mean of a sigmoid", "[backend][tensor]") {
  // k = 1 everywhere, L = 2, root = 1: the latent mean is the weight, the variance 1 − 1/4.
  for (const double mean : {0.0, 1.5, -4.0}) {
    INFO("mean " << mean);
    Operator op = pair_operator("laplace_share", {"constant"}, {1}, {7});
    op.constants.push_back(spi::make_constant<double>("weights", {mean}));
    op.constants.push_back(spi::make_constant<double>("roots", {1}));
    op.constants.push_back(spi::make_constant<double>("lower", {2}));
    double sum = 0;
    double weights = 0;
    for (double z = -8; z <= 8; z += 0.01) {
      const double weight = std::exp(-z * z / 2);
      sum += weight / (1 + std::exp(-(mean + z * std::sqrt(0.75))));
      weights += weight;
    }
    const std::vector<double> got = run_node(node_graph(op, 1, {1}), {3});
    REQUIRE(got.size() == 1);
    CHECK(got.front() == Approx(sum / weights).margin(1e-3));  // five functions are no integral
  }
}

TEST_CASE("constant: the same for every row", "[backend][tensor]") {
  Operator op{"constant", {}, {}};
  op.constants.push_back(spi::make_constant<double>("numbers", {4, 5}));
  check_numbers(run_node(node_graph(op, 1, {2}), {1, 2}), {4, 5, 4, 5});
}

TEST_CASE("row operators: what doesn't fit is refused when it is prepared", "[backend][tensor]") {
  struct Refusal {
    const char* name;
    Operator op;
    std::vector<std::uint32_t> widths;
  };
  const auto sums = [](std::vector<double> weights, std::vector<std::uint32_t> places) {
    Operator op = pair_operator("pair_sums", {"dot"}, {}, {1, 2, 3, 4});
    op.constants.push_back(spi::make_constant("weights", std::move(weights)));
    op.constants.push_back(spi::make_constant("places", std::move(places)));
    op.constants.push_back(spi::make_constant<double>("start", {0}));
    return op;
  };
  const Refusal refusals[] = {
      {"an unknown step", pair_operator("pairs", {"guess"}, {}, {1, 2}), {1}},
      {"a step without what it takes", pair_operator("pairs", {"exp"}, {}, {1, 2}), {1}},
      {"two results", pair_operator("pairs", {"dot", "dot"}, {}, {1, 2}), {1}},
      {"too few numbers", pair_operator("pairs", {"constant"}, {}, {1, 2}), {1}},
      {"too many numbers", pair_operator("pairs", {"dot"}, {1}, {1, 2}), {1}},
      {"rows of another width", pair_operator("pairs", {"dot"}, {}, {1, 2, 3}), {1}},
      {"no rows", pair_operator("pairs", {"dot"}, {}, {}), {1}},
      {"another output", pair_operator("pairs", {"dot"}, {}, {1, 2}), {2}},
      {"a stack beyond its depth",
       pair_operator("pairs", std::vector<Value>(17, Value("dot")), {}, {1, 2}),
       {1}},
      {"weights of half a row", sums({1, 2, 3}, {0, 0, 0}), {1}},
      {"a place beyond the output", sums({1, 2}, {0, 1}), {1}},
      {"more neighbours than rows", pair_operator("nearest", {"dot"}, {}, {1, 2}), {2, 2}},
      {"neighbours without distances", pair_operator("nearest", {"dot"}, {}, {1, 2}), {1}},
      {"pairs of no number of classes", {"class_pair_votes", {}, {}}, {3}},
      {"coupling without slopes", {"class_pair_coupling", {}, {}}, {2}},
      {"squares without a form", {"centred_squares", {}, {}}, {1}},
      {"a sum into two columns", {"log_sum_exp", {}, {}}, {2}},
      {"lines without points", {"interpolate", {}, {}}, {1}},
      {"a share without a triangle", pair_operator("laplace_share", {"dot"}, {}, {1, 2}), {1}},
      {"a constant without numbers", {"constant", {}, {}}, {1}},
  };
  for (const Refusal& one : refusals) {
    INFO(one.name);
    const spi::Graph graph = node_graph(one.op, 2, one.widths);
    const auto predictor = builtin_backend("tensor")->prepare(graph, whole_region(graph), {});
    REQUIRE_FALSE(predictor.has_value());
    CHECK(predictor.error().code() == Errc::invalid_model);
  }
}

}  // namespace trivet::test
