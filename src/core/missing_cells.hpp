// SPDX-License-Identifier: Apache-2.0
// The number that a sidecar names for missing values, wherever cells are read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "trivet/signature.hpp"

namespace trivet::core {

/// Cells of a row that lie side by side.
struct CellRange {
  std::size_t first;
  std::size_t count;
};

/// Where a row has the values of number columns.
[[nodiscard]] std::vector<CellRange> find_number_cells(const std::vector<Column>& columns);

/// Puts NaN in place of the number for missing values, which is rounded as the cells are. Codes of
/// categories are left alone: the number may be one of them.
template <class Cell>
void mark_missing(Cell* row, std::span<const CellRange> number_cells, double missing) {
  const auto rounded = static_cast<Cell>(missing);
  for (const CellRange& range : number_cells) {
    std::replace(row + range.first, row + range.first + range.count, rounded,
                 std::numeric_limits<Cell>::quiet_NaN());
  }
}

}  // namespace trivet::core
