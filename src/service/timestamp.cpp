// SPDX-License-Identifier: Apache-2.0
// Times as the service writes them.
#include "service/timestamp.hpp"

#include <chrono>

#include "text/message.hpp"

namespace trivet::service {
namespace {

using TimestampDays = std::chrono::sys_days;
using Microseconds = std::chrono::microseconds;

/// `count` digits, taken off the front; -1 when they aren't there.
int take_digits(std::string_view& text, std::size_t count) noexcept {
  if (text.size() < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take_any_of(std::string_view& text, std::string_view letters) noexcept {
  if (text.empty() || letters.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// Minutes east of Greenwich; nothing for what is no offset.
std::optional<int> take_offset(std::string_view& text) noexcept {
  if (take_any_of(text, "Zz")) return 0;
  const int sign = !text.empty() && text.front() == '-' ? -1 : 1;
  if (!take_any_of(text, "+-")) return std::nullopt;
  const int hours = take_digits(text, 2);
  if (hours < 0 || hours > 23 || !take_any_of(text, ":")) return std::nullopt;
  const int minutes = take_digits(text, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  return sign * (hours * 60 + minutes);
}

/// What stands behind the point, in microseconds; nothing when there are no digits.
std::optional<int> take_fraction(std::string_view& text) noexcept {
  if (!take_any_of(text, ".")) return 0;
  int value = 0;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
    if (digits < 6) value = value * 10 + (text.front() - '0');
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) value *= 10;
  return value;
}

std::optional<TimestampDays> take_date(std::string_view& text) noexcept {
  const int year = take_digits(text, 4);
  if (year < 1 || !take_any_of(text, "-")) return std::nullopt;
  const int month = take_digits(text, 2);
  if (month < 1 || !take_any_of(text, "-")) return std::nullopt;
  const int day = take_digits(text, 2);
  if (day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return TimestampDays(date);
}

}  // namespace

std::int64_t microseconds_now() noexcept {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<Microseconds>(now).count();
}

std::string format_timestamp(std::int64_t microseconds) {
  const std::chrono::sys_time<Microseconds> time{Microseconds(microseconds)};
  const TimestampDays day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Microseconds> clock(time - day);
  return text::message("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<std::int64_t> parse_timestamp(std::string_view text) noexcept {
  const auto date = take_date(text);
  if (!date || !take_any_of(text, "Tt")) return std::nullopt;
  const int hours = take_digits(text, 2);
  if (hours < 0 || hours > 23 || !take_any_of(text, ":")) return std::nullopt;
  const int minutes = take_digits(text, 2);
  if (minutes < 0 || minutes > 59 || !take_any_of(text, ":")) return std::nullopt;
  const int seconds = take_digits(text, 2);
  if (seconds < 0 || seconds > 59) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const std::int64_t days = date->time_since_epoch().count();
  const std::int64_t whole_minutes = (days * 24 + hours) * 60 + minutes - *offset;
  return (whole_minutes * 60 + seconds) * 1'000'000 + *fraction;
}

}  // namespace trivet::service
