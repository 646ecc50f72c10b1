// SPDX-License-Identifier: Apache-2.0
// scipy's sparse matrices in a pickle, and the labels of pandas' indexes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "artifact/pickle_view.hpp"
#include "trivet/result.hpp"

namespace trivet::artifact {

/// The cells that are not zero, by rows (csr) or by columns (csc): those of line `i` are
/// `starts[i]` … `starts[i + 1]`. Proved: starts rise and end with the number of cells, indices are
/// within the other extent. Indices within a line need not rise, and may repeat: such cells add up.
struct SparseMatrix {
  bool is_by_column = false;
  std::size_t row_count = 0;
  std::size_t column_count = 0;
  std::vector<std::int64_t> starts;
  std::vector<std::int64_t> indices;
  std::vector<double> values;
};

/// Reads an object of csr_matrix, csc_matrix, csr_array or csc_array.
[[nodiscard]] Result<SparseMatrix> read_sparse_matrix(const PickleView& view);

/// The array of labels in a pandas Index.
[[nodiscard]] Result<PickleView> pandas_index_labels(const PickleView& view);

}  // namespace trivet::artifact
