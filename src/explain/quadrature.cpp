// SPDX-License-Identifier: Apache-2.0
// A player's Shapley value is the integral over t in [0, 1] of the mean change it makes while
// every other one is in independently with probability t. For a sum behind a link that mean
// factorises: exp by itself, the logistic function as an integral of sines.
#include "explain/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace trivet::explain {
namespace {

constexpr double kPi = std::numbers::pi;

/// Where sinh(πw) has made everything vanish: 1e-16.
constexpr double kLastFrequency = 12;
/// The midpoint rule over frequencies is off by exp(-kAliasMargin).
constexpr double kAliasMargin = 37;

/// The integrand has degree k - 1, yet it is smooth: far fewer points than k / 2 give all digits
/// when there are many players.
std::size_t point_count(std::size_t players) {
  return std::max<std::size_t>(1, std::min((players + 1) / 2, 20 + players / 12));
}

/// Frequencies of one point t: factors 1 - t + t·exp(iwd) as arrays over w, so that loops run over
/// neighbours in memory.
class FrequencyTable {
 public:
  FrequencyTable(const AdditiveGame& game, std::vector<double>& memory) : game_(game) {
    const double step = 2 * kPi / (largest_margin(game) + kAliasMargin);
    count_ = static_cast<std::size_t>(std::ceil(kLastFrequency / step));
    const std::size_t players = game.moves.size();
    memory.resize((4 * players + 7) * count_);
    double* at = memory.data();
    for (double** part : {&re_, &im_, &prefix_re_, &prefix_im_}) {
      *part = at;
      at += players * count_;
    }
    for (double** part : {&origin_re_, &origin_im_, &weight_, &suffix_re_, &suffix_im_}) {
      *part = at;
      at += count_;
    }
    for (std::size_t w = 0; w < count_; ++w) {
      const double frequency = (static_cast<double>(w) + 0.5) * step;
      weight_[w] = step / std::sinh(kPi * frequency);
      origin_re_[w] = std::cos(frequency * game.origin);
      origin_im_[w] = std::sin(frequency * game.origin);
      for (std::size_t p = 0; p < players; ++p) {
        re_[p * count_ + w] = std::cos(frequency * game.moves[p]);
        im_[p * count_ + w] = std::sin(frequency * game.moves[p]);
      }
    }
  }

  /// Adds the integrand at `t` times `share` to `out`.
  void add(double t, double share, std::span<double> out) noexcept {
    const std::size_t players = game_.moves.size();
    std::copy_n(origin_re_, count_, suffix_re_);
    std::copy_n(origin_im_, count_, suffix_im_);
    for (std::size_t p = 0; p < players; ++p) {
      double* const pre = prefix_re_ + p * count_;
      double* const pim = prefix_im_ + p * count_;
      std::copy_n(suffix_re_, count_, pre);
      std::copy_n(suffix_im_, count_, pim);
      multiply(p, t);
    }
    std::copy_n(weight_, count_, suffix_re_);
    std::fill_n(suffix_im_, count_, 0.0);
    for (std::size_t p = players; p-- > 0;) {
      out[p] += share * change(p);
      multiply(p, t);
    }
  }

 private:
  /// Multiplies the running product with the factor of a player.
  void multiply(std::size_t p, double t) noexcept {
    const double* const re = re_ + p * count_;
    const double* const im = im_ + p * count_;
    double* const sre = suffix_re_;
    double* const sim = suffix_im_;
    for (std::size_t w = 0; w < count_; ++w) {
      const double fre = 1 - t + t * re[w];
      const double fim = t * im[w];
      const double a = sre[w];
      const double b = sim[w];
      sre[w] = a * fre - b * fim;
      sim[w] = a * fim + b * fre;
    }
  }

