// SPDX-License-Identifier: Apache-2.0
// Reads the categories of a data frame.
#include "format/lightgbm/pandas_document.hpp"

#include <cstdint>
#include <string>

#include "base/try.hpp"
#include "json/document.hpp"
#include "text/number.hpp"

namespace trivet::lightgbm {
namespace {

using Kind = base::DocumentCursor::Kind;

/// A number as JSON spells it in its shortest form: `5`, `2.5`.
std::string spelled(const Value& number) {
  std::string text;
  if (const std::int64_t* whole = number.as_integer()) text::append_integer(text, *whole);
  else text::append_number(text, number.as_number());
  return text;
}

Status read_category(base::DocumentCursor& cursor, PandasColumn& column) {
  const Result<Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  column.all_texts &= *kind == Kind::text;
  if (*kind == Kind::text) {
    TRIVET_TRY(cursor.into_text(column.categories.emplace_back()));
  } else if (*kind == Kind::number) {
    const Result<Value> number = json::read_label(cursor);
    if (!number) return number.error();
    column.categories.push_back(spelled(*number));
  } else if (*kind == Kind::boolean) {
    const Result<bool> flag = cursor.flag();
    if (!flag) return flag.error();
    column.categories.emplace_back(*flag ? "true" : "false");
  } else {
    column.categories.emplace_back();
    column.is_usable = false;
  }
  return {};
}

}  // namespace

Status read_pandas_columns(base::DocumentCursor& cursor, std::vector<PandasColumn>& out) {
  return cursor.items([&](std::size_t) {
    PandasColumn& column = out.emplace_back();
    return cursor.items([&](std::size_t) { return read_category(cursor, column); });
  });
}

}  // namespace trivet::lightgbm
