// SPDX-License-Identifier: Apache-2.0
// Rows that a model keeps, so that a row of a request meets eight of them at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace trivet::tensor {

/// Blocks of kLanes rows, a block's cells column by column: lanes are summed side by side and each
/// sum still grows in the order of the columns. A copy of the cells.
class StoredRows {
 public:
  static constexpr std::size_t kLanes = 8;

  /// Requires that width divides the number of cells; row-major.
  StoredRows(std::span<const double> cells, std::size_t width)
      : width_(width), row_count_(width == 0 ? 0 : cells.size() / width) {
    cells_.resize(block_count() * kLanes * width_);
    for (std::size_t r = 0; r < row_count_; ++r) {
      double* const lane = cells_.data() + r / kLanes * kLanes * width_ + r % kLanes;
      for (std::size_t c = 0; c < width_; ++c) lane[c * kLanes] = cells[r * width_ + c];
    }
  }

  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  [[nodiscard]] std::size_t row_count() const noexcept { return row_count_; }
  [[nodiscard]] std::size_t block_count() const noexcept {
    return (row_count_ + kLanes - 1) / kLanes;
  }
  /// How many rows of a block are rows; the lanes behind them hold zeros.
  [[nodiscard]] std::size_t lane_count(std::size_t block) const noexcept {
    return std::min(kLanes, row_count_ - block * kLanes);
  }
  /// Cell c of lane l stands at c * kLanes + l.
  [[nodiscard]] const double* block(std::size_t block) const noexcept {
    return cells_.data() + block * kLanes * width_;
  }
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return cells_.capacity() * sizeof(double);
  }

 private:
  std::size_t width_;
  std::size_t row_count_;
  std::vector<double> cells_;
};

}  // namespace trivet::tensor
