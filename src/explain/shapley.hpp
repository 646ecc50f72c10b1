// SPDX-License-Identifier: Apache-2.0
// Shapley values out of tables of coalitions, and the orders in which players are sampled.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace trivet::explain {

/// Random numbers that depend on nothing but a seed (SplitMix64; Steele, Lea, Flood, OOPSLA 2014).
class PathRandom {
 public:
  explicit PathRandom(std::uint64_t seed) noexcept : state_(seed) {}
  [[nodiscard]] std::uint64_t next() noexcept;
  /// 0 … bound - 1; bound < 2³².
  [[nodiscard]] std::size_t below(std::size_t bound) noexcept {
    return static_cast<std::size_t>(((next() >> 32) * bound) >> 32);
  }
  void shuffle(std::span<std::uint32_t> items) noexcept;

 private:
  std::uint64_t state_;
};

/// A seed out of the numbers of a row: equal rows give equal paths.
[[nodiscard]] std::uint64_t mix_seed(std::uint64_t seed, std::span<const double> numbers) noexcept;

/// Up to so many players all coalitions are looked at.
inline constexpr std::size_t kMostWeighted = 24;
using CoalitionWeights = std::array<double, kMostWeighted + 1>;
/// The weights of a game of `k` players, at most kMostWeighted: a coalition of `s` others counts
/// s!(k-s-1)!/k!.
[[nodiscard]] CoalitionWeights coalition_weights(std::size_t k) noexcept;

/// The Shapley value of player `p` from the values of all 2^k coalitions, bit `i` for player `i`.
/// Exactly 0 where `p` changes nothing. O(2^k).
[[nodiscard]] double shapley_value(std::span<const double> values, std::size_t p,
                                   const CoalitionWeights& weights) noexcept;

/// All Shapley values at once, of at most kMostWeighted players; `values` is used up. O(2^k).
void shapley_values(std::span<double> values, std::span<double> out);

/// What the antithetic pairs of one row and output gave, player by player.
struct PairMoments {
  std::vector<double> sum;
  std::vector<double> squares;

  void clear(std::size_t players) {
    sum.assign(players, 0.0);
    squares.assign(players, 0.0);
  }
  void add(std::size_t player, double contribution) noexcept {
    sum[player] += contribution;
    squares[player] += contribution * contribution;
  }
  /// The sum over players of the variance of their mean over `pairs` pairs. Requires two pairs.
  [[nodiscard]] double variance_of_means(std::size_t pairs) const noexcept;
};

}  // namespace trivet::explain
