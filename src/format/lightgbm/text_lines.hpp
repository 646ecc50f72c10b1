// SPDX-License-Identifier: Apache-2.0
// A model text line by line, and the numbers in a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::lightgbm {

/// Takes the next of the words that blanks part off the front of a text; empty at its end.
[[nodiscard]] std::string_view next_word(std::string_view& text) noexcept;

/// Walks over the lines of a text. A line ends with LF, CRLF or the end of the text. 64 bytes
/// behind the text must be readable, as Artifact::read sees to: numbers are read a word at a time.
class TextLines {
 public:
  explicit TextLines(std::string_view text) noexcept : text_(text) {}

  /// On to the next line; false at the end of the text. O(line).
  [[nodiscard]] bool next() noexcept;

  [[nodiscard]] std::string_view line() const noexcept { return line_; }
  /// From 1 on; 0 before the first.
  [[nodiscard]] std::size_t number() const noexcept { return number_; }
  /// Bytes before the line, carriage returns at the ends of lines not counted.
  [[nodiscard]] std::size_t offset() const noexcept { return begin_ - returns_before_; }
  /// False for a last line that just ends.
  [[nodiscard]] bool is_ended() const noexcept { return is_ended_; }

  /// The line's part before the first `=`; all of it when there is none.
  [[nodiscard]] std::string_view key() const noexcept { return line_.substr(0, line_.find('=')); }
  /// The part behind the first `=`.
  [[nodiscard]] std::string_view value() const noexcept;

  /// An invalid_model error at this line.
  [[nodiscard]] Error fail(std::string_view what, std::string found, std::string expected) const;

  /// The numbers of value(), which blanks part, appended. Doubles are correctly rounded.
  [[nodiscard]] Status read(std::vector<double>& out) const;
  [[nodiscard]] Status read(std::vector<std::int32_t>& out) const;
  [[nodiscard]] Status read(std::vector<std::int64_t>& out) const;
  [[nodiscard]] Status read(std::vector<std::uint32_t>& out) const;
  /// value() as one whole number.
  [[nodiscard]] Result<std::int64_t> read_integer() const;

 private:
  template <class T>
  [[nodiscard]] Status read_list(std::vector<T>& out) const;

  std::string_view text_;
  std::string_view line_;
  std::size_t begin_ = 0;  // of the line
  std::size_t next_ = 0;   // of the line behind it
  std::size_t number_ = 0;
  std::size_t returns_ = 0;         // at the ends of the lines up to this one
  std::size_t returns_before_ = 0;  // up to the one before it
  bool is_ended_ = true;
};

}  // namespace trivet::lightgbm
