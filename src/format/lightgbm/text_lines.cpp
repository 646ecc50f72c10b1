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

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

/// Up to seven digits at once, without a branch on how many there are, which nobody can predict:
/// the bytes as a word, the digits moved to its end, neighbours joined to pairs, fours and eights.
/// Returns how many there are; 0 when there is none or more than seven. Requires 8 readable bytes.
inline std::size_t take_short_number(const char* at, std::uint32_t& out) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  word ^= 0x3030303030303030u;
  // The lowest high bit that is set belongs to the first byte that is no digit.
  const std::uint64_t others = ((word + 0x7676767676767676u) | word) & 0x8080808080808080u;
  const auto digits = static_cast<std::size_t>(std::countr_zero(others)) / 8;
  if (digits == 0 || digits == 8) return 0;
  word <<= 64 - 8 * digits;
  word = (word * 10 + (word >> 8)) & 0x00ff00ff00ff00ffu;
  word = (word * 100 + (word >> 16)) & 0x0000ffff0000ffffu;
  out = static_cast<std::uint32_t>(word * 10000 + (word >> 32));
  return digits;
}

/// Reads the number that `at` begins with and moves behind it; false when there is none or it
/// doesn't fit. The text goes on to `text_end`, the line to `end`.
template <class T>
bool take_number(const char*& at, const char* end, const char* text_end, T& out) noexcept {
  if constexpr (std::is_integral_v<T> && std::endian::native == std::endian::little) {
    if (text_end - at > 8) {
      const std::uint32_t sign = std::is_signed_v<T> && *at == '-' ? 1 : 0;
      std::uint32_t magnitude = 0;
      const std::size_t digits = take_short_number(at + sign, magnitude);
      if (digits != 0) {
        at += sign + digits;
        out = static_cast<T>(static_cast<std::int32_t>((magnitude ^ (0 - sign)) + sign));
        return true;
      }
    }
  }
  const auto [stop, error] = std::from_chars(at, end, out);
  at = stop;
  return error == std::errc();
}

template <class T>
std::string_view wanted_number() noexcept {
  if constexpr (std::is_same_v<T, double>) return "a number with a decimal point";
  else if constexpr (std::is_same_v<T, std::int32_t>) return "a whole number of 32 bits";
  else if constexpr (std::is_same_v<T, std::uint32_t>) return "a whole number from 0 to 2³² - 1";
  else return "a whole number";
}

}  // namespace

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

template <class T>
Status TextLines::read_list(std::vector<T>& out) const {
  const std::string_view list = value();
  const char* at = list.data();
  const char* const end = at + list.size();
  const std::size_t first = out.size();
  while (true) {
    while (at != end && *at == ' ') ++at;
    if (at == end) return {};
    const char* const begin = at;
    T number{};
    const bool is_number = take_number(at, end, text_.data() + text_.size(), number);
    if (!is_number || (at != end && *at != ' ')) {
      const std::string_view rest(begin, static_cast<std::size_t>(end - begin));
      return fail(text::message("{}[{}]", key(), out.size() - first),
                  text::quoted(rest.substr(0, rest.find(' '))), std::string(wanted_number<T>()));
    }
    out.push_back(number);
  }
}

Status TextLines::read(std::vector<double>& out) const { return read_list(out); }
Status TextLines::read(std::vector<std::int32_t>& out) const { return read_list(out); }
Status TextLines::read(std::vector<std::int64_t>& out) const { return read_list(out); }
Status TextLines::read(std::vector<std::uint32_t>& out) const { return read_list(out); }

Result<std::int64_t> TextLines::read_integer() const {
  const std::string_view text = value();
  const char* at = text.data();
  const char* const end = at + text.size();
  std::int64_t number = 0;
  if (take_number(at, end, text_.data() + text_.size(), number) && at == end) return number;
  return fail(key(), text::quoted(text), "a whole number");
}

}  // namespace trivet::lightgbm
