// SPDX-License-Identifier: Apache-2.0
// Builds and asks the index.
#include "base/text_index.hpp"

#include <algorithm>
#include <bit>

#include "base/city_hash.hpp"

namespace trivet::base {

TextIndex::TextIndex(std::string_view characters, std::span<const std::uint64_t> ends)
    : characters_(characters) {
  entries_.reserve(ends.size());
  std::uint64_t begin = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const std::string_view text = characters.substr(begin, ends[i] - begin);
    entries_.push_back({city_hash64(text), begin, static_cast<std::uint32_t>(text.size()),
                        static_cast<std::uint32_t>(i)});
    begin = ends[i];
  }
  std::sort(entries_.begin(), entries_.end(), [&](const Entry& a, const Entry& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = text_of(a).compare(text_of(b));
    return order != 0 ? order < 0 : a.number > b.number;
  });
  const auto bits = static_cast<unsigned>(std::bit_width(entries_.size() | 1));
  shift_ = 64 - bits;
  buckets_.assign((std::size_t{1} << bits) + 1, 0);
  for (const Entry& entry : entries_) ++buckets_[(entry.hash >> shift_) + 1];
  for (std::size_t b = 1; b < buckets_.size(); ++b) buckets_[b] += buckets_[b - 1];
}

std::uint32_t TextIndex::find(std::string_view text) const noexcept {
  if (entries_.empty()) return kNone;
  const std::uint64_t hash = city_hash64(text);
  const std::size_t bucket = hash >> shift_;
  const Entry* const end = entries_.data() + buckets_[bucket + 1];
  const Entry* const at =
      std::lower_bound(entries_.data() + buckets_[bucket], end, text,
                       [&](const Entry& entry, std::string_view wanted) {
                         return entry.hash != hash ? entry.hash < hash : text_of(entry) < wanted;
                       });
  return at != end && at->hash == hash && text_of(*at) == text ? at->number : kNone;
}

}  // namespace trivet::base
