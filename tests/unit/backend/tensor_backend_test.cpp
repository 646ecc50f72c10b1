// SPDX-License-Identifier: Apache-2.0
// Operators on rows that one can work out by hand, alone and joined into programs.
#include <cmath>
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

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A graph of rows of doubles, without nodes.
spi::Graph rows_graph(std::uint32_t columns) {
  spi::Graph graph;
  graph.input.value = graph.add_value("row", DType::float64, columns);
  graph.input.columns.resize(columns);
  return graph;
}

spi::ValueId add_node(spi::Graph& graph, Operator op, std::vector<spi::ValueId> inputs,
                      std::uint32_t width) {
  const spi::ValueId value = graph.add_value("v", DType::float64, width);
  graph.nodes.push_back({std::move(op), std::move(inputs), {{spi::Port::result, value}}});
  return value;
}

void add_answer(spi::Graph& graph, std::string name, spi::ValueId value) {
  graph.outputs.push_back({std::move(name), value, false, {}, {}});
}

/// One operator on rows of doubles.
spi::Graph op_graph(Operator op, std::uint32_t columns, std::uint32_t width) {
  spi::Graph graph = rows_graph(columns);
  add_answer(graph, "out", add_node(graph, std::move(op), {graph.input.value}, width));
  return graph;
}

Result<std::unique_ptr<const spi::Predictor>> prepare(const spi::Graph& graph) {
  return builtin_backend("tensor")->prepare(graph, whole_region(graph), {});
}

std::vector<double> answers(const spi::Graph& graph, const std::vector<double>& cells) {
  const auto predictor = prepare(graph);
  INFO((predictor ? std::string() : predictor.error().message()));
  REQUIRE(predictor.has_value());
  const std::uint32_t columns = graph.values[graph.input.value].width;
  const spi::Region region = whole_region(graph);
  const std::vector<bool> wanted(region.outputs.size(), true);
  const RegionRows rows{DType::float64, cells, columns, 3};
  const RegionAnswers got = run_region(**predictor, graph, region, rows, wanted);
  CHECK(got.fences_stand);
  std::vector<double> numbers;
  const FencedBytes& last = got.outputs.back();
  for (std::size_t i = 0; i < last.bytes().size() / sizeof(double); ++i) {
    numbers.push_back(element(last, DType::float64, i));
  }
  return numbers;
}

void check_answers(const spi::Graph& graph, const std::vector<double>& cells,
                   const std::vector<double>& expected) {
  const std::vector<double> got = answers(graph, cells);
  REQUIRE(got.size() == expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    INFO("number " << i << ": " << got[i] << " for " << expected[i]);
    CHECK((std::isnan(expected[i]) ? std::isnan(got[i])
                                   : got[i] == Approx(expected[i]).epsilon(1e-15)));
  }
}

Value list_of(std::initializer_list<Value> items) { return Value(Value::List(items)); }

/// Two columns: a category, a number above 0.5. Classes of two targets; the table knows the
/// combinations (5, above) and (-3, not above).
Operator statistic(const char* kind, Value targets) {
  // h = M·(M·category), then M·(h + M·above), by the operator's definition.
  constexpr std::uint64_t kM = 0x4906ba494954cb65u;
  const auto fold = [](std::uint64_t h, std::int64_t v) {
    return kM * (h + kM * static_cast<std::uint64_t>(v));
  };
  Operator op{"combination_statistic", {}, {}};
  op.attributes = {{"statistic", Value(kind)},
                   {"denominator", Value(10)},
                   {"columns", list_of({Value(0)})},
                   {"cut_columns", list_of({Value(1)})},
                   {"cuts", list_of({Value(0.5)})},
                   {"nan_is_above", list_of({Value(true)})},
                   {"code_columns", list_of({})},
                   {"codes", list_of({})},
                   {"targets", std::move(targets)},
                   {"priors", list_of({Value(1), Value(0)})},
                   {"prior_weights", list_of({Value(2), Value(1)})},
                   {"shifts", list_of({Value(0), Value(-1)})},
                   {"scales", list_of({Value(8), Value(2)})}};
  op.constants.push_back(
      spi::make_constant<std::uint64_t>("hashes", {fold(fold(0, 5), 1), fold(fold(0, -3), 0)}));
  return op;
}

}  // namespace

