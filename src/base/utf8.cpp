// SPDX-License-Identifier: Apache-2.0
// Well-formed UTF-8, the table 3-7 of the Unicode standard.
#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace trivet::base {
namespace {

/// What may follow a lead byte: how many bytes in all, and the bounds of the second one. The
/// bounds keep out overlong forms, surrogates and what is above U+10FFFF.
struct Utf8Lead {
  std::size_t size;
  std::uint8_t second_low;
  std::uint8_t second_high;
};

constexpr Utf8Lead utf8_lead(std::uint8_t lead) noexcept {
  if (lead < 0x80) return {1, 0, 0};
  if (lead < 0xC2) return {0, 0, 0};
  if (lead < 0xE0) return {2, 0x80, 0xBF};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3, 0x80, 0xBF};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead < 0xF4) return {4, 0x80, 0xBF};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

Utf8Step utf8_step(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const Utf8Lead lead = utf8_lead(byte(0));
  if (lead.size <= 1) return {1, lead.size == 1};
  const std::size_t available = std::min(lead.size, text.size());
  if (available < 2 || byte(1) < lead.second_low || byte(1) > lead.second_high) return {1, false};
  std::size_t size = 2;
  while (size < available && (byte(size) & 0xC0) == 0x80) ++size;
  return {size, size == lead.size};
}

std::size_t find_invalid_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8Step step = utf8_step(text.substr(at));
    if (!step.well_formed) break;
    at += step.size;
  }
  return at;
}

}  // namespace trivet::base
