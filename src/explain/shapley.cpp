// SPDX-License-Identifier: Apache-2.0
// Shapley values out of tables of coalitions, and the orders in which players are sampled.
#include "explain/shapley.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace trivet::explain {
namespace {

constexpr std::uint64_t kSplitMixGamma = 0x9e3779b97f4a7c15U;

std::uint64_t finish_bits(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t PathRandom::next() noexcept {
  state_ += kSplitMixGamma;
  return finish_bits(state_);
}

void PathRandom::shuffle(std::span<std::uint32_t> items) noexcept {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
}

std::uint64_t mix_seed(std::uint64_t seed, std::span<const double> numbers) noexcept {
  for (const double x : numbers) {
    // Any NaN, and zeros of both signs, mean the same to a model.
    const std::uint64_t bits = x != x ? 1 : std::bit_cast<std::uint64_t>(x + 0.0);
    seed = finish_bits(seed + kSplitMixGamma + bits);
  }
  return seed;
}

CoalitionWeights coalition_weights(std::size_t k) noexcept {
  CoalitionWeights weights{};
  double choose = 1;  // of k-1 over s
  for (std::size_t s = 0; s < k; ++s) {
    weights[s] = 1 / (static_cast<double>(k) * choose);
    choose = choose * static_cast<double>(k - 1 - s) / static_cast<double>(s + 1);
  }
  return weights;
}

double shapley_value(std::span<const double> values, std::size_t p,
                     const CoalitionWeights& weights) noexcept {
  const std::size_t bit = std::size_t{1} << p;
  double sum = 0;
  for (std::size_t s = 0; s < values.size(); ++s) {
    if ((s & bit) != 0) continue;
    const double change = values[s | bit] - values[s];
    sum += weights[static_cast<std::size_t>(std::popcount(s))] * change;
  }
  return sum;
}

/// With c1 and c0 the weights of a coalition for a member and for one who isn't, a player's value
/// is Σ_{S∋p} (c1 + c0)(|S|)·v(S) − Σ_S c0(|S|)·v(S): one weighted table for all players, which
/// folding in half sums up for one player after the other.
void shapley_values(std::span<double> values, std::span<double> out) {
  const std::size_t k = out.size();
  const CoalitionWeights weights = coalition_weights(k);
  CoalitionWeights both{};
  CoalitionWeights absent{};
  for (std::size_t s = 0; s <= k; ++s) {
    if (s < k) absent[s] = weights[s];
    both[s] = absent[s] + (s > 0 ? weights[s - 1] : 0.0);
  }
  const double origin = values[0];
  double common = 0;
  for (std::size_t s = 0; s < values.size(); ++s) {
    const auto size = static_cast<std::size_t>(std::popcount(s));
    const double value = values[s] - origin;
    common += absent[size] * value;
    values[s] = both[size] * value;
  }
  std::size_t half = values.size() / 2;
  for (std::size_t p = k; p-- > 0; half /= 2) {
    double sum = 0;
    for (std::size_t s = 0; s < half; ++s) {
      sum += values[half + s];
      values[s] += values[half + s];
    }
    out[p] = sum - common;
  }
}

double PairMoments::variance_of_means(std::size_t pairs) const noexcept {
  const auto n = static_cast<double>(pairs);
  double total = 0;
  for (std::size_t p = 0; p < sum.size(); ++p) {
    const double mean = sum[p] / n;
    total += std::max(0.0, squares[p] / n - mean * mean) / (n - 1);
  }
  return total;
}

}  // namespace trivet::explain
