// SPDX-License-Identifier: Apache-2.0
// Characters looked up in the tables, and texts folded by them.
#include "base/unicode.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/unicode_tables.hpp"

namespace trivet::base {
namespace {

constexpr char32_t kCapitalSigma = 0x3A3;
constexpr char32_t kFinalSigma = 0x3C2;
constexpr char32_t kCapitalDottedI = 0x130;
constexpr char32_t kDotAbove = 0x307;

/// The range of a table that a character lies in; null when there is none.
template <class Range>
const Range* range_of(std::span<const Range> table, char32_t code) noexcept {
  const auto at =
      std::lower_bound(table.begin(), table.end(), code,
                       [](const Range& range, char32_t wanted) { return range.last < wanted; });
  return at != table.end() && at->first <= code ? &*at : nullptr;
}

char32_t decode_utf8(std::string_view bytes) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  if (bytes.size() == 1) return byte(0);
  char32_t code = byte(0) & (0x7Fu >> bytes.size());
  for (std::size_t i = 1; i < bytes.size(); ++i) code = code << 6 | (byte(i) & 0x3Fu);
  return code;
}

std::size_t encode_utf8(char32_t code, char* out) noexcept {
  const auto put = [&](std::size_t i, char32_t bits) { out[i] = static_cast<char>(bits); };
  if (code < 0x80) {
    put(0, code);
    return 1;
  }
  const std::size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (std::size_t i = size - 1; i > 0; --i, code >>= 6) put(i, 0x80 | (code & 0x3F));
  put(0, (0xF00u >> size & 0xFF) | code);
  return size;
}

std::uint8_t combining_class(char32_t code) noexcept {
  const UnicodeClass* const found = range_of(kUnicodeCombining, code);
  return found == nullptr ? 0 : found->value;
}

char32_t lower_of(char32_t code) noexcept {
  if (code < 0x80) return code >= U'A' && code <= U'Z' ? code + 32 : code;
  const UnicodeLower* const run = range_of(kUnicodeLower, code);
  if (run == nullptr || (code - run->first) % run->step != 0) return code;
  return static_cast<char32_t>(static_cast<std::int32_t>(code) + run->difference);
}

/// A sigma is final behind a letter and in front of none, marks and the like left out.
bool is_final(std::string_view before, std::string_view after) noexcept {
  const auto is_skipped = [](char32_t c) { return range_of(kUnicodeIgnorable, c) != nullptr; };
  while (!before.empty() && is_skipped(last_character(before).code)) {
    before.remove_suffix(last_character(before).size);
  }
  if (before.empty() || range_of(kUnicodeCased, last_character(before).code) == nullptr) {
    return false;
  }
  while (!after.empty() && is_skipped(first_character(after).code)) {
    after.remove_prefix(first_character(after).size);
  }
  return after.empty() || range_of(kUnicodeCased, first_character(after).code) == nullptr;
}

// --- accents

constexpr char32_t kFirstSyllable = 0xAC00;
constexpr char32_t kLastSyllable = 0xD7A3;

/// Korean syllables come apart by arithmetic. Returns how many letters.
std::size_t take_syllable_apart(char32_t code, char32_t (&letters)[3]) noexcept {
  constexpr char32_t kVowels = 21;
  constexpr char32_t kTails = 28;
  const char32_t index = code - kFirstSyllable;
  letters[0] = 0x1100 + index / (kVowels * kTails);
  letters[1] = 0x1161 + index % (kVowels * kTails) / kTails;
  letters[2] = 0x11A7 + index % kTails;
  return index % kTails == 0 ? 2 : 3;
}

bool is_syllable(char32_t code) noexcept { return code >= kFirstSyllable && code <= kLastSyllable; }

/// Where a character's decomposition stands; 0 for one that is its own.
std::size_t decomposition_of(char32_t code) noexcept {
  constexpr std::size_t kBlock = 64;
  if (code / kBlock >= kUnicodeStrippedBlock.size()) return 0;
  return kUnicodeStripped[kUnicodeStrippedBlock[code / kBlock] * kBlock + code % kBlock];
}

/// Writes small letters of a text, each by a call of put(code, its bytes in the text).
template <class Put>
void for_each_folded(bool lowers, std::string_view text, Put&& put) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character c = first_character(text.substr(at));
    const std::string_view bytes = text.substr(at, c.size);
    const std::size_t next = at + c.size;
    if (!lowers) {
      put(c.code, bytes);
    } else if (c.code == kCapitalDottedI) {
      put(U'i', std::string_view());
      put(kDotAbove, std::string_view());
    } else if (c.code == kCapitalSigma && is_final(text.substr(0, at), text.substr(next))) {
      put(kFinalSigma, std::string_view());
    } else {
      const char32_t lower = lower_of(c.code);
      put(lower, lower == c.code ? bytes : std::string_view());
    }
    at = next;
  }
}

