// SPDX-License-Identifier: Apache-2.0
// The raw text of single JSON values: what they are, and how messages speak of them.
#include "json/token.hpp"

#include <charconv>
#include <limits>

#include "text/message.hpp"
#include "text/number.hpp"
#include "text/pointer.hpp"

namespace trivet::json {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

TokenKind kind_if(bool is_so, TokenKind kind) noexcept { return is_so ? kind : TokenKind::broken; }

}  // namespace

std::string_view token_of(ondemand::value& value) noexcept {
  std::string_view token = value.raw_json_token();
  while (!token.empty() && is_blank(token.back())) token.remove_suffix(1);
  return token;
}

TokenKind kind_of(std::string_view token) noexcept {
  if (token.empty()) return TokenKind::broken;
  switch (token.front()) {
    case '"': return TokenKind::text;
    case '[': return TokenKind::list;
    case '{': return TokenKind::object;
    case 't': return kind_if(token == "true", TokenKind::boolean);
    case 'f': return kind_if(token == "false", TokenKind::boolean);
    case 'n': return token == "nan" ? TokenKind::number : kind_if(token == "null", TokenKind::null);
    case 'N': return kind_if(token == "NaN", TokenKind::number);
    case 'I': return kind_if(token == "Infinity", TokenKind::number);
    case 'i': return kind_if(token == "inf", TokenKind::number);
    case '-': return TokenKind::number;
    default: return kind_if(token.front() >= '0' && token.front() <= '9', TokenKind::number);
  }
}

std::string describe(std::string_view token) {
  constexpr std::size_t kShown = 64;
  switch (kind_of(token)) {
    case TokenKind::null: return "null";
    case TokenKind::boolean: return std::string(token);
    case TokenKind::number:
      return text::message("the number {}{}", token.substr(0, kShown),
                           token.size() > kShown ? "…" : "");
    case TokenKind::text:
      return text::message("the text {}", text::quoted(token.substr(1, token.size() - 2), kShown));
    case TokenKind::list: return "a list";
    case TokenKind::object: return "an object";
    case TokenKind::broken: break;
  }
  return text::quoted(token, kShown);
}

bool python_constant(std::string_view token, double& out) noexcept {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (token == "NaN") out = std::numeric_limits<double>::quiet_NaN();
  else if (token == "Infinity") out = kInfinity;
  else if (token == "-Infinity") out = -kInfinity;
  else return false;
  return true;
}

bool bare_constant(std::string_view token, double& out) noexcept {
  if (token == "nan") token = "NaN";
  else if (token == "inf") token = "Infinity";
  else if (token == "-inf") token = "-Infinity";
  return python_constant(token, out);
}

bool is_nan_word(std::string_view text) noexcept {
  const auto is = [&](std::size_t i, char lower) { return (text[i] | 0x20) == lower; };
  return text.size() == 3 && is(0, 'n') && is(1, 'a') && is(2, 'n');
}

void reread_long_fraction(ondemand::value value, double& out) noexcept {
  const std::string_view token = token_of(value);
  const std::string_view digits = token.substr(token.front() == '-' ? 1 : 0);
  if (!digits.starts_with("0.")) return;
  std::from_chars(token.data(), token.data() + token.size(), out);
}

std::string Pointer::to_text() const {
  std::string pointer;
  for (const Step& step : steps_) {
    if (step.index == kIsKey) append_step(pointer, step.key);
    else append_step(pointer, step.index);
  }
  return pointer;
}

void append_step(std::string& pointer, std::string_view key) {
  text::append_pointer_step(pointer, key);
}

void append_step(std::string& pointer, std::size_t index) {
  pointer += '/';
  text::append_integer(pointer, static_cast<std::int64_t>(index));
}

}  // namespace trivet::json
