// SPDX-License-Identifier: Apache-2.0
// Integrated gradients of a sum behind a link.
#include "explain/gradients.hpp"

#include <algorithm>
#include <cmath>

#include "explain/term_table.hpp"

namespace trivet::explain {
namespace {

/// Points of the rule behind links of several margins; smooth enough for all digits.
constexpr std::size_t kGradientPoints = 32;

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

/// Origins and moves of all margins: `moves[margin * players + player]`.
struct Line {
  std::vector<double> origin;
  std::vector<double> whole;  // the sum of a margin's moves
  std::vector<double> moves;
};

Line line_of(const MarginRow& row, const spi::MarginTerms& terms) {
  const std::size_t margins = row.game->output_count();
  Line line{std::vector<double>(margins), std::vector<double>(margins),
            std::vector<double>(margins * row.player_count)};
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
  return line;
}

/// By how much a unit of each margin moves an output, averaged over the line.
std::vector<double> mean_gradient(const MarginOutput& output, const Line& line,
                                  std::size_t position) {
  const std::size_t margins = line.origin.size();
  std::vector<double> gradient(margins, 0.0);
  if (is_elementwise(output)) {
    const std::size_t at = output.margin_at(position);
    double ends[2] = {line.origin[at], line.origin[at] + line.whole[at]};
    const bool moves = std::fabs(line.whole[at]) > 1e-9;
    if (moves) serve_margins(output, 1, ends);
    gradient[at] =
        moves ? (ends[1] - ends[0]) / line.whole[at] : link_slope(output.link, line.origin[at]);
    return gradient;
  }
  if (output.port != spi::Port::linked || output.link.kind != spi::LinkKind::softmax) {
    return gradient;
  }
  GaussLegendre rule;
  rule.prepare(kGradientPoints);
  std::vector<double> point(margins);
  for (std::size_t i = 0; i < kGradientPoints; ++i) {
    for (std::size_t m = 0; m < margins; ++m) {
      point[m] = line.origin[m] + rule.points[i] * line.whole[m];
    }
    serve_margins(output, margins, point);
    for (std::size_t m = 0; m < margins; ++m) {
      const double own = m == position ? 1.0 : 0.0;
      gradient[m] += rule.weights[i] * point[position] * (own - point[m]) / output.link.divisor;
    }
  }
  return gradient;
}

/// What the output moves by from one end of the line to the other.
double whole_change(const MarginOutput& output, const Line& line, std::size_t position) {
  std::vector<double> begin = line.origin;
  std::vector<double> end = line.origin;
  for (std::size_t m = 0; m < end.size(); ++m) end[m] += line.whole[m];
  serve_margins(output, begin.size(), begin);
  serve_margins(output, end.size(), end);
  const std::size_t at = output.margin_at(position);
  return end[at] - begin[at];
}

}  // namespace

void integrate_gradients(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                         RowTally& tally) {
  row.game->collect(row.row, scratch.terms, scratch.game);
  const Line line = line_of(row, scratch.terms);
  for (std::size_t i = 0; i < row.explained.size(); ++i) {
    const std::size_t position = row.explained[i];
    const std::vector<double> gradient = mean_gradient(output, line, position);
    const double sign = output.sign_at(position);
    double sum = 0;
    double total = 0;
    for (std::size_t p = 0; p < row.player_count; ++p) {
      double value = 0;
      for (std::size_t m = 0; m < gradient.size(); ++m) {
        value += gradient[m] * line.moves[m * row.player_count + p];
      }
      sum += value;
      total += std::fabs(value);
      tally.attributions[i * row.player_count + p] += tally.share * sign * value;
    }
    const double gap = std::fabs(sum - whole_change(output, line, position));
    // Below that it is rounding.
    const bool is_closed = gap <= 1e-12 * std::max(1.0, total);
    tally.residuals[i] +=
        is_closed ? 0 : tally.share * std::min(1.0, gap / std::max(total, 1e-300));
  }
}

}  // namespace trivet::explain
