// SPDX-License-Identifier: Apache-2.0
// Rules on names, labels and splits.
#include "service/rules.hpp"

#include <algorithm>

#include "base/try.hpp"
#include "base/unicode.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

constexpr std::size_t kNameLimit = 128;
constexpr std::size_t kLabelLimit = 64;

bool is_small(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) noexcept { return is_small(c) || is_capital(c) || is_digit(c); }

template <class Rule>
bool all_are(std::string_view text, Rule&& rule) {
  return std::all_of(text.begin(), text.end(), std::forward<Rule>(rule));
}

Failure refused_name(std::string_view what, std::string_view found, std::string_view expected) {
  return {Code::invalid_argument,
          text::message("Invalid {} {}: {}.", what, text::quoted(found, 160), expected)};
}

std::size_t characters_of(std::string_view text) noexcept {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(base::first_character(text).size);
  return count;
}

/// Small letters, digits, `_`, `-`; of other alphabets any letter.
bool is_label_text(std::string_view text) noexcept {
  if (characters_of(text) > kLabelLimit) return false;
  while (!text.empty()) {
    const base::Utf8Character next = base::first_character(text);
    const bool is_ascii = next.code < 0x80;
    const char c = text.front();
    const bool fits = is_ascii ? is_small(c) || is_digit(c) || c == '_' || c == '-'
                               : base::is_alphanumeric(next.code);
    if (!fits) return false;
    text.remove_prefix(next.size);
  }
  return true;
}

}  // namespace

Outcome<Done> check_display_name(std::string_view name) {
  if (name.empty()) {
    return Failure(Code::invalid_argument, "The display name is required, and empty.");
  }
  const std::size_t count = characters_of(name);
  if (count <= kNameLimit) return Done();
  return refused_name(
      "display name", name,
      text::message("{} characters where at most {} are allowed", count, kNameLimit));
}

Outcome<Done> check_labels(const Value* labels) {
  if (labels == nullptr || labels->as_object() == nullptr) return Done();
  const Value::Object& members = *labels->as_object();
  if (members.size() > kLabelLimit) {
    return Failure(Code::invalid_argument, text::message("{} labels where at most {} are allowed.",
                                                         members.size(), kLabelLimit));
  }
  constexpr std::string_view kRule =
      "at most 64 small letters, digits, underscores and dashes are expected";
  for (const Member& label : members) {
    const std::string* value = label.value.as_text();
    if (label.name.empty() || !is_label_text(label.name)) {
      return refused_name("label key", label.name, kRule);
    }
    if (value == nullptr || !is_label_text(*value)) {
      return refused_name("label value", value == nullptr ? std::string_view() : *value, kRule);
    }
  }
  return Done();
}

Outcome<Done> check_alias(std::string_view alias) {
  const auto is_inner = [](char c) { return is_letter_or_digit(c) || c == '-'; };
  const bool fits = alias.size() >= 2 && alias.size() <= kNameLimit && is_small(alias.front()) &&
                    (is_small(alias.back()) || is_digit(alias.back())) && all_are(alias, is_inner);
  if (fits) return Done();
  return refused_name("version alias", alias, "[a-z][a-zA-Z0-9-]{0,126}[a-z0-9] is expected");
}

Outcome<Done> check_model_id(std::string_view id) {
  const auto is_inner = [](char c) { return is_small(c) || is_digit(c) || c == '_' || c == '-'; };
  const bool fits = !id.empty() && id.size() <= 63 && !is_digit(id.front()) && id.front() != '-' &&
                    all_are(id, is_inner);
  if (fits) return Done();
  return refused_name("model id", id, "[a-z_][a-z0-9_-]{0,62} is expected");
}

Outcome<Done> check_endpoint_id(std::string_view id) {
  const auto is_inner = [](char c) { return is_small(c) || is_digit(c) || c == '-'; };
  const bool is_number =
      !id.empty() && id.size() <= 9 && id.front() != '0' && all_are(id, is_digit);
  const bool is_name = !id.empty() && id.size() <= 63 && is_small(id.front()) && id.back() != '-' &&
                       all_are(id, is_inner);
  if (is_number || is_name) return Done();
  return refused_name(
      "endpoint id", id,
      "a letter, then up to 62 of [a-z0-9-], a letter or digit at the end, or up to "
      "9 digits without a leading zero are expected");
}

Outcome<Done> check_deployed_model_id(std::string_view id) {
  if (!id.empty() && id.size() <= 19 && all_are(id, is_digit)) return Done();
  return refused_name("deployed model id", id, "digits are expected, at most 19");
}

Outcome<Done> check_legacy_name(std::string_view name) {
  const auto is_inner = [](char c) { return is_letter_or_digit(c) || c == '_'; };
  const bool fits = !name.empty() && name.size() <= kNameLimit && !is_digit(name.front()) &&
                    name.front() != '_' && all_are(name, is_inner);
  if (fits) return Done();
  return refused_name("name", name, "[A-Za-z][A-Za-z0-9_]{0,127} is expected");
}

Outcome<Done> check_declared_name(std::string_view name) {
  const auto is_inner = [](char c) {
    return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-';
  };
  const bool fits = !name.empty() && name.size() <= kNameLimit &&
                    is_letter_or_digit(name.front()) && all_are(name, is_inner);
  if (fits) return Done();
  return refused_name("model name", name, "[A-Za-z0-9][A-Za-z0-9_.-]{0,127} is expected");
}

Outcome<Done> check_traffic_split(const Value* split, std::span<const std::string> deployed) {
  if (split == nullptr || split->as_object() == nullptr || split->as_object()->empty()) {
    return Done();
  }
  std::int64_t sum = 0;
  for (const Member& share : *split->as_object()) {
    const std::int64_t* percent = share.value.as_integer();
    if (std::find(deployed.begin(), deployed.end(), share.name) == deployed.end()) {
      return Failure(Code::invalid_argument,
                     text::message("The traffic split names {}, which is not deployed.",
                                   text::quoted(share.name)));
    }
    if (percent == nullptr || *percent < 0 || *percent > 100) {
      return Failure(
          Code::invalid_argument,
          text::message("The traffic split gives {} a share of {}; 0 to 100 are expected.",
                        text::quoted(share.name), share.value.to_json()));
    }
    sum += *percent;
  }
  if (sum == 100) return Done();
  return Failure(Code::invalid_argument,
                 text::message("The traffic split adds up to {}; 100 is expected.", sum));
}

}  // namespace trivet::service
