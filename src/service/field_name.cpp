// SPDX-License-Identifier: Apache-2.0
// Names of fields in their two spellings.
#include "service/field_name.hpp"

namespace trivet::service {
namespace {

constexpr char raised(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Whether `name` is `camel` itself, or has an underscore and a small letter for each capital.
bool is_spelling_of(std::string_view name, std::string_view camel) noexcept {
  if (name == camel) return true;
  std::size_t at = 0;
  for (const char wanted : camel) {
    if (at < name.size() && name[at] == '_') ++at;
    if (at == name.size()) return false;
    const bool after_underscore = at != 0 && name[at - 1] == '_';
    if ((after_underscore ? raised(name[at]) : name[at]) != wanted) return false;
    ++at;
  }
  return at == name.size();
}

}  // namespace

std::string to_camel_case(std::string_view name) {
  std::string out;
  bool raises = false;
  for (const char c : name) {
    if (c == '_') {
      raises = true;
      continue;
    }
    out += raises ? raised(c) : c;
    raises = false;
  }
  return out;
}

std::string to_snake_case(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_capital = c >= 'A' && c <= 'Z';
    if (is_capital) out += '_';
    out += is_capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

const Field* find_field(const Message& message, std::string_view name) noexcept {
  for (const Field& field : message.fields) {
    if (is_spelling_of(name, field.name)) return &field;
  }
  return nullptr;
}

}  // namespace trivet::service
