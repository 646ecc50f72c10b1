// SPDX-License-Identifier: Apache-2.0
// Hash tables with open addressing.
#include "backend/tree/equal_values.hpp"

#include <algorithm>

namespace trivet::tree {

CutNumbers::CutNumbers() {
  resize(kLeastPlaces);
  multiplier_ = (reinterpret_cast<std::uintptr_t>(places_.data()) | 1) * 0x9e3779b97f4a7c15u;
}

void CutNumbers::resize(std::size_t places) {
  places_.assign(places, kNoNumber);
  taken_.clear();
  shift_ = 64 - std::countr_zero(places);
}

void CutNumbers::clear() {
  cuts_.clear();
  if (places_.size() > kLeastPlaces) return resize(kLeastPlaces);
  for (const std::uint32_t at : taken_) places_[at] = kNoNumber;
  taken_.clear();
}

void CutNumbers::grow() {
  resize(2 * places_.size());
  for (std::uint32_t number = 0; number < cuts_.size(); ++number) {
    std::size_t at = place_of(cuts_[number]);
    while (places_[at] != kNoNumber) at = (at + 1) & (places_.size() - 1);
    put(at, number);
  }
}

EqualSets::EqualSets(std::size_t set_count)
    : places_(std::bit_ceil(2 * set_count + 2), kNoNumber),
      words_(places_.size()),
      seed_(reinterpret_cast<std::uintptr_t>(places_.data())) {}

std::uint32_t EqualSets::first_equal(std::uint32_t number, std::span<const std::uint32_t> words) {
  // Each word goes through MurmurHash3's finaliser: each bit reaches each bit.
  std::uint64_t hash = seed_ ^ words.size();
  for (const std::uint32_t word : words) {
    hash = std::rotl(hash, 23) ^ word;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    hash ^= hash >> 33;
  }
  std::size_t at = static_cast<std::size_t>(hash) & (places_.size() - 1);
  while (places_[at] != kNoNumber && !std::ranges::equal(words_[at], words)) {
    at = (at + 1) & (places_.size() - 1);
  }
  if (places_[at] == kNoNumber) {
    places_[at] = number;
    words_[at] = words;
  }
  return places_[at];
}

}  // namespace trivet::tree
