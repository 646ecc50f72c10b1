// SPDX-License-Identifier: Apache-2.0
// Along an order a term comes in with the last of its players A and goes out with the first of its
// players B, so one pass over the terms gives the margins after every step.
#include "explain/term_paths.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "explain/term_table.hpp"

namespace trivet::explain {
namespace {

/// Pairs of paths over the terms of a row, there and back in one pass, several pairs at once: where
/// their players stand is the same arithmetic for all. `Rank` holds numbers up to k + 1.
template <class Rank>
class TermPaths {
 public:
  TermPaths(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch)
      : output_(output),
        terms_(scratch.terms),
        k_(scratch.active.size()),
        width_(row.game->output_count()),
        ranks_(ranks_in(scratch.paths)),
        places_(scratch.paths.places) {
    ranks_.resize(k_);
    places_.clear();
    for (const std::uint32_t player : terms_.players) {
      places_.push_back(scratch.place_of_player[player]);
    }
  }

  /// Where a player stands in the order of a pair; pairs without an order give garbage.
  void set_order(std::size_t pair, std::span<const std::uint32_t> order) {
    for (std::size_t i = 0; i < k_; ++i) ranks_[order[i]][pair] = static_cast<Rank>(i + 1);
  }

  /// Fills margins and served numbers of the first `pairs`.
  void walk(std::size_t pairs, std::span<TermPath> there, std::span<TermPath> back) {
    for (std::size_t p = 0; p < kPairsAtOnce; ++p) {
      there[p].margins.assign((k_ + 2) * width_, 0.0);
      back[p].margins.assign((k_ + 2) * width_, 0.0);
    }
    std::array<double*, kPairsAtOnce> steps_there;
    std::array<double*, kPairsAtOnce> steps_back;
    for (std::size_t p = 0; p < kPairsAtOnce; ++p) {
      steps_there[p] = there[p].margins.data();
      steps_back[p] = back[p].margins.data();
    }
    for (std::size_t i = 0; i < terms_.terms.size(); ++i) {
      const Turns turns = turns_of(terms_.terms[i]);
      for (std::size_t p = 0; p < pairs; ++p) {
        add_term(i, turns, p, steps_there[p], steps_back[p]);
      }
    }
    for (std::size_t p = 0; p < pairs; ++p) {
      finish(there[p]);
      finish(back[p]);
    }
  }

  [[nodiscard]] std::size_t player_count() const noexcept { return k_; }
  [[nodiscard]] std::size_t width() const noexcept { return width_; }

 private:
  using Ranks = PairRanks<Rank>;

  static std::vector<Ranks>& ranks_in(TermPathScratch& scratch) noexcept {
    if constexpr (sizeof(Rank) == sizeof(std::int16_t)) return scratch.narrow_ranks;
    else return scratch.wide_ranks;
  }

  /// Where the players that a term wants, and those that it doesn't, begin and end, by pair.
  struct Turns {
    Ranks first_with;
    Ranks last_with;
    Ranks first_without;
    Ranks last_without;
  };

  /// The first and the last place, by pair. Loops run on copies, which nothing else can point to.
  void find_ends(const std::uint32_t* place, std::size_t count, Ranks& first, Ranks& last) const {
    Ranks least;
    Ranks most{};
    least.fill(static_cast<Rank>(k_ + 1));
    for (std::size_t i = 0; i < count; ++i) {
      const Ranks rank = ranks_[place[i]];
      for (std::size_t p = 0; p < kPairsAtOnce; ++p) {
        least[p] = rank[p] < least[p] ? rank[p] : least[p];
        most[p] = rank[p] > most[p] ? rank[p] : most[p];
      }
    }
    first = least;
    last = most;
  }

  [[nodiscard]] Turns turns_of(const spi::MarginTerm& term) const {
    const std::uint32_t* place = places_.data() + term.first_player;
    Turns turns;
    find_ends(place, term.with, turns.first_with, turns.last_with);
    find_ends(place + term.with, term.without, turns.first_without, turns.last_without);
    return turns;
  }

  /// With player ranks 1 … k, a term is there between two of them; the way back counts from the
  /// other end. What goes out behind the end, or never comes in, lands in a row that is cut off:
  /// whether a term comes in is nothing that a processor could guess.
  void add_term(std::size_t i, const Turns& turns, std::size_t p, double* there,
                double* back) const {
    const std::size_t end = k_ + 1;
    const auto first_with = static_cast<std::size_t>(turns.first_with[p]);
    const auto last_with = static_cast<std::size_t>(turns.last_with[p]);
    const auto first_without = static_cast<std::size_t>(turns.first_without[p]);
    const auto last_without = static_cast<std::size_t>(turns.last_without[p]);
    const bool goes = last_with < first_without;
    const bool returns = last_without < first_with;
    add_values(i, goes ? last_with : end, goes ? first_without : end, there);
    add_values(i, returns ? end - first_with : end, returns ? end - last_without : end, back);
  }

  void add_values(std::size_t i, std::size_t on, std::size_t off, double* steps) const {
    const std::size_t per_term = terms_.values_per_term;
    const double* value = terms_.values.data() + i * per_term;
    const std::size_t output = terms_.terms[i].first_output;
    double* const comes = steps + on * width_ + output;
    double* const leaves = steps + off * width_ + output;
    for (std::size_t v = 0; v < per_term; ++v) {
      comes[v] += value[v];
      leaves[v] -= value[v];
    }
  }

