// SPDX-License-Identifier: Apache-2.0
// MurmurHash3 after its public description: blocks of four bytes, the rest, the final mix.
#include "base/murmur_hash.hpp"

#include <bit>
#include <cstddef>

namespace trivet::base {
namespace {

std::uint32_t mix_block(std::uint32_t block) noexcept {
  return std::rotl(block * 0xCC9E2D51u, 15) * 0x1B873593u;
}

std::uint32_t little_endian(std::string_view bytes) noexcept {
  std::uint32_t block = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    block = block << 8 | static_cast<std::uint8_t>(bytes[i - 1]);
  }
  return block;
}

}  // namespace

std::uint32_t murmur_hash3(std::string_view text, std::uint32_t seed) noexcept {
  constexpr std::size_t kBlock = 4;
  std::uint32_t hash = seed;
  const auto size = static_cast<std::uint32_t>(text.size());
  for (; text.size() >= kBlock; text.remove_prefix(kBlock)) {
    hash ^= mix_block(little_endian(text.substr(0, kBlock)));
    hash = std::rotl(hash, 13) * 5 + 0xE6546B64u;
  }
  if (!text.empty()) hash ^= mix_block(little_endian(text));
  hash ^= size;
  hash = (hash ^ hash >> 16) * 0x85EBCA6Bu;
  hash = (hash ^ hash >> 13) * 0xC2B2AE35u;
  return hash ^ hash >> 16;
}

}  // namespace trivet::base
