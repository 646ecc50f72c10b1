// SPDX-License-Identifier: Apache-2.0
// Sampled paths over terms against values that follow from counting.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "catch.hpp"
#include "explain/margin_solver.hpp"

namespace trivet::test {
namespace {

/// A game that is its terms, whatever the row.
class FixedGame final : public spi::MarginGame {
 public:
  void add(std::initializer_list<std::uint32_t> with, double value) {
    terms_.terms.push_back({static_cast<std::uint32_t>(terms_.players.size()),
                            static_cast<std::uint32_t>(with.size()), 0, 0});
    terms_.players.insert(terms_.players.end(), with);
    terms_.values.push_back(value);
  }

  std::size_t output_count() const noexcept override { return 1; }
  bool is_additive() const noexcept override { return false; }
  void attribute(const void*, std::size_t, double, std::span<double>,
                 spi::GameScratch&) const override {}
  void collect(const void*, spi::MarginTerms& terms, spi::GameScratch&) const override {
    terms = terms_;
  }
  std::size_t memory_bytes() const noexcept override { return 0; }

 private:
  spi::MarginTerms terms_;
};

/// Players that push up and as many that push down, each pair of a side with a term of its own, so
/// that the row's margin is the baseline's.
constexpr std::uint32_t kSide = 13;

struct Balance {
  double origin;
  double move;
  double pair;

  [[nodiscard]] double served(std::uint32_t up, std::uint32_t down) const {
    const auto pairs = [](double n) { return n * (n - 1) / 2; };
    const double u = up;
    const double d = down;
    const double margin = origin + move * (u - d) + pair * (pairs(u) - pairs(d));
    return 1 / (1 + std::exp(-margin));
  }
  /// Of one that pushes up, by how many of each side are in.
  [[nodiscard]] double value_of_up() const {
    const auto log_choose = [](double n, double r) {
      return std::lgamma(n + 1) - std::lgamma(r + 1) - std::lgamma(n - r + 1);
    };
    double value = 0;
    for (std::uint32_t i = 0; i < kSide; ++i) {
      for (std::uint32_t j = 0; j <= kSide; ++j) {
        const double weight = std::exp(log_choose(kSide - 1, i) + log_choose(kSide, j) -
                                       log_choose(2 * kSide - 1, i + j)) /
                              (2 * kSide);
        value += weight * (served(i + 1, j) - served(i, j));
      }
    }
    return value;
  }
  [[nodiscard]] FixedGame game() const {
    FixedGame game;
    game.add({}, origin);
    for (std::uint32_t p = 0; p < kSide; ++p) {
      game.add({p}, move);
      game.add({p + kSide}, -move);
      for (std::uint32_t q = 0; q < p; ++q) {
        game.add({p, q}, pair);
        game.add({p + kSide, q + kSide}, -pair);
      }
    }
    return game;
  }
};

}  // namespace

TEST_CASE("term paths: a row whose margin is the baseline's but for rounding", "[explain][paths]") {
  const explain::MarginOutput output{spi::Port::linked, {spi::LinkKind::logistic, 1, 1}, false};
  for (const Balance& balance : {Balance{0.3, 0.37, 0.11}, Balance{0.1, 1.7, 0.3},
                                 Balance{-0.7, 0.013, 0.21}, Balance{0.3, 3.1, -0.17}}) {
    INFO("moves of " << balance.move << ", pairs of " << balance.pair);
    const FixedGame game = balance.game();
    std::vector<double> values(2 * kSide, 0.0);
    std::vector<double> variances(1, 0.0);
    const std::vector<std::uint32_t> explained{0};
    explain::MarginScratch scratch;
    explain::RowTally tally;
    tally.attributions = values;
    tally.variances = variances;
    REQUIRE(explain::solve_margins(output, {&game, nullptr, explained, values.size(), 50}, scratch,
                                   tally));
    REQUIRE(tally.is_sampled);
    const double up = balance.value_of_up();
    double error = 0;
    for (std::size_t p = 0; p < values.size(); ++p) {
      error = std::max(error, std::fabs(values[p] - (p < kSide ? up : -up)));
    }
    CHECK(error < 0.1);  // 50 pairs of changes below 1: some 0.02 of spread
  }
}

}  // namespace trivet::test
