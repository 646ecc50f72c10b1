// SPDX-License-Identifier: Apache-2.0
// Every engine that runs linear maps, against the definition and against each other.
#include <cmath>
#include <iterator>
#include <limits>

#include "catch.hpp"
#include "suite/engine_cases.hpp"
#include "support/effort.hpp"
#include "support/oracle.hpp"
#include "support/random_forest.hpp"

namespace trivet::test {
namespace {

double draw_number(Random& random, spi::FloatWidth width) {
  const double value = random.one_in(20) ? random.between(-1, 1) * 1e-40 : random.between(-3, 3);
  return width == spi::FloatWidth::f32 ? static_cast<double>(static_cast<float>(value)) : value;
}

spi::Linear random_linear(std::uint64_t seed, spi::LinearOrder order) {
  constexpr spi::LinkKind kKinds[] = {spi::LinkKind::identity, spi::LinkKind::logistic,
                                      spi::LinkKind::exponential, spi::LinkKind::softmax};
  Random random(seed);
  spi::Linear linear;
  linear.feature_count = 1 + random.below(40);
  linear.output_count = random.one_in(2) ? 1 : 1 + random.below(5);
  linear.weights.width = random.one_in(2) ? spi::FloatWidth::f32 : spi::FloatWidth::f64;
  for (std::uint32_t i = 0; i < linear.feature_count * linear.output_count; ++i) {
    linear.weights.push_back(random.one_in(10) ? 0 : draw_number(random, linear.weights.width));
  }
  if (!random.one_in(3)) {
    for (std::uint32_t k = 0; k < linear.output_count; ++k) {
      linear.start.push_back(draw_number(random, linear.weights.width));
    }
  }
  linear.order = order;
  linear.missing =
      random.one_in(2) ? spi::LinearMissing::absent_term : spi::LinearMissing::propagate;
  linear.link.kind = kKinds[random.below(std::size(kKinds))];
  return linear;
}

DType cells_of(const spi::Linear& linear, std::uint64_t seed) {
  const bool wide = linear.weights.width == spi::FloatWidth::f64 && seed % 3 != 0;
  return wide ? DType::float64 : DType::float32;
}

std::vector<double> random_rows(const spi::Linear& linear, std::size_t rows, DType cells,
                                std::uint64_t seed, bool finite) {
  Random random(seed + 77);
  std::vector<double> numbers(rows * linear.feature_count);
  for (double& x : numbers) {
    x = draw_number(random, cells == DType::float32 ? spi::FloatWidth::f32 : spi::FloatWidth::f64);
    if (!finite && random.one_in(12)) x = std::numeric_limits<double>::quiet_NaN();
    if (!finite && random.one_in(60)) x = std::numeric_limits<double>::infinity();
  }
  return numbers;
}

/// The bound on what another order of addition may change: terms · epsilon · Σ|term|.
double reordering_bound(const spi::Linear& linear, std::span<const double> row, std::size_t k) {
  double total = linear.start.empty() ? 0 : std::fabs(linear.start[k]);
  for (std::size_t f = 0; f < linear.feature_count; ++f) {
    total += std::fabs(row[f] * linear.weights[f * linear.output_count + k]);
  }
  const double epsilon = linear.weights.width == spi::FloatWidth::f32 ? 0x1p-23 : 0x1p-52;
  return 2 * (linear.feature_count + 1) * epsilon * total + 1e-37;
}

bool margin_agrees(const spi::Linear& linear, std::span<const double> row, std::size_t k,
                   double ours, double wanted) {
  if (linear.order == spi::LinearOrder::by_feature) return same_number(ours, wanted);
  if (std::isnan(ours) || std::isnan(wanted)) return std::isnan(ours) && std::isnan(wanted);
  return std::fabs(ours - wanted) <= reordering_bound(linear, row, k);
}

std::string row_difference(const spi::Linear& linear, const RegionAnswers& answers,
                           std::span<const double> row, std::size_t r) {
  const DType dtype =
      linear.weights.width == spi::FloatWidth::f32 ? DType::float32 : DType::float64;
  const std::vector<double> wanted = margins_of(linear, row);
  std::vector<double> ours;
  for (std::size_t k = 0; k < linear.output_count; ++k) {
    ours.push_back(element(answers.outputs[0], dtype, r * linear.output_count + k));
    if (!margin_agrees(linear, row, k, ours[k], wanted[k])) return "margin";
  }
  const std::vector<double> after = linked(linear.link, ours, linear.weights.width);
  for (std::size_t k = 0; k < linear.output_count; ++k) {
    const double found = element(answers.outputs[1], dtype, r * linear.output_count + k);
    if (!same_number(found, after[k])) return "linked";
  }
  return element(answers.outputs[2], dtype, r) == first_greatest(ours) ? "" : "class_index";
}

void check_linear(const spi::Linear& linear, std::uint64_t seed, std::size_t row_count,
                  bool finite) {
  const DType cells = cells_of(linear, seed);
  const spi::Graph graph = graph_of(linear, cells);
  const Status valid = spi::validate(graph);
  INFO((valid ? std::string() : valid.error().message()));
  REQUIRE(valid.has_value());
  const spi::Region region = whole_region(graph);
  const std::vector<PreparedEngine> engines = prepare_all(graph, region);
  REQUIRE_FALSE(engines.empty());
  const std::vector<double> numbers = random_rows(linear, row_count, cells, seed, finite);
  RegionRows rows;
  rows.cells = cells;
  rows.numbers = numbers;
  rows.columns = linear.feature_count;
  rows.padding = seed % 3;
  const RegionAnswers answers = run_all(engines, graph, region, rows);
  for (std::size_t r = 0; r < row_count; ++r) {
    const std::span<const double> row(numbers.data() + r * rows.columns, rows.columns);
    const std::string wrong = row_difference(linear, answers, row, r);
    INFO("row " << r << ": " << wrong);
    CHECK(wrong.empty());
    if (!wrong.empty()) break;
  }
}

}  // namespace

TEST_CASE("linear engines: sums by feature have the bits of the definition", "[suite][linear]") {
  for (std::uint64_t seed = 0; seed < effort<std::uint64_t>(600, 60); ++seed) {
    const spi::Linear linear = random_linear(seed, spi::LinearOrder::by_feature);
    INFO("linear map " << seed);
    check_linear(linear, seed, kRowCounts[seed % std::size(kRowCounts)], false);
  }
}

TEST_CASE("linear engines: sums in any order agree within rounding", "[suite][linear]") {
  for (std::uint64_t seed = 0; seed < effort<std::uint64_t>(300, 30); ++seed) {
    const spi::Linear linear = random_linear(seed, spi::LinearOrder::free);
    INFO("linear map " << seed);
    check_linear(linear, seed, kRowCounts[seed % std::size(kRowCounts)], true);
  }
}

TEST_CASE("linear engines: a missing value is left out or spreads, as the node says",
          "[suite][linear]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const spi::LinearOrder order : {spi::LinearOrder::free, spi::LinearOrder::by_feature}) {
    for (const spi::LinearMissing missing :
         {spi::LinearMissing::absent_term, spi::LinearMissing::propagate}) {
      spi::Linear linear;
      linear.feature_count = 3;
      linear.weights.f32 = {1, 2, -3};
      linear.start = {0.5};
      linear.order = order;
      linear.missing = missing;
      const spi::Graph graph = graph_of(linear, DType::float32);
      const spi::Region region = whole_region(graph);
      RegionRows rows;
      const double cells[] = {1, nan, 1, 1, 1, 1};
      rows.numbers = cells;
      rows.columns = 3;
      const RegionAnswers answers = run_all(prepare_all(graph, region), graph, region, rows);
      const double first = element(answers.outputs[0], DType::float32, 0);
      if (missing == spi::LinearMissing::propagate) CHECK(std::isnan(first));
      else CHECK(first == -1.5);                                     // 0.5 + 1 − 3
      CHECK(element(answers.outputs[0], DType::float32, 1) == 0.5);  // 0.5 + 1 + 2 − 3
    }
  }
}

