// SPDX-License-Identifier: Apache-2.0
// Texts by number, found again by a hash that nobody can make slow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace trivet::base {

/// An immutable index of texts that lie one behind the other. Texts whose hashes begin alike stand
/// in one bucket, sorted by hash and text: usually one or two, and where somebody chose them to be
/// many, they are searched by halves. So a look-up is O(log texts) at worst.
class TextIndex {
 public:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  TextIndex() = default;
  /// Text `i` ends at ends[i], where the next one begins. The characters must outlive the index.
  /// Requires ends that rise, the last one not behind the characters, and fewer than 2³² texts. Of
  /// equal texts the last one counts, as in a dict.
  TextIndex(std::string_view characters, std::span<const std::uint64_t> ends);

  /// The number of the text, kNone for another one.
  [[nodiscard]] std::uint32_t find(std::string_view text) const noexcept;
  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return entries_.capacity() * sizeof(Entry) + buckets_.capacity() * sizeof(std::uint32_t);
  }

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint64_t begin;
    std::uint32_t size;
    std::uint32_t number;
  };
  [[nodiscard]] std::string_view text_of(const Entry& entry) const noexcept {
    return characters_.substr(entry.begin, entry.size);
  }

  std::string_view characters_;
  std::vector<Entry> entries_;          // by hash, then text
  std::vector<std::uint32_t> buckets_;  // by the first bits of the hash: the first entry
  unsigned shift_ = 63;
};

}  // namespace trivet::base
