// SPDX-License-Identifier: Apache-2.0
// Where a text stops being JSON: simdjson doesn't look into what is skipped, nor say the place.
#include "json/syntax.hpp"

#include <algorithm>
#include <bitset>
#include <cstdint>

namespace trivet::json {
namespace {

constexpr std::string_view kBlanks = " \t\n\r";
constexpr std::string_view kTooDeep = "lists and objects at most 64 deep";
static_assert(kMaxNesting == 64);

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The value of a hexadecimal digit; −1 for anything else.
int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// One pass over RFC 8259's grammar; the containers around the place are bits, one for an object.
class SyntaxScan {
 public:
  SyntaxScan(std::string_view text, std::size_t depth) noexcept : text_(text), depth_(depth) {}

  std::optional<SyntaxError> run() noexcept {
    const std::size_t outside = depth_;
    State state = State::value;
    while (expected_.empty()) {
      skip_blanks();
      if (state == State::after && depth_ == outside) {
        if (at_ == text_.size()) return std::nullopt;
        fail("the end of the text");
        break;
      }
      state = step(state);
    }
    return SyntaxError{at_, expected_, expected_ == kTooDeep};
  }

 private:
  enum class State : std::uint8_t { value, first_item, key, first_key, after };

  State step(State state) noexcept {
    switch (state) {
      case State::value: return value();
      case State::first_item: return peek() == ']' ? close() : value();
      case State::first_key: return peek() == '}' ? close() : key();
      case State::key: return key();
      case State::after: break;
    }
    return after();
  }

  State value() noexcept {
    const char c = peek();
    if (c == '[' || c == '{') return open(c == '{');
    if (c == '"') text();
    else if (is_digit(c) || (c == '-' && is_digit(peek(1)))) number();
    else word();
    return State::after;
  }

  State open(bool object) noexcept {
    if (depth_ == kMaxNesting) {
      fail(kTooDeep);
      return State::after;
    }
    objects_[depth_++] = object;
    ++at_;
    return object ? State::first_key : State::first_item;
  }

  State close() noexcept {
    ++at_;
    --depth_;
    return State::after;
  }

  State key() noexcept {
    if (peek() != '"') {
      fail("a member's name in quotes");
      return State::after;
    }
    text();
    skip_blanks();
    if (!expected_.empty()) return State::after;
    if (peek() != ':') fail("a colon after a member's name");
    else ++at_;
    return State::value;
  }

  State after() noexcept {
    const bool object = objects_[depth_ - 1];
    if (peek() == ',') {
      ++at_;
      return object ? State::key : State::value;
    }
    if (peek() == (object ? '}' : ']')) return close();
    fail(object ? "a comma or the object's closing brace"
                : "a comma or the list's closing bracket");
    return State::after;
  }

  void text() noexcept {
    ++at_;
    while (at_ < text_.size() && expected_.empty()) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return;
      }
      if (c == '\\') escape();
      else if (static_cast<std::uint8_t>(c) < 0x20) fail("control characters as escapes");
      else ++at_;
    }
    if (expected_.empty()) fail("the closing quote of a text");
  }

  void escape() noexcept {
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    if (peek(1) != 'u') {
      if (kEscapes.find(peek(1)) == std::string_view::npos)
        return fail("an escape that JSON knows");
      at_ += 2;
      return;
    }
    const int unit = code_unit();
    if (unit < 0) return fail("four hexadecimal digits after \\u");
    at_ += 6;
    const bool is_high = unit >= 0xD800 && unit < 0xDC00;
    const bool is_low = unit >= 0xDC00 && unit < 0xE000;
    const int next = is_high && peek() == '\\' && peek(1) == 'u' ? code_unit() : -1;
    if (is_low || (is_high && (next < 0xDC00 || next >= 0xE000))) {
      at_ -= 6;
      return fail("no half of a surrogate pair");
    }
    if (is_high) at_ += 6;
  }

  /// The value of the `\uXXXX` at this place; negative when the digits are none.
  [[nodiscard]] int code_unit() const noexcept {
    int unit = 0;
    for (std::size_t i = 2; i < 6; ++i) {
      const int digit = hex_digit(peek(i));
      if (digit < 0) return -1;
      unit = unit * 16 + digit;
    }
    return unit;
  }

  void number() noexcept {
    if (peek() == '-') ++at_;
    if (peek() == '0') ++at_;
    else digits();
    if (peek() == '.') {
      ++at_;
      if (!digits()) return fail("a digit after the decimal point");
    }
    if (peek() != 'e' && peek() != 'E') return;
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    if (!digits()) fail("a digit in the exponent");
  }

  bool digits() noexcept {
    const std::size_t first = at_;
    while (is_digit(peek())) ++at_;
    return at_ != first;
  }

  void word() noexcept {
    constexpr std::string_view kWords[] = {"null",     "true", "false",     "NaN", "nan",
                                           "Infinity", "inf",  "-Infinity", "-inf"};
    const std::string_view rest = text_.substr(at_);
    for (const std::string_view known : kWords) {
      if (!rest.starts_with(known)) continue;
      at_ += known.size();
      return;
    }
    fail("a JSON value");
  }

  void skip_blanks() noexcept {
    while (at_ < text_.size() && kBlanks.find(text_[at_]) != std::string_view::npos) ++at_;
  }

  /// A byte at or after this place; NUL, which fits nowhere, behind the end.
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void fail(std::string_view expected) noexcept { expected_ = expected; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_;
  std::bitset<kMaxNesting> objects_;
  std::string_view expected_;  // not empty: the scan has failed
};

}  // namespace

std::optional<SyntaxError> find_syntax_error(std::string_view text, std::size_t depth) noexcept {
  return SyntaxScan(text, depth).run();
}

std::string_view without_blanks(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace trivet::json
