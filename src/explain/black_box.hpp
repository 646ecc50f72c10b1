// SPDX-License-Identifier: Apache-2.0
// The game of a model that can only be asked: every coalition, or sampled paths.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/function_ref.hpp"
#include "explain/players.hpp"
#include "explain/shapley.hpp"

namespace trivet::explain {

/// Answers rows, cells each, with `width` numbers each.
using AskModel = base::FunctionRef<void(std::span<const double> rows, std::size_t count,
                                        std::span<double> answers)>;

/// Up to so many active players all coalitions are asked: 2^14 rows at most.
inline constexpr std::size_t kMostEnumerated = 14;

/// One row against one baseline.
struct RowGame {
  const BoundSpec* spec = nullptr;
  std::span<const double> row;
  std::span<const double> baseline;          ///< cells where nobody plays as in the row
  std::span<const std::uint32_t> explained;  ///< positions in the answer
  std::size_t width = 1;                     ///< of the answer
  std::int32_t path_count = 1;
};

/// What a solver adds to: Shapley values by explained output and player, times `share`.
struct RowTally {
  std::span<double> attributions;  ///< explained × players
  std::span<double> variances;     ///< by explained output: of the sampled means, summed
  std::span<double> residuals;     ///< by explained output: what gradients leave open
  double share = 1;
  bool is_sampled = false;   ///< set when any of it is
  bool has_variance = true;  ///< cleared when a single pair was sampled
};

/// One thread's memory.
struct BlackBoxScratch {
  std::vector<std::uint32_t> active;
  std::vector<double> rows;
  std::vector<double> answers;
  std::vector<double> values;   ///< explained × coalitions, or the points of paths
  std::vector<double*> places;  ///< of the values of mixtures that wait
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> reverse;
  std::vector<PairMoments> moments;
};

/// Players whose cells differ from the baseline. They alone can have an attribution.
void find_active(const RowGame& game, std::vector<std::uint32_t>& active);

/// Solves the game, exactly with few active players.
void solve_black_box(const RowGame& game, AskModel ask, BlackBoxScratch& scratch, RowTally& tally);

}  // namespace trivet::explain
