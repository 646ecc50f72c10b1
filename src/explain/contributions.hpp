// SPDX-License-Identifier: Apache-2.0
// What a framework says of its own margins, in the layout of explanations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "explain/explainer.hpp"
#include "trivet/spi/cover_game.hpp"

namespace trivet::explain {

/// A forest with its covers, and whom its players are reported as. Immutable.
struct ContributionSource {
  std::unique_ptr<const spi::CoverGame> game;
  spi::CoverValues values = spi::CoverValues::shapley;
  /// By the game's player: who shares what it gets in equal parts. GameSetup::kNoPlayer: nobody.
  std::vector<std::vector<std::int32_t>> reported_as;
  std::vector<std::string> names;  ///< of those reported, or of their pairs
  std::size_t reported_count = 0;  ///< without pairs

  /// The game's numbers a row, and those that are reported.
  [[nodiscard]] std::size_t game_numbers() const noexcept { return numbers(reported_as.size()); }
  [[nodiscard]] std::size_t reported_numbers() const noexcept { return numbers(reported_count); }

 private:
  [[nodiscard]] std::size_t numbers(std::size_t players) const noexcept {
    return values == spi::CoverValues::interactions ? players * players : players;
  }
};

/// Explains rows as the game reads them. Requires that check_output() passed for its margins.
/// Errors: invalid_request for too many attributions.
[[nodiscard]] Result<AttributionView> explain_contributions(
    const ContributionSource& source, const ExplanationParameters& parameters,
    const spi::GameRows& rows, ExplainScratch& scratch,
    std::size_t most_attributions = kMostAttributions);

}  // namespace trivet::explain
