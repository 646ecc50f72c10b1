// SPDX-License-Identifier: Apache-2.0
// What a backend may offer for attributions: the margins of all mixtures of a row and a baseline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trivet/export.hpp"

namespace trivet::inline v0::spi {

/// Who plays over the cells of a region's one input, and from which row they set out. A player
/// puts all of its cells to the instance's values at once.
struct GameSetup {
  static constexpr std::int32_t kNoPlayer = -1;  ///< the cell has the instance's value always

  std::span<const std::int32_t> player_of_cell;
  std::size_t player_count = 0;
  std::span<const double> baseline;  ///< a cell each; exact in the input's own type
};

/// One product of a margin: worth its values where its first `with` players are at the instance
/// and its `without` players after those at the baseline, else 0. All of them differ.
struct MarginTerm {
  std::uint32_t first_player = 0;  ///< in MarginTerms::players
  std::uint32_t with = 0;
  std::uint32_t without = 0;
  std::uint32_t first_output = 0;  ///< its values are for this margin and those after it
};

/// The margins of a row as sums of terms. The sum of all terms is every mixture's margin.
struct MarginTerms {
  std::vector<MarginTerm> terms;
  std::vector<std::uint32_t> players;
  std::vector<double> values;  ///< values_per_term a term
  std::size_t values_per_term = 1;
  /// What `players` and `values` may hold together: a chain of n levels can have n terms of n
  /// players.
  std::size_t most_numbers = std::size_t{1} << 24;
  bool are_all = true;  ///< false when they are more than that, and some are missing

  void clear(std::size_t per_term) {
    terms.clear();
    players.clear();
    values.clear();
    values_per_term = per_term;
    are_all = true;
  }
  /// Whether a term of so many players may be added.
  [[nodiscard]] bool has_room(std::size_t more_players) const noexcept {
    return players.size() + values.size() + more_players + values_per_term <= most_numbers;
  }
};

/// Rows of the input's own type, and where their attributions go: `stride` numbers from row to row.
struct GameRows {
  const std::byte* data = nullptr;
  std::size_t row_bytes = 0;
  std::size_t count = 0;
  double* attributions = nullptr;
  std::size_t stride = 0;
};

/// One thread's memory for a game. Kept from row to row, so that nothing is allocated once warm.
struct GameScratch {
  std::vector<std::byte> bytes;
};

/// A region compiled for one baseline. Immutable; any thread, each with its own scratch. Rows are
/// in the input's own type.
class TRIVET_EXPORT MarginGame {
 public:
  virtual ~MarginGame();

  [[nodiscard]] virtual std::size_t output_count() const noexcept = 0;
  /// True when no term of any row has more than one player.
  [[nodiscard]] virtual bool is_additive() const noexcept = 0;
  /// Adds `share` times the Shapley values of one margin to `attributions`, one a player. Players
  /// that can't matter to this row are not touched.
  virtual void attribute(const void* row, std::size_t output, double share,
                         std::span<double> attributions, GameScratch& scratch) const = 0;
  /// The same for many rows, with the same bits.
  virtual void attribute_rows(const GameRows& rows, std::size_t output, double share,
                              GameScratch& scratch) const;
  /// The terms of a row, constants among them; stops at MarginTerms::most_numbers.
  virtual void collect(const void* row, MarginTerms& terms, GameScratch& scratch) const = 0;
  [[nodiscard]] virtual std::size_t memory_bytes() const noexcept = 0;
};

}  // namespace trivet::inline v0::spi
