// SPDX-License-Identifier: Apache-2.0
// Messages of the service out of JSON, by tables of their members.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "text/message.hpp"
#include "text/pointer.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::explain {

/// An invalid argument at a JSON pointer.
[[nodiscard]] Error spec_error(std::string_view pointer, std::string found, std::string expected);
[[nodiscard]] Error wrong_spec_kind(std::string_view pointer, const Value& value,
                                    std::string_view expected);

/// `path_count` as `pathCount`: JSON of the service takes either.
[[nodiscard]] std::string camel_case(std::string_view name);

[[nodiscard]] Status read_spec_text(const Value& value, std::string_view pointer, std::string& out);
[[nodiscard]] Status read_spec_object(const Value& value, std::string_view pointer, Value& out);
/// A whole number, also one that is written with a point.
[[nodiscard]] Status read_spec_integer(const Value& value, std::string_view pointer,
                                       std::int32_t least, std::int32_t most, std::int32_t& out);

/// One known member of a message and what reads it into a T.
template <class T>
struct SpecField {
  std::string_view name;
  Status (*read)(const Value& value, std::string_view pointer, T& out);
};

template <class T>
Error unknown_spec_member(const std::string& name, std::string_view place,
                          std::span<const SpecField<T>> fields) {
  std::string known;
  for (const SpecField<T>& field : fields) {
    if (!known.empty()) known += ", ";
    known += field.name;
  }
  const std::string_view close =
      text::closest(name, fields, [](const SpecField<T>& field) { return field.name; });
  if (!close.empty()) known = text::message("one of {}; did you mean \"{}\"?", known, close);
  return spec_error(place, "a member that the message doesn't have", std::move(known));
}

/// Reads an object by a table of its members; null members are as good as absent.
template <class T>
Status read_spec_fields(const Value& value, std::string_view pointer,
                        std::span<const SpecField<T>> fields, T& out) {
  const Value::Object* object = value.as_object();
  if (object == nullptr) return wrong_spec_kind(pointer, value, "an object");
  std::set<std::string> seen;
  for (const Member& member : *object) {
    const std::string place = std::string(pointer) + text::pointer_step(member.name);
    const std::string name = camel_case(member.name);
    const SpecField<T>* known = nullptr;
    for (const SpecField<T>& field : fields) {
      if (field.name == name) known = &field;
    }
    if (known == nullptr) return unknown_spec_member(name, place, fields);
    if (!seen.insert(name).second) return spec_error(place, "a member twice", "each member once");
    if (!member.value.is_null()) TRIVET_TRY(known->read(member.value, place, out));
  }
  return {};
}

}  // namespace trivet::explain
