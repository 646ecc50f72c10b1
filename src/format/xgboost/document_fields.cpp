// SPDX-License-Identifier: Apache-2.0
// Reads single values of a document.
#include "format/xgboost/document_fields.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::xgboost {
namespace {

std::string describe_range(IntegerRange range) {
  if (range.most == std::numeric_limits<std::int64_t>::max()) {
    return text::message("a whole number of at least {}", range.least);
  }
  return text::message("a whole number from {} to {}", range.least, range.most);
}

}  // namespace

Result<std::int64_t> read_integer_field(base::DocumentCursor& cursor, IntegerRange range) {
  const Result<base::DocumentCursor::Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  std::int64_t value = 0;
  if (*kind == base::DocumentCursor::Kind::text) {
    const Result<std::string_view> text = cursor.text();
    if (!text) return text.error();
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc() || stop != end) {
      std::string found = text::message("the text {}", text::quoted(*text));
      return cursor.fail(std::move(found), describe_range(range));
    }
  } else {
    const Result<std::int64_t> number = cursor.integer();
    if (!number) return number.error();
    value = *number;
  }
  if (value >= range.least && value <= range.most) return value;
  return cursor.fail(text::message("{}", value), describe_range(range));
}

}  // namespace trivet::xgboost
