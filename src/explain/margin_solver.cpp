// SPDX-License-Identifier: Apache-2.0
// Margins by a walk, sums behind a link by quadrature, few players by a table, many by paths.
#include "explain/margin_solver.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "explain/term_merge.hpp"
#include "explain/term_paths.hpp"
#include "explain/term_table.hpp"

namespace trivet::explain {
namespace {

bool has_quadrature(const MarginOutput& output) {
  if (output.port != spi::Port::linked) return false;
  return output.link.kind == spi::LinkKind::logistic ||
         output.link.kind == spi::LinkKind::logistic_clamped ||
         output.link.kind == spi::LinkKind::exponential;
}

void find_players_of_terms(MarginScratch& scratch, std::size_t player_count) {
  constexpr auto kNobody = static_cast<std::uint32_t>(-1);
  scratch.place_of_player.assign(player_count, kNobody);
  scratch.active.clear();
  for (const std::uint32_t player : scratch.terms.players) {
    if (scratch.place_of_player[player] != kNobody) continue;
    scratch.place_of_player[player] = static_cast<std::uint32_t>(scratch.active.size());
    scratch.active.push_back(player);
  }
}

bool is_additive(const spi::MarginTerms& terms) {
  return std::all_of(terms.terms.begin(), terms.terms.end(),
                     [](const spi::MarginTerm& term) { return term.with + term.without <= 1; });
}

/// The moves of one margin, in what the link's exp is taken of.
void gather_moves(const spi::MarginTerms& terms, std::size_t margin, double scale,
                  MarginScratch& scratch) {
  AdditiveGame& game = scratch.additive;
  game.origin = 0;
  game.moves.assign(scratch.active.size(), 0.0);
  for (std::size_t i = 0; i < terms.terms.size(); ++i) {
    const spi::MarginTerm& term = terms.terms[i];
    if (margin < term.first_output || margin >= term.first_output + terms.values_per_term) continue;
    const double value =
        scale * terms.values[i * terms.values_per_term + margin - term.first_output];
    if (term.with == 0) game.origin += value;
    if (term.with + term.without == 0) continue;
    const std::uint32_t place = scratch.place_of_player[terms.players[term.first_player]];
    game.moves[place] += term.with == 1 ? value : -value;
  }
}

/// What the margin of an explained output is multiplied by before its link's exp is taken.
double scale_of(const MarginOutput& output) {
  const double slope = output.link.kind == spi::LinkKind::logistic ? output.link.slope : 1.0;
  return slope / output.link.divisor;
}

/// Whether the quadrature takes all explained outputs: few enough players, margins not too large.
bool fits_quadrature(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch) {
  if (!has_quadrature(output) || !is_additive(scratch.terms)) return false;
  if (scratch.active.size() > kMostAdditivePlayers) return false;
  if (output.link.kind == spi::LinkKind::exponential) return true;
  return std::all_of(row.explained.begin(), row.explained.end(), [&](std::uint32_t position) {
    gather_moves(scratch.terms, output.margin_at(position), scale_of(output), scratch);
    return largest_margin(scratch.additive) <= kMostLogisticMargin;
  });
}

/// Whether a table for so many players stays within bounds: one, or one for each margin that the
/// link mixes.
bool fits_table(const MarginOutput& output, const spi::MarginGame& game, std::size_t players) {
  const std::size_t tables = is_elementwise(output) ? 1 : game.output_count();
  return players <= kMostTabled && (tables << players) <= kTableNumbers;
}

void solve_additive(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                    RowTally& tally) {
  scratch.values.resize(scratch.active.size());
  for (std::size_t i = 0; i < row.explained.size(); ++i) {
    const std::size_t position = row.explained[i];
    gather_moves(scratch.terms, output.margin_at(position), scale_of(output), scratch);
    if (output.link.kind == spi::LinkKind::exponential) {
      solve_exponential(scratch.additive, scratch.quadrature, scratch.values);
    } else {
      solve_logistic(scratch.additive, scratch.quadrature, scratch.values);
    }
    const double share = tally.share * output.sign_at(position);
    for (std::size_t p = 0; p < scratch.active.size(); ++p) {
      if (scratch.additive.moves[p] == 0) continue;
      tally.attributions[i * row.player_count + scratch.active[p]] += share * scratch.values[p];
    }
  }
}

}  // namespace

bool MarginOutput::is_linear() const noexcept {
  return port == spi::Port::margin ||
         (port == spi::Port::linked && link.kind == spi::LinkKind::identity);
}

LinearServing serve_linear(const MarginOutput& output, std::size_t position) noexcept {
  const double divisor = output.port == spi::Port::linked ? output.link.divisor : 1.0;
  return {output.margin_at(position), output.sign_at(position) / divisor};
}

ExplanationPlan margin_plan(const MarginOutput& output, const spi::MarginGame& game,
                            std::size_t player_count) {
  if (output.is_linear()) return {game.is_additive() ? "linear" : "tree-walk", true};
  if (game.is_additive() && has_quadrature(output)) {
    return {"additive-quadrature", player_count <= kMostAdditivePlayers};
  }
  const bool is_small = fits_table(output, game, player_count);
  return {is_small ? "term-table" : "term-paths", is_small};
}

bool solve_margins(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                   RowTally& tally) {
  if (output.is_linear()) {
    for (std::size_t i = 0; i < row.explained.size(); ++i) {
      const LinearServing serving = serve_linear(output, row.explained[i]);
      row.game->attribute(row.row, serving.margin, tally.share * serving.factor,
                          tally.attributions.subspan(i * row.player_count, row.player_count),
                          scratch.game);
    }
    return true;
  }
  row.game->collect(row.row, scratch.terms, scratch.game);
  if (!scratch.terms.are_all) return false;
  find_players_of_terms(scratch, row.player_count);
  if (scratch.active.empty()) return true;
  if (fits_quadrature(output, row, scratch)) {
    solve_additive(output, row, scratch, tally);
    return true;
  }
  merge_terms(scratch);
  if (fits_table(output, *row.game, scratch.active.size())) {
    solve_by_table(output, row, scratch, tally);
  } else {
    solve_by_paths(output, row, scratch, tally);
  }
  return true;
}

}  // namespace trivet::explain