TEST_CASE("tensor: numbers one by one", "[backend][tensor]") {
  struct Row {
    const char* op;
    std::vector<double> in;
    std::vector<double> out;
  };
  const Row rows[] = {
      {"negate", {1, -2, 0, kInfinity, kNan}, {-1, 2, -0.0, -kInfinity, kNan}},
      // 1 / (1 + e^-ln 3) = 3/4
      {"sigmoid", {0, std::log(3.0), -kInfinity, kInfinity}, {0.5, 0.75, 0, 1}},
      {"log_sigmoid", {0, std::log(3.0), -800, 800}, {-std::log(2.0), std::log(0.75), -800, -0.0}},
  };
  for (const Row& row : rows) {
    INFO(row.op);
    check_answers(op_graph({row.op, {}, {}}, 1, 1), row.in, row.out);
  }
  check_answers(op_graph({"greater", {{"threshold", Value(0.5)}}, {}}, 2, 2),
                {0.5, 0.6, kNan, kInfinity}, {0, 1, 0, 1});
}

TEST_CASE("tensor: log_softmax is over the row, and shifted for huge scores", "[backend][tensor]") {
  // e^0 : e^ln 3 = 1 : 3
  const double third = std::log(3.0);
  check_answers(op_graph({"log_softmax", {}, {}}, 2, 2), {0, third, 1000, 1000},
                {std::log(0.25), std::log(0.75), std::log(0.5), std::log(0.5)});
}

TEST_CASE("tensor: a code becomes its place among the known ones", "[backend][tensor]") {
  Operator op{"category_index", {{"column", Value(1)}}, {}};
  op.constants.push_back(
      spi::make_constant<std::int32_t>("codes", {7, -2147483647 - 1, 0, 5, 2147483647}));
  // Five codes in two columns are chunks of three and two.
  check_answers(
      op_graph(std::move(op), 2, 2),
      {0, 7, 0, -2147483648.0, 7, 0, 0, 5, 0, 2147483647, 0, 6, 0, 7.5, 0, kNan, 0, 1e300},
      {0, -1, 1, -1, 2, -1, -1, 0, -1, 1, -1, -1, -1, -1, -1, -1, -1, -1});
}

TEST_CASE("tensor: statistics of combinations, each by its formula", "[backend][tensor]") {
  // Rows: the known (5, above), the known (-3, below), NaN that counts as above, a number that
  // rounds to the cut in float32 and so isn't above, an unknown category, a fraction, NaN.
  const std::vector<double> cells{5, 1, -3, 0.5, 5, kNan, -3, 0.5 + 1e-12, 4, 1, 5.5, 1, kNan, 1};
  struct Row {
    const char* kind;
    std::vector<std::int32_t> counts;
    std::vector<float> sums;
    std::vector<double> first;    ///< good + 1 over total + 2, times 8
    std::vector<double> second;   ///< good over total + 1, minus 1, times 2
    std::vector<double> unknown;  ///< both, for a combination that nobody knows
  };
  const Row rows[] = {
      // entry 0 counts 1, 2, 3; entry 1 counts 4, 0, 2. Targets 0 and 1.
      {"share_above",
       {1, 2, 3, 4, 0, 2},
       {},
       {6.0, 3.0},
       {2 * (3.0 / 7 - 1), 2 * (2.0 / 7 - 1)},
       {4, -2}},
      {"share_of", {1, 2, 3, 4, 0, 2}, {}, {2.0, 5.0}, {2 * (2.0 / 7 - 1), -2}, {4, -2}},
      {"mean", {2, 6}, {1.5F, 3.0F}, {5.0, 4.0}, {-1.0, 2 * (3.0 / 7 - 1)}, {4, -2}},
      {"frequency",
       {5, 2},
       {},
       {4.0, 2.0},
       {2 * (5.0 / 11 - 1), 2 * (2.0 / 11 - 1)},
       {8.0 / 12, -2}},
  };
  for (const Row& row : rows) {
    INFO(row.kind);
    Operator op = statistic(row.kind, list_of({Value(0), Value(1)}));
    op.constants.push_back(spi::make_constant("counts", row.counts));
    if (!row.sums.empty()) op.constants.push_back(spi::make_constant("sums", row.sums));
    const std::vector<double> got = answers(op_graph(std::move(op), 2, 2), cells);
    REQUIRE(got.size() == 14);
    const std::size_t entry[] = {0, 1, 0, 1};
    for (std::size_t r = 0; r < 7; ++r) {
      INFO("row " << r);
      const bool known = r < 4;
      // The operator computes in float32: 7 digits.
      CHECK(got[2 * r] == Approx(known ? row.first[entry[r]] : row.unknown[0]).epsilon(1e-6));
      CHECK(got[2 * r + 1] == Approx(known ? row.second[entry[r]] : row.unknown[1]).epsilon(1e-6));
    }
  }
}

