// SPDX-License-Identifier: Apache-2.0
// The walk over a body's outermost members.
#include "service/body_members.hpp"

#include <algorithm>

namespace trivet::service {
namespace {

[[nodiscard]] constexpr bool is_json_blank(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

}  // namespace

bool BodyMembers::fail() noexcept {
  state_ = State::broken;
  return false;
}

/// What follows the last brace must be blank.
bool BodyMembers::end() noexcept {
  skip_blanks();
  state_ = rest_.empty() ? State::ended : State::broken;
  return false;
}

void BodyMembers::skip_blanks() noexcept {
  const auto* const at =
      std::find_if_not(rest_.begin(), rest_.end(), [](char c) { return is_json_blank(c); });
  rest_.remove_prefix(static_cast<std::size_t>(at - rest_.begin()));
}

bool BodyMembers::take(char c) noexcept {
  skip_blanks();
  if (rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

bool BodyMembers::next(BodyMember& member) noexcept {
  if (state_ == State::ended || state_ == State::broken) return false;
  const bool is_first = state_ == State::start;
  if (is_first && !take('{')) return fail();
  state_ = State::inside;
  if (take('}')) return end();
  if (!is_first && !take(',')) return fail();
  skip_blanks();
  if (!skip_text(member.name) || !take(':')) return fail();
  skip_blanks();
  return skip_value(member) || fail();
}

/// From quote to quote.
bool BodyMembers::skip_text(std::string_view& content) noexcept {
  if (rest_.empty() || rest_.front() != '"') return false;
  std::size_t at = 1;
  for (;;) {
    at = rest_.find('"', at);
    if (at == std::string_view::npos) return false;
    std::size_t escapes = 0;
    while (rest_[at - 1 - escapes] == '\\') ++escapes;
    if (escapes % 2 == 0) break;
    ++at;
  }
  content = rest_.substr(1, at - 1);
  rest_.remove_prefix(at + 1);
  return true;
}

bool BodyMembers::skip_value(BodyMember& member) noexcept {
  member.element_count = 0;
  if (rest_.empty()) return false;
  if (rest_.front() == '[' || rest_.front() == '{') return skip_container(member);
  const std::string_view before = rest_;
  if (rest_.front() == '"') {
    std::string_view content;
    if (!skip_text(content)) return false;
  } else {
    const auto* const at = std::find_if(rest_.begin(), rest_.end(), [](char c) {
      return c == ',' || c == '}' || c == ']' || is_json_blank(c);
    });
    rest_.remove_prefix(static_cast<std::size_t>(at - rest_.begin()));
  }
  member.value = before.substr(0, before.size() - rest_.size());
  return !member.value.empty();
}

/// Counts brackets of both kinds as one: a wrong pair is left to whoever reads the value.
bool BodyMembers::skip_container(BodyMember& member) noexcept {
  const std::string_view before = rest_;
  const bool is_list = rest_.front() == '[';
  std::size_t depth = 0;
  std::size_t commas = 0;
  bool has_content = false;
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (c == '"') {
      std::string_view content;
      if (!skip_text(content)) return false;
      has_content = true;
      continue;
    }
    rest_.remove_prefix(1);
    if (c == ',' && depth == 1) ++commas;
    if (c == ']' || c == '}') {
      if (--depth == 0) {
        member.value = before.substr(0, before.size() - rest_.size());
        member.element_count = is_list && has_content ? commas + 1 : 0;
        return true;
      }
    } else if (c == '[' || c == '{') {
      has_content = has_content || depth == 1;
      ++depth;
    } else if (!is_json_blank(c)) {
      has_content = true;
    }
  }
  return false;
}

}  // namespace trivet::service
