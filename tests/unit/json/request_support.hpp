// SPDX-License-Identifier: Apache-2.0
// Signatures for request tests, and what a request comes to under one.
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "json/request_reader.hpp"
#include "text/number.hpp"
#include "trivet/batch.hpp"
#include "trivet/signature.hpp"

namespace trivet::test {

[[nodiscard]] inline Column number_column(std::string name, bool accepts_missing = true) {
  Column column;
  column.name = std::move(name);
  column.accepts_missing = accepts_missing;
  return column;
}

[[nodiscard]] inline Column column_of(ColumnType type, std::string name) {
  Column column;
  column.name = std::move(name);
  column.type = type;
  return column;
}

[[nodiscard]] inline Column category_column(std::string name, std::vector<std::string> categories) {
  Column column = column_of(ColumnType::category, std::move(name));
  column.categories = std::move(categories);
  return column;
}

[[nodiscard]] inline Signature signature_of(std::vector<Column> columns) {
  Signature signature;
  signature.columns = std::move(columns);
  signature.outputs.push_back(
      {.name = "value", .dtype = DType::float32, .shape = {}, .classes = {}});
  signature.cell_type = DType::float64;
  return signature;
}

/// Number columns of these names.
[[nodiscard]] inline Signature numbers_named(const std::vector<std::string>& names) {
  std::vector<Column> columns;
  for (const std::string& name : names) columns.push_back(number_column(name));
  return signature_of(std::move(columns));
}

/// What stands in a batch: `1.0,-|2.0,"x"` is two rows, `-` a missing value. The cells of one
/// column have a blank between them.
[[nodiscard]] inline std::string shown(const Batch& batch) {
  std::string out;
  for (std::size_t r = 0; r < batch.row_count(); ++r) {
    if (r != 0) out += '|';
    std::size_t cell = 0;
    for (std::size_t c = 0; c < batch.column_count(); ++c) {
      if (c != 0) out += ',';
      const Column& column = batch.signature().columns[c];
      const std::size_t first = std::exchange(cell, cell + column.cells);
      if (column.type == ColumnType::text || column.type == ColumnType::bytes) {
        const TextColumn& texts = batch.text(c);
        out += texts.missing[r] ? "-" : "\"" + std::string(texts.at(r)) + "\"";
        continue;
      }
      for (std::size_t i = first; i < cell; ++i) {
        if (i != first) out += ' ';
        const double value = batch.signature().cell_type == DType::float32
                                 ? static_cast<double>(batch.floats().row(r)[i])
                                 : batch.doubles().row(r)[i];
        if (std::isnan(value)) out += '-';
        else text::append_number(out, value);
      }
    }
  }
  return out;
}

/// What one request comes to: the rows, or `error: ` and the text.
[[nodiscard]] inline std::string rows_of(const Signature& signature, std::string_view body,
                                         const RequestLimits& limits = {}) {
  Batch batch(signature);
  json::RequestReader reader;
  std::size_t output = 0;
  const Status status = reader.read_rows(body, limits, batch, output);
  if (status) return shown(batch);
  CHECK(batch.row_count() == 0);
  return "error: " + status.error().message();
}

struct RowCase {
  std::string_view instances;
  std::string_view result;
};

/// Checks what each list of instances comes to.
inline void check_rows(const Signature& signature, const std::vector<RowCase>& cases) {
  for (const RowCase& row : cases) {
    INFO(row.instances);
    const std::string body = "{\"instances\":[" + std::string(row.instances) + "]}";
    CHECK(rows_of(signature, body) == row.result);
  }
}

}  // namespace trivet::test