TEST_CASE("tensor: operators run joined, and only those that an answer needs",
          "[backend][tensor]") {
  spi::Graph graph = rows_graph(2);
  const spi::ValueId row = graph.input.value;
  const spi::ValueId negative = add_node(graph, {"negate", {}, {}}, {row}, 2);
  const spi::ValueId both = add_node(graph, {"concatenate", {}, {}}, {negative, row, negative}, 6);
  const spi::ValueId shares = add_node(graph, {"sigmoid", {}, {}}, {both}, 6);
  const spi::ValueId above = add_node(graph, {"greater", {{"threshold", Value(1)}}, {}}, {row}, 2);
  add_answer(graph, "shares", shares);
  add_answer(graph, "above", above);
  REQUIRE(spi::validate(graph).has_value());
  spi::Region region = whole_region(graph);
  region.outputs = {shares, above};
  const auto predictor = builtin_backend("tensor")->prepare(graph, region, {});
  REQUIRE(predictor.has_value());
  const std::vector<double> cells{0, std::log(3.0), 2, 0, -1, 5};
  for (int mask = 1; mask < 4; ++mask) {
    INFO("mask " << mask);
    const std::vector<bool> wanted{(mask & 1) != 0, (mask & 2) != 0};
    const RegionAnswers got =
        run_region(**predictor, graph, region, {DType::float64, cells, 2, 1}, wanted);
    CHECK(got.fences_stand);
    if (wanted[0]) {
      const double expected[] = {0.5, 0.25, 0.5, 0.75, 0.5, 0.25};
      for (std::size_t i = 0; i < 6; ++i) {
        CHECK(element(got.outputs[0], DType::float64, i) == Approx(expected[i]).epsilon(1e-15));
      }
    }
    if (wanted[1]) {
      const double expected[] = {0, 1, 1, 0, 0, 1};
      for (std::size_t i = 0; i < 6; ++i) {
        CHECK(element(got.outputs[1], DType::float64, i) == expected[i]);
      }
    }
  }
}

TEST_CASE("tensor: what doesn't fit an operator is refused when it is prepared",
          "[backend][tensor]") {
  const auto index = [](Value column, std::vector<std::int32_t> codes) {
    Operator op{"category_index", {{"column", std::move(column)}}, {}};
    op.constants.push_back(spi::make_constant("codes", std::move(codes)));
    return op;
  };
  const auto with_counts = [](const char* kind, std::vector<std::int32_t> counts, Value targets) {
    Operator op = statistic(kind, std::move(targets));
    op.constants.push_back(spi::make_constant("counts", std::move(counts)));
    return op;
  };
  const Value two = list_of({Value(0), Value(1)});
  struct Row {
    const char* name;
    Operator op;
    std::uint32_t width;
    const char* says;
  };
  const Row rows[] = {
      {"widths that differ", {"negate", {}, {}}, 3, "one width"},
      {"no threshold", {"greater", {}, {}}, 2, "threshold"},
      {"a threshold that is a text", {"greater", {{"threshold", Value("1")}}, {}}, 2, "a number"},
      {"a concatenation too narrow", {"concatenate", {}, {}}, 1, "as wide"},
      {"a column that isn't there", index(Value(2), {1}), 1, "columns"},
      {"a code twice", index(Value(0), {1, 2, 1}), 1, "differ"},
      {"no codes", {"category_index", {{"column", Value(0)}}, {}}, 1, "codes"},
      {"no counts", statistic("share_of", two), 2, "counts"},
      {"an unknown statistic", with_counts("median", {1, 2}, two), 2, "median"},
      {"counts that don't divide", with_counts("share_of", {1, 2, 3}, two), 2, "3 counts"},
      {"two counts of a frequency", with_counts("frequency", {1, 2, 3, 4}, two), 2, "4 counts"},
      {"a mean without sums", with_counts("mean", {1, 2}, two), 2, "sums"},
      {"a target beyond the classes", with_counts("share_above", {1, 2, 3, 4}, two), 2, "target"},
      {"too few targets", with_counts("share_of", {1, 2, 3, 4}, list_of({Value(0)})), 2, "2"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto predictor = prepare(op_graph(row.op, 2, row.width));
    REQUIRE_FALSE(predictor.has_value());
    CHECK(predictor.error().code() == Errc::invalid_model);
    CHECK(predictor.error().message().find(row.op.name) != std::string::npos);
    CHECK(predictor.error().message().find(row.says) != std::string::npos);
  }
  const auto backend = builtin_backend("tensor");
  CHECK_FALSE(backend->accepts(op_graph({"frobnicate", {}, {}}, 1, 1).nodes[0]));
  CHECK(backend->accepts(op_graph({"negate", {}, {}}, 1, 1).nodes[0]));
}

}  // namespace trivet::test