TEST_CASE("linear engines: a row has the same bits alone and among others", "[suite][linear]") {
  for (std::uint64_t seed = 0; seed < effort<std::uint64_t>(60, 10); ++seed) {
    const spi::LinearOrder order =
        seed % 2 == 0 ? spi::LinearOrder::free : spi::LinearOrder::by_feature;
    const spi::Linear linear = random_linear(seed, order);
    const DType cells = cells_of(linear, seed);
    const spi::Graph graph = graph_of(linear, cells);
    const spi::Region region = whole_region(graph);
    const std::vector<double> numbers = random_rows(linear, 70, cells, seed, true);
    for (const PreparedEngine& engine : prepare_all(graph, region)) {
      RegionRows rows;
      rows.cells = cells;
      rows.numbers = numbers;
      rows.columns = linear.feature_count;
      const std::vector<bool> margin{true, false, false};
      const RegionAnswers all = run_region(*engine.predictor, graph, region, rows, margin);
      const auto together = all.outputs[0].bytes();
      std::size_t wrong = 0;
      for (std::size_t r = 0; r < 70; ++r) {
        rows.numbers = std::span(numbers).subspan(r * rows.columns, rows.columns);
        const RegionAnswers one = run_region(*engine.predictor, graph, region, rows, margin);
        const auto alone = one.outputs[0].bytes();
        if (!std::equal(alone.begin(), alone.end(), together.data() + r * alone.size())) ++wrong;
      }
      INFO("linear map " << seed << ", engine " << engine.name);
      CHECK(wrong == 0);
    }
  }
}

}  // namespace trivet::test
