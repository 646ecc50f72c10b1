// SPDX-License-Identifier: Apache-2.0
// Texts for people, made with fmt: `text::message("{} columns", 3)`.
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>

namespace trivet::text {

/// fmt's language, checked when compiled.
template <class... Args>
[[nodiscard]] std::string message(fmt::format_string<Args...> format, Args&&... args) {
  return fmt::vformat(format, fmt::make_format_args(args...));
}

/// Somebody else's text, fit for a message: in quotes, control characters and invalid UTF-8
/// escaped, cut after `limit` bytes with `…`.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t limit = 64);

/// `name`, or the candidate that is closest to it, for "did you mean"; empty when none is close.
/// O(candidates × length²); for messages only.
template <class Range, class Name>
[[nodiscard]] std::string_view closest(std::string_view wanted, const Range& candidates,
                                       Name&& name_of);

/// Letters to insert, remove or change to turn `a` into `b`, at most `limit` + 1.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

template <class Range, class Name>
std::string_view closest(std::string_view wanted, const Range& candidates, Name&& name_of) {
  std::string_view best;
  std::size_t best_distance = wanted.size() / 3 + 2;
  for (const auto& candidate : candidates) {
    const std::string_view name = name_of(candidate);
    const std::size_t distance = edit_distance(wanted, name, best_distance);
    if (distance < best_distance) {
      best_distance = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace trivet::text
