// SPDX-License-Identifier: Apache-2.0
// Terms of margins into a table of all coalitions, and behind any link from there.
#pragma once

#include "explain/margin_solver.hpp"

namespace trivet::explain {

/// True when a served number depends on its own margin alone.
[[nodiscard]] bool is_elementwise(const MarginOutput& output) noexcept;

/// The served numbers out of `count` rows of `width` margins, in place; a class index stands in
/// the first of its row.
void serve_margins(const MarginOutput& output, std::size_t width, std::span<double> margins);

/// Exact, by the terms in `scratch`. O(players · 2^players + terms · 2^(players/3)).
void solve_by_table(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                    RowTally& tally);

}  // namespace trivet::explain
