// SPDX-License-Identifier: Apache-2.0
// A spec bound to a model's columns: who plays, from which baselines, under which keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.hpp"
#include "trivet/attribution.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"

namespace trivet::explain {

/// A member of `featureAttributions`: one player's number, or a list of several players'.
struct AttributionKey {
  std::string name;
  std::size_t first_player = 0;
  std::size_t player_count = 1;
  bool is_list = false;
};

/// A spec that fits the model. Immutable.
struct BoundSpec {
  ExplanationSpec spec;
  std::vector<AttributionKey> keys;
  std::vector<std::string> player_names;
  std::vector<std::vector<std::uint32_t>> player_cells;
  std::vector<std::int32_t> player_of_cell;  ///< GameSetup::kNoPlayer where nobody plays
  std::vector<double> baselines;             ///< baseline_count × cells; 0 where nobody plays
  std::size_t baseline_count = 0;
  std::size_t cell_count = 0;
  bool has_free_cells = false;  ///< there are cells where nobody plays

  [[nodiscard]] std::size_t player_count() const noexcept { return player_cells.size(); }
  [[nodiscard]] const double* baseline(std::size_t b) const noexcept {
    return baselines.data() + b * cell_count;
  }
};

/// Turns values of one column into its cells, value after value. Places in errors start at the
/// list of values.
using ReadColumn = base::FunctionRef<Status(std::size_t column, const std::vector<Value>& values,
                                            std::vector<double>& cells)>;

/// What the binding asks of the model.
struct ModelTraits {
  const Signature* signature = nullptr;
  bool takes_missing = true;  ///< false: NaN and infinities are refused
};

/// Where the cells of each column begin in a row.
[[nodiscard]] std::vector<std::size_t> find_first_cells(std::span<const Column> columns);

/// Errors: invalid_argument, with a JSON pointer into the spec as the place. Columns that the spec
/// doesn't name keep the instance's values.
[[nodiscard]] Result<BoundSpec> bind_spec(const ExplanationSpec& spec, const ModelTraits& model,
                                          ReadColumn read_column);

}  // namespace trivet::explain
