// SPDX-License-Identifier: Apache-2.0
// Integrated gradients of a sum behind a link.
#include "explain/gradients.hpp"

#include <algorithm>
#include <cmath>

#include "explain/term_table.hpp"

namespace trivet::explain {
namespace {

double link_slope(const spi::Link& link, double margin) noexcept {
  const double x = margin / link.divisor;
  switch (link.kind) {
    case spi::LinkKind::identity: return 1 / link.divisor;
    case spi::LinkKind::logistic:
    case spi::LinkKind::logistic_clamped: {
      const double slope = link.kind == spi::LinkKind::logistic ? link.slope : 1.0;
      const double p = 1 / (1 + std::exp(-slope * x));
      return slope * p * (1 - p) / link.divisor;
    }
    case spi::LinkKind::exponential: return std::exp(x) / link.divisor;
    case spi::LinkKind::log1p_exp: return 1 / (1 + std::exp(-x)) / link.divisor;
    case spi::LinkKind::signed_square: return 2 * std::fabs(x) / link.divisor;
    case spi::LinkKind::softmax:
    case spi::LinkKind::step:
    case spi::LinkKind::ordered_softplus:
    case spi::LinkKind::sorted: break;
  }
  return 0;
}

/// Fills origins and moves of all margins.
void draw_line(const MarginRow& row, const spi::MarginTerms& terms, LineScratch& line) {
  const std::size_t margins = row.game->output_count();
  line.origin.assign(margins, 0.0);
  line.whole.assign(margins, 0.0);
  line.moves.assign(margins * row.player_count, 0.0);
  for (std::size_t i = 0; i < terms.terms.size(); ++i) {
    const spi::MarginTerm& term = terms.terms[i];
    for (std::size_t v = 0; v < terms.values_per_term; ++v) {
      const std::size_t margin = term.first_output + v;
      const double value = terms.values[i * terms.values_per_term + v];
      if (term.with == 0) line.origin[margin] += value;
      if (term.with + term.without == 0) continue;
      const double move = term.with == 1 ? value : -value;
      line.moves[margin * row.player_count + terms.players[term.first_player]] += move;
      line.whole[margin] += move;
    }
  }
}

/// Adds the gradient of a softmax at one point of the line.
void add_softmax_gradient(const MarginOutput& output, double at, double weight,
                          std::size_t position, LineScratch& line) {
  const std::size_t margins = line.origin.size();
  for (std::size_t m = 0; m < margins; ++m) {
    line.point[m] = line.origin[m] + at * line.whole[m];
  }
  serve_margins(output, margins, line.point);
  for (std::size_t m = 0; m < margins; ++m) {
    const double own = m == position ? 1.0 : 0.0;
    line.gradient[m] += weight * line.point[position] * (own - line.point[m]) / output.link.divisor;
  }
}

/// By how much a unit of each margin moves an output, averaged over the line: into line.gradient.
void fill_mean_gradient(const MarginOutput& output, std::size_t position, const GaussLegendre& rule,
                        LineScratch& line) {
  line.gradient.assign(line.origin.size(), 0.0);
  if (is_elementwise(output)) {
    const std::size_t at = output.margin_at(position);
    double ends[2] = {line.origin[at], line.origin[at] + line.whole[at]};
    const bool moves = std::fabs(line.whole[at]) > 1e-9;
    if (moves) serve_margins(output, 1, ends);
    line.gradient[at] =
        moves ? (ends[1] - ends[0]) / line.whole[at] : link_slope(output.link, line.origin[at]);
    return;
  }
  if (output.port != spi::Port::linked || output.link.kind != spi::LinkKind::softmax) return;
  line.point.resize(line.origin.size());
  for (std::size_t i = 0; i < rule.points.size(); ++i) {
    add_softmax_gradient(output, rule.points[i], rule.weights[i], position, line);
  }
}

/// What the output moves by from one end of the line to the other.
double whole_change(const MarginOutput& output, std::size_t position, LineScratch& line) {
  line.point = line.origin;
  line.end = line.origin;
  for (std::size_t m = 0; m < line.end.size(); ++m) line.end[m] += line.whole[m];
  serve_margins(output, line.point.size(), line.point);
  serve_margins(output, line.end.size(), line.end);
  const std::size_t at = output.margin_at(position);
  return line.end[at] - line.point[at];
}

}  // namespace

void integrate_gradients(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                         RowTally& tally) {
  row.game->collect(row.row, scratch.terms, scratch.game);
  LineScratch& line = scratch.line;
  draw_line(row, scratch.terms, line);
  GaussLegendre& rule = scratch.quadrature.rule;
  rule.prepare(static_cast<std::size_t>(row.step_count));
  for (std::size_t i = 0; i < row.explained.size(); ++i) {
    const std::size_t position = row.explained[i];
    fill_mean_gradient(output, position, rule, line);
    const double sign = output.sign_at(position);
    double sum = 0;
    double total = 0;
    for (std::size_t p = 0; p < row.player_count; ++p) {
      double value = 0;
      for (std::size_t m = 0; m < line.gradient.size(); ++m) {
        value += line.gradient[m] * line.moves[m * row.player_count + p];
      }
      sum += value;
      total += std::fabs(value);
      tally.attributions[i * row.player_count + p] += tally.share * sign * value;
    }
    const double gap = std::fabs(sum - whole_change(output, position, line));
    // Below that it is rounding.
    const bool is_closed = gap <= 1e-12 * std::max(1.0, total);
    tally.residuals[i] +=
        is_closed ? 0 : tally.share * std::min(1.0, gap / std::max(total, 1e-300));
  }
}

}  // namespace trivet::explain
