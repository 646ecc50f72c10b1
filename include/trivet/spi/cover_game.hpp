// SPDX-License-Identifier: Apache-2.0
// What a backend may offer for comparisons with frameworks: values by the training rows in a
// forest's nodes, without a baseline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "trivet/export.hpp"
#include "trivet/spi/margin_game.hpp"

namespace trivet::inline v0::spi {

/// Which values of a row.
enum class CoverValues : std::uint8_t {
  shapley,       ///< a player each, of the game where absent players split by cover
  path,          ///< a player each, by the mean margins along the row's own way (Saabas)
  interactions,  ///< players × players, whose rows add up to the Shapley values
};

/// Who a region's cells belong to.
struct CoverSetup {
  std::span<const std::int32_t> player_of_cell;  ///< each from 0 to player_count - 1
  std::size_t player_count = 0;
  /// Leaves that no training row reached count nothing, even for rows that end there (CatBoost).
  bool drops_empty_leaves = false;
};

/// A region with the covers of its nodes, compiled. Immutable; any thread, each with its own
/// scratch. Rows are in the input's own type.
class TRIVET_EXPORT CoverGame {
 public:
  virtual ~CoverGame();

  [[nodiscard]] virtual std::size_t output_count() const noexcept = 0;
  /// One margin's mean over the training rows, as the covers tell it.
  [[nodiscard]] virtual double expected_margin(std::size_t output) const noexcept = 0;
  /// Adds the values of one margin to `rows.attributions`: O(rows × nodes), along the path alone
  /// O(rows × trees × depth), with interactions O(rows × leaves × depth²).
  virtual void attribute_rows(const GameRows& rows, std::size_t output, CoverValues values,
                              GameScratch& scratch) const = 0;
  [[nodiscard]] virtual std::size_t memory_bytes() const noexcept = 0;
};

}  // namespace trivet::inline v0::spi
