// SPDX-License-Identifier: Apache-2.0
// A player's Shapley value is the integral over t in [0, 1] of the mean change it makes while
// every other one is in independently with probability t. For a sum behind a link that mean
// factorises: exp by itself, the logistic function as an integral of sines.
#include "explain/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/gauss_legendre.hpp"

namespace trivet::explain {
namespace {

constexpr double kPi = std::numbers::pi;

/// Where sinh(πw) has made everything vanish: 1e-16.
constexpr double kLastFrequency = 12;
/// All digits up to a thousand players; off by exp(-2·512²/k) of the largest value beyond, 1e-14
/// for the most players that there may be (see point_count).
constexpr std::size_t kMostExponentialPoints = 512;
/// The midpoint rule over frequencies is off by exp(-kAliasMargin).
constexpr double kAliasMargin = 37;
/// Numbers of a block of frequencies: 1 MiB, but with the most players 8 MiB.
constexpr std::size_t kTableNumbersAtOnce = std::size_t{1} << 17;
constexpr std::size_t kLeastFrequencies = 16;

/// Points enough for an error of exp(-40) of the integrand; the fewest of three numbers that are.
///
/// A rule of n points is off by at most 5·M·exp(-2nη) where the integrand stays below M on the
/// ellipse around [0, 1] whose axes have the lengths cosh η and sinh η.
///  * It is a polynomial of degree k - 1, for which (k + 1)/2 points are exact.
///  * |1 - t| + |t| is cosh η on the ellipse, so M grows no faster than cosh(η)^k ≤ exp(kη²/2):
///  with
///    η = 2n/k the error falls as exp(-2n²/k).
///  * |1 - t + t·exp(iwd)| ≤ 1 + w·|d|·y at a distance y of [0, 1], so that the product grows as
///    exp(wyΣ|d|), which 1/sinh(πw) holds down while yΣ|d| < π: the distance of the link's poles.
///    Nine tenths of it leave M at some tens.
std::size_t point_count(const AdditiveGame& game) {
  constexpr double kLogError = 40;
  constexpr double kNearPoles = 1.8 * kPi;
  const auto players = static_cast<double>(game.moves.size());
  double way = 1;  // at least, against a division by 0
  for (const double move : game.moves) way += std::fabs(move);
  const double by_players = std::sqrt(kLogError / 2 * players);
  const double by_poles = (kLogError + 4) / (2 * std::asinh(kNearPoles / way));
  const auto smooth = static_cast<std::size_t>(std::ceil(std::min(by_players, by_poles)));
  return std::clamp<std::size_t>((game.moves.size() + 1) / 2, 1, std::max<std::size_t>(smooth, 1));
}

/// The factors 1 - t + t·exp(iwd) of all players as arrays over the frequencies w, so that loops
/// run over neighbours in memory.
///
/// With Q the product over the others and R = Q·(exp(iwd) - 1), a player's mean change at t is the
/// sum of Im(exp(iw·origin)·R) over w. At 1 - t every factor is exp(iwd) times its conjugate at t,
/// which makes that change -Im(exp(iw·end)·conj(R)): both at once for the price of one.
///
/// All frequencies of many players would be gigabytes, so they come in blocks.
class FrequencyTable {
 public:
  FrequencyTable(const AdditiveGame& game, std::vector<double>& memory)
      : game_(game),
        players_(game.moves.size()),
        step_(2 * kPi / (largest_margin(game) + kAliasMargin)),
        all_(static_cast<std::size_t>(std::ceil(kLastFrequency / step_))),
        at_once_(std::clamp<std::size_t>(kTableNumbersAtOnce / (4 * players_ + 4),
                                         kLeastFrequencies, all_)) {
    memory.resize((4 * players_ + 4) * at_once_);
    double* at = memory.data();
    for (double** part : {&re_, &im_, &prefix_re_, &prefix_im_}) {
      *part = at;
      at += players_ * at_once_;
    }
    for (double** part : {&of_re_, &of_im_, &running_re_, &running_im_}) {
      *part = at;
      at += at_once_;
    }
  }

  [[nodiscard]] std::size_t frequencies() const noexcept { return all_; }

  /// Goes to a block of frequencies; the first that the next one has.
  std::size_t fill(std::size_t first) noexcept {
    count_ = std::min(at_once_, all_ - first);
    double end = game_.origin;
    for (const double move : game_.moves) end += move;
    for (std::size_t w = 0; w < count_; ++w) {
      const double frequency = (static_cast<double>(first + w) + 0.5) * step_;
      const double weight = step_ / std::sinh(kPi * frequency);
      of_im_[w] = weight * (std::cos(frequency * game_.origin) + std::cos(frequency * end));
      of_re_[w] = weight * (std::sin(frequency * game_.origin) - std::sin(frequency * end));
    }
    for (std::size_t p = 0; p < players_; ++p) fill_player(p, game_.moves[p] * step_, first);
    return first + count_;
  }

