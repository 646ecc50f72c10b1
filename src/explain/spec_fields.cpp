// SPDX-License-Identifier: Apache-2.0
// Messages of the service out of JSON, by tables of their members.
#include "explain/spec_fields.hpp"

#include <cmath>

namespace trivet::explain {

Error spec_error(std::string_view pointer, std::string found, std::string expected) {
  return {Errc::invalid_argument, std::string(pointer), std::move(found), std::move(expected)};
}

Error wrong_spec_kind(std::string_view pointer, const Value& value, std::string_view expected) {
  return spec_error(pointer, text::message("a {}", value.kind_name()), std::string(expected));
}

std::string camel_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool joins = name[i] == '_' && i + 1 < name.size() && name[i + 1] >= 'a' &&
                       name[i + 1] <= 'z' && !out.empty();
    if (joins) out += static_cast<char>(name[++i] - 'a' + 'A');
    else out += name[i];
  }
  return out;
}

Status read_spec_text(const Value& value, std::string_view pointer, std::string& out) {
  if (value.as_text() == nullptr) return wrong_spec_kind(pointer, value, "a text");
  out = *value.as_text();
  return {};
}

Status read_spec_object(const Value& value, std::string_view pointer, Value& out) {
  if (value.as_object() == nullptr) return wrong_spec_kind(pointer, value, "an object");
  out = value;
  return {};
}

Status read_spec_integer(const Value& value, std::string_view pointer, std::int32_t least,
                         std::int32_t most, std::int32_t& out) {
  const double number = value.as_number();
  const bool fits = value.is_number() && number == std::floor(number) &&
                    number >= static_cast<double>(least) && number <= static_cast<double>(most);
  if (!fits) {
    return spec_error(
        pointer, value.is_number() ? value.to_json() : text::message("a {}", value.kind_name()),
        text::message("a whole number from {} to {}", least, most));
  }
  out = static_cast<std::int32_t>(number);
  return {};
}

}  // namespace trivet::explain
