// SPDX-License-Identifier: Apache-2.0
// Numbers as JSON text, the way Python's json.dumps prints them.
#include "text/number.hpp"

#include <fmt/compile.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace trivet::text {
namespace {

std::string_view unprintable_number(double value) noexcept {
  if (std::isnan(value)) return "\"NaN\"";
  return value < 0 ? "\"-Infinity\"" : "\"Infinity\"";
}

/// True when fmt printed neither a point nor an exponent.
bool looks_like_integer(const char* first, const char* last) noexcept {
  for (; first != last; ++first) {
    if (*first == '.' || *first == 'e') return false;
  }
  return true;
}

}  // namespace

void append_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += unprintable_number(value);
    return;
  }
  // The longest text is that of -2.2250738585072014e-308: 24 bytes.
  char text[32];
  char* end = fmt::format_to(text, FMT_COMPILE("{}"), value);
  if (looks_like_integer(text, end)) {
    *end++ = '.';
    *end++ = '0';
  }
  out.append(text, static_cast<std::size_t>(end - text));
}

void append_number(std::string& out, float value) {
  append_number(out, static_cast<double>(value));
}

void append_integer(std::string& out, std::int64_t value) {
  char text[20];  // as long as the text of the smallest one
  const auto [end, error] = std::to_chars(text, text + sizeof(text), value);
  out.append(text, static_cast<std::size_t>(end - text));
}

bool reads_as_number(std::string_view text) noexcept {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end;
}

}  // namespace trivet::text
