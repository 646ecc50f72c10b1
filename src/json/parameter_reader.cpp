// SPDX-License-Identifier: Apache-2.0
// A request's `parameters` into the output that they ask for.
#include "json/parameter_reader.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "json/token.hpp"
#include "text/message.hpp"

namespace trivet::json {
namespace {

/// A parameter's value as the request has it.
struct ParameterScalar {
  TokenKind kind;
  bool flag = false;
  double number = 0;
  std::string_view text;
};

bool is_same_value(const ParameterScalar& given, const Value& wanted) noexcept {
  switch (given.kind) {
    case TokenKind::null: return wanted.is_null();
    case TokenKind::boolean:
      return wanted.as_boolean() != nullptr && *wanted.as_boolean() == given.flag;
    case TokenKind::number: return wanted.is_number() && wanted.as_number() == given.number;
    case TokenKind::text: return wanted.as_text() != nullptr && *wanted.as_text() == given.text;
    case TokenKind::list:
    case TokenKind::object:
    case TokenKind::broken: break;
  }
  return false;
}

std::string known_values(const Signature& signature, std::string_view parameter) {
  std::string list;
  for (const ParameterRule& rule : signature.parameters) {
    if (rule.parameter != parameter) continue;
    if (!list.empty()) list += " or ";
    list += rule.value.to_json();
  }
  return list;
}

std::string known_parameters(const Signature& signature) {
  std::vector<std::string_view> names;
  std::string list;
  for (const ParameterRule& rule : signature.parameters) {
    if (std::find(names.begin(), names.end(), rule.parameter) != names.end()) continue;
    if (!names.empty()) list += ", ";
    names.push_back(rule.parameter);
    list += text::quoted(rule.parameter);
  }
  if (names.empty()) return "none: this model takes no parameters";
  return (names.size() == 1 ? "only " : "one of ") + list;
}

}  // namespace

Status ParameterReader::read(ondemand::value parameters, const Signature& signature,
                             std::size_t& output) {
  seen_.clear();
  asked_ = nullptr;
  output_ = 0;
  const std::string_view token = token_of(parameters);
  if (token == "null") {
    output = 0;
    return {};
  }
  if (kind_of(token) != TokenKind::object) {
    return text_.unwanted(token, "an object of parameters by name");
  }
  ondemand::object object;
  if (parameters.get_object().get(object) != simdjson::SUCCESS) return text_.broken();
  for (auto element : object) {
    ondemand::field member;
    if (std::move(element).get(member) != simdjson::SUCCESS) return text_.broken();
    TRIVET_TRY(read_one(member, signature));
  }
  output = output_;
  return {};
}

Status ParameterReader::read_one(ondemand::field& member, const Signature& signature) {
  const Result<std::string_view> key = text_.key(member);
  TRIVET_TRY(key);
  const std::vector<ParameterRule>& rules = signature.parameters;
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const ParameterRule& candidate) {
    return candidate.parameter == *key;
  });
  if (rule == rules.end()) {
    return text_.error(text::message("the unknown parameter {}", text::quoted(*key)),
                       known_parameters(signature));
  }
  const auto first = static_cast<std::size_t>(rule - rules.begin());
  if (std::find(seen_.begin(), seen_.end(), first) != seen_.end()) {
    return text_.error(text::message("the parameter {} twice", text::quoted(*key)),
                       "each parameter once");
  }
  seen_.push_back(first);
  const Result<const ParameterRule*> found = find_rule(member.value(), signature, first);
  if (!found) {
    std::string step;
    append_step(step, *key);
    return found.error().within(step);
  }
  return ask(**found, signature);
}

Result<const ParameterRule*> ParameterReader::find_rule(ondemand::value& value,
                                                        const Signature& signature,
                                                        std::size_t first) const {
  const std::string_view token = token_of(value);
  ParameterScalar given{.kind = kind_of(token), .flag = token == "true", .text = {}};
  if (given.kind == TokenKind::number && !read_double(value, given.number) &&
      !python_constant(token, given.number)) {
    return text_.unreadable_number(token);
  }
  if (given.kind == TokenKind::text && !IndexedText::text_of(value, token, given.text)) {
    return text_.broken();
  }
  const std::string_view parameter = signature.parameters[first].parameter;
  for (std::size_t i = first; i < signature.parameters.size(); ++i) {
    const ParameterRule& rule = signature.parameters[i];
    if (rule.parameter == parameter && is_same_value(given, rule.value)) return &rule;
  }
  return text_.unwanted(token, known_values(signature, parameter));
}

Status ParameterReader::ask(const ParameterRule& rule, const Signature& signature) {
  const std::optional<std::size_t> wanted = signature.find_output(rule.output);
  if (!wanted) {
    return Error(Errc::internal, {},
                 text::message("a parameter for the output {}", text::quoted(rule.output)),
                 "an output of the signature");
  }
  const bool* flag = rule.value.as_boolean();
  if (*wanted == 0 && flag != nullptr && !*flag) return {};
  if (asked_ != nullptr && output_ != *wanted) {
    return text_.error(text::message("{} and {}, which ask for different answers",
                                     text::quoted(asked_->parameter), text::quoted(rule.parameter)),
                       "parameters that ask for one answer");
  }
  asked_ = &rule;
  output_ = *wanted;
  return {};
}

}  // namespace trivet::json
