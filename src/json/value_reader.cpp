// SPDX-License-Identifier: Apache-2.0
// Any JSON value into a trivet::Value.
#include "json/value_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/base64.hpp"
#include "base/try.hpp"
#include "json/syntax.hpp"
#include "text/message.hpp"

namespace trivet::json {
namespace {

/// The name that stands twice, empty when none does. O(n log n).
const std::string* find_twin(const Value::Object& members) {
  std::vector<const std::string*> names;
  names.reserve(members.size());
  for (const Member& member : members) names.push_back(&member.name);
  std::sort(names.begin(), names.end(), [](const auto* a, const auto* b) { return *a < *b; });
  const auto twin = std::adjacent_find(names.begin(), names.end(),
                                       [](const auto* a, const auto* b) { return *a == *b; });
  return twin == names.end() ? nullptr : *twin;
}

}  // namespace

Status decode_b64(const IndexedText& text, std::string_view base64, std::string& out) {
  if (base::decode_base64(base64, out)) return {};
  return text.error(text::message("a text of {} letters that is not base64", base64.size()),
                    "base64 in the standard alphabet, A-Z a-z 0-9 + /, padded with = or not");
}

Status ValueReader::read(ondemand::value value, std::size_t depth, Value& out) {
  depth_ = depth;
  pointer_.clear();
  Status status = read_any(value, out);
  if (status) return {};
  if (dialect_ == ValueDialect::request) return status.error().within(pointer_.to_text());
  if (!status.error().where().empty()) return status;
  return status.error().within(text::message("byte {}", text_.offset(at_)));
}

Status ValueReader::read_any(ondemand::value& value, Value& out) {
  const std::string_view token = token_of(value);
  at_ = token.data();
  switch (kind_of(token)) {
    case TokenKind::list: return read_list(value, out);
    case TokenKind::object: return read_object(value, out);
    case TokenKind::text: return read_text(value, token, out);
    case TokenKind::number: return read_number(value, token, out);
    case TokenKind::boolean: out = Value(token.front() == 't'); return {};
    case TokenKind::null: out = Value(); return {};
    case TokenKind::broken: break;
  }
  return text_.broken();
}

Status ValueReader::check_depth() {
  if (depth_ + pointer_.depth() < kMaxNesting) return {};
  return text_.error("nesting too deep",
                     text::message("lists and objects at most {} deep", kMaxNesting));
}

Status ValueReader::read_list(ondemand::value& value, Value& out) {
  TRIVET_TRY(check_depth());
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return text_.broken();
  Value::List list;
  for (auto element : array) {
    ondemand::value item;
    if (element.get(item) != simdjson::SUCCESS) return text_.broken();
    pointer_.push(list.size());
    TRIVET_TRY(read_any(item, list.emplace_back()));
    pointer_.pop();
  }
  out = Value(std::move(list));
  return {};
}

Status ValueReader::read_object(ondemand::value& value, Value& out) {
  TRIVET_TRY(check_depth());
  const char* const start = at_;
  ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return text_.broken();
  Value::Object members;
  for (auto element : object) {
    ondemand::field field;
    if (std::move(element).get(field) != simdjson::SUCCESS) return text_.broken();
    at_ = field.key().raw();
    Result<std::string_view> key = text_.key(field);
    TRIVET_TRY(key);
    pointer_.push(*key);
    Member& member = members.emplace_back(Member{std::string(*key), {}});
    TRIVET_TRY(read_any(field.value(), member.value));
    pointer_.pop();
  }
  if (const std::string* twin = find_twin(members)) {
    at_ = start;
    return text_.error(text::message("the member {} twice", text::quoted(*twin)),
                       "each member once");
  }
  if (dialect_ == ValueDialect::request && members.size() == 1 && members.front().name == "b64") {
    return decode_bytes(members, out);
  }
  out = Value(std::move(members));
  return {};
}

Status ValueReader::decode_bytes(Value::Object& members, Value& out) {
  const Value& content = members.front().value;
  Value::Bytes bytes;
  Status status;
  if (const std::string* base64 = content.as_text()) {
    status = decode_b64(text_, *base64, bytes.data);
  } else {
    status = text_.error(text::message("a {}", content.kind_name()), "base64 text");
  }
  if (!status) {
    pointer_.push("b64");
    return status;
  }
  out = Value(std::move(bytes));
  return {};
}

Status ValueReader::read_number(ondemand::value& value, std::string_view token, Value& out) {
  const bool is_integer = token.find_first_of(".eE") == std::string_view::npos;
  std::int64_t integer = 0;
  if (is_integer && value.get_int64().get(integer) == simdjson::SUCCESS) {
    out = Value(integer);
    return {};
  }
  double number = 0;
  if (!read_double(value, number) && !python_constant(token, number)) {
    return text_.unreadable_number(token);
  }
  out = Value(number);
  return {};
}

Status ValueReader::read_text(ondemand::value& value, std::string_view token, Value& out) {
  std::string_view content;
  if (!IndexedText::text_of(value, token, content)) return text_.broken();
  out = Value(content);
  return {};
}

}  // namespace trivet::json
