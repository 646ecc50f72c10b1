// SPDX-License-Identifier: Apache-2.0
// Along an order a term comes in with the last of its players A and goes out with the first of its
// players B, so one pass over the terms gives the margins after every step.
#include "explain/term_paths.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "explain/term_table.hpp"

namespace trivet::explain {
namespace {

/// Pairs of paths over the terms of a row, there and back in one pass.
class TermPaths {
 public:
  TermPaths(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch)
      : output_(output),
        terms_(scratch.terms),
        k_(scratch.active.size()),
        width_(row.game->output_count()),
        rank_(scratch.rank) {
    rank_.resize(k_);
    scratch.order.resize(k_);
    for (std::size_t p = 0; p < k_; ++p) scratch.order[p] = static_cast<std::uint32_t>(p);
    places_.reserve(terms_.players.size());
    for (const std::uint32_t player : terms_.players) {
      places_.push_back(scratch.place_of_player[player]);
    }
  }

  /// Margins and served numbers at all k + 1 points of a path.
  struct Path {
    std::vector<double> margins;
    std::vector<double> served;
  };

  void walk(std::span<const std::uint32_t> order, Path& there, Path& back) {
    for (std::size_t i = 0; i < k_; ++i) rank_[order[i]] = static_cast<std::uint32_t>(i + 1);
    there.margins.assign((k_ + 2) * width_, 0.0);
    back.margins.assign((k_ + 2) * width_, 0.0);
    for (std::size_t i = 0; i < terms_.terms.size(); ++i) add_term(i, there, back);
    finish(there);
    finish(back);
  }

  [[nodiscard]] std::size_t player_count() const noexcept { return k_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }

 private:
  /// With player ranks 1 … k, a term is there between two of them; the way back counts from the
  /// other end. What goes out behind the end lands in a row that is cut off.
  void add_term(std::size_t i, Path& there, Path& back) const {
    const spi::MarginTerm& term = terms_.terms[i];
    const std::uint32_t* place = places_.data() + term.first_player;
    const auto end = static_cast<std::uint32_t>(k_ + 1);
    std::uint32_t first_with = end;
    std::uint32_t last_with = 0;
    for (std::uint32_t a = 0; a < term.with; ++a) {
      first_with = std::min(first_with, rank_[place[a]]);
      last_with = std::max(last_with, rank_[place[a]]);
    }
    std::uint32_t first_without = end;
    std::uint32_t last_without = 0;
    for (std::uint32_t b = term.with; b < term.with + term.without; ++b) {
      first_without = std::min(first_without, rank_[place[b]]);
      last_without = std::max(last_without, rank_[place[b]]);
    }
    if (last_with < first_without) add_values(i, last_with, first_without, there.margins);
    if (last_without < first_with) {
      add_values(i, end - first_with, end - last_without, back.margins);
    }
  }

  void add_values(std::size_t i, std::size_t on, std::size_t off,
                  std::vector<double>& steps) const {
    const double* value = terms_.values.data() + i * terms_.values_per_term;
    const std::size_t output = terms_.terms[i].first_output;
    for (std::size_t v = 0; v < terms_.values_per_term; ++v) {
      steps[on * width_ + output + v] += value[v];
      steps[off * width_ + output + v] -= value[v];
    }
  }

  void finish(Path& path) const {
    path.margins.resize((k_ + 1) * width_);
    for (std::size_t i = width_; i < path.margins.size(); ++i) {
      path.margins[i] += path.margins[i - width_];
    }
    path.served = path.margins;
    serve_margins(output_, width_, path.served);
  }

