// SPDX-License-Identifier: Apache-2.0
// Lines and numbers of a model text.
#include "format/lightgbm/text_lines.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::lightgbm {
namespace {

bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

/// Reads the number that `at` begins with and moves behind it; false when there is none or it
/// doesn't fit.
template <class T>
bool take_number(const char*& at, const char* end, T& out) noexcept {
  if constexpr (std::is_floating_point_v<T>) {
    const auto [stop, error] = std::from_chars(at, end, out);
    at = stop;
    return error == std::errc();
  } else {
    // Nearly all have few digits: shorter than the general from_chars.
    constexpr int kShort = std::numeric_limits<std::int32_t>::digits10;
    const char* const begin = at;
    bool is_negative = false;
    if constexpr (std::is_signed_v<T>) is_negative = at != end && *at == '-';
    const char* const first = at + (is_negative ? 1 : 0);
    T value = 0;
    for (at = first; at != end && at - first < kShort && is_digit(*at); ++at) {
      value = static_cast<T>(value * 10 + static_cast<T>(*at - '0'));
    }
    if (at != first && (at == end || !is_digit(*at))) {
      out = is_negative ? static_cast<T>(-value) : value;
      return true;
    }
    const auto [stop, error] = std::from_chars(begin, end, out);
    at = stop;
    return error == std::errc();
  }
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
  return at == std::string_view::npos ? std::string_view() : line_.substr(at + 1);
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
    const bool is_number = take_number(at, end, number);
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
  if (take_number(at, end, number) && at == end) return number;
  return fail(key(), text::quoted(text), "a whole number");
}

}  // namespace trivet::lightgbm