  /// Adds the integrand at `t` and at 1 - t, times `share`, to `out`.
  void add(double t, double share, std::span<double> out) noexcept {
    std::fill_n(running_re_, count_, 1.0);
    std::fill_n(running_im_, count_, 0.0);
    for (std::size_t p = 0; p < players_; ++p) {
      std::copy_n(running_re_, count_, prefix_re_ + p * count_);
      std::copy_n(running_im_, count_, prefix_im_ + p * count_);
      multiply(p, t);
    }
    std::fill_n(running_re_, count_, 1.0);
    std::fill_n(running_im_, count_, 0.0);
    for (std::size_t p = players_; p-- > 0;) {
      out[p] += share * change(p);
      multiply(p, t);
    }
  }

 private:
  /// exp(i·angle·(w + 1/2)) by turning on and on; a hundred turns lose two digits of sixteen.
  void fill_player(std::size_t p, double angle, std::size_t first) noexcept {
    double* const re = re_ + p * count_;
    double* const im = im_ + p * count_;
    const double turn_re = std::cos(angle);
    const double turn_im = std::sin(angle);
    const double start = first == 0 ? angle / 2 : angle * (static_cast<double>(first) + 0.5);
    double a = std::cos(start);
    double b = std::sin(start);
    for (std::size_t w = 0; w < count_; ++w) {
      re[w] = a;
      im[w] = b;
      const double next = a * turn_re - b * turn_im;
      b = a * turn_im + b * turn_re;
      a = next;
    }
  }

  /// Multiplies the running product with the factor of a player.
  void multiply(std::size_t p, double t) noexcept {
    const double* const re = re_ + p * count_;
    const double* const im = im_ + p * count_;
    double* const sre = running_re_;
    double* const sim = running_im_;
    for (std::size_t w = 0; w < count_; ++w) {
      const double fre = 1 - t + t * re[w];
      const double fim = t * im[w];
      const double a = sre[w];
      const double b = sim[w];
      sre[w] = a * fre - b * fim;
      sim[w] = a * fim + b * fre;
    }
  }

  [[nodiscard]] double change(std::size_t p) const noexcept {
    const double* const re = re_ + p * count_;
    const double* const im = im_ + p * count_;
    const double* const pre = prefix_re_ + p * count_;
    const double* const pim = prefix_im_ + p * count_;
    double sum = 0;
    for (std::size_t w = 0; w < count_; ++w) {
      const double a = pre[w] * running_re_[w] - pim[w] * running_im_[w];
      const double b = pre[w] * running_im_[w] + pim[w] * running_re_[w];
      const double r = a * (re[w] - 1) - b * im[w];
      const double s = a * im[w] + b * (re[w] - 1);
      sum += of_im_[w] * s + of_re_[w] * r;
    }
    return sum;
  }

  const AdditiveGame& game_;
  std::size_t players_;
  double step_;
  std::size_t all_;      // frequencies
  std::size_t at_once_;  // of them in a block
  std::size_t count_ = 0;
  double* re_ = nullptr;
  double* im_ = nullptr;
  double* prefix_re_ = nullptr;
  double* prefix_im_ = nullptr;
  double* of_re_ = nullptr;
  double* of_im_ = nullptr;
  double* running_re_ = nullptr;
  double* running_im_ = nullptr;
};

}  // namespace

void GaussLegendre::prepare(std::size_t n) {
  if (points.size() == n) return;
  points.resize(n);
  weights.resize(n);
  base::fill_gauss_legendre(points, weights);
}

double largest_margin(const AdditiveGame& game) noexcept {
  double high = game.origin;
  double low = game.origin;
  for (const double move : game.moves) (move > 0 ? high : low) += move;
  return std::max(std::fabs(high), std::fabs(low));
}

void solve_logistic(const AdditiveGame& game, QuadratureScratch& scratch, std::span<double> out) {
  std::fill(out.begin(), out.end(), 0.0);
  scratch.rule.prepare(point_count(game));
  FrequencyTable table(game, scratch.table);
  // Points come in pairs t and 1 - t; one in the middle is its own other half.
  const GaussLegendre& rule = scratch.rule;
  const std::size_t count = rule.points.size();
  for (std::size_t first = 0; first < table.frequencies();) {
    first = table.fill(first);
    for (std::size_t i = 0; i < count / 2; ++i) table.add(rule.points[i], rule.weights[i], out);
    if (count % 2 != 0) table.add(rule.points[count / 2], rule.weights[count / 2] / 2, out);
  }
}

/// Divided by exp of the largest margin, so that all factors lie between 0 and 1.
void solve_exponential(const AdditiveGame& game, QuadratureScratch& scratch,
                       std::span<double> out) {
  const std::size_t players = game.moves.size();
  std::fill(out.begin(), out.end(), 0.0);
  scratch.rule.prepare(std::clamp<std::size_t>((players + 1) / 2, 1, kMostExponentialPoints));
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
