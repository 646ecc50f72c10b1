// SPDX-License-Identifier: Apache-2.0
// JSON values: from text, to text, and what is asked of them.
#include "trivet/value.hpp"

#include <algorithm>
#include <array>

#include "base/try.hpp"
#include "json/indexed_text.hpp"
#include "json/response_writer.hpp"
#include "json/syntax.hpp"
#include "json/value_reader.hpp"

namespace trivet::json {
namespace {

/// The one value of a text that was opened in a list.
Status read_only_value(IndexedText& text, ValueReader& reader, Value& out) {
  ondemand::array list;
  if (text.document().get_array().get(list) != simdjson::SUCCESS) return text.broken();
  std::size_t count = 0;
  for (auto element : list) {
    ondemand::value value;
    if (count == 1 || element.get(value) != simdjson::SUCCESS) return text.broken();
    TRIVET_TRY(reader.read(value, 0, out));
    ++count;
  }
  if (without_blanks(text.text()).empty()) return text.error("an empty text", "a JSON value");
  if (count == 0 || !text.at_end()) return text.broken();
  return {};
}

}  // namespace
}  // namespace trivet::json

namespace trivet::inline v0 {

Result<Value> Value::parse(std::string_view json) {
  json::IndexedText text(Errc::invalid_argument);
  TRIVET_TRY(text.open_in_list(json));
  json::ValueReader reader(text, json::ValueDialect::plain);
  Value value;
  TRIVET_TRY(json::read_only_value(text, reader, value));
  return value;
}

std::string Value::to_json() const {
  std::string out;
  json::ResponseWriter(out).value(*this);
  return out;
}

bool Value::is_number() const noexcept {
  return std::holds_alternative<std::int64_t>(data_) || std::holds_alternative<double>(data_);
}

double Value::as_number() const noexcept {
  if (const auto* integer = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*integer);
  if (const auto* number = std::get_if<double>(&data_)) return *number;
  return 0;
}

const Value* Value::find(std::string_view name) const noexcept {
  const Object* members = as_object();
  if (members == nullptr) return nullptr;
  const auto at = std::find_if(members->begin(), members->end(),
                               [&](const Member& member) { return member.name == name; });
  return at == members->end() ? nullptr : &at->value;
}

std::string_view Value::kind_name() const noexcept {
  constexpr std::array<std::string_view, std::variant_size_v<decltype(data_)>> kNames = {
      "null", "boolean", "number", "number", "text", "bytes", "list", "object"};
  return kNames[data_.index()];
}

bool operator==(const Value& a, const Value& b) noexcept { return a.data_ == b.data_; }

}  // namespace trivet::inline v0
