// SPDX-License-Identifier: Apache-2.0
// Looking at a request.
#include "http/request.hpp"

#include <algorithm>

namespace trivet::http {
namespace {

[[nodiscard]] constexpr char to_lower_ascii(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace

bool is_same_word(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower_ascii(x) == to_lower_ascii(y); });
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

std::string_view Request::field(std::string_view name) const noexcept {
  for (const service::HeaderView& header : headers)
    if (is_same_word(header.name, name)) return header.value;
  return {};
}

}  // namespace trivet::http
