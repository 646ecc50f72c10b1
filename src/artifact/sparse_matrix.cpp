// SPDX-License-Identifier: Apache-2.0
// scipy's sparse matrices in a pickle, and the labels of pandas' indexes.
#include "artifact/sparse_matrix.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::artifact {
namespace {

Result<std::vector<std::int64_t>> read_whole(const PickleView& view, std::string_view name) {
  const Result<PickleView> found = view.attribute(name);
  TRIVET_TRY(found);
  return found->integers();
}

Status read_sparse_shape(const PickleView& view, SparseMatrix& matrix) {
  const Result<std::vector<std::int64_t>> shape = read_whole(view, "_shape");
  TRIVET_TRY(shape);
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const bool is_shape =
      shape->size() == 2 && std::all_of(shape->begin(), shape->end(), [](std::int64_t extent) {
        return extent >= 0 && extent <= kMost;
      });
  if (!is_shape) return view.fail("a shape that is none", "rows and columns, each below 2³¹");
  matrix.row_count = static_cast<std::size_t>(shape->front());
  matrix.column_count = static_cast<std::size_t>(shape->back());
  return {};
}

Status check_sparse(const PickleView& view, const SparseMatrix& matrix) {
  const std::size_t lines = matrix.is_by_column ? matrix.column_count : matrix.row_count;
  const std::size_t across = matrix.is_by_column ? matrix.row_count : matrix.column_count;
  const bool has_starts = matrix.starts.size() == lines + 1 && matrix.starts.front() == 0 &&
                          std::is_sorted(matrix.starts.begin(), matrix.starts.end()) &&
                          std::cmp_equal(matrix.starts.back(), matrix.values.size());
  if (!has_starts || matrix.indices.size() != matrix.values.size()) {
    return view.fail(
        text::message("{} starts, {} indices and {} values for {} lines", matrix.starts.size(),
                      matrix.indices.size(), matrix.values.size(), lines),
        "starts that rise from 0 to the number of values, one for each line and one");
  }
  for (const std::int64_t index : matrix.indices) {
    if (index < 0 || std::cmp_greater_equal(index, across)) {
      return view.fail(text::message("an index of {} in lines of {}", index, across),
                       "an index within the line");
    }
  }
  return {};
}

}  // namespace

Result<SparseMatrix> read_sparse_matrix(const PickleView& view) {
  const PickleName* const name = view.kind() == PickleKind::object ? view.name() : nullptr;
  const bool is_sparse = name != nullptr && name->module.starts_with("scipy.sparse");
  const bool is_by_row = is_sparse && name->name.starts_with("csr_");
  if (!is_by_row && !(is_sparse && name->name.starts_with("csc_"))) {
    return view.fail(view.description(), "a sparse matrix by rows or by columns");
  }
  SparseMatrix matrix;
  matrix.is_by_column = !is_by_row;
  TRIVET_TRY(read_sparse_shape(view, matrix));
  Result<std::vector<std::int64_t>> starts = read_whole(view, "indptr");
  TRIVET_TRY(starts);
  Result<std::vector<std::int64_t>> indices = read_whole(view, "indices");
  TRIVET_TRY(indices);
  const Result<PickleView> data = view.attribute("data");
  TRIVET_TRY(data);
  Result<std::vector<double>> values = data->doubles();
  TRIVET_TRY(values);
  matrix.starts = *std::move(starts);
  matrix.indices = *std::move(indices);
  matrix.values = *std::move(values);
  TRIVET_TRY(check_sparse(view, matrix));
  return matrix;
}

Result<PickleView> pandas_index_labels(const PickleView& view) {
  const PickleName* const name = view.kind() == PickleKind::object ? view.name() : nullptr;
  const std::optional<PickleView> parts = view.argument(1);
  if (name == nullptr || !name->module.starts_with("pandas.") || name->name != "_new_Index" ||
      !parts) {
    return view.fail(view.description(), "an index of pandas");
  }
  return parts->attribute("data");
}

}  // namespace trivet::artifact
