// SPDX-License-Identifier: Apache-2.0
// Field masks: reading them, and applying them to documents.
#include "service/field_mask.hpp"

#include <algorithm>
#include <span>

#include "base/try.hpp"
#include "service/field_name.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

constexpr std::size_t kMaskPathLimit = 200;

std::string_view trimmed_path(std::string_view text) noexcept {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Failure unknown_path(std::string_view what, std::string_view path, const Message& message) {
  return {Code::invalid_argument, text::message("{} names {}, which is no field of {}.", what,
                                                text::quoted(path, 256), message.name)};
}

Outcome<std::vector<std::string>> parse_path(std::string_view path, const Message& message,
                                             std::string_view what) {
  std::vector<std::string> names;
  const Message* at = &message;
  std::string_view rest = path;
  while (true) {
    const std::string_view name = rest.substr(0, rest.find('.'));
    const Field* field = at == nullptr ? nullptr : find_field(*at, name);
    if (at != nullptr && field == nullptr) return unknown_path(what, path, message);
    names.emplace_back(field == nullptr ? name : field->name);
    if (name.size() == rest.size()) return names;
    rest.remove_prefix(name.size() + 1);
    if (field == nullptr) continue;  // inside of a Value: any names
    if (field->shape == Shape::map) {
      names.emplace_back(rest);
      return names;
    }
    const bool is_message = field->kind == Kind::message && field->shape == Shape::one;
    if (!is_message && field->kind != Kind::value) return unknown_path(what, path, message);
    at = field->message;
  }
}

void select_path(std::span<const std::string> path, const Value& from, Value& to) {
  const Value* found = from.find(path.front());
  if (found == nullptr) return;
  if (path.size() == 1) return set_member(to, path.front(), *found);
  Value inner = Value::Object{};
  if (const Value* present = to.find(path.front())) inner = *present;
  select_path(path.subspan(1), *found, inner);
  set_member(to, path.front(), std::move(inner));
}

void replace_path(std::span<const std::string> path, const Value& update, Value& document) {
  const Value* found = update.find(path.front());
  if (path.size() == 1) {
    return found == nullptr ? erase_member(document, path.front())
                            : set_member(document, path.front(), *found);
  }
  Value inner = Value::Object{};
  const Value* present = document.find(path.front());
  if (present != nullptr && present->as_object() != nullptr) inner = *present;
  const Value nothing = Value::Object{};
  replace_path(path.subspan(1), found == nullptr ? nothing : *found, inner);
  set_member(document, path.front(), std::move(inner));
}

}  // namespace

Outcome<FieldMask> FieldMask::parse(std::string_view text, const Message& message,
                                    std::string_view what) {
  FieldMask mask;
  text = trimmed_path(text);
  if (text.empty() || text == "*") return mask;
  while (true) {
    const std::string_view part = text.substr(0, text.find(','));
    if (mask.paths.size() == kMaskPathLimit) {
      return Failure(Code::invalid_argument, text::message("{} names too many fields.", what));
    }
    auto path = parse_path(trimmed_path(part), message, what);
    if (!path) return std::move(path).failure();
    mask.paths.push_back(*std::move(path));
    if (part.size() == text.size()) return mask;
    text.remove_prefix(part.size() + 1);
  }
}

bool FieldMask::touches(std::string_view field) const noexcept {
  return std::any_of(paths.begin(), paths.end(),
                     [&](const auto& path) { return path.front() == field; });
}

Value select_fields(const FieldMask& mask, const Value& document) {
  if (mask.paths.empty()) return document;
  Value out = Value::Object{};
  for (const auto& path : mask.paths) select_path(path, document, out);
  return out;
}

void replace_fields(const FieldMask& mask, const Value& update, Value& document) {
  if (mask.paths.empty() && update.as_object() != nullptr) {
    for (const Member& member : *update.as_object()) {
      set_member(document, member.name, member.value);
    }
  }
  for (const auto& path : mask.paths) replace_path(path, update, document);
}

void set_member(Value& object, std::string_view name, Value value) {
  if (object.as_object() == nullptr) object = Value::Object{};
  for (Member& member : *object.as_object()) {
    if (member.name == name) {
      member.value = std::move(value);
      return;
    }
  }
  object.as_object()->push_back({std::string(name), std::move(value)});
}

void erase_member(Value& object, std::string_view name) {
  if (Value::Object* members = object.as_object()) {
    std::erase_if(*members, [&](const Member& member) { return member.name == name; });
  }
}

std::string_view text_of(const Value& object, std::string_view name) noexcept {
  const Value* member = object.find(name);
  return member != nullptr && member->as_text() != nullptr ? std::string_view(*member->as_text())
                                                           : std::string_view();
}

}  // namespace trivet::service
