// SPDX-License-Identifier: Apache-2.0
// Steps of JSON pointers, for places in errors.
#include "text/pointer.hpp"

#include <cstddef>
#include <cstdint>

#include "base/utf8.hpp"
#include "text/message.hpp"

namespace trivet::text {

void append_pointer_step(std::string& pointer, std::string_view key) {
  constexpr std::size_t kShown = 64;
  pointer += '/';
  std::size_t at = 0;
  while (at < key.size()) {
    const std::size_t size = base::utf8_step(key.substr(at)).size;
    if (at + size > kShown) {
      pointer += "…";
      return;
    }
    const std::string_view letter = key.substr(at, size);
    const auto first = static_cast<std::uint8_t>(letter.front());
    if (letter == "~") pointer += "~0";
    else if (letter == "/") pointer += "~1";
    else if (first < 0x20) pointer += message("\\u{:04x}", static_cast<unsigned>(first));
    else pointer += letter;
    at += size;
  }
}

std::string pointer_step(std::string_view key) {
  std::string step;
  append_pointer_step(step, key);
  return step;
}

}  // namespace trivet::text
