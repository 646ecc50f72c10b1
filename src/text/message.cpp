// SPDX-License-Identifier: Apache-2.0
// Texts for people, made with fmt.
#include "text/message.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/utf8.hpp"

namespace trivet::text {
namespace {

/// One sequence of a quoted text: itself when it can be read, else its escape.
std::string quoted_step(std::string_view bytes, bool well_formed) {
  if (!well_formed) {
    std::string escapes;
    for (const char byte : bytes) {
      escapes += message("\\x{:02x}", static_cast<unsigned>(static_cast<std::uint8_t>(byte)));
    }
    return escapes;
  }
  const auto first = static_cast<std::uint8_t>(bytes.front());
  switch (first) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
  }
  if (first < 0x20 || first == 0x7F) return message("\\u{:04x}", static_cast<unsigned>(first));
  return std::string(bytes);
}

}  // namespace

std::string quoted(std::string_view text, std::size_t limit) {
  std::string out = "\"";
  std::size_t at = 0;
  while (at < text.size()) {
    const base::Utf8Step step = base::utf8_step(text.substr(at));
    if (at + step.size > limit) {
      out += "…";
      break;
    }
    out += quoted_step(text.substr(at, step.size), step.well_formed);
    at += step.size;
  }
  out += '"';
  return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t difference = a.size() < b.size() ? b.size() - a.size() : a.size() - b.size();
  if (difference > limit) return limit + 1;
  // Wagner and Fischer's table, one row at a time: row[j] is the distance from a's first i letters
  // to b's first j ones.
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = std::exchange(row[j + 1], std::min({change, row[j] + 1, row[j + 1] + 1}));
    }
    if (*std::min_element(row.begin(), row.end()) > limit) return limit + 1;
  }
  return std::min(row.back(), limit + 1);
}

}  // namespace trivet::text
