// SPDX-License-Identifier: Apache-2.0
// A request's JSON as canonical messages, with the service's words for what doesn't fit.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <vector>

#include "base/base64.hpp"
#include "service/field_name.hpp"
#include "service/json_mapping.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

/// A body of nothing but mistakes must not make an answer many times its size.
constexpr std::size_t kViolationLimit = 50;
constexpr std::size_t kShownBytes = 256;

std::string_view type_name(Kind kind) noexcept {
  switch (kind) {
    case Kind::text: return "TYPE_STRING";
    case Kind::boolean: return "TYPE_BOOL";
    case Kind::int32: return "TYPE_INT32";
    case Kind::int64: return "TYPE_INT64";
    case Kind::number: return "TYPE_DOUBLE";
    case Kind::bytes: return "TYPE_BYTES";
    case Kind::enumeration: return "TYPE_ENUM";
    case Kind::timestamp: return "type.googleapis.com/google.protobuf.Timestamp";
    case Kind::duration: return "type.googleapis.com/google.protobuf.Duration";
    case Kind::field_mask: return "type.googleapis.com/google.protobuf.FieldMask";
    default: return "type.googleapis.com/google.protobuf.Value";
  }
}

std::optional<std::int64_t> as_whole_number(const Value& value) noexcept {
  if (value.as_integer() != nullptr) return *value.as_integer();
  if (const std::string* text = value.as_text()) {
    std::int64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, problem] = std::from_chars(text->data(), end, number);
    if (problem == std::errc() && stop == end) return number;
    return std::nullopt;
  }
  constexpr double kBound = 9223372036854775808.0;  // 2^63
  const double number = value.as_number();
  if (!value.is_number() || std::trunc(number) != number) return std::nullopt;
  if (number < -kBound || number >= kBound) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

std::optional<Value> as_double(const Value& value) {
  if (value.is_number()) return value;
  const std::string* text = value.as_text();
  if (text == nullptr) return std::nullopt;
  if (*text == "NaN") return Value(std::numeric_limits<double>::quiet_NaN());
  if (*text == "Infinity") return Value(std::numeric_limits<double>::infinity());
  if (*text == "-Infinity") return Value(-std::numeric_limits<double>::infinity());
  const auto parsed = Value::parse(*text);
  if (!parsed || !parsed->is_number()) return std::nullopt;
  return *parsed;
}

std::optional<Value> as_decoded_bytes(const Value& value) {
  if (value.as_text() == nullptr) return std::nullopt;
  std::string standard = *value.as_text();  // the URL-safe alphabet is taken too
  for (char& c : standard) c = c == '-' ? '+' : c == '_' ? '/' : c;
  Value::Bytes bytes;
  if (!base::decode_base64(standard, bytes.data)) return std::nullopt;
  return Value(std::move(bytes));
}

/// `3.5s`.
bool is_duration(std::string_view text) noexcept {
  if (text.empty() || text.back() != 's') return false;
  text.remove_suffix(1);
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  constexpr std::string_view kDigits = "0123456789";
  return !whole.empty() && whole.size() <= 12 && fraction.size() <= 9 &&
         whole.find_first_not_of(kDigits) == std::string_view::npos &&
         fraction.find_first_not_of(kDigits) == std::string_view::npos;
}

std::optional<Value> as_enum(const Field& field, const Value& value) {
  if (const std::string* name = value.as_text()) {
    for (const EnumName& known : field.names) {
      if (known.name == *name) return value;
    }
  }
  const auto number = as_whole_number(value);
  if (!number || *number < INT32_MIN || *number > INT32_MAX) return std::nullopt;
  for (const EnumName& known : field.names) {
    if (known.number == *number) return Value(known.name);
  }
  return Value(*number);  // of a later version of the platform: kept
}

std::optional<Value> as_text_of_kind(Kind kind, const Value& value) {
  const std::string* text = value.as_text();
  if (text == nullptr) return std::nullopt;
  if (kind == Kind::timestamp) {
    const auto time = parse_timestamp(*text);
    return time ? std::optional<Value>(format_timestamp(*time)) : std::nullopt;
  }
  if (kind == Kind::duration && !is_duration(*text)) return std::nullopt;
  if (kind == Kind::field_mask) return Value(to_camel_case(*text));
  return value;
}

/// A scalar's canonical form; nothing for what isn't one of that kind.
std::optional<Value> as_scalar(const Field& field, const Value& value) {
  switch (field.kind) {
    case Kind::boolean:
      if (value.as_boolean() != nullptr) return value;
      if (value.as_text() != nullptr && *value.as_text() == "true") return Value(true);
      if (value.as_text() != nullptr && *value.as_text() == "false") return Value(false);
      return std::nullopt;
    case Kind::int32:
    case Kind::int64: {
      const auto number = as_whole_number(value);
      if (!number) return std::nullopt;
      const bool fits = *number >= INT32_MIN && *number <= INT32_MAX;
      return field.kind == Kind::int64 || fits ? std::optional<Value>(*number) : std::nullopt;
    }
    case Kind::number: return as_double(value);
    case Kind::bytes: return as_decoded_bytes(value);
    case Kind::enumeration: return as_enum(field, value);
    default: return as_text_of_kind(field.kind, value);
  }
}

class MessageReader {
 public:
  explicit MessageReader(std::string_view at) : place_(at) {}

  Value read(const Message& message, const Value& json);
  [[nodiscard]] bool has_failed() const noexcept { return !violations_.empty(); }
  [[nodiscard]] Failure failure() const;

