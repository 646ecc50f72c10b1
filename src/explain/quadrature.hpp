// SPDX-License-Identifier: Apache-2.0
// Exact Shapley values of a link of a sum: every player moves the margin by a number of its own.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace trivet::explain {

/// Points and weights of Gauss and Legendre on [0, 1]. Exact for polynomials below degree 2n.
struct GaussLegendre {
  std::vector<double> points;
  std::vector<double> weights;

  /// Computes the rule for `n` points unless it is there already.
  void prepare(std::size_t n);
};

/// link(origin + Σ moves of the players that are in).
struct AdditiveGame {
  double origin = 0;
  std::vector<double> moves;  ///< one a player
};

/// One thread's memory.
struct QuadratureScratch {
  GaussLegendre rule;
  std::vector<double> table;
};

/// The largest |margin| at which the logistic game is computed.
inline constexpr double kMostLogisticMargin = 2000;
/// And the most players, for the time and memory that they take.
inline constexpr std::size_t kMostAdditivePlayers = std::size_t{1} << 14;
/// The largest |margin| that any coalition of the game has.
[[nodiscard]] double largest_margin(const AdditiveGame& game) noexcept;

/// Shapley values of 1 / (1 + exp(-margin)), absolute error about 1e-14. Requires
/// largest_margin() <= kMostLogisticMargin. O(players^1.5 · largest margin).
void solve_logistic(const AdditiveGame& game, QuadratureScratch& scratch, std::span<double> out);

/// Shapley values of exp(margin). O(players²).
void solve_exponential(const AdditiveGame& game, QuadratureScratch& scratch, std::span<double> out);

}  // namespace trivet::explain