  const MarginOutput& output_;
  const spi::MarginTerms& terms_;
  std::size_t k_;
  std::size_t width_;
  std::vector<std::uint32_t>& rank_;
  std::vector<std::uint32_t> places_;
};

/// The exact Shapley values of one margin: each player of A gets w·(a-1)!·b!/(a+b)!, each of B
/// -w·a!·(b-1)!/(a+b)!.
void attribute_terms(std::size_t margin, const MarginScratch& scratch, std::span<double> out) {
  const spi::MarginTerms& terms = scratch.terms;
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t i = 0; i < terms.terms.size(); ++i) {
    const spi::MarginTerm& term = terms.terms[i];
    const std::uint32_t count = term.with + term.without;
    if (count == 0 || margin < term.first_output ||
        margin >= term.first_output + terms.values_per_term) {
      continue;
    }
    const double value = terms.values[i * terms.values_per_term + margin - term.first_output];
    double choose = 1;  // of a+b over a
    for (std::uint32_t j = 1; j <= term.with; ++j) {
      choose *= static_cast<double>(term.without + j) / static_cast<double>(j);
    }
    for (std::uint32_t j = 0; j < count; ++j) {
      const std::uint32_t place = scratch.place_of_player[terms.players[term.first_player + j]];
      out[place] += j < term.with ? value / (term.with * choose) : -value / (term.without * choose);
    }
  }
}

/// How far a margin's own attributions stand for those behind the link.
double slope_between(const MarginOutput& output, std::span<const double> margins,
                     std::span<const double> served, std::size_t position, std::size_t width) {
  if (!is_elementwise(output)) return 0;
  const std::size_t last = margins.size() - width + position;
  const double change = margins[last] - margins[position];
  const double slope = (served[last] - served[position]) / change;
  return std::isfinite(slope) ? slope : 0;
}

/// Samples the pairs of one row and adds them up.
class PairSampler {
 public:
  PairSampler(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch)
      : output_(output), row_(row), scratch_(scratch), paths_(output, row, scratch) {}

  void run(std::size_t pairs) {
    const std::size_t k = paths_.player_count();
    scratch_.moments.resize(row_.explained.size());
    for (PairMoments& moments : scratch_.moments) moments.clear(k);
    PathRandom random(mix_seed(k, scratch_.terms.values));
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      random.shuffle(scratch_.order);
      paths_.walk(scratch_.order, there_, back_);
      for (std::size_t i = 0; i < row_.explained.size(); ++i) add_pair(i);
    }
  }

  /// What a player's mean lacks because the margin's sampled part was taken off.
  [[nodiscard]] double slope(std::size_t i) const {
    return slope_between(output_, there_.margins, there_.served, margin(i), paths_.width());
  }
  [[nodiscard]] std::size_t margin(std::size_t i) const {
    return output_.is_two_scores ? 0 : row_.explained[i];
  }

 private:
  void add_pair(std::size_t i) {
    const std::size_t k = paths_.player_count();
    const std::size_t width = paths_.width();
    const std::size_t at = margin(i);
    const double control = slope(i);
    for (std::size_t p = 0; p < k; ++p) {
      const std::size_t up = p * width + at;
      const std::size_t down = (k - p - 1) * width + at;
      const double served = there_.served[up + width] - there_.served[up] +
                            back_.served[down + width] - back_.served[down];
      const double moved = there_.margins[up + width] - there_.margins[up] +
                           back_.margins[down + width] - back_.margins[down];
      scratch_.moments[i].add(scratch_.order[p], (served - control * moved) / 2);
    }
  }

  const MarginOutput& output_;
  const MarginRow& row_;
  MarginScratch& scratch_;
  TermPaths paths_;
  TermPaths::Path there_;
  TermPaths::Path back_;
};

}  // namespace

void solve_by_paths(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                    RowTally& tally) {
  const std::size_t k = scratch.active.size();
  const std::size_t pairs = static_cast<std::size_t>(row.path_count);
  PairSampler sampler(output, row, scratch);
  sampler.run(pairs);
  scratch.margins.resize(k);
  tally.is_sampled = true;
  tally.has_variance = tally.has_variance && pairs > 1;
  for (std::size_t i = 0; i < row.explained.size(); ++i) {
    attribute_terms(sampler.margin(i), scratch, scratch.margins);
    const double slope = sampler.slope(i);
    const bool is_turned = output.is_two_scores && row.explained[i] == 0;
    const double share = is_turned ? -tally.share : tally.share;
    for (std::size_t p = 0; p < k; ++p) {
      const double mean = scratch.moments[i].sum[p] / static_cast<double>(pairs);
      tally.attributions[i * row.player_count + scratch.active[p]] +=
          share * (mean + slope * scratch.margins[p]);
    }
    if (pairs > 1) {
      tally.variances[i] += share * share * scratch.moments[i].variance_of_means(pairs);
    }
  }
}

}  // namespace trivet::explain
