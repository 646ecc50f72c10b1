// SPDX-License-Identifier: Apache-2.0
// Texts as pickle's line-based opcodes spell them.
#include "artifact/pickle_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace trivet::artifact {
namespace {

bool read_pickle_hex(std::string_view digits, std::size_t count, std::uint32_t& out) noexcept {
  if (digits.size() < count) return false;
  const char* const end = digits.data() + count;
  const auto [stop, problem] = std::from_chars(digits.data(), end, out, 16);
  return problem == std::errc() && stop == end;
}

void append_pickle_character(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) put(0xC0 | c >> 6);
  else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

/// What follows a backslash in a Python 2 literal; `used` is how much of it that takes.
bool decode_python2_escape(std::string_view rest, char& out, std::size_t& used) {
  constexpr std::string_view kLetters = "\\'\"ntrabfv";
  constexpr std::string_view kMeanings = "\\'\"\n\t\r\a\b\f\v";
  if (rest.empty()) return false;
  used = 1;
  const std::size_t at = kLetters.find(rest.front());
  if (at != std::string_view::npos) {
    out = kMeanings[at];
    return true;
  }
  std::uint32_t value = 0;
  if (rest.front() != 'x' || !read_pickle_hex(rest.substr(1), 2, value)) return false;
  out = static_cast<char>(value);
  used = 3;
  return true;
}

}  // namespace

bool is_plain_ascii(std::string_view line) noexcept {
  return std::none_of(line.begin(), line.end(),
                      [](char c) { return c == '\\' || static_cast<unsigned char>(c) >= 0x80; });
}

bool decode_raw_unicode(std::string_view line, std::string& out) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view rest = line.substr(i);
    const bool is_short = rest.starts_with("\\u");
    if (!is_short && !rest.starts_with("\\U")) {
      append_pickle_character(out, static_cast<unsigned char>(line[i]));
      continue;
    }
    const std::size_t digits = is_short ? 4 : 8;
    std::uint32_t c = 0;
    if (!read_pickle_hex(rest.substr(2), digits, c) || c > 0x10FFFF) return false;
    append_pickle_character(out, c);
    i += 1 + digits;
  }
  return true;
}

bool decode_python2_literal(std::string_view line, std::string& out) {
  while (line.ends_with('\r') || line.ends_with(' ')) line.remove_suffix(1);
  const bool is_quoted = line.size() >= 2 && line.front() == line.back() &&
                         (line.front() == '\'' || line.front() == '"');
  if (!is_quoted) return false;
  const std::string_view body = line.substr(1, line.size() - 2);
  for (std::size_t i = 0; i < body.size(); ++i) {
    char c = body[i];
    if (c == '\\') {
      std::size_t used = 0;
      if (!decode_python2_escape(body.substr(i + 1), c, used)) return false;
      i += used;
    }
    out += c;
  }
  return true;
}

bool encode_latin1(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    if (first < 0x80) {
      out += text[i];
      continue;
    }
    // U+0080 … U+00FF are C2 80 … C3 BF.
    if ((first != 0xC2 && first != 0xC3) || i + 1 == text.size()) return false;
    const auto second = static_cast<unsigned char>(text[++i]);
    if ((second & 0xC0) != 0x80) return false;
    out += static_cast<char>((first & 3) << 6 | (second & 0x3F));
  }
  return true;
}

}  // namespace trivet::artifact
