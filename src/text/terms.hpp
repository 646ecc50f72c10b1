// SPDX-License-Identifier: Apache-2.0
// A text's terms: its words, or pieces of them, alone and in sequences.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.hpp"
#include "base/text_index.hpp"
#include "base/unicode.hpp"
#include "text/pattern.hpp"

namespace trivet::text {

/// Texts longer than this have no terms: callers refuse them.
inline constexpr std::size_t kLongestDocument = std::size_t{1} << 27;

enum class TermUnit : std::uint8_t {
  words,               ///< what a pattern matches; sequences are joined by one blank
  characters,          ///< two or more blanks in a row are one
  characters_in_words  ///< of each word between blanks, with a blank at both of its ends
};

struct TermRules {
  TermUnit unit = TermUnit::words;
  base::Folding folding = {};
  std::uint32_t least = 1;  ///< units in a sequence
  std::uint32_t most = 1;
  std::string pattern = {};                  ///< of words
  std::vector<std::string> stop_words = {};  ///< words that are left out before sequences are made
};

/// The rules, prepared: scikit-learn's analyzers of text. Immutable, from any thread.
class TermReader {
 public:
  /// Errors, without a place: those of Pattern::compile; invalid_model for lengths of sequences
  /// that are none, unsupported_model beyond 32 units.
  [[nodiscard]] static Result<TermReader> make(TermRules rules);
  TermReader(TermReader&&) noexcept = default;
  TermReader& operator=(TermReader&&) noexcept = default;

  /// Requires a text of kLongestDocument at most, and scratch_bytes() of its size. O(text) for each
  /// length of sequences.
  void for_each(std::string_view text, std::span<std::byte> scratch,
                base::FunctionRef<void(std::string_view term)> take) const noexcept;
  [[nodiscard]] std::size_t scratch_bytes(std::size_t text_size) const noexcept;
  /// A text has at most so many terms for each of its bytes and one more.
  [[nodiscard]] std::uint32_t terms_per_byte() const noexcept;
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  using Take = base::FunctionRef<void(std::string_view)>;
  class Words;

  TermReader() = default;
  [[nodiscard]] bool is_stop_word(std::string_view word) const noexcept {
    return stop_words_.find(word) != base::TextIndex::kNone;
  }
  void read_words(std::string_view text, std::span<std::byte> scratch, Take take) const noexcept;
  void read_characters(std::string_view text, Take take) const noexcept;
  void read_word_pieces(std::string_view text, Take take) const noexcept;
  [[nodiscard]] bool read_pieces_of(std::string_view word, std::uint32_t size,
                                    Take take) const noexcept;
  /// Bytes of a folded text, and the blanks around it.
  [[nodiscard]] std::size_t folded_bytes(std::size_t text_size) const noexcept {
    return base::folded_room(rules_.folding, text_size) + 2;
  }

  TermRules rules_;
  std::optional<Pattern> pattern_;
  std::vector<char> stop_characters_;
  base::TextIndex stop_words_;
};

}  // namespace trivet::text
