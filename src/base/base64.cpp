// SPDX-License-Identifier: Apache-2.0
// Base64 of the standard alphabet, RFC 4648 section 4.
#include "base/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace trivet::base {
namespace {

constexpr std::string_view kBase64Alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t kNotBase64 = 0x8000'0000;

/// For each of the four places of a group: the letter's six bits, already shifted to where they
/// belong in the group's 24, or kNotBase64.
constexpr auto make_base64_places() {
  std::array<std::array<std::uint32_t, 256>, 4> places{};
  for (auto& place : places) place.fill(kNotBase64);
  for (std::uint32_t i = 0; i < 64; ++i) {
    const auto letter = static_cast<std::uint8_t>(kBase64Alphabet[i]);
    for (std::uint32_t place = 0; place < 4; ++place) {
      places[place][letter] = i << (6 * (3 - place));
    }
  }
  return places;
}
constexpr auto kBase64Places = make_base64_places();

std::uint32_t base64_bits(char letter, std::size_t place) noexcept {
  return kBase64Places[place][static_cast<std::uint8_t>(letter)];
}

void store_base64_group(std::uint32_t group, char* out) noexcept {
  out[0] = static_cast<char>(group >> 16);
  out[1] = static_cast<char>(group >> 8);
  out[2] = static_cast<char>(group);
}

/// The text without its padding; padding that makes no whole group stays, and fails as a letter.
std::string_view without_base64_padding(std::string_view text) noexcept {
  if (text.empty() || text.size() % 4 != 0) return text;
  if (text.ends_with("==")) return text.substr(0, text.size() - 2);
  if (text.ends_with('=')) return text.substr(0, text.size() - 1);
  return text;
}

}  // namespace

bool decode_base64(std::string_view text, std::string& out) {
  text = without_base64_padding(text);
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return false;
  const std::size_t start = out.size();
  const std::size_t groups = text.size() / 4;
  out.resize(start + groups * 3 + (rest == 0 ? 0 : rest - 1));
  const char* letter = text.data();
  char* byte = out.data() + start;
  std::uint32_t seen = 0;
  for (std::size_t i = 0; i < groups; ++i, letter += 4, byte += 3) {
    const std::uint32_t group = base64_bits(letter[0], 0) | base64_bits(letter[1], 1) |
                                base64_bits(letter[2], 2) | base64_bits(letter[3], 3);
    seen |= group;
    store_base64_group(group, byte);
  }
  if (rest != 0) {
    std::uint32_t group = base64_bits(letter[0], 0) | base64_bits(letter[1], 1);
    if (rest == 3) group |= base64_bits(letter[2], 2);
    seen |= group;
    byte[0] = static_cast<char>(group >> 16);
    if (rest == 3) byte[1] = static_cast<char>(group >> 8);
  }
  if ((seen & kNotBase64) == 0) return true;
  out.resize(start);
  return false;
}

void encode_base64(std::string_view bytes, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4, '=');
  char* letter = out.data() + start;
  const auto bits = [&](std::size_t i, int shift) {
    return std::uint32_t{static_cast<std::uint8_t>(bytes[i])} << shift;
  };
  const auto put = [&](std::uint32_t group, int letters) {
    for (int k = 0; k < letters; ++k) letter[k] = kBase64Alphabet[(group >> (18 - 6 * k)) & 63];
    letter += 4;
  };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) put(bits(i, 16) | bits(i + 1, 8) | bits(i + 2, 0), 4);
  if (bytes.size() - i == 1) put(bits(i, 16), 2);
  if (bytes.size() - i == 2) put(bits(i, 16) | bits(i + 1, 8), 3);
}

}  // namespace trivet::base
