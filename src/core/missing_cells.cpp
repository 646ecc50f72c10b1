// SPDX-License-Identifier: Apache-2.0
// Where rows have the values of number columns.
#include "core/missing_cells.hpp"

namespace trivet::core {

std::vector<CellRange> find_number_cells(const std::vector<Column>& columns) {
  std::vector<CellRange> ranges;
  std::size_t cell = 0;
  for (const Column& column : columns) {
    if (column.type == ColumnType::number) {
      const bool goes_on = !ranges.empty() && ranges.back().first + ranges.back().count == cell;
      if (goes_on) ranges.back().count += column.cells;
      else ranges.push_back({cell, column.cells});
    }
    cell += column.cells;
  }
  return ranges;
}

}  // namespace trivet::core
