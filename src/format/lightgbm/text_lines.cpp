// SPDX-License-Identifier: Apache-2.0
// Lines and numbers of a model text.
#include "format/lightgbm/text_lines.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "base/decimal.hpp"
#include "base/digit_word.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

/// Reads a whole word as a number. 8 bytes behind it must be readable.
template <class T>
bool read_word(std::string_view word, T& out) noexcept {
  if constexpr (std::is_same_v<T, double>) {
    return base::read_padded_double(word, out);
  } else {
    if (base::DigitWord::kAvailable) {
      const std::uint32_t sign = std::is_signed_v<T> && word.front() == '-' ? 1 : 0;
      const base::DigitWord text(word.data() + sign);
      const std::size_t digits = word.size() - sign;
      if (digits - 1 < 8 && text.are_digits(digits)) {
        const std::uint32_t magnitude = text.value(digits);
        out = static_cast<T>(static_cast<std::int32_t>((magnitude ^ (0 - sign)) + sign));
        return true;
      }
    }
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, out);
    return error == std::errc() && stop == end;
  }
}

constexpr std::size_t kMaskBytes = 64;

/// A bit for each blank among the next 64 bytes. Requires so many readable.
inline std::uint64_t find_blanks(const char* at) noexcept {
  std::uint64_t blanks = 0;
  if constexpr (base::DigitWord::kAvailable) {
    constexpr std::uint64_t kLow = 0x7f7f7f7f7f7f7f7fu;
    for (int i = 0; i < 8; ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, at + 8 * i, sizeof(word));
      word ^= 0x2020202020202020u;
      const std::uint64_t zeros = ~(((word & kLow) + kLow) | word | kLow);  // high bits of blanks
      blanks |= ((zeros >> 7) * 0x0102040810204080u >> 56) << (8 * i);      // one beside the other
    }
  } else {
    for (std::size_t i = 0; i < kMaskBytes; ++i) {
      blanks |= std::uint64_t{at[i] == ' ' ? 1u : 0u} << i;
    }
  }
  return blanks;
}

template <class T>
std::string_view wanted_number() noexcept {
  if constexpr (std::is_same_v<T, double>) return "a number with a decimal point";
  else if constexpr (std::is_same_v<T, std::int32_t>) return "a whole number of 32 bits";
  else if constexpr (std::is_same_v<T, std::uint32_t>) return "a whole number from 0 to 2³² - 1";
  else return "a whole number";
}

/// Reads the numbers of one digit that a list begins with, such as all of a decision_type, four at
/// a time. Returns the bytes that they take, blanks behind them with them.
template <class T>
std::size_t read_single_digits(std::string_view list, std::vector<T>& out) {
  std::size_t at = 0;
  if constexpr (base::DigitWord::kAvailable && std::is_integral_v<T>) {
    for (; list.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
      std::uint64_t pairs = 0;
      std::memcpy(&pairs, list.data() + at, sizeof(pairs));
      pairs ^= 0x2030203020302030u;  // a digit and a blank, four times, are 0 … 9 and 0 now
      if ((((pairs + 0x0076007600760076u) | pairs) & 0xff80ff80ff80ff80u) != 0) break;
      for (int shift = 0; shift < 64; shift += 16) {
        out.push_back(static_cast<T>(pairs >> shift & 0xf));
      }
    }
  }
  return at;
}

}  // namespace

std::string_view next_word(std::string_view& text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

bool TextLines::next() noexcept {
  if (next_ >= text_.size()) return false;
  begin_ = next_;
  const std::size_t end = text_.find('\n', begin_);
  is_ended_ = end != std::string_view::npos;
  next_ = is_ended_ ? end + 1 : text_.size();
  line_ = text_.substr(begin_, (is_ended_ ? end : next_) - begin_);
  returns_before_ = returns_;
  if (is_ended_ && line_.ends_with('\r')) {
    line_.remove_suffix(1);
    ++returns_;
  }
  ++number_;
  return true;
}

std::string_view TextLines::value() const noexcept {
  const std::size_t at = line_.find('=');
  return line_.substr(at == std::string_view::npos ? line_.size() : at + 1);
}

Error TextLines::fail(std::string_view what, std::string found, std::string expected) const {
  std::string where = text::message("line {}", std::max<std::size_t>(number_, 1));
  if (!what.empty()) where.append(", ").append(what);
  return {Errc::invalid_model, std::move(where), std::move(found), std::move(expected)};
}

/// Where words end is found for 64 bytes at once, so that one number needn't wait for the length
/// of the one before it.
template <class T>
Status TextLines::read_list(std::vector<T>& out) const {
  const std::string_view list = value();
  const std::size_t first = out.size();
  std::size_t word = read_single_digits(list, out);  // where it begins
  std::size_t count = out.size();
  for (std::size_t block = word; block <= list.size(); block += kMaskBytes) {
    std::uint64_t ends = find_blanks(list.data() + block);
    const std::size_t left = list.size() - block;
    if (left < kMaskBytes) {  // the list's end ends a word too; what stands behind doesn't count
      const std::uint64_t end = std::uint64_t{1} << left;
      ends = (ends & (end - 1)) | end;
    }
    out.resize(count + kMaskBytes / 2 + 1);
    for (; ends != 0; ends &= ends - 1) {
      const std::size_t end = block + static_cast<std::size_t>(std::countr_zero(ends));
      const std::string_view text(list.data() + word, end - word);
      word = end + 1;
      if (text.empty()) continue;
      if (!read_word(text, out[count])) {
        return fail(text::message("{}[{}]", key(), count - first), text::quoted(text),
                    std::string(wanted_number<T>()));
      }
      ++count;
    }
  }
  out.resize(count);
  return {};
}

Status TextLines::read(std::vector<double>& out) const { return read_list(out); }
Status TextLines::read(std::vector<std::int32_t>& out) const { return read_list(out); }
Status TextLines::read(std::vector<std::int64_t>& out) const { return read_list(out); }
Status TextLines::read(std::vector<std::uint32_t>& out) const { return read_list(out); }

Result<std::int64_t> TextLines::read_integer() const {
  const std::string_view text = value();
  std::int64_t number = 0;
  if (!text.empty() && read_word(text, number)) return number;
  return fail(key(), text::quoted(text), "a whole number");
}

}  // namespace trivet::lightgbm
