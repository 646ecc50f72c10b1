// SPDX-License-Identifier: Apache-2.0
// A forest compiled with its covers: the values that frameworks give without a baseline.
#pragma once

#include <memory>

#include "backend/tree/engine.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/cover_game.hpp"

namespace trivet::tree {

/// Rows will have `row_width`. O(nodes); the forest must outlive the game. Errors:
/// unsupported_model for forests without covers, with linear leaves, or of trees too deep.
[[nodiscard]] Result<std::unique_ptr<const spi::CoverGame>> make_forest_cover_game(
    const spi::TreeEnsemble& forest, spi::FloatWidth row_width, const spi::CoverSetup& setup);

}  // namespace trivet::tree
