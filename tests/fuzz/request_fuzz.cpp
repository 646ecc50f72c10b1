// SPDX-License-Identifier: Apache-2.0
// Any bytes as a request, read as rows and as values: all or nothing, and nothing that is no JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "json/request_reader.hpp"
#include "json/syntax.hpp"
#include "trivet/batch.hpp"
#include "trivet/signature.hpp"

namespace {

using trivet::Batch;
using trivet::Column;
using trivet::ColumnType;
using trivet::Signature;
using trivet::Value;

void require(bool holds) {
  if (!holds) std::abort();
}

void add_column(Signature& signature, const char* name, ColumnType type) {
  Column column;
  column.name = name;
  column.type = type;
  if (type == ColumnType::category) column.categories = {"x", "y\"", "NaN"};
  signature.columns.push_back(column);
}

/// Columns of every type, with parameters.
Signature make_mixed() {
  Signature signature;
  signature.cell_type = trivet::DType::float64;
  add_column(signature, "n", ColumnType::number);
  add_column(signature, "c", ColumnType::category);
  add_column(signature, "t\\", ColumnType::text);
  add_column(signature, "b", ColumnType::bytes);
  signature.columns[1].accepts_codes = true;
  signature.outputs.resize(2);
  signature.outputs[0].name = "value";
  signature.outputs[1].name = "margin";
  signature.parameters = {{"m", true, "margin"}, {"m", 1, "value"}, {"m", "x", "margin"}};
  return signature;
}

Signature make_unnamed(std::size_t count, ColumnType type) {
  Signature signature;
  for (std::size_t i = 0; i < count; ++i) add_column(signature, "", type);
  signature.outputs.resize(1);
  return signature;
}

void read_rows(const Signature& signature, std::string_view body, bool is_json) {
  static const trivet::RequestLimits limits{.request_bytes = 1 << 20, .instances = 1000};
  trivet::json::RequestReader reader;
  Batch batch(signature);
  std::size_t output = 0;
  const bool taken = reader.read_rows(body, limits, batch, output).has_value();
  require(taken == (batch.row_count() != 0));
  require(!taken || is_json);
  require(output < signature.outputs.size());
  // The same again with the reader's memory warm.
  const std::size_t rows = batch.row_count();
  require(reader.read_rows(body, limits, batch, output).has_value() == taken);
  require(batch.row_count() == rows);
}

void read_values(std::string_view body, bool is_json) {
  trivet::json::RequestReader reader;
  std::vector<Value> instances;
  Value parameters;
  const bool taken = reader.read_values(body, {}, instances, parameters).has_value();
  require(taken == !instances.empty());
  require(!taken || is_json);
  for (const Value& instance : instances) require(Value::parse(instance.to_json()).has_value());
  require(!Value::parse(body).has_value() || is_json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Signature mixed = make_mixed();
  static const Signature two_numbers = make_unnamed(2, ColumnType::number);
  static const Signature one_image = make_unnamed(1, ColumnType::bytes);
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  std::string_view text = body;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const bool is_json = !trivet::json::find_syntax_error(text);
  read_rows(mixed, body, is_json);
  read_rows(two_numbers, body, is_json);
  read_rows(one_image, body, is_json);
  read_values(body, is_json);
  return 0;
}
