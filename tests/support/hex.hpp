// SPDX-License-Identifier: Apache-2.0
// Bytes spelled in a test.
#pragma once

#include <string>
#include <string_view>

namespace trivet::test {

/// The bytes that pairs of lower-case hexadecimal digits stand for.
[[nodiscard]] inline std::string bytes_of_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

}  // namespace trivet::test
