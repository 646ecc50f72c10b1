// SPDX-License-Identifier: Apache-2.0
// Headers by name, and which paths take any body.
#include "service/call.hpp"

#include <algorithm>

namespace trivet::service {
namespace {

/// ASCII only, as header names are.
[[nodiscard]] constexpr char lower_header_char(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

[[nodiscard]] bool is_same_header_name(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_header_char(x) == lower_header_char(y); });
}

}  // namespace

std::optional<std::string_view> Call::header(std::string_view name) const noexcept {
  for (const HeaderView& header : headers)
    if (is_same_header_name(header.name, name)) return header.value;
  return std::nullopt;
}

bool Handler::takes_any_type(std::string_view path) const noexcept {
  return path.ends_with(":rawPredict") || path.ends_with(":streamRawPredict") ||
         path.find("/invoke/") != std::string_view::npos;
}

}  // namespace trivet::service
