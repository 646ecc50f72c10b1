// SPDX-License-Identifier: Apache-2.0
// Numbers as Python's `str` and `float` write and read them.
#include "text/python.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

#include "text/number.hpp"

namespace trivet::text {
namespace {

bool is_ascii_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view without_python_blanks(std::string_view text) noexcept {
  constexpr std::string_view kBlanks = " \t\n\v\f\r\x1c\x1d\x1e\x1f";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// Copies a number without its underscores; false when one doesn't stand between two digits.
bool drop_underscores(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
      continue;
    }
    const bool is_between =
        i > 0 && i + 1 < text.size() && is_ascii_digit(text[i - 1]) && is_ascii_digit(text[i + 1]);
    if (!is_between) return false;
  }
  return true;
}

}  // namespace

void append_python_float(std::string& out, double value) {
  if (std::isfinite(value)) return append_number(out, value);
  out += std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
}

bool parse_python_float(std::string_view text, double& out) {
  text = without_python_blanks(text);
  std::string copy;
  if (text.find('_') != std::string_view::npos) {
    if (!drop_underscores(text, copy)) return false;
    text = copy;
  }
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return false;
  }
  if (text.find('(') != std::string_view::npos) return false;  // from_chars takes nan(…)
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc() && end == text.data() + text.size();
}

}  // namespace trivet::text