  /// The imaginary part of prefix · suffix · (exp(iwd) - 1), summed over frequencies.
  [[nodiscard]] double change(std::size_t p) const noexcept {
    const double* const re = re_ + p * count_;
    const double* const im = im_ + p * count_;
    const double* const pre = prefix_re_ + p * count_;
    const double* const pim = prefix_im_ + p * count_;
    double even = 0;
    for (std::size_t w = 0; w < count_; ++w) {
      const double a = pre[w] * suffix_re_[w] - pim[w] * suffix_im_[w];
      const double b = pre[w] * suffix_im_[w] + pim[w] * suffix_re_[w];
      even += a * im[w] + b * (re[w] - 1);
    }
    return even;
  }

  const AdditiveGame& game_;
  std::size_t count_ = 0;
  double* re_ = nullptr;
  double* im_ = nullptr;
  double* prefix_re_ = nullptr;
  double* prefix_im_ = nullptr;
  double* origin_re_ = nullptr;
  double* origin_im_ = nullptr;
  double* weight_ = nullptr;
  double* suffix_re_ = nullptr;
  double* suffix_im_ = nullptr;
};

}  // namespace

/// Newton's method on the Legendre polynomial, by its three-term recurrence.
void GaussLegendre::prepare(std::size_t n) {
  if (points.size() == n) return;
  points.resize(n);
  weights.resize(n);
  const auto degree = static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    double x = std::cos(kPi * (static_cast<double>(i) + 0.75) / (degree + 0.5));
    double slope = 1;
    for (int round = 0; round < 100; ++round) {
      double before = 1;
      double here = x;
      for (std::size_t j = 2; j <= n; ++j) {
        const auto order = static_cast<double>(j);
        const double next = ((2 * order - 1) * x * here - (order - 1) * before) / order;
        before = here;
        here = next;
      }
      slope = degree * (x * here - before) / (x * x - 1);
      const double change = here / slope;
      x -= change;
      if (std::fabs(change) < 1e-16) break;
    }
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
}

double largest_margin(const AdditiveGame& game) noexcept {
  double high = game.origin;
  double low = game.origin;
  for (const double move : game.moves) (move > 0 ? high : low) += move;
  return std::max(std::fabs(high), std::fabs(low));
}

void solve_logistic(const AdditiveGame& game, QuadratureScratch& scratch, std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  scratch.rule.prepare(point_count(game.moves.size()));
  FrequencyTable table(game, scratch.table);
  for (std::size_t i = 0; i < scratch.rule.points.size(); ++i) {
    table.add(scratch.rule.points[i], scratch.rule.weights[i], out);
  }
}

/// Divided by exp of the largest margin, so that all factors lie between 0 and 1.
void solve_exponential(const AdditiveGame& game, QuadratureScratch& scratch,
                       std::span<double> out) {
  const std::size_t players = game.moves.size();
  std::fill(out.begin(), out.end(), 0.0);
  scratch.rule.prepare(std::max<std::size_t>(1, (players + 1) / 2));
  scratch.table.resize(3 * players);
  const std::span<double> absent(scratch.table.data(), players);
  const std::span<double> present(absent.data() + players, players);
  const std::span<double> prefix(present.data() + players, players);
  double largest = game.origin;
  for (std::size_t p = 0; p < players; ++p) {
    const double up = std::max(game.moves[p], 0.0);
    absent[p] = std::exp(-up);
    present[p] = std::exp(game.moves[p] - up);
    largest += up;
  }
  const double scale = std::exp(largest);
  for (std::size_t i = 0; i < scratch.rule.points.size(); ++i) {
    const double t = scratch.rule.points[i];
    double product = 1;
    for (std::size_t p = 0; p < players; ++p) {
      prefix[p] = product;
      product *= (1 - t) * absent[p] + t * present[p];
    }
    double suffix = scale * scratch.rule.weights[i];
    for (std::size_t p = players; p-- > 0;) {
      const double change =
          game.moves[p] > 0 ? -std::expm1(-game.moves[p]) : std::expm1(game.moves[p]);
      out[p] += prefix[p] * suffix * change;
      suffix *= (1 - t) * absent[p] + t * present[p];
    }
  }
}

}  // namespace trivet::explain
