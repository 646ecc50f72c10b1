// SPDX-License-Identifier: Apache-2.0
// Scratch: the folded text, then for words what the pattern needs; for sequences of words also the
// words joined by single blanks, where each sequence is a piece, and where each word begins there.
#include "text/terms.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/align.hpp"
#include "text/message.hpp"

namespace trivet::text {
namespace {

/// Words of a folded text with a blank behind each. A pattern that prefers nothing finds a word and
/// an empty one for each character, and an empty one at the end.
constexpr std::size_t joined_bytes(std::size_t folded) noexcept { return 3 * folded + 2; }

/// Two or more blanks in a row become one, a single one stays as it is. In place; returns the size.
std::size_t join_blanks(char* text, std::size_t size) noexcept {
  std::size_t out = 0;
  std::size_t run = 0;        // blanks seen in a row
  std::size_t run_place = 0;  // where the first of them was put
  for (std::size_t at = 0; at < size;) {
    const base::Utf8Character c = base::first_character({text + at, size - at});
    if (!base::is_space(c.code)) {
      run = 0;
    } else if (run++ == 0) {
      run_place = out;
    } else {
      text[run_place] = ' ';
      out = run_place + 1;
      at += c.size;
      continue;
    }
    std::memmove(text + out, text + at, c.size);
    out += c.size;
    at += c.size;
  }
  return out;
}

/// Words between single blanks, a blank in front and one behind. `text[-1]` is its too. Returns the
/// size, from `text - 1` on; 0 without words.
std::size_t separate_words(char* text, std::size_t size) noexcept {
  char* const start = text - 1;
  std::size_t out = 0;
  start[out++] = ' ';
  for (std::size_t at = 0; at < size;) {
    const base::Utf8Character c = base::first_character({text + at, size - at});
    const bool is_blank = base::is_space(c.code);
    if (is_blank && start[out - 1] != ' ') start[out++] = ' ';
    if (!is_blank) {
      std::memmove(start + out, text + at, c.size);
      out += c.size;
    }
    at += c.size;
  }
  if (out == 1) return 0;
  if (start[out - 1] != ' ') start[out++] = ' ';
  return out;
}

}  // namespace

Result<TermReader> TermReader::make(TermRules rules) {
  constexpr std::uint32_t kMostUnits = 32;
  if (rules.least == 0 || rules.least > rules.most) {
    return Error(Errc::invalid_model, {},
                 message("sequences of {} to {} units", rules.least, rules.most),
                 "1 or more, the smaller number first");
  }
  if (rules.most > kMostUnits) {
    return Error(Errc::unsupported_model, {}, message("sequences of {} units", rules.most),
                 message("{} at most", kMostUnits));
  }
  TermReader reader;
  if (rules.unit == TermUnit::words) {
    Result<Pattern> pattern = Pattern::compile(rules.pattern);
    if (!pattern) return pattern.error();
    reader.pattern_ = std::move(*pattern);
  }
  std::vector<std::uint64_t> ends;
  for (const std::string& word : rules.stop_words) {
    reader.stop_characters_.insert(reader.stop_characters_.end(), word.begin(), word.end());
    ends.push_back(reader.stop_characters_.size());
  }
  reader.stop_words_ =
      base::TextIndex({reader.stop_characters_.data(), reader.stop_characters_.size()}, ends);
  rules.stop_words.clear();
  reader.rules_ = std::move(rules);
  return reader;
}

std::uint32_t TermReader::terms_per_byte() const noexcept {
  // Of words: one a place between characters. In words, each has two blanks of its own.
  constexpr std::uint32_t kUnitsPerByte = 2;
  const auto growth = static_cast<std::uint32_t>(std::max<std::size_t>(
      2, base::folded_room(rules_.folding, 2) / 2 + base::folded_room(rules_.folding, 2) % 2));
  return kUnitsPerByte * growth * (rules_.most - rules_.least + 1);
}

std::size_t TermReader::scratch_bytes(std::size_t text_size) const noexcept {
  const std::size_t folded = folded_bytes(text_size);
  std::size_t size = base::aligned(folded);
  if (rules_.unit != TermUnit::words) return size;
  size += base::aligned(pattern_->scratch_bytes());
  if (rules_.most == 1) return size;
  return size + base::aligned(joined_bytes(folded)) + (2 * folded + 3) * sizeof(std::uint32_t);
}

std::size_t TermReader::memory_bytes() const noexcept {
  return sizeof(*this) + stop_characters_.capacity() + stop_words_.memory_bytes() +
         (pattern_ ? pattern_->memory_bytes() : 0);
}

void TermReader::for_each(std::string_view text, std::span<std::byte> scratch,
                          Take take) const noexcept {
  if (text.size() > kLongestDocument) return;
  char* const folded = reinterpret_cast<char*>(scratch.data()) + 1;
  std::size_t size = base::fold(rules_.folding, text, folded);
  switch (rules_.unit) {
    case TermUnit::words:
      return read_words({folded, size}, scratch.subspan(base::aligned(folded_bytes(text.size()))),
                        take);
    case TermUnit::characters:
      size = join_blanks(folded, size);
      return read_characters({folded, size}, take);
    case TermUnit::characters_in_words:
      size = separate_words(folded, size);
      return read_word_pieces({folded - 1, size}, take);
  }
}

// --- words

/// The words of one text, joined.
class TermReader::Words {
 public:
  Words(char* joined, std::uint32_t* begins) noexcept : joined_(joined), begins_(begins) {}

