// SPDX-License-Identifier: Apache-2.0
// The game of a model that can only be asked: every coalition, or sampled paths.
#include "explain/black_box.hpp"

#include <algorithm>

namespace trivet::explain {
namespace {

constexpr std::size_t kMostRowsAtOnce = 1024;
constexpr std::size_t kCellsAtOnce = std::size_t{1} << 20;

bool is_same_cell(double a, double b) noexcept { return a == b || (a != a && b != b); }

/// Collects mixtures of the row and the baseline, and asks for them in blocks.
class MixtureAsker {
 public:
  MixtureAsker(const RowGame& game, AskModel ask, BlackBoxScratch& scratch)
      : game_(game),
        ask_(ask),
        scratch_(scratch),
        cells_(game.row.size()),
        rows_at_once_(
            std::clamp<std::size_t>(kCellsAtOnce / (cells_ + game.width), 1, kMostRowsAtOnce)) {
    scratch_.rows.resize(rows_at_once_ * cells_);
    scratch_.answers.resize(rows_at_once_ * game.width);
    scratch_.places.clear();
  }

  /// Room for a mixture, the baseline to begin with. Its values will stand at `values[i]` for the
  /// i-th explained output, `step` further for the next one.
  double* next(double* values, std::size_t step) {
    if (count_ == rows_at_once_) flush();
    scratch_.places.push_back(values);
    step_ = step;
    double* row = scratch_.rows.data() + count_++ * cells_;
    std::copy(game_.baseline.begin(), game_.baseline.end(), row);
    return row;
  }
  void put(std::uint32_t player, double* mixture) const noexcept {
    for (const std::uint32_t cell : game_.spec->player_cells[player]) {
      mixture[cell] = game_.row[cell];
    }
  }
  void flush() {
    if (count_ == 0) return;
    ask_(std::span(scratch_.rows.data(), count_ * cells_), count_, scratch_.answers);
    for (std::size_t r = 0; r < count_; ++r) {
      for (std::size_t i = 0; i < game_.explained.size(); ++i) {
        scratch_.places[r][i * step_] = scratch_.answers[r * game_.width + game_.explained[i]];
      }
    }
    scratch_.places.clear();
    count_ = 0;
  }

 private:
  const RowGame& game_;
  AskModel ask_;
  BlackBoxScratch& scratch_;
  std::size_t cells_;
  std::size_t rows_at_once_;
  std::size_t count_ = 0;
  std::size_t step_ = 1;
};

void enumerate(const RowGame& game, AskModel ask, BlackBoxScratch& scratch, RowTally& tally) {
  const std::size_t k = scratch.active.size();
  const std::size_t coalitions = std::size_t{1} << k;
  scratch.values.resize(coalitions * game.explained.size());
  MixtureAsker asker(game, ask, scratch);
  for (std::size_t s = 0; s < coalitions; ++s) {
    double* mixture = asker.next(scratch.values.data() + s, coalitions);
    for (std::size_t i = 0; i < k; ++i) {
      if ((s >> i & 1) != 0) asker.put(scratch.active[i], mixture);
    }
  }
  asker.flush();
  const CoalitionWeights weights = coalition_weights(k);
  const std::size_t players = game.spec->player_count();
  for (std::size_t i = 0; i < game.explained.size(); ++i) {
    const std::span<const double> values(scratch.values.data() + i * coalitions, coalitions);
    for (std::size_t p = 0; p < k; ++p) {
      tally.attributions[i * players + scratch.active[p]] +=
          tally.share * shapley_value(values, p, weights);
    }
  }
}

/// Asks for the points of a path; `scratch.values` gets k + 1 of them an explained output.
void walk_path(MixtureAsker& asker, std::span<const std::uint32_t> order, double* values,
               std::size_t step) {
  for (std::size_t length = 0; length <= order.size(); ++length) {
    double* mixture = asker.next(values + length, step);
    for (std::size_t i = 0; i < length; ++i) asker.put(order[i], mixture);
  }
}

/// Each path goes there and back: an order of the players and its reverse. Both lead from the
/// baseline to the row, so the sum of the attributions is exact.
void sample_paths(const RowGame& game, AskModel ask, BlackBoxScratch& scratch, RowTally& tally) {
  const std::size_t k = scratch.active.size();
  const std::size_t players = game.spec->player_count();
  const std::size_t pairs = static_cast<std::size_t>(game.path_count);
  const std::size_t step = 2 * (k + 1);
  scratch.order = scratch.active;
  scratch.values.resize(step * game.explained.size());
  scratch.moments.resize(game.explained.size());
  for (PairMoments& moments : scratch.moments) moments.clear(players);
  PathRandom random(mix_seed(mix_seed(k, game.row), game.baseline));
  MixtureAsker asker(game, ask, scratch);
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    random.shuffle(scratch.order);
    scratch.reverse.assign(scratch.order.rbegin(), scratch.order.rend());
    walk_path(asker, scratch.order, scratch.values.data(), step);
    walk_path(asker, scratch.reverse, scratch.values.data() + k + 1, step);
    asker.flush();
    for (std::size_t i = 0; i < game.explained.size(); ++i) {
      const double* there = scratch.values.data() + i * step;
      const double* back = there + k + 1;
      for (std::size_t p = 0; p < k; ++p) {
        const double up = there[p + 1] - there[p];
        const double down = back[k - p] - back[k - p - 1];
        scratch.moments[i].add(scratch.order[p], (up + down) / 2);
      }
    }
  }
  tally.is_sampled = true;
  tally.has_variance = tally.has_variance && pairs > 1;
  for (std::size_t i = 0; i < game.explained.size(); ++i) {
    const PairMoments& moments = scratch.moments[i];
    for (const std::uint32_t p : scratch.active) {
      tally.attributions[i * players + p] +=
          tally.share * moments.sum[p] / static_cast<double>(pairs);
    }
    if (pairs > 1) {
      tally.variances[i] += tally.share * tally.share * moments.variance_of_means(pairs);
    }
  }
}

}  // namespace

void find_active(const RowGame& game, std::vector<std::uint32_t>& active) {
  active.clear();
  for (std::size_t p = 0; p < game.spec->player_count(); ++p) {
    const std::vector<std::uint32_t>& cells = game.spec->player_cells[p];
    const bool differs = std::any_of(cells.begin(), cells.end(), [&](std::uint32_t cell) {
      return !is_same_cell(game.row[cell], game.baseline[cell]);
    });
    if (differs) active.push_back(static_cast<std::uint32_t>(p));
  }
}

void solve_black_box(const RowGame& game, AskModel ask, BlackBoxScratch& scratch, RowTally& tally) {
  find_active(game, scratch.active);
  if (scratch.active.empty()) return;
  if (scratch.active.size() <= kMostEnumerated) enumerate(game, ask, scratch, tally);
  else sample_paths(game, ask, scratch, tally);
}

}  // namespace trivet::explain
