// SPDX-License-Identifier: Apache-2.0
// Tables of all coalitions against terms that are looked at coalition by coalition.
#include "explain/term_table.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "catch.hpp"
#include "explain/shapley.hpp"
#include "support/random_forest.hpp"

namespace trivet::test {
namespace {

constexpr std::size_t kPlayers = 9;

/// Each player is wanted, not wanted, or doesn't matter, with the odds of its term.
spi::MarginTerms draw_terms(Random& random, std::size_t count) {
  spi::MarginTerms terms;
  for (std::size_t t = 0; t < count; ++t) {
    const std::uint32_t odds_with = random.below(10);
    const std::uint32_t odds_without = random.below(11 - odds_with);
    std::vector<std::uint32_t> with;
    std::vector<std::uint32_t> without;
    for (std::uint32_t p = 0; p < kPlayers; ++p) {
      const std::uint32_t drawn = random.below(10);
      if (drawn < odds_with) with.push_back(p);
      else if (drawn < odds_with + odds_without) without.push_back(p);
    }
    terms.terms.push_back({static_cast<std::uint32_t>(terms.players.size()),
                           static_cast<std::uint32_t>(with.size()),
                           static_cast<std::uint32_t>(without.size()), 0});
    terms.players.insert(terms.players.end(), with.begin(), with.end());
    terms.players.insert(terms.players.end(), without.begin(), without.end());
    terms.values.push_back(random.between(-1, 1));
  }
  return terms;
}

/// The margin of one coalition, term after term.
double margin_of(const spi::MarginTerms& terms, std::size_t coalition) {
  double margin = 0;
  for (std::size_t t = 0; t < terms.terms.size(); ++t) {
    const spi::MarginTerm& term = terms.terms[t];
    bool holds = true;
    for (std::uint32_t i = 0; i < term.with + term.without; ++i) {
      const bool is_in = (coalition >> terms.players[term.first_player + i] & 1) != 0;
      holds = holds && is_in == (i < term.with);
    }
    if (holds) margin += terms.values[t];
  }
  return margin;
}

/// A game of one margin, which the table never asks for more than that.
class OneMargin final : public spi::MarginGame {
 public:
  std::size_t output_count() const noexcept override { return 1; }
  bool is_additive() const noexcept override { return false; }
  void attribute(const void*, std::size_t, double, std::span<double>,
                 spi::GameScratch&) const override {}
  void collect(const void*, spi::MarginTerms&, spi::GameScratch&) const override {}
  std::size_t memory_bytes() const noexcept override { return 0; }
};

}  // namespace

TEST_CASE("term table: terms of all shapes add up to every coalition's margin",
          "[explain][table]") {
  Random random(21);
  for (int round = 0; round < 40; ++round) {
    explain::MarginScratch scratch;
    scratch.terms = draw_terms(random, 1 + random.below(60));
    std::vector<double> served;
    for (std::size_t s = 0; s < (std::size_t{1} << kPlayers); ++s) {
      served.push_back(1 / (1 + std::exp(-margin_of(scratch.terms, s))));
    }
    for (std::uint32_t p = 0; p < kPlayers; ++p) {
      scratch.active.push_back(p);
      scratch.place_of_player.push_back(p);
    }
    explain::MarginOutput output;
    output.link.kind = spi::LinkKind::logistic;
    const OneMargin game;
    const std::vector<std::uint32_t> explained{0};
    std::vector<double> values(kPlayers, 0.0);
    explain::RowTally tally;
    tally.attributions = values;
    explain::solve_by_table(output, {&game, nullptr, explained, kPlayers}, scratch, tally);
    const explain::CoalitionWeights weights = explain::coalition_weights(kPlayers);
    INFO("round " << round);
    for (std::size_t p = 0; p < kPlayers; ++p) {
      CHECK(values[p] == Approx(explain::shapley_value(served, p, weights)).margin(1e-12));
    }
  }
}

}  // namespace trivet::test
