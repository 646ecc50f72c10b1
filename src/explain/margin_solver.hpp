// SPDX-License-Identifier: Apache-2.0
// The game of a model whose margins a backend takes apart: exact as far as its link allows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "explain/black_box.hpp"
#include "explain/quadrature.hpp"
#include "explain/shapley.hpp"
#include "trivet/spi/graph.hpp"
#include "trivet/spi/link.hpp"
#include "trivet/spi/margin_game.hpp"

namespace trivet::explain {

/// Up to so many active players a table of all coalitions is made.
inline constexpr std::size_t kMostTabled = 20;
/// Numbers in all tables of one row.
inline constexpr std::size_t kTableNumbers = std::size_t{1} << 22;

/// What is served of the margins.
struct MarginOutput {
  spi::Port port = spi::Port::linked;  ///< margin, linked or class_index
  spi::Link link;
  bool is_two_scores = false;  ///< served is [1 - p, p] of the one number p

  /// True when a served number is a margin times a constant.
  [[nodiscard]] bool is_linear() const noexcept;
  /// The margin whose number is served at a position, of which `1 - p` moves the other way.
  [[nodiscard]] std::size_t margin_at(std::size_t position) const noexcept {
    return is_two_scores ? 0 : position;
  }
  [[nodiscard]] double sign_at(std::size_t position) const noexcept {
    return is_two_scores && position == 0 ? -1.0 : 1.0;
  }
};

/// The margin behind a position of a linear output, and what it is multiplied by.
struct LinearServing {
  std::size_t margin = 0;
  double factor = 1;
};
[[nodiscard]] LinearServing serve_linear(const MarginOutput& output, std::size_t position) noexcept;

/// How a margin output is solved, before a row is seen.
[[nodiscard]] ExplanationPlan margin_plan(const MarginOutput& output, const spi::MarginGame& game,
                                          std::size_t player_count);

/// Which players a term wants in and out, a bit each, and for which margins.
struct TermKey {
  std::uint64_t with = 0;
  std::uint64_t without = 0;
  std::uint32_t output = 0;
  friend bool operator==(const TermKey&, const TermKey&) = default;
};

/// Margins and served numbers at all points of a path.
struct TermPath {
  std::vector<double> margins;
  std::vector<double> served;
};

/// So many pairs of paths go through the terms at once.
inline constexpr std::size_t kPairsAtOnce = 32;
/// Where a player stands in the orders of the pairs.
template <class Rank>
using PairRanks = std::array<Rank, kPairsAtOnce>;

/// What paths over terms keep.
struct TermPathScratch {
  std::vector<PairRanks<std::int16_t>> narrow_ranks;
  std::vector<PairRanks<std::int32_t>> wide_ranks;
  std::vector<std::uint32_t> places;  // of the terms' players, in `active`
  std::vector<std::uint32_t> orders;  // of the pairs at hand
  std::vector<double> slopes;         // by explained output
  std::array<TermPath, kPairsAtOnce> there;
  std::array<TermPath, kPairsAtOnce> back;
};

/// What gradients keep: origins of margins, sums of their moves, `moves[margin * players +
/// player]`.
struct LineScratch {
  std::vector<double> origin;
  std::vector<double> whole;
  std::vector<double> moves;
  std::vector<double> gradient;
  std::vector<double> point;
  std::vector<double> end;
};

/// One thread's memory.
struct MarginScratch {
  spi::GameScratch game;
  spi::MarginTerms terms;
  QuadratureScratch quadrature;
  AdditiveGame additive;
  std::vector<std::uint32_t> active;
  std::vector<std::uint32_t> place_of_player;  // in `active`
  TermPathScratch paths;
  LineScratch line;
  std::vector<double> table;
  std::vector<double> complements;
  std::vector<double> linked;
  std::vector<double> values;
  std::vector<double> margins;
  std::vector<std::uint32_t> order;
  std::vector<PairMoments> moments;
  std::vector<std::uint32_t> merge_slots;
  std::vector<TermKey> merge_keys;
};

/// One row against one baseline.
struct MarginRow {
  const spi::MarginGame* game = nullptr;
  const void* row = nullptr;
  std::span<const std::uint32_t> explained;
  std::size_t player_count = 0;
  std::int32_t path_count = 1;  ///< of sampled Shapley
  std::int32_t step_count = 1;  ///< of gradients
};

/// False when the row has too many terms, and nothing was added.
[[nodiscard]] bool solve_margins(const MarginOutput& output, const MarginRow& row,
                                 MarginScratch& scratch, RowTally& tally);

}  // namespace trivet::explain
