// SPDX-License-Identifier: Apache-2.0
// Sampled paths over the terms of margins, without asking the model.
#pragma once

#include "explain/margin_solver.hpp"

namespace trivet::explain {

/// Antithetic pairs of orders by the terms in `scratch`. Where a served number depends on its own
/// margin alone, the margin's exact attributions serve as a control variate, which leaves the sum
/// as it is. O(pairs · (terms + players · margins)).
void solve_by_paths(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                    RowTally& tally);

}  // namespace trivet::explain