 private:
  struct Violation {
    std::string place;
    std::string text;
  };

  Value read_field(const Field& field, const Value& json);
  Value read_list(const Field& field, const Value& json);
  Value read_map(const Field& field, const Value& json);
  Value read_single(const Field& field, const Value& json);
  void refuse_name(std::string_view name, std::string_view why);
  void refuse_value(std::string_view type, const Value& json);
  void add(std::string text);
  /// Goes down to a field while it lives.
  class Step;

  std::string place_;  ///< `model.labels[0].value`
  std::vector<Violation> violations_;
};

class MessageReader::Step {
 public:
  Step(MessageReader& reader, std::string_view name)
      : reader_(reader), size_(reader.place_.size()) {
    if (!reader.place_.empty() && name.front() != '[') reader.place_ += '.';
    reader.place_ += name;
  }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  ~Step() { reader_.place_.resize(size_); }

 private:
  MessageReader& reader_;
  std::size_t size_;
};

void MessageReader::add(std::string text) {
  if (violations_.size() < kViolationLimit) violations_.push_back({place_, std::move(text)});
}

void MessageReader::refuse_name(std::string_view name, std::string_view why) {
  const std::string at = place_.empty() ? std::string() : text::message(" at '{}'", place_);
  add(text::message("Invalid JSON payload received. Unknown name {}{}: {}",
                    text::quoted(name, kShownBytes), at, why));
}

void MessageReader::refuse_value(std::string_view type, const Value& json) {
  std::string shown = json.to_json();
  if (shown.size() > kShownBytes) {
    shown = text::message("a {} of {} bytes", json.kind_name(), shown.size());
  }
  add(text::message("Invalid value at '{}' ({}), {}", place_, type, shown));
}

Value MessageReader::read(const Message& message, const Value& json) {
  const Value::Object* members = json.as_object();
  if (members == nullptr) {
    if (place_.empty()) {
      refuse_name("", "Root element must be a message.");
    } else {
      refuse_value(text::message("type.googleapis.com/{}", message.name), json);
    }
    return {};
  }
  std::vector<const Value*> given(message.fields.size(), nullptr);
  for (const Member& member : *members) {
    const Field* field = find_field(message, member.name);
    if (field == nullptr) {
      refuse_name(member.name, "Cannot find field.");
      continue;
    }
    const Value*& slot = given[static_cast<std::size_t>(field - message.fields.data())];
    if (slot != nullptr) refuse_name(member.name, "The field is there twice.");
    slot = &member.value;
  }
  Value::Object out;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Field& field = message.fields[i];
    if (given[i] == nullptr || field.output_only) continue;
    if (given[i]->is_null() && (field.kind != Kind::value || field.shape != Shape::one)) continue;
    const Step step(*this, to_snake_case(field.name));
    out.push_back({std::string(field.name), read_field(field, *given[i])});
  }
  return out;
}

Value MessageReader::read_field(const Field& field, const Value& json) {
  if (field.shape == Shape::list) return read_list(field, json);
  if (field.shape == Shape::map) return read_map(field, json);
  return read_single(field, json);
}

Value MessageReader::read_list(const Field& field, const Value& json) {
  Value::List out;
  const Value::List* items = json.as_list();
  if (items == nullptr) {
    if (field.kind == Kind::value) {
      refuse_value("type.googleapis.com/google.protobuf.ListValue", json);
      return {};
    }
    out.push_back(read_single(field, json));
    return out;
  }
  out.reserve(items->size());
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Step step(*this, text::message("[{}]", i));
    out.push_back(read_single(field, (*items)[i]));
  }
  return out;
}

Value MessageReader::read_map(const Field& field, const Value& json) {
  const Value::Object* members = json.as_object();
  if (members == nullptr) {
    refuse_value("TYPE_MAP", json);
    return {};
  }
  Value::Object out;
  for (std::size_t i = 0; i < members->size(); ++i) {
    const Step step(*this, text::message("[{}].value", i));
    out.push_back({(*members)[i].name, read_single(field, (*members)[i].value)});
  }
  return out;
}

Value MessageReader::read_single(const Field& field, const Value& json) {
  if (field.kind == Kind::value) return json;
  if (field.kind == Kind::message) return read(*field.message, json);
  if (json.as_list() != nullptr) {
    refuse_value(type_name(field.kind), json);
    return {};
  }
  auto scalar = as_scalar(field, json);
  if (!scalar) {
    refuse_value(type_name(field.kind), json);
    return {};
  }
  return *std::move(scalar);
}

Failure MessageReader::failure() const {
  std::string text;
  Value::List list;
  for (const Violation& violation : violations_) {
    if (!text.empty()) text += '\n';
    text += violation.text;
    Value::Object row;
    if (!violation.place.empty()) row.push_back({"field", violation.place});
    row.push_back({"description", violation.text});
    list.emplace_back(std::move(row));
  }
  Value::Object detail{{"@type", "type.googleapis.com/google.rpc.BadRequest"},
                       {"fieldViolations", std::move(list)}};
  return {Code::invalid_argument, std::move(text), Value::List{Value(std::move(detail))}};
}

}  // namespace

Outcome<Value> read_message(const Message& message, const Value& json, std::string_view at) {
  MessageReader reader(at);
  Value canonical = reader.read(message, json);
  if (reader.has_failed()) return reader.failure();
  return canonical;
}

}  // namespace trivet::service
