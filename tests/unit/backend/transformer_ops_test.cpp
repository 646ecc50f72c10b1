// SPDX-License-Identifier: Apache-2.0
// Operators that transformers of features are made of, with numbers worked out by hand.
#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "support/op_run.hpp"

namespace trivet::test {
namespace {

using spi::Operator;
using Attributes = std::vector<std::pair<std::string, Value>>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Operator op_with(std::string name, Attributes attributes, std::vector<spi::Constant> constants) {
  return {std::move(name), std::move(attributes), std::move(constants)};
}

Operator bins(std::vector<double> edges, std::vector<std::int32_t> counts, double absolute,
              double relative) {
  return op_with("bin_index", {{"absolute", Value(absolute)}, {"relative", Value(relative)}},
                 {spi::make_constant("edges", std::move(edges)),
                  spi::make_constant("counts", std::move(counts))});
}

Operator products(std::vector<std::int32_t> parts, std::vector<std::int32_t> factors) {
  return op_with("products", {},
                 {spi::make_constant("parts", std::move(parts)),
                  spi::make_constant("factors", std::move(factors))});
}

Operator normalize(const char* norm, double least) {
  return op_with("normalize", {{"norm", Value(norm)}, {"least", Value(least)}}, {});
}

Operator power(const char* name, std::vector<double> lambdas, const char* form = "power") {
  return op_with(name, {{"form", Value(form)}},
                 {spi::make_constant("lambdas", std::move(lambdas))});
}

Operator quantiles(const char* name, std::vector<double> numbers, std::vector<double> references,
                   double margin) {
  return op_with(name, {{"margin", Value(margin)}},
                 {spi::make_constant("quantiles", std::move(numbers)),
                  spi::make_constant("references", std::move(references))});
}

/// Ends and edges as a spline of that degree has them, for one column.
Operator spline(std::vector<double> knots, int degree, const char* beyond,
                const char* missing = "nan", std::int32_t further = 0) {
  return op_with(
      "b_spline_basis",
      {{"degree", Value(degree)}, {"beyond", Value(beyond)}, {"missing", Value(missing)}},
      {spi::make_constant("knots", std::move(knots)),
       spi::make_constant<std::int32_t>("ends", {degree + further}),
       spi::make_constant<std::int32_t>("edges", {degree + 1})});
}

Operator neighbors(std::vector<double> donors, double count, const char* weights,
                   const char* strangers) {
  return op_with(
      "fill_from_neighbors",
      {{"count", Value(count)}, {"weights", Value(weights)}, {"strangers", Value(strangers)}},
      {spi::make_constant("donors", std::move(donors))});
}

}  // namespace

TEST_CASE("tensor: bins are counted by the edges at or below a number", "[backend][tensor]") {
  check_op({"two columns", bins({1, 2, 2, 5}, {3, 1}, 0, 0), 2, 2},
           {0.5, 4, 1, 5, 2, 6, kInfinity, -kInfinity}, {0, 0, 1, 1, 3, 1, 3, 0});
  check_op({"no edges", bins({}, {0}, 0, 0)}, {3}, {0});
  // 0.9 + 0.05 + 0.1 · 0.9 = 1.04 is beyond the edge, 0.8 + 0.05 + 0.08 = 0.93 is not.
  check_op({"close to an edge", bins({1}, {1}, 0.05, 0.1)}, {0.9, 0.8}, {1, 0});
}

TEST_CASE("tensor: products are built of products before them", "[backend][tensor]") {
  // 1, a, b, a·a, a·b, a·(a·b)
  check_op({"degree three", products({-1, -1, -1, 1, 2, 4}, {-1, 0, 1, 0, 0, 0}), 2, 6}, {3, 5},
           {1, 3, 5, 9, 15, 45});
}

TEST_CASE("tensor: a row divided by its norm", "[backend][tensor]") {
  const std::vector<double> row = {3, -4};
  check_op({"l1", normalize("l1", 0), 2, 2}, row, {3. / 7, -4. / 7});
  check_op({"l2", normalize("l2", 0), 2, 2}, row, {0.6, -0.8});
  check_op({"max", normalize("max", 0), 2, 2}, row, {0.75, -1});
  check_op({"greatest", normalize("greatest", -1e300), 2, 2}, row, {1, -4. / 3});
  check_op({"greatest is negative", normalize("greatest", -1e300), 2, 2}, {-2, -4}, {1, 2});
  check_op({"nothing", normalize("l2", 0), 2, 2}, {0, 0}, {0, 0});
  check_op({"next to nothing", normalize("l1", 1e-3), 2, 2}, {1e-4, 0}, {1e-4, 0});
}

TEST_CASE("tensor: power transformations and the way back", "[backend][tensor]") {
  // λ = 2 over 0: ((3 + 1)² − 1) / 2; under 0, λ = 2 is a logarithm.
  check_op({"two", power("yeo_johnson", {2})}, {3, -3, 0, kNan}, {7.5, -std::log(4.0), 0, kNan});
  check_op({"zero", power("yeo_johnson", {0})}, {3, -3}, {std::log(4.0), -7.5});
  check_op({"exponential", power("yeo_johnson", {2}, "exponential")}, {3, 1e-20}, {7.5, 1e-20});
  check_op({"two", power("yeo_johnson_inverse", {2})}, {7.5, -std::log(4.0), kNan}, {3, -3, kNan});
  check_op({"zero", power("yeo_johnson_inverse", {0})}, {std::log(4.0), -7.5}, {3, -3});
  check_op({"half", power("box_cox", {0.5})}, {9, 0, -1, kNan}, {4, kNan, kNan, kNan});
  check_op({"zero", power("box_cox", {0})}, {9}, {std::log(9.0)});
  // (e^(1 · 750) is no double: λ = 1 gives e^750 − 1 in one piece, which is infinite.)
  check_op({"beyond e's powers", power("box_cox", {3})}, {1e200}, {kInfinity});
  check_op({"half", power("box_cox_inverse", {0.5})}, {4}, {9});
  check_op({"half", power("box_cox_inverse", {0.5}, "exponential")}, {4}, {9}, 1e-14);
  check_op({"zero", power("box_cox_inverse", {0})}, {std::log(9.0)}, {9}, 1e-14);
}

TEST_CASE("tensor: ranks among quantiles and the way back", "[backend][tensor]") {
  // 1 stands twice, at 0.25 and 0.5: the mean of both.
  const std::vector<double> numbers = {0, 1, 1, 4, 6};
  const std::vector<double> shares = {0, 0.25, 0.5, 0.75, 1};
  check_op({"rank", quantiles("quantile_rank", numbers, shares, 0)},
           {-1, 0, 0.5, 1, 2.5, 6, 7, kNan}, {0, 0, 0.125, 0.375, 0.625, 1, 1, kNan});
  check_op({"rank with a margin", quantiles("quantile_rank", numbers, shares, 0.1)},
           {0.05, 5.95, 2.5}, {0, 1, 0.625});
  check_op({"quantile", quantiles("rank_quantile", numbers, shares, 0)},
           {-1, 0, 0.125, 0.3, 0.625, 1, 2, kNan}, {0, 0, 0.5, 1, 2.5, 6, 6, kNan});
  check_op({"quantile with a margin", quantiles("rank_quantile", numbers, shares, 0.1)},
           {0.05, 0.95, 0.625}, {0, 6, 2.5});
  check_op({"one quantile", quantiles("quantile_rank", {5}, {0.0}, 0)}, {4, 5, 6}, {0, 0, 0});
}

TEST_CASE("tensor: the normal distribution and the way back", "[backend][tensor]") {
  // Tables of the standard normal distribution: 97.5 % lie below 1.959963984540054, and
  // 1 − 10⁻¹⁰ is out in the far tail.
  const Operator quantile = op_with("normal_quantile", {}, {});
  check_op({"quantiles", quantile}, {0.5, 0.975, 0.025, 0, 1, kNan},
           {0, 1.959963984540054, -1.959963984540054, -kInfinity, kInfinity, kNan}, 4e-15);
  check_op({"the far tail", quantile}, {1e-10, 1e-20}, {-6.361340902404056, -9.262340089798408},
           4e-15);
  check_op({"shares", op_with("normal_share", {}, {})},
           {0, 1.959963984540054, -1.959963984540054, -kInfinity, kInfinity, kNan},
           {0.5, 0.975, 0.025, 0, 1, kNan}, 4e-15);
}

TEST_CASE("tensor: basis functions of splines", "[backend][tensor]") {
  // Hats of degree 1 over the knots 0, 1, 2, 3, with the interval from 1 to 2: two of them.
  const std::vector<double> four = {0, 1, 2, 3};
  check_op({"hats", spline(four, 1, "hold"), 1, 2}, {1, 1.25, 2, 0.5, 4},
           {1, 0, 0.75, 0.25, 0, 1, 1, 0, 0, 1});
  // Their tangents there are 2 − x and x − 1.
  check_op({"lines", spline(four, 1, "line"), 1, 2}, {0, 4}, {2, -1, -2, 3});
  check_op({"extended", spline(four, 1, "extend"), 1, 2}, {0, 4}, {2, -1, -2, 3});
  check_op({"none", spline(four, 1, "none"), 1, 2}, {0, 1.5, kNan},
           {kNan, kNan, 0.5, 0.5, kNan, kNan});
  check_op({"missing", spline(four, 1, "hold", "zero"), 1, 2}, {kNan, 1}, {0, 0, 1, 0});
  // From knot 2 on, the hat that is 1 there falls along its right side's tangent.
  check_op({"an end further in", spline({0, 1, 2, 3, 4, 5, 6}, 1, "line", "nan", 1), 1, 5},
           {1, 2.5}, {0, 2, 0, 0, 0, 0, 0.5, 0.5, 0, 0});
  // With wrapping, the hats of knots 0 … 5 with the interval from 1 to 4: 4.25 is 1.25.
  check_op({"wrapped", spline({0, 1, 2, 3, 4, 5}, 1, "wrap"), 1, 3}, {1.25, 4.25, -1.75, 3.5},
           {0.75, 0.25, 0, 0.75, 0.25, 0, 0.75, 0.25, 0, 0.5, 0, 0.5});
  // Degree 2 in the middle of an interval of unit knots: 1/8, 3/4, 1/8; at its begin 1/2, 1/2, 0.
  const std::vector<double> six = {0, 1, 2, 3, 4, 5};
  check_op({"parabolas", spline(six, 2, "line"), 1, 3}, {2.5, 2},
           {0.125, 0.75, 0.125, 0.5, 0.5, 0});
  // Slopes at 2 are −1, 1, 0.
  check_op({"their tangents", spline(six, 2, "line"), 1, 3}, {1}, {1.5, -0.5, 0});
  check_op({"steps", spline({0, 1, 2}, 0, "hold"), 1, 2}, {0, 0.5, 1, 2}, {1, 0, 1, 0, 0, 1, 0, 1});
}

TEST_CASE("tensor: gaps are filled from the nearest rows", "[backend][tensor]") {
  const std::vector<double> donors = {0, 10, 1, 20, 3, 60, kNan, 100};
  // From 0: donors at √2·0, √2·1, √2·3; the last one is a stranger.
  check_op({"two nearest", neighbors(donors, 2, "uniform", "leave"), 2, 2}, {0, kNan, 7, 8},
           {0, 15, 7, 8});
  check_op({"all, strangers left", neighbors(donors, 9, "uniform", "leave"), 2, 2}, {0, kNan},
           {0, 30});
  check_op({"all, strangers taken", neighbors(donors, 9, "uniform", "take"), 2, 2}, {0, kNan},
           {0, 47.5});
  check_op({"by distance, one is equal", neighbors(donors, 2, "distance", "leave"), 2, 2},
           {0, kNan}, {0, 10});
  // From 2: distances 2, 1, 1 (times √2): weights 1/2, 1, 1.
  check_op({"by distance", neighbors(donors, 3, "distance", "leave"), 2, 2}, {2, kNan},
           {2, (5 + 20 + 60) / 2.5});
  check_op({"the earlier of equals", neighbors(donors, 1, "uniform", "leave"), 2, 2}, {2, kNan},
           {2, 20});
  check_op({"nothing known", neighbors(donors, 1, "uniform", "leave"), 2, 2}, {kNan, kNan},
           {4. / 3, 47.5});
  check_op({"a column without values", neighbors({kNan, 1}, 1, "uniform", "leave"), 2, 2},
           {5, kNan, kNan, 3}, {0, 1, 0, 3});
}

TEST_CASE("tensor: transformers' operators that don't fit are refused when they are prepared",
          "[backend][tensor]") {
  struct Row {
    OpCase wanted;
    const char* says;
  };
  const std::vector<double> four = {0, 1, 2, 3};
  const Row rows[] = {
      {{"edges that fall", bins({2, 1}, {2}, 0, 0)}, "ascending"},
      {{"an edge that is no number", bins({kNan}, {1}, 0, 0)}, "ascending"},
      {{"a negative count", bins({}, {-1}, 0, 0)}, "-1 edges"},
      {{"more edges than there are", bins({1}, {2}, 0, 0)}, "2 edges"},
      {{"edges that are left", bins({1, 2}, {1}, 0, 0)}, "2 edges"},
      {{"no counts", bins({}, {}, 0, 0)}, "0 counts"},
      {{"a part that comes later", products({0}, {0})}, "the part 0"},
      {{"a factor that isn't there", products({-1}, {1})}, "the factor 1"},
      {{"too few parts", products({-1}, {0, 0}), 1, 2}, "1 parts"},
      {{"another norm", normalize("l3", 0)}, "l3"},
      {{"too few lambdas", power("box_cox", {}), 1, 1}, "0 lambdas"},
      {{"another form", power("yeo_johnson", {1}, "plain")}, "plain"},
      {{"widths that differ", power("box_cox", {1}), 1, 2}, "an output of 2"},
      {{"no references", quantiles("quantile_rank", {}, {}, 0)}, "0 references"},
      {{"too few quantiles", quantiles("quantile_rank", {1, 2}, {0, 1}, 0), 2, 2}, "2 quantiles"},
      {{"references that fall", quantiles("rank_quantile", {1, 2}, {1, 0}, 0)}, "ascending"},
      {{"a negative margin", quantiles("rank_quantile", {1, 2}, {0, 1}, -1)}, "2 quantiles"},
      {{"a quantile that is no number", quantiles("quantile_rank", {1, kNan}, {0, 1}, 0)}, "NaN"},
      {{"knots that fall", spline({0, 2, 1, 3}, 1, "hold"), 1, 2}, "ascending"},
      {{"a knot without end", spline({0, 1, 2, kInfinity}, 1, "hold"), 1, 2}, "ascending"},
      {{"too few knots", spline({0, 1, 2}, 1, "hold"), 1, 1}, "at least 4"},
      {{"too few knots to wrap", spline({0, 1, 2, 3, 4, 5}, 2, "wrap"), 1, 1}, "at least 7"},
      {{"another width", spline(four, 1, "hold"), 1, 3}, "an output of 3"},
      {{"a degree beyond reason", spline(four, 33, "hold"), 1, 2}, "degree"},
      {{"an end that isn't there", spline(four, 1, "hold", "nan", 3), 1, 2}, "the end 4"},
      {{"splines of two columns", spline({0, 1, 2, 3, 0, 1, 2, 3}, 1, "hold"), 2, 4}, "1 ends"},
      {{"another end", spline(four, 1, "stop"), 1, 2}, "stop"},
      {{"another missing", spline(four, 1, "hold", "one"), 1, 2}, "one"},
      {{"no donors", neighbors({}, 1, "uniform", "take")}, "0 cells"},
      {{"half a donor", neighbors({1, 2, 3}, 1, "uniform", "take"), 2, 2}, "3 cells"},
      {{"no neighbours", neighbors({1}, 0, "uniform", "take")}, "0 neighbours"},
      {{"other weights", neighbors({1}, 1, "gaussian", "take")}, "gaussian"},
      {{"other strangers", neighbors({1}, 1, "uniform", "keep")}, "keep"},
  };
  for (const Row& row : rows) check_op_refused(row.wanted, row.says);
}

}  // namespace trivet::test
