// SPDX-License-Identifier: Apache-2.0
// Reads the object `cats`.
#include "format/xgboost/categories_document.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

/// Bytes are written as signed numbers; unsigned ones are taken as well.
Status category_bytes(const base::DocumentCursor& cursor, const std::vector<std::int64_t>& values,
                      std::string& run) {
  run.reserve(values.size());
  for (const std::int64_t value : values) {
    if (value < -128 || value > 255) {
      return cursor.fail(text::message("the number {} in values", value),
                         "bytes of category texts");
    }
    run += static_cast<char>(static_cast<unsigned char>(value & 0xff));
  }
  return {};
}

Status check_category_offsets(const base::DocumentCursor& cursor, const ColumnCategories& column) {
  const std::vector<std::int32_t>& offsets = column.offsets;
  if (offsets[0] != 0) return cursor.fail(text::message("the first offset {}", offsets[0]), "0");
  for (std::size_t i = 1; i < offsets.size(); ++i) {
    if (offsets[i] >= offsets[i - 1]) continue;
    return cursor.fail(text::message("the offset {} behind {}", offsets[i], offsets[i - 1]),
                       "offsets in ascending order");
  }
  if (static_cast<std::size_t>(offsets.back()) == column.run.size()) return {};
  return cursor.fail(text::message("offsets up to {}", offsets.back()),
                     text::message("{}, the number of values", column.run.size()));
}

/// The entry of one column: `offsets` and `values` for texts, `type` and `values` for numbers.
Status read_categories_entry(base::DocumentCursor& cursor, ColumnCategories& column) {
  bool has_type = false;
  std::vector<std::int64_t> values;
  TRIVET_TRY(cursor.members([&](std::string_view key) -> Status {
    if (key == "offsets") return cursor.integers(column.offsets);
    if (key == "values") return cursor.wide_integers(values);
    if (key == "type") has_type = true;
    return {};
  }));
  column.numeric = has_type && !values.empty();
  if (has_type || column.offsets.empty()) {
    column.offsets.clear();
    return {};
  }
  TRIVET_TRY(category_bytes(cursor, values, column.run));
  return check_category_offsets(cursor, column);
}

}  // namespace

Status read_categories(base::DocumentCursor& cursor, std::vector<ColumnCategories>& columns) {
  columns.clear();
  return cursor.members([&](std::string_view key) -> Status {
    if (key != "enc") return {};
    return cursor.items([&](std::size_t) -> Status {
      return read_categories_entry(cursor, columns.emplace_back());
    });
  });
}

}  // namespace trivet::xgboost