  void add(std::string_view word) noexcept {
    begins_[count_++] = static_cast<std::uint32_t>(size_);
    if (!word.empty()) std::memcpy(joined_ + size_, word.data(), word.size());
    size_ += word.size();
    joined_[size_++] = ' ';
    begins_[count_] = static_cast<std::uint32_t>(size_);
  }
  void read(std::uint32_t least, std::uint32_t most, Take take) const noexcept {
    for (std::size_t n = least; n <= std::min<std::size_t>(most, count_); ++n) {
      for (std::size_t i = 0; i + n <= count_; ++i) {
        take({joined_ + begins_[i], begins_[i + n] - begins_[i] - 1});
      }
    }
  }

 private:
  char* joined_;
  std::uint32_t* begins_;
  std::size_t size_ = 0;
  std::size_t count_ = 0;
};

void TermReader::read_words(std::string_view text, std::span<std::byte> scratch,
                            Take take) const noexcept {
  const std::size_t pattern_bytes = base::aligned(pattern_->scratch_bytes());
  const std::span<std::byte> own = scratch.first(pattern_bytes);
  const bool is_plain = rules_.most == 1;
  // The text may have shrunk; there is room for what it may have been.
  char* const joined = reinterpret_cast<char*>(scratch.data() + pattern_bytes);
  auto* const begins = reinterpret_cast<std::uint32_t*>(
      scratch.data() + pattern_bytes + (is_plain ? 0 : base::aligned(joined_bytes(text.size()))));
  Words words(joined, begins);
  Pattern::Match match;
  std::size_t at = 0;
  bool must_advance = false;
  while (pattern_->find(text, at, must_advance, match, own)) {
    at = match.end;
    must_advance = match.begin == match.end;
    const std::string_view word =
        text.substr(match.group_begin, match.group_end - match.group_begin);
    if (is_stop_word(word)) continue;
    if (is_plain) take(word);
    else words.add(word);
  }
  if (!is_plain) words.read(rules_.least, rules_.most, take);
}

// --- characters

void TermReader::read_characters(std::string_view text, Take take) const noexcept {
  for (std::uint32_t n = rules_.least; n <= rules_.most; ++n) {
    if (!read_pieces_of(text, n, take)) return;
  }
}

/// All pieces of so many characters; false when the text has fewer.
bool TermReader::read_pieces_of(std::string_view text, std::uint32_t size,
                                Take take) const noexcept {
  std::size_t end = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (end == text.size()) return false;
    end += base::first_character(text.substr(end)).size;
  }
  for (std::size_t begin = 0;;) {
    take(text.substr(begin, end - begin));
    if (end == text.size()) return true;
    begin += base::first_character(text.substr(begin)).size;
    end += base::first_character(text.substr(end)).size;
  }
}

void TermReader::read_word_pieces(std::string_view text, Take take) const noexcept {
  for (std::size_t at = 0; at + 1 < text.size();) {
    const std::size_t end = text.find(' ', at + 1);
    const std::string_view word = text.substr(at, end + 1 - at);
    at = end;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < word.size(); ++characters) {
      i += base::first_character(word.substr(i)).size;
    }
    for (std::uint32_t n = rules_.least; n <= rules_.most; ++n) {
      // A word that is no longer than that counts once, as a whole, and not for greater lengths.
      if (n >= characters) {
        take(word);
        break;
      }
      static_cast<void>(read_pieces_of(word, n, take));
    }
  }
}

}  // namespace trivet::text
