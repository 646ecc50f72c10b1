// SPDX-License-Identifier: Apache-2.0
// Rows to time a model with, out of `.npy` and `.npz` files.
#include "cli/row_file.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "artifact/npy.hpp"
#include "artifact/npz.hpp"
#include "cli/input.hpp"
#include "trivet/artifact.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {
namespace {

constexpr const char* kWantedRows = "a .npy or .npz file that holds rows";

/// A zip archive of nothing begins with the end of its directory.
bool is_empty_npz(std::span<const std::byte> bytes) {
  constexpr std::string_view kDirectoryEnd = "PK\x05\x06";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.starts_with(kDirectoryEnd);
}

Result<artifact::NpyArray> first_array(std::span<const std::byte> bytes) {
  if (bytes.empty()) return Error(Errc::invalid_argument, "", "the file is empty", kWantedRows);
  const Error no_array(Errc::invalid_argument, "npz directory", "there is no array in it",
                       "one array, rows first");
  if (is_empty_npz(bytes)) return no_array;
  if (!artifact::is_npz(bytes)) return artifact::read_npy(bytes);
  const auto members = artifact::read_npz(bytes);
  if (!members) return members.error();
  if (members->empty()) return no_array;
  return artifact::read_npy(members->front().file);
}

Result<RowFile> to_rows(const artifact::NpyArray& array) {
  const std::size_t rank = array.shape.size();
  RowFile rows;
  rows.row_count = rank == 0 ? 1 : static_cast<std::size_t>(array.shape[0]);
  rows.column_count = rank < 2 ? 1 : static_cast<std::size_t>(array.shape[1]);
  if (rank > 2 || array.element_count() == 0) {
    return Error(
        Errc::invalid_argument, "npy header",
        rank > 2 ? "the array has " + std::to_string(rank) + " dimensions" : "the array is empty",
        "rows × columns, at least one row");
  }
  rows.holds_integers = array.dtype != DType::float32 && array.dtype != DType::float64;
  rows.cells = artifact::to_row_major(array);
  return rows;
}

}  // namespace

void RowFile::repeat_up_to(std::size_t count) {
  if (row_count >= count) return;
  cells.reserve(count * column_count);
  for (std::size_t i = row_count * column_count; i < count * column_count; ++i) {
    cells.push_back(cells[i - row_count * column_count]);
  }
  row_count = count;
}

std::string RowFile::to_request(std::size_t first_row, std::size_t count) const {
  std::string body = R"({"instances": [)";
  for (std::size_t row = first_row; row < first_row + count; ++row) {
    body += row == first_row ? "[" : ", [";
    for (std::size_t column = 0; column < column_count; ++column) {
      const double cell = cells[row * column_count + column];
      if (column > 0) body += ", ";
      body +=
          holds_integers ? std::to_string(static_cast<std::int64_t>(cell)) : Value(cell).to_json();
    }
    body += "]";
  }
  return body + "]}";
}

Result<RowFile> read_row_file(const std::string& path) {
  const Result<Artifact> file = Artifact::open(path);
  if (!file && file.error().code() == Errc::not_found) {
    return Error(Errc::not_found, path, "there is no such file", kWantedRows);
  }
  if (!file) return file.error();
  if (file->is_folder()) return Error(Errc::invalid_argument, path, "a folder", kWantedRows);
  const auto bytes = file->read(0);
  if (!bytes) return bytes.error();
  const Result<artifact::NpyArray> array = first_array(*bytes);
  if (!array) return array.error().within(name_in_errors(path));
  Result<RowFile> rows = to_rows(*array);
  if (!rows) return rows.error().within(name_in_errors(path));
  return rows;
}

}  // namespace trivet::cli
