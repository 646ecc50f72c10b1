// SPDX-License-Identifier: Apache-2.0
// Rows to time a model with, out of `.npy` and `.npz` files.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::cli {

/// A matrix of numbers, row-major.
struct RowFile {
  std::vector<double> cells;
  std::size_t row_count = 0;
  std::size_t column_count = 0;
  bool holds_integers = false;  ///< the file's element type; decides how Python prints them

  /// Appends copies of the rows, in their order, until there are at least `count`.
  void repeat_up_to(std::size_t count);
  /// The body `{"instances": [[…], …]}` for some rows, spelled as Python's json.dumps spells it.
  [[nodiscard]] std::string to_request(std::size_t first_row, std::size_t count) const;
};

/// Reads a `.npy`, or the first array of an `.npz`. One dimension is one column. Errors:
/// invalid_argument for what is no matrix of numbers or has no rows; those of Artifact::open.
[[nodiscard]] Result<RowFile> read_row_file(const std::string& path);

}  // namespace trivet::cli
