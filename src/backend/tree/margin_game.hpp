// SPDX-License-Identifier: Apache-2.0
// A forest compiled for one baseline: which leaves mixtures of it and a row can reach.
#pragma once

#include <memory>

#include "backend/tree/engine.hpp"
#include "trivet/spi/margin_game.hpp"

namespace trivet::tree {

/// Null for forests whose leaves depend on the row (linear ones), for those without features and
/// for those with 2³¹ nodes or more. Rows will have `row_width`. O(nodes); the forest must outlive
/// the game.
[[nodiscard]] std::unique_ptr<const spi::MarginGame> make_forest_game(
    const spi::TreeEnsemble& forest, spi::FloatWidth row_width, const spi::GameSetup& setup);

}  // namespace trivet::tree
