// SPDX-License-Identifier: Apache-2.0
// Reads single values of a document.
#include "format/xgboost/document_fields.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "base/try.hpp"
#include "base/utf8.hpp"
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

Result<std::string> read_text_field(base::DocumentCursor& cursor) {
  const Result<std::string_view> text = cursor.text();
  if (!text) return text.error();
  if (base::find_invalid_utf8(*text) < text->size()) {
    std::string found = text::message("the text {}", text::quoted(*text));
    return cursor.fail(std::move(found), "UTF-8");
  }
  return std::string(*text);
}

Result<std::vector<std::string>> read_text_list(base::DocumentCursor& cursor) {
  std::vector<std::string> texts;
  TRIVET_TRY(cursor.items([&](std::size_t) -> Status {
    Result<std::string> text = read_text_field(cursor);
    if (!text) return text.error();
    texts.push_back(std::move(*text));
    return {};
  }));
  return texts;
}

}  // namespace trivet::xgboost
