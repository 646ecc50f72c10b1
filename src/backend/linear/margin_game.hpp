// SPDX-License-Identifier: Apache-2.0
// A linear map as a game: every cell moves the margins by a number of its own.
#pragma once

#include <memory>

#include "trivet/spi/linear.hpp"
#include "trivet/spi/margin_game.hpp"

namespace trivet::linear {

/// Rows will have `row_width`. O(features); the map must outlive the game.
[[nodiscard]] std::unique_ptr<const spi::MarginGame> make_linear_game(const spi::Linear& linear,
                                                                      spi::FloatWidth row_width,
                                                                      const spi::GameSetup& setup);

}  // namespace trivet::linear
