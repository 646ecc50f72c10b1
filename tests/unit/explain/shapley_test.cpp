// SPDX-License-Identifier: Apache-2.0
// Shapley values on paper, and sums behind a link against all coalitions.
#include "explain/shapley.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "explain/quadrature.hpp"
#include "support/random_forest.hpp"

namespace trivet::test {
namespace {

using Game = double (*)(std::size_t coalition);

/// All values of a game of `k` players by definition, and by folding the table.
void check_values(std::size_t k, Game game, const std::vector<double>& expected) {
  std::vector<double> values(std::size_t{1} << k);
  for (std::size_t s = 0; s < values.size(); ++s) values[s] = game(s);
  const explain::CoalitionWeights weights = explain::coalition_weights(k);
  for (std::size_t p = 0; p < k; ++p) {
    CHECK(explain::shapley_value(values, p, weights) == Approx(expected[p]).margin(1e-15));
  }
  std::vector<double> folded(k);
  explain::shapley_values(values, folded);
  for (std::size_t p = 0; p < k; ++p) CHECK(folded[p] == Approx(expected[p]).margin(1e-14));
}

TEST_CASE("shapley: games whose values are known on paper", "[explain][shapley]") {
  SECTION("one player") {
    check_values(1, [](std::size_t s) { return s != 0 ? 3.0 : 1.0; }, {2});
  }
  SECTION("and") {
    check_values(2, [](std::size_t s) { return s == 3 ? 1.0 : 0.0; }, {0.5, 0.5});
  }
  SECTION("or") {
    check_values(2, [](std::size_t s) { return s != 0 ? 1.0 : 0.0; }, {0.5, 0.5});
  }
  SECTION("exclusive or returns to where it was") {
    check_values(2, [](std::size_t s) { return s == 1 || s == 2 ? 1.0 : 0.0; }, {0, 0});
  }
  SECTION("majority of five") {
    check_values(5, [](std::size_t s) { return std::popcount(s) >= 3 ? 1.0 : 0.0; },
                 {0.2, 0.2, 0.2, 0.2, 0.2});
  }
  SECTION("left glove, two right gloves") {
    // The left one is worth 2/3, each right one 1/6.
    check_values(3, [](std::size_t s) { return (s & 1) != 0 && (s & 6) != 0 ? 1.0 : 0.0; },
                 {2.0 / 3, 1.0 / 6, 1.0 / 6});
  }
}

TEST_CASE("shapley: a player that changes nothing has exactly nothing", "[explain][shapley]") {
  Random random(3);
  std::vector<double> values(32);
  for (std::size_t s = 0; s < 32; ++s)
    values[s] = (s & 4) != 0 ? values[s & ~std::size_t{4}] : random.between(-9, 9);
  CHECK(explain::shapley_value(values, 2, explain::coalition_weights(5)) == 0.0);
}

double served(bool is_exponential, double margin) {
  return is_exponential ? std::exp(margin) : 1 / (1 + std::exp(-margin));
}

/// The greatest difference between the quadrature and all coalitions, relative to the largest
/// value of the game where that is above 1.
double quadrature_error(const explain::AdditiveGame& game, bool is_exponential) {
  const std::size_t k = game.moves.size();
  std::vector<double> values(std::size_t{1} << k);
  double scale = 1;
  for (std::size_t s = 0; s < values.size(); ++s) {
    double margin = game.origin;
    for (std::size_t p = 0; p < k; ++p) margin += (s >> p & 1) != 0 ? game.moves[p] : 0.0;
    values[s] = served(is_exponential, margin);
    scale = std::max(scale, values[s]);
  }
  explain::QuadratureScratch scratch;
  std::vector<double> out(k);
  if (is_exponential) explain::solve_exponential(game, scratch, out);
  else explain::solve_logistic(game, scratch, out);
  const explain::CoalitionWeights weights = explain::coalition_weights(k);
  double error = 0;
  for (std::size_t p = 0; p < k; ++p) {
    const double exact = explain::shapley_value(values, p, weights);
    error = std::max(error, std::fabs(out[p] - exact) / scale);
  }
  return error;
}

TEST_CASE("quadrature: a sum behind a link has the values of all coalitions",
          "[explain][quadrature]") {
  Random random(5);
  for (const bool is_exponential : {false, true}) {
    for (const std::size_t k : {1, 2, 3, 7, 12, 14}) {
      for (const double spread : {0.01, 1.0, 8.0, 40.0}) {
        explain::AdditiveGame game{random.between(-spread, spread), {}};
        for (std::size_t p = 0; p < k; ++p) game.moves.push_back(random.between(-spread, spread));
        INFO((is_exponential ? "exp" : "logistic") << ", " << k << " players, " << spread);
        CHECK(quadrature_error(game, is_exponential) < 1e-12);
      }
    }
  }
}

TEST_CASE("quadrature: the sum is the difference of the outputs for many players too",
          "[explain][quadrature]") {
  Random random(6);
  for (const std::size_t k : {40, 100, 300}) {
    explain::AdditiveGame game{0.3, {}};
    double end = game.origin;
    for (std::size_t p = 0; p < k; ++p) end += game.moves.emplace_back(random.between(-0.4, 0.4));
    explain::QuadratureScratch scratch;
    std::vector<double> out(k);
    explain::solve_logistic(game, scratch, out);
    double sum = 0;
    for (const double x : out) sum += x;
    INFO(k << " players");
    CHECK(sum == Approx(served(false, end) - served(false, game.origin)).margin(1e-13));
  }
}

TEST_CASE("quadrature: a hundred players against twice as many points", "[explain][quadrature]") {
  // Two halves of equal players: their values follow from the number of each that are in,
  // Σ_{i,j} C(49,i)·C(50,j)·(i+j)!(99-i-j)!/100!·(g(i+1,j) - g(i,j)).
  constexpr std::size_t kHalf = 50;
  constexpr double kUp = 0.11;
  constexpr double kDown = -0.07;
  explain::AdditiveGame game{-0.5, std::vector<double>(kHalf, kUp)};
  game.moves.resize(2 * kHalf, kDown);
  const auto log_choose = [](double n, double r) {
    return std::lgamma(n + 1) - std::lgamma(r + 1) - std::lgamma(n - r + 1);
  };
  double exact = 0;
  for (std::size_t i = 0; i < kHalf; ++i) {
    for (std::size_t j = 0; j <= kHalf; ++j) {
      const auto up = static_cast<double>(i);
      const auto down = static_cast<double>(j);
      const double margin = game.origin + up * kUp + down * kDown;
      const double weight = std::exp(log_choose(kHalf - 1, up) + log_choose(kHalf, down) -
                                     log_choose(2 * kHalf - 1, up + down)) /
                            (2 * kHalf);
      exact += weight * (served(false, margin + kUp) - served(false, margin));
    }
  }
  explain::QuadratureScratch scratch;
  std::vector<double> out(2 * kHalf);
  explain::solve_logistic(game, scratch, out);
  for (std::size_t p = 0; p < kHalf; ++p) CHECK(out[p] == Approx(exact).margin(1e-12));
}

TEST_CASE("quadrature: large margins take time, not memory", "[explain][quadrature]") {
  // 400 players and 3700 frequencies: 6 million numbers if all stood side by side.
  Random random(9);
  explain::AdditiveGame game{0, {}};
  for (std::size_t p = 0; p < 400; ++p) game.moves.push_back(random.between(-1, 1));
  game.origin = 1900 - explain::largest_margin(game);
  explain::QuadratureScratch scratch;
  std::vector<double> out(game.moves.size());
  explain::solve_logistic(game, scratch, out);
  CHECK(scratch.table.capacity() <= std::size_t{1} << 18);
  double end = game.origin;
  double sum = 0;
  for (const double move : game.moves) end += move;
  for (const double x : out) sum += x;
  CHECK(sum == Approx(served(false, end) - served(false, game.origin)).margin(1e-11));
  // A few players that matter, as an enumeration has them, though the margins are large.
  explain::AdditiveGame few{-990, {400, 300, 288, 3, -1, 2.5, 200, -150}};
  CHECK(quadrature_error(few, false) < 1e-11);
}

TEST_CASE("quadrature: many small moves one way share their way evenly", "[explain][quadrature]") {
  struct Row {
    std::size_t players;
    double move;
    double origin;
  };
  constexpr Row kRows[] = {
      {100, 1, -50}, {1000, 0.1, -50}, {1000, -0.1, 50}, {4000, 0.025, -50}, {2000, 0.01, -10},
  };
  for (const Row& row : kRows) {
    INFO(row.players << " moves of " << row.move);
    const explain::AdditiveGame game{row.origin, std::vector<double>(row.players, row.move)};
    explain::QuadratureScratch scratch;
    std::vector<double> out(row.players);
    explain::solve_logistic(game, scratch, out);
    // Equal players have equal values, so each has its part of the whole way.
    const auto count = static_cast<double>(row.players);
    const double each =
        (served(false, row.origin + count * row.move) - served(false, row.origin)) / count;
    double error = 0;
    for (const double x : out) error = std::max(error, std::fabs(x - each));
    CHECK(error * count < 1e-12);
  }
}

TEST_CASE("quadrature: many small moves against a large one", "[explain][quadrature]") {
  // The large one takes back what all the others make, so the moves' sum says nothing of how far
  // the margin goes. With i of the small ones in, Σ_i 1/(n+1)·(g(i, in) - g(i, out)) is its value.
  constexpr std::size_t kSmall = 1000;
  constexpr double kMove = 0.06;
  constexpr double kLarge = -60;
  constexpr double kOrigin = 30;
  explain::AdditiveGame game{kOrigin, std::vector<double>(kSmall, kMove)};
  game.moves.push_back(kLarge);
  double exact = 0;
  for (std::size_t i = 0; i <= kSmall; ++i) {
    const double margin = kOrigin + static_cast<double>(i) * kMove;
    exact += (served(false, margin + kLarge) - served(false, margin)) / (kSmall + 1);
  }
  explain::QuadratureScratch scratch;
  std::vector<double> out(kSmall + 1);
  explain::solve_logistic(game, scratch, out);
  CHECK(out[kSmall] == Approx(exact).margin(1e-12));
  // The sum is 0, and the others are alike.
  CHECK(out[0] == Approx(-exact / kSmall).margin(1e-15));
}

TEST_CASE("sampled paths: equal numbers give equal orders, others other ones", "[explain][paths]") {
  const std::vector<double> row{1, 2, std::nan("")};
  const std::vector<double> zero{0.0, 2};
  const std::vector<double> minus_zero{-0.0, 2};
  CHECK(explain::mix_seed(1, row) == explain::mix_seed(1, row));
  CHECK(explain::mix_seed(1, zero) == explain::mix_seed(1, minus_zero));
  CHECK(explain::mix_seed(1, row) != explain::mix_seed(2, row));
  explain::PathRandom random(7);
  std::vector<std::uint32_t> order{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::vector<std::size_t> first(10, 0);
  for (int i = 0; i < 10000; ++i) {
    random.shuffle(order);
    ++first[order[0]];
  }
  // Each is first 1000 times; 200 are more than six standard deviations.
  for (const std::size_t count : first) CHECK(count == Approx(1000).margin(200));
}

}  // namespace
}  // namespace trivet::test
