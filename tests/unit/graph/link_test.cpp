// SPDX-License-Identifier: Apache-2.0
// Links against numbers that Python's math module gives for the formula in each case's remark.
#include "trivet/spi/link.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "catch.hpp"

namespace trivet::test {
namespace {

using spi::Link;
using spi::LinkKind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct LinkCase {
  const char* name;
  Link link;
  std::vector<double> margins;
  std::vector<double> expected;
};

const LinkCase kCases[] = {
    {"identity", {LinkKind::identity}, {-3, 0, 2.5, kInfinity}, {-3, 0, 2.5, kInfinity}},
    {"logistic: 1/(1+exp(-x))",
     {LinkKind::logistic},
     {-3, -0.5, 0, 0.25, 2, 30},
     {0.04742587317756678, 0.3775406687981454, 0.5, 0.5621765008857981, 0.8807970779778823,
      0.9999999999999065}},
    {"logistic with a slope of one half: 1/(1+exp(-x/2))",
     {LinkKind::logistic, 0.5},
     {-3, -0.5, 0, 0.25, 2},
     {0.18242552380635635, 0.43782349911420193, 0.5, 0.5312093733737563, 0.7310585786300049}},
    {"logistic at the ends", {LinkKind::logistic}, {kInfinity, -kInfinity}, {1, 0}},
    {"logistic_clamped: the same in the middle",
     {LinkKind::logistic_clamped},
     {-3, -0.5, 0, 0.25, 2},
     {0.04742587317756678, 0.3775406687981454, 0.5, 0.5621765008857981, 0.8807970779778823}},
    {"exponential: exp(x)",
     {LinkKind::exponential},
     {-3, -0.5, 0, 0.25, 2},
     {0.049787068367863944, 0.6065306597126334, 1, 1.2840254166877414, 7.38905609893065}},
    {"exponential at the ends", {LinkKind::exponential}, {1000, -1000}, {kInfinity, 0}},
    {"softmax: exp(x-2) over their sum",
     {LinkKind::softmax},
     {1, 2, 0.5},
     {0.23122389762214907, 0.6285317192117624, 0.14024438316608848}},
    {"softmax of equals", {LinkKind::softmax}, {7, 7, 7}, {1.0 / 3, 1.0 / 3, 1.0 / 3}},
    {"softmax of large margins doesn't overflow", {LinkKind::softmax}, {2000, 0, -3000}, {1, 0, 0}},
    {"step: 1 above 0, nothing at it", {LinkKind::step}, {-1, 0, -0.0, 1e-30, 5}, {0, 0, 0, 1, 1}},
    {"ordered_softplus: a running sum of 1e-6 + log1p(exp(x))",
     {LinkKind::ordered_softplus},
     {-1, 0.5, -2, 3},
     {-1, -0.025922015819893285, 0.10100699522307921, 3.149595346796821}},
    {"sorted", {LinkKind::sorted}, {3, -1, 2, 2}, {-1, 2, 2, 3}},
    {"log1p_exp: log(1+exp(x))",
     {LinkKind::log1p_exp},
     {-3, 0, 2},
     {0.04858735157374206, 0.6931471805599453, 2.1269280110429727}},
    {"signed_square", {LinkKind::signed_square}, {-3, 0, 0.5, 2}, {-9, 0, 0.25, 4}},
};

template <class T>
std::vector<T> apply(const Link& link, const std::vector<double>& margins, std::size_t width) {
  std::vector<T> row(margins.begin(), margins.end());
  spi::apply_link(link, std::span<T>(row), width);
  return row;
}

bool close(double a, double b, double tolerance) {
  return a == b || std::fabs(a - b) <= tolerance * std::max(1.0, std::fabs(b));
}

}  // namespace

TEST_CASE("link: each kind gives its formula's numbers in both widths", "[graph][link]") {
  for (const LinkCase& one : kCases) {
    INFO(one.name);
    const auto wide = apply<double>(one.link, one.margins, one.margins.size());
    const auto narrow = apply<float>(one.link, one.margins, one.margins.size());
    for (std::size_t i = 0; i < one.expected.size(); ++i) {
      INFO("margin " << one.margins[i] << " gives " << wide[i] << " and " << narrow[i]);
      CHECK(close(wide[i], one.expected[i], 1e-15));
      CHECK(close(static_cast<double>(narrow[i]), one.expected[i], 1e-6));
    }
  }
}

TEST_CASE("link: the clamp of XGBoost keeps the smallest probability above zero", "[graph][link]") {
  // exp(88.7) is the largest float32 power that the clamp lets through: 1/(1+exp(88.7))
  // = 3.0066e-39.
  const auto row = apply<float>({LinkKind::logistic_clamped}, {-100, -88.7, -1e30, 100}, 4);
  CHECK(row[0] > 0);
  CHECK(row[0] == row[1]);
  CHECK(row[0] == row[2]);
  CHECK(close(static_cast<double>(row[0]) / 3.0066e-39, 1, 1e-4));
  CHECK(row[3] == 1);
  const auto plain = apply<float>({LinkKind::logistic}, {-100}, 1);
  CHECK(plain[0] == 0);  // exp(100) is infinite in float32
}

TEST_CASE("link: NaN stays NaN", "[graph][link]") {
  for (const LinkKind kind : {LinkKind::identity, LinkKind::logistic, LinkKind::exponential,
                              LinkKind::softmax, LinkKind::log1p_exp, LinkKind::signed_square}) {
    INFO(static_cast<int>(kind));
    CHECK(std::isnan(apply<double>({kind}, {kNan}, 1)[0]));
    CHECK(std::isnan(apply<float>({kind}, {kNan}, 1)[0]));
  }
  const auto sorted = apply<double>({LinkKind::sorted}, {3, kNan, 1}, 3);  // must end, any order
  CHECK(sorted.size() == 3);
}

TEST_CASE("link: a row has the same bits alone and among others", "[graph][link]") {
  for (const LinkCase& one : kCases) {
    INFO(one.name);
    const std::size_t width = one.margins.size();
    const auto alone = apply<float>(one.link, one.margins, width);
    std::vector<double> many;
    for (int copy = 0; copy < 37; ++copy) {
      many.insert(many.end(), one.margins.begin(), one.margins.end());
    }
    const auto together = apply<float>(one.link, many, width);
    for (std::size_t r = 0; r < 37; ++r) {
      CHECK(std::memcmp(together.data() + r * width, alone.data(), width * sizeof(float)) == 0);
    }
  }
}

TEST_CASE("link: rows are transformed each on its own", "[graph][link]") {
  const auto rows = apply<double>({LinkKind::softmax}, {0, 0, 5, 5}, 2);
  for (const double x : rows) CHECK(x == 0.5);
  const auto sorted = apply<double>({LinkKind::sorted}, {2, 1, 4, 3}, 2);
  CHECK(sorted == std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("link: the first greatest margin wins", "[graph][link]") {
  const std::pair<std::vector<double>, std::size_t> rows[] = {
      {{1}, 0},          {{1, 2, 3}, 2},        {{3, 2, 1}, 0},         {{1, 3, 3}, 1},
      {{0, 0, 0}, 0},    {{-5, -1, -3}, 1},     {{kNan, 5}, 0},         {{1, kNan, 3}, 2},
      {{1, 2, kNan}, 1}, {{-kInfinity, -1}, 1}, {{1, kInfinity, 2}, 1}, {{-0.0, 0.0}, 0},
  };
  for (const auto& [row, expected] : rows) {
    const std::vector<float> narrow(row.begin(), row.end());
    CHECK(spi::first_maximum(std::span<const double>(row)) == expected);
    CHECK(spi::first_maximum(std::span<const float>(narrow)) == expected);
  }
}

}  // namespace trivet::test
