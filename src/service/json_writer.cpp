// SPDX-License-Identifier: Apache-2.0
// Canonical messages as the service's JSON.
#include <cmath>

#include "base/base64.hpp"
#include "service/json_mapping.hpp"
#include "text/number.hpp"

namespace trivet::service {
namespace {

/// Whether a member is left out: a default that doesn't know whether it was given.
bool is_left_out(const Field& field, const Value& value) {
  if (value.is_null()) return true;
  if (field.shape == Shape::list) return value.as_list() == nullptr || value.as_list()->empty();
  if (field.shape == Shape::map) return value.as_object() == nullptr || value.as_object()->empty();
  if (field.has_presence) return false;
  switch (field.kind) {
    case Kind::text:
    case Kind::field_mask: return value.as_text() != nullptr && value.as_text()->empty();
    case Kind::bytes: return value.as_bytes() != nullptr && value.as_bytes()->data.empty();
    case Kind::boolean: return value.as_boolean() != nullptr && !*value.as_boolean();
    case Kind::int32:
    case Kind::int64: return value.is_number() && value.as_number() == 0;
    case Kind::number:
      return value.is_number() && value.as_number() == 0 && !std::signbit(value.as_number());
    case Kind::enumeration:
      return (value.as_text() != nullptr && !field.names.empty() &&
              *value.as_text() == field.names.front().name) ||
             (value.as_integer() != nullptr && *value.as_integer() == 0);
    default: return false;
  }
}

class MessageWriter {
 public:
  MessageWriter(const WriteOptions& options, std::string& out) : options_(options), out_(out) {}

  void write(const Message& message, const Value& canonical) {
    out_ += '{';
    bool is_first = true;
    for (const Field& field : message.fields) {
      const Value* value = canonical.find(field.name);
      if (value == nullptr || is_left_out(field, *value)) continue;
      if (!is_first) out_ += ',';
      is_first = false;
      out_ += '"';
      out_ += field.name;
      out_ += "\":";
      write_field(field, *value);
    }
    out_ += '}';
  }

 private:
  void write_field(const Field& field, const Value& value) {
    if (field.shape == Shape::list) {
      out_ += '[';
      for (const Value& item : *value.as_list()) {
        if (&item != value.as_list()->data()) out_ += ',';
        write_single(field, item);
      }
      out_ += ']';
      return;
    }
    if (field.shape == Shape::one) return write_single(field, value);
    out_ += '{';
    bool is_first = true;
    for (const Member& member : *value.as_object()) {
      if (!is_first) out_ += ',';
      is_first = false;
      out_ += Value(member.name).to_json();
      out_ += ':';
      write_single(field, member.value);
    }
    out_ += '}';
  }

  void write_single(const Field& field, const Value& value) {
    if (field.kind == Kind::message && field.message != nullptr) {
      return write(*field.message, value);
    }
    if (field.kind == Kind::int64 && value.as_integer() != nullptr) {
      out_ += '"';
      text::append_integer(out_, *value.as_integer());
      out_ += '"';
    } else if (field.kind == Kind::bytes && value.as_bytes() != nullptr) {
      out_ += '"';
      base::encode_base64(value.as_bytes()->data, out_);
      out_ += '"';
    } else if (field.kind == Kind::enumeration && value.as_text() != nullptr) {
      write_enum(field, *value.as_text());
    } else {
      out_ += value.to_json();
    }
  }

  void write_enum(const Field& field, const std::string& name) {
    if (options_.enums_as_numbers) {
      for (const EnumName& known : field.names) {
        if (known.name == name) return text::append_integer(out_, known.number);
      }
    }
    out_ += Value(name).to_json();
  }

  const WriteOptions& options_;
  std::string& out_;
};

}  // namespace

void write_message(const Message& message, const Value& canonical, const WriteOptions& options,
                   std::string& out) {
  MessageWriter(options, out).write(message, canonical);
}

}  // namespace trivet::service
