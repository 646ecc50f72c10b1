// SPDX-License-Identifier: Apache-2.0
// A JSON text that simdjson has indexed, and what On-Demand leaves to its users.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "json/simdjson.hpp"
#include "trivet/error.hpp"
#include "trivet/result.hpp"

namespace trivet::json {

/// The longest name of a member, in bytes.
constexpr std::size_t kMaxKeyBytes = 64 * 1024;

/// One parser and one padded buffer for one text after the other. Both are kept, so opening a text
/// no longer than those before allocates nothing. Views that it hands out live until the next
/// open. The document is read once, front to back. One thread at a time; not movable, since the
/// document points into it.
class IndexedText {
 public:
  /// Errors are of that kind.
  explicit IndexedText(Errc code) noexcept : code_(code) {}
  IndexedText(const IndexedText&) = delete;
  IndexedText& operator=(const IndexedText&) = delete;

  /// Copies a text and indexes it. A byte order mark is dropped; UTF-8, quotes and control
  /// characters are checked, the rest only where it is read.
  [[nodiscard]] Status open(std::string_view text);
  /// The same with a list of one put around the text, since simdjson has other rules for bare
  /// values at the root.
  [[nodiscard]] Status open_in_list(std::string_view text);
  /// The same without a copy, for a text with 64 readable bytes behind it that outlives this.
  [[nodiscard]] Status open_in_place(std::string_view text);

  [[nodiscard]] ondemand::document& document() noexcept { return document_; }
  /// The text without the byte order mark, for errors and for a look at the root.
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  /// True when the root was read and nothing but blanks follows it.
  [[nodiscard]] bool at_end() noexcept;
  /// The byte in the text as it was given where something stands that was read from it.
  [[nodiscard]] std::size_t offset(const char* at) const noexcept {
    return static_cast<std::size_t>(at - text_.data()) + dropped_bytes_;
  }

  /// The name of a member, unescaped if need be. At most once a member.
  [[nodiscard]] Result<std::string_view> key(ondemand::field& member);
  /// Whether a member's name with its closing quote stands in the text exactly so. False for other
  /// spellings of the same name, and when nothing is wanted.
  [[nodiscard]] bool is_spelled(const ondemand::field& member,
                                std::string_view wanted) const noexcept {
    const char* const first = member.key().raw();
    const std::ptrdiff_t available = text_.data() + text_.size() - first;
    return !wanted.empty() && available >= static_cast<std::ptrdiff_t>(wanted.size()) &&
           is_same(first, wanted.data(), wanted.size());
  }
  /// The content of a text value, unescaped if need be; false when an escape is wrong. At most
  /// once a value.
  [[nodiscard]] static bool text_of(ondemand::value& value, std::string_view token,
                                    std::string_view& out) noexcept;
  /// Checks a value that nobody wants, with `depth` containers around it.
  [[nodiscard]] Status skip(ondemand::value& value, std::size_t depth) const;

  /// The error of a text that isn't JSON; the place is the byte where it goes wrong.
  [[nodiscard]] Error broken() const;
  /// The error, yet without a place, of a value that isn't what is `expected`; broken() when it is
  /// no JSON at all.
  [[nodiscard]] Error unwanted(std::string_view token, std::string expected) const;
  /// The error, yet without a place, of a number that simdjson refused: it is out of range, a word
  /// that stands for a number in model files only, or broken().
  [[nodiscard]] Error unreadable_number(std::string_view token) const;
  /// An error of this reader's kind, yet without a place.
  [[nodiscard]] Error error(std::string found, std::string expected) const {
    return {code_, {}, std::move(found), std::move(expected)};
  }

 private:
  template <class Word>
  static bool is_same_word(const char* a, const char* b) noexcept {
    Word left, right;
    std::memcpy(&left, a, sizeof(Word));
    std::memcpy(&right, b, sizeof(Word));
    return left == right;
  }
  /// memcmp for names, which are too short to pay for a call. Words overlap at the end.
  static bool is_same(const char* a, const char* b, std::size_t size) noexcept {
    if (size >= 8) {
      for (std::size_t i = 0; i + 8 < size; i += 8) {
        if (!is_same_word<std::uint64_t>(a + i, b + i)) return false;
      }
      return is_same_word<std::uint64_t>(a + size - 8, b + size - 8);
    }
    if (size >= 4) {
      return is_same_word<std::uint32_t>(a, b) &&
             is_same_word<std::uint32_t>(a + size - 4, b + size - 4);
    }
    for (std::size_t i = 0; i < size; ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }

  /// Copies with room for a bracket on each side.
  void copy(std::string_view text);
  /// Indexes what stands at `begin`; text_ is what errors speak of.
  [[nodiscard]] Status index(const char* begin, std::size_t size);
  [[nodiscard]] Error refused(simdjson::error_code code) const;

  Errc code_;
  std::unique_ptr<char[]> buffer_;
  std::size_t buffer_size_ = 0;
  std::string_view text_;
  std::size_t dropped_bytes_ = 0;
  ondemand::parser parser_;
  ondemand::document document_;
};

}  // namespace trivet::json
