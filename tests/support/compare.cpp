// SPDX-License-Identifier: Apache-2.0
// Comparing answers with recorded ones.
#include "support/compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <stdexcept>

#include "support/plain_json.hpp"

namespace trivet::test {
namespace {

std::optional<double> number_of(const Value& value) {
  if (value.is_number()) return value.as_number();
  const std::string* text = value.as_text();
  if (text == nullptr) return std::nullopt;
  if (*text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (*text == "Infinity") return std::numeric_limits<double>::infinity();
  if (*text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

template <class T>
bool same_bits(T a, T b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

bool numbers_agree(double a, double b, const CompareRule& rule) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  switch (rule.agreement) {
    case Agreement::float32_bits: return same_bits(static_cast<float>(a), static_cast<float>(b));
    case Agreement::float64_bits: return same_bits(a, b) || (a == 0 && b == 0);
    case Agreement::relative:
      return a == b || std::fabs(a - b) <= rule.tolerance * std::max(1.0, std::fabs(b));
    case Agreement::json: return a == b;
  }
  return false;
}

std::string shown(const Value& value) {
  std::string text = to_plain_json(value);
  if (text.size() > 80) text = text.substr(0, 80) + "…";
  return text;
}

std::string mismatch(const Value& answer, const Value& expected, const std::string& at) {
  return at + ": " + shown(answer) + " instead of " + shown(expected);
}

std::string object_difference(const Value& answer, const Value& expected, const CompareRule& rule,
                              const std::string& at) {
  const Value::Object* members = answer.as_object();
  if (members == nullptr || members->size() != expected.as_object()->size()) {
    return mismatch(answer, expected, at);
  }
  for (const Member& member : *expected.as_object()) {
    const Value* found = answer.find(member.name);
    if (found == nullptr) return at + ": no member " + member.name + " in " + shown(answer);
    const std::string inside = difference(*found, member.value, rule, at + "/" + member.name);
    if (!inside.empty()) return inside;
  }
  return {};
}

std::string list_difference(const Value& answer, const Value& expected, const CompareRule& rule,
                            const std::string& at) {
  const Value::List* items = answer.as_list();
  const Value::List& wanted = *expected.as_list();
  if (items == nullptr || items->size() != wanted.size()) return mismatch(answer, expected, at);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string inside =
        difference((*items)[i], wanted[i], rule, at + "/" + std::to_string(i));
    if (!inside.empty()) return inside;
  }
  return {};
}

}  // namespace

CompareRule compare_rule(const Value& object) {
  constexpr std::pair<const char*, Agreement> kKinds[] = {
      {"float32_bits", Agreement::float32_bits},
      {"float64_bits", Agreement::float64_bits},
      {"relative", Agreement::relative},
      {"json", Agreement::json},
  };
  const Value* kind = object.find("kind");
  for (const auto& [name, agreement] : kKinds) {
    if (kind == nullptr || kind->as_text() == nullptr || *kind->as_text() != name) continue;
    const Value* tolerance = object.find("tolerance");
    return {agreement, tolerance != nullptr ? tolerance->as_number() : 0};
  }
  throw std::runtime_error("unknown way to compare: " + to_plain_json(object));
}

std::string difference(const Value& answer, const Value& expected, const CompareRule& rule,
                       const std::string& at) {
  if (expected.as_object() != nullptr) return object_difference(answer, expected, rule, at);
  if (expected.as_list() != nullptr) return list_difference(answer, expected, rule, at);
  const bool number_wanted =
      rule.agreement == Agreement::json ? expected.is_number() : number_of(expected).has_value();
  if (!number_wanted) {
    return answer == expected ? std::string() : mismatch(answer, expected, at);
  }
  const std::optional<double> number =
      rule.agreement == Agreement::json && !answer.is_number() ? std::nullopt : number_of(answer);
  if (number && numbers_agree(*number, *number_of(expected), rule)) return {};
  return mismatch(answer, expected, at);
}

}  // namespace trivet::test