  void finish(TermPath& path) const {
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
  std::vector<Ranks>& ranks_;  // by player
  std::vector<std::uint32_t>& places_;
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

/// A margin's change below this share of all its terms is taken for rounding.
constexpr double kRoundedChange = 1e-10;

/// How far a margin's own attributions stand for those behind the link, by the ends of a path. 0
/// where the ends differ by no more than rounding, which has no slope.
double slope_between(const MarginOutput& output, const TermPath& path, std::size_t position,
                     std::size_t width, double all_terms) {
  if (!is_elementwise(output)) return 0;
  const std::size_t last = path.margins.size() - width + position;
  const double change = path.margins[last] - path.margins[position];
  if (std::fabs(change) <= kRoundedChange * all_terms) return 0;
  const double slope = (path.served[last] - path.served[position]) / change;
  return std::isfinite(slope) ? slope : 0;
}

/// Samples the pairs of one row and adds them up.
template <class Rank>
class PairSampler {
 public:
  PairSampler(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch)
      : output_(output),
        row_(row),
        scratch_(scratch),
        kept_(scratch.paths),
        paths_(output, row, scratch) {}

  void run(std::size_t pairs) {
    const std::size_t k = paths_.player_count();
    scratch_.moments.resize(row_.explained.size());
    for (PairMoments& moments : scratch_.moments) moments.clear(k);
    std::vector<std::uint32_t>& order = scratch_.order;
    order.resize(k);
    std::iota(order.begin(), order.end(), 0u);
    kept_.orders.resize(kPairsAtOnce * k);
    PathRandom random(mix_seed(k, scratch_.terms.values));
    for (std::size_t done = 0; done < pairs; done += kPairsAtOnce) {
      const std::size_t count = std::min(kPairsAtOnce, pairs - done);
      for (std::size_t p = 0; p < count; ++p) {
        random.shuffle(order);
        std::copy(order.begin(), order.end(),
                  kept_.orders.begin() + static_cast<std::ptrdiff_t>(p * k));
        paths_.set_order(p, order);
      }
      paths_.walk(count, kept_.there, kept_.back);
      if (done == 0) find_slopes();
      for (std::size_t p = 0; p < count; ++p) {
        for (std::size_t i = 0; i < row_.explained.size(); ++i) add_pair(i, p);
      }
    }
  }

  /// What the margin's sampled part was multiplied by before it was taken off all the row's pairs.
  [[nodiscard]] double slope(std::size_t i) const { return kept_.slopes[i]; }
  [[nodiscard]] std::size_t margin(std::size_t i) const {
    return output_.margin_at(row_.explained[i]);
  }

 private:
  /// By the first path: the ends of others differ by their rounding.
  void find_slopes() {
    double all_terms = 0;
    for (const double value : scratch_.terms.values) all_terms += std::fabs(value);
    kept_.slopes.clear();
    for (std::size_t i = 0; i < row_.explained.size(); ++i) {
      kept_.slopes.push_back(
          slope_between(output_, kept_.there[0], margin(i), paths_.width(), all_terms));
    }
  }

  void add_pair(std::size_t i, std::size_t pair) {
    const TermPath& there = kept_.there[pair];
    const TermPath& back = kept_.back[pair];
    const std::size_t k = paths_.player_count();
    const std::size_t width = paths_.width();
    const std::size_t at = margin(i);
    const double control = kept_.slopes[i];
    for (std::size_t p = 0; p < k; ++p) {
      const std::size_t up = p * width + at;
      const std::size_t down = (k - p - 1) * width + at;
      const double served = there.served[up + width] - there.served[up] +
                            back.served[down + width] - back.served[down];
      const double moved = there.margins[up + width] - there.margins[up] +
                           back.margins[down + width] - back.margins[down];
      scratch_.moments[i].add(kept_.orders[pair * k + p], (served - control * moved) / 2);
    }
  }

  const MarginOutput& output_;
  const MarginRow& row_;
  MarginScratch& scratch_;
  TermPathScratch& kept_;
  TermPaths<Rank> paths_;
};

template <class Rank>
void sample_pairs(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                  RowTally& tally) {
  const std::size_t k = scratch.active.size();
  const std::size_t pairs = static_cast<std::size_t>(row.path_count);
  PairSampler<Rank> sampler(output, row, scratch);
  sampler.run(pairs);
  scratch.margins.resize(k);
  tally.is_sampled = true;
  tally.has_variance = tally.has_variance && pairs > 1;
  for (std::size_t i = 0; i < row.explained.size(); ++i) {
    attribute_terms(sampler.margin(i), scratch, scratch.margins);
    const double slope = sampler.slope(i);
    const double share = output.sign_at(row.explained[i]) * tally.share;
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

}  // namespace

void solve_by_paths(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                    RowTally& tally) {
  constexpr std::size_t kMostNarrow = std::numeric_limits<std::int16_t>::max() - 1;
  const bool is_narrow = scratch.active.size() < kMostNarrow;
  if (is_narrow) sample_pairs<std::int16_t>(output, row, scratch, tally);
  else sample_pairs<std::int32_t>(output, row, scratch, tally);
}

}  // namespace trivet::explain
