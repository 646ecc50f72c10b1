// SPDX-License-Identifier: Apache-2.0
// Recursive descent over JSON text; written for clearness, not for speed.
#include "support/plain_json.hpp"

#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <utility>

namespace trivet::test {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

class PlainParser {
 public:
  explicit PlainParser(std::string_view text) : text_(text) {}

  Value document() {
    Value value = any();
    skip_blanks();
    if (at_ != text_.size()) fail("something behind the value");
    return value;
  }

 private:
  [[noreturn]] void fail(const char* why) const {
    throw std::runtime_error("JSON, byte " + std::to_string(at_) + ": " + why);
  }
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  char peek() {
    skip_blanks();
    if (at_ == text_.size()) fail("the text ends");
    return text_[at_];
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!take(wanted)) fail("another character was expected");
  }
  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Value any() {
    switch (peek()) {
      case '{': return object();
      case '[': return list();
      case '"': return Value(string());
      default: break;
    }
    if (take_word("true")) return Value(true);
    if (take_word("false")) return Value(false);
    if (take_word("null")) return Value();
    return number();
  }

  Value object() {
    Value::Object members;
    expect('{');
    if (take('}')) return Value(std::move(members));
    do {
      if (peek() != '"') fail("a member's name was expected");
      std::string name = string();
      expect(':');
      members.push_back(Member{std::move(name), any()});
    } while (take(','));
    expect('}');
    return Value(std::move(members));
  }

  Value list() {
    Value::List items;
    expect('[');
    if (take(']')) return Value(std::move(items));
    do {
      items.push_back(any());
    } while (take(','));
    expect(']');
    return Value(std::move(items));
  }

  std::uint32_t four_hex_digits() {
    if (at_ + 4 > text_.size()) fail("four hex digits were expected");
    const std::string digits(text_.substr(at_, 4));
    at_ += 4;
    return static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16));
  }

  void escape(std::string& out) {
    const char kind = text_[at_++];
    constexpr std::string_view kNames = "bfnrt\"\\/";
    constexpr std::string_view kMeanings = "\b\f\n\r\t\"\\/";
    if (const std::size_t i = kNames.find(kind); i != kNames.npos) {
      out += kMeanings[i];
      return;
    }
    if (kind != 'u') fail("an unknown escape");
    std::uint32_t code = four_hex_digits();
    if (code >= 0xd800 && code < 0xdc00 && take_word("\\u")) {
      code = 0x10000 + ((code - 0xd800) << 10) + (four_hex_digits() - 0xdc00);
    }
    append_utf8(out, code);
  }

  std::string string() {
    std::string out;
    expect('"');
    while (at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_++];
      if (c != '\\') out += c;
      else if (at_ < text_.size()) escape(out);
    }
    if (at_ == text_.size()) fail("a string without its end");
    ++at_;
    return out;
  }

  Value number() {
    const std::size_t first = at_;
    while (at_ < text_.size() &&
           std::string_view("+-.0123456789eE").find(text_[at_]) != text_.npos) {
      ++at_;
    }
    const std::string digits(text_.substr(first, at_ - first));
    if (digits.empty()) fail("a value was expected");
    char* end = nullptr;
    const double value = std::strtod(digits.c_str(), &end);
    if (*end != '\0') fail("not a number");
    const bool whole = digits.find_first_of(".eE") == std::string::npos;
    if (whole && std::fabs(value) < 9e15 && digits != "-0") {
      return Value(static_cast<std::int64_t>(value));
    }
    return Value(value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string quoted_json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string number_json(double value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.17g", value);
  return digits;
}

template <class Items, class Print>
std::string joined(const Items& items, char open, char close, Print&& print) {
  std::string out(1, open);
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += print(item);
  }
  return out + close;
}

}  // namespace

Value parse_plain_json(std::string_view text) { return PlainParser(text).document(); }

std::string to_plain_json(const Value& value) {
  if (value.is_null()) return "null";
  if (const bool* flag = value.as_boolean()) return *flag ? "true" : "false";
  if (const std::int64_t* whole = value.as_integer()) return std::to_string(*whole);
  if (value.is_number()) return number_json(value.as_number());
  if (const std::string* text = value.as_text()) return quoted_json(*text);
  if (const Value::List* list = value.as_list()) {
    return joined(*list, '[', ']', [](const Value& item) { return to_plain_json(item); });
  }
  if (const Value::Object* object = value.as_object()) {
    return joined(*object, '{', '}', [](const Member& member) {
      return quoted_json(member.name) + ':' + to_plain_json(member.value);
    });
  }
  throw std::runtime_error("bytes have no plain JSON form");
}

}  // namespace trivet::test
