// SPDX-License-Identifier: Apache-2.0
// Rows scaled column by column, with the vectors of the processor at hand.
#pragma once

#include <cstddef>
#include <span>

namespace trivet::tensor {

/// Rows of float64 and where they go: one behind the other.
struct RowsToScale {
  const double* cells;
  std::size_t stride;  ///< numbers from row to row
  std::size_t count;
  double* out;
};

/// `(x − shift) / divisor`, both rounded, a shift and a divisor for each column. O(cells).
void scale_rows(const RowsToScale& rows, std::span<const double> shift,
                std::span<const double> divisor) noexcept;

}  // namespace trivet::tensor