/// True for a text whose small letters are their own decomposition, marks in their order.
bool is_decomposed(bool lowers, std::string_view text) noexcept {
  bool result = true;
  std::uint8_t last_class = 0;
  for_each_folded(lowers, text, [&](char32_t code, std::string_view) {
    const std::uint8_t own = combining_class(code);
    if (is_syllable(code) || decomposition_of(code) != 0 || (own != 0 && own < last_class)) {
      result = false;
    }
    last_class = own;
  });
  return result;
}

/// Takes folded characters and writes what is left of them without accents.
class AccentStripper {
 public:
  AccentStripper(bool ascii_only, char* out) noexcept : ascii_only_(ascii_only), out_(out) {}

  void put(char32_t code, std::string_view bytes) noexcept {
    if (code < 0x80) {
      out_[size_++] = static_cast<char>(code);
    } else if (is_syllable(code)) {
      char32_t letters[3];
      const std::size_t count = take_syllable_apart(code, letters);
      for (std::size_t i = 0; i < count && !ascii_only_; ++i) {
        size_ += encode_utf8(letters[i], out_ + size_);
      }
    } else if (const std::size_t place = decomposition_of(code)) {
      put_text(place);
    } else if (!ascii_only_ && combining_class(code) == 0) {
      put_same(code, bytes);
    }
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  void put_text(std::size_t place) noexcept {
    const std::size_t count = kUnicodeStrippedText[place];
    for (const std::uint8_t byte : kUnicodeStrippedText.subspan(place + 1, count)) {
      if (!ascii_only_ || byte < 0x80) out_[size_++] = static_cast<char>(byte);
    }
  }
  void put_same(char32_t code, std::string_view bytes) noexcept {
    if (bytes.empty()) {
      size_ += encode_utf8(code, out_ + size_);
      return;
    }
    std::memcpy(out_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  bool ascii_only_;
  char* out_;
  std::size_t size_ = 0;
};

std::size_t fold_case(bool lowers, std::string_view text, char* out) noexcept {
  std::size_t size = 0;
  for_each_folded(lowers, text, [&](char32_t code, std::string_view bytes) {
    if (bytes.empty()) {
      size += encode_utf8(code, out + size);
      return;
    }
    std::memcpy(out + size, bytes.data(), bytes.size());
    size += bytes.size();
  });
  return size;
}

/// Small letters of the ASCII that a text begins with. Returns how much that is.
std::size_t fold_ascii(bool lowers, std::string_view text, char* out) noexcept {
  std::size_t at = 0;
  for (; at < text.size() && static_cast<std::uint8_t>(text[at]) < 0x80; ++at) {
    const char c = text[at];
    out[at] = lowers && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return at;
}

}  // namespace

Utf8Character first_character(std::string_view text) noexcept {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const Utf8Step step = utf8_step(text);
  return {step.well_formed ? decode_utf8(text.substr(0, step.size)) : kReplacement, step.size};
}

Utf8Character last_character(std::string_view text) noexcept {
  constexpr std::size_t kLongest = 4;
  for (std::size_t size = 1; size <= std::min(kLongest, text.size()); ++size) {
    const std::string_view end = text.substr(text.size() - size);
    const Utf8Step step = utf8_step(end);
    if (step.well_formed && step.size == size) return {decode_utf8(end), size};
  }
  return {};
}

bool is_alphanumeric(char32_t code) noexcept {
  if (code < 0x80) {
    return (code >= U'0' && code <= U'9') || (code >= U'A' && code <= U'Z') ||
           (code >= U'a' && code <= U'z');
  }
  return range_of(kUnicodeAlphanumeric, code) != nullptr;
}

bool is_decimal(char32_t code) noexcept {
  if (code < 0x80) return code >= U'0' && code <= U'9';
  return range_of(kUnicodeDecimal, code) != nullptr;
}

bool is_space(char32_t code) noexcept { return range_of(kUnicodeSpace, code) != nullptr; }

std::size_t folded_room(Folding folding, std::size_t size) noexcept {
  // U+FDFA is 3 bytes and comes apart into 33; small letters are 3 bytes for 2 at most.
  constexpr std::size_t kLongestDecomposition = 11;
  if (folding.accents != Accents::kept) return size * kLongestDecomposition;
  return folding.lowers ? size + size / 2 : size;
}

std::size_t fold(Folding folding, std::string_view text, char* out) noexcept {
  const std::size_t plain = fold_ascii(folding.lowers, text, out);
  if (plain == text.size()) return plain;
  // Small letters depend on what is around them, so the text is folded as a whole.
  const bool keeps =
      folding.accents == Accents::kept ||
      (folding.accents == Accents::stripped_if_any && is_decomposed(folding.lowers, text));
  if (keeps) return fold_case(folding.lowers, text, out);
  AccentStripper stripper(folding.accents == Accents::ascii_only, out);
  for_each_folded(folding.lowers, text,
                  [&](char32_t code, std::string_view bytes) { stripper.put(code, bytes); });
  return stripper.size();
}

}  // namespace trivet::base
