// SPDX-License-Identifier: Apache-2.0
// Terms of the same players, of which a forest has many, added up to one.
#include "explain/term_merge.hpp"

#include <bit>

namespace trivet::explain {
namespace {

constexpr std::size_t kMostMerged = 64;
constexpr std::uint64_t kHashFactor = 0x9e3779b97f4a7c15U;

TermKey key_of(const spi::MarginTerm& term, const MarginScratch& scratch) {
  TermKey key;
  key.output = term.first_output;
  const std::uint32_t* player = scratch.terms.players.data() + term.first_player;
  for (std::uint32_t i = 0; i < term.with + term.without; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << scratch.place_of_player[player[i]];
    (i < term.with ? key.with : key.without) |= bit;
  }
  return key;
}

std::uint64_t hash_of(const TermKey& key) noexcept {
  std::uint64_t hash = (key.with + key.output) * kHashFactor;
  hash = (std::rotl(hash, 29) ^ key.without) * kHashFactor;
  return hash ^ (hash >> 32);
}

}  // namespace

/// Open addressing over the kept terms; a slot holds a term's number plus one.
void merge_terms(MarginScratch& scratch) {
  if (scratch.active.size() > kMostMerged) return;
  spi::MarginTerms& terms = scratch.terms;
  const std::size_t slots = std::bit_ceil(2 * terms.terms.size() + 1);
  scratch.merge_slots.assign(slots, 0);
  scratch.merge_keys.clear();
  const std::size_t width = terms.values_per_term;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < terms.terms.size(); ++i) {
    const TermKey key = key_of(terms.terms[i], scratch);
    std::size_t slot = hash_of(key) & (slots - 1);
    while (scratch.merge_slots[slot] != 0 &&
           !(scratch.merge_keys[scratch.merge_slots[slot] - 1] == key)) {
      slot = (slot + 1) & (slots - 1);
    }
    const bool is_new = scratch.merge_slots[slot] == 0;
    const std::size_t to = is_new ? kept : scratch.merge_slots[slot] - 1;
    for (std::size_t v = 0; v < width; ++v) {
      const double value = terms.values[i * width + v];
      terms.values[to * width + v] = is_new ? value : terms.values[to * width + v] + value;
    }
    if (!is_new) continue;
    scratch.merge_keys.push_back(key);
    scratch.merge_slots[slot] = static_cast<std::uint32_t>(++kept);
    terms.terms[to] = terms.terms[i];
  }
  terms.terms.resize(kept);
  terms.values.resize(kept * width);
}

}  // namespace trivet::explain
