// SPDX-License-Identifier: Apache-2.0
// Runs a pattern over a text: all its ways at once, the preferred ones first (Pike's machine).
#include "text/pattern.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "base/align.hpp"
#include "base/unicode.hpp"
#include "text/pattern_parser.hpp"

namespace trivet::text {
namespace {

using Kind = PatternStep::Kind;

constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

/// One of the ways through a pattern.
struct PatternThread {
  std::uint32_t step = 0;
  std::size_t begin = 0;
  std::size_t group_begin = kNowhere;
  std::size_t group_end = kNowhere;
};

bool is_of_kinds(std::uint8_t kinds, char32_t code, bool only_ascii) noexcept {
  if (only_ascii && code >= 128) return false;
  return ((kinds & CharacterSet::word) != 0 && base::is_word(code)) ||
         ((kinds & CharacterSet::decimal) != 0 && base::is_decimal(code)) ||
         // Of ASCII's separators, bytes.isspace knows none.
         ((kinds & CharacterSet::space) != 0 && base::is_space(code) &&
          !(only_ascii && code >= 0x1C && code <= 0x1F));
}

bool is_outside_a_kind(std::uint8_t kinds, char32_t code, bool only_ascii) noexcept {
  for (const std::uint8_t kind : {CharacterSet::word, CharacterSet::decimal, CharacterSet::space}) {
    if ((kinds & kind) != 0 && !is_of_kinds(kind, code, only_ascii)) return true;
  }
  return false;
}

/// How many word characters in a row the usual patterns ask for; 0 for other patterns.
std::size_t word_run_of(std::string_view source) noexcept {
  constexpr std::pair<std::string_view, std::size_t> kUsual[] = {
      {R"(\b\w\w+\b)", 2}, {R"(\b\w+\b)", 1}, {R"(\w+)", 1},         {R"(\w\w+)", 2},
      {R"(\w{2,})", 2},    {R"(\w{3,})", 3},  {R"(\b\w\w\w+\b)", 3}, {R"(\b\w{3,}\b)", 3}};
  if (source.starts_with("(?u)")) source.remove_prefix(4);
  for (const auto& [pattern, least] : kUsual) {
    if (source == pattern) return least;
  }
  return 0;
}

bool find_word_run(std::string_view text, std::size_t from, std::size_t least,
                   Pattern::Match& match) noexcept {
  std::size_t count = 0;
  std::size_t begin = from;
  for (std::size_t at = from; at < text.size();) {
    const base::Utf8Character c = base::first_character(text.substr(at));
    const bool is_inside = base::is_word(c.code);
    if (is_inside && count++ == 0) begin = at;
    if (!is_inside && std::exchange(count, 0) >= least) {
      match = {begin, at, begin, at};
      return true;
    }
    at += c.size;
  }
  match = {begin, text.size(), begin, text.size()};
  return count >= least;
}

}  // namespace

bool CharacterSet::contains(char32_t code) const noexcept {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), code,
                       [](char32_t one, const Range& range) { return one < range.first; });
  const bool is_listed = after != ranges.begin() && code <= std::prev(after)->last;
  const bool is_inside = is_listed || is_of_kinds(kinds, code, is_ascii) ||
                         is_outside_a_kind(other_kinds, code, is_ascii);
  return is_inside != is_negated;
}

/// One call of find(): the threads of this place of the text and of the next one.
class Pattern::Search {
 public:
  Search(const Pattern& pattern, std::string_view text, std::span<std::byte> scratch) noexcept
      : pattern_(pattern), text_(text) {
    const std::size_t steps = pattern.steps_.size();
    std::byte* at = scratch.data();
    const auto take = [&](std::size_t size) { return std::exchange(at, at + base::aligned(size)); };
    now_ = reinterpret_cast<PatternThread*>(take(steps * sizeof(PatternThread)));
    next_ = reinterpret_cast<PatternThread*>(take(steps * sizeof(PatternThread)));
    // Each step is entered once, and leaves at most two others to enter.
    stack_ = reinterpret_cast<PatternThread*>(take((2 * steps + 1) * sizeof(PatternThread)));
    entered_ = reinterpret_cast<std::size_t*>(take(steps * sizeof(std::size_t)));
    std::fill_n(entered_, steps, kNowhere);
  }

  bool run(std::size_t from, bool must_advance, Match& match) noexcept {
    from_ = from;
    must_advance_ = must_advance;
    bool is_found = false;
    for (std::size_t at = from;; at += width_) {
      look_at(at);
      if (!is_found) add({0, at, kNowhere, kNowhere}, at, now_, now_count_);
      if (now_count_ == 0 && is_found) return true;
      is_found = step_all(at, match) || is_found;
      if (at >= text_.size()) return is_found;
      std::swap(now_, next_);
      now_count_ = std::exchange(next_count_, 0);
    }
  }

 private:
  /// The characters around a place.
  void look_at(std::size_t at) noexcept {
    is_word_before_ = at > 0 && is_word_at(base::last_character(text_.substr(0, at)).code);
    here_ = {};
    if (at < text_.size()) here_ = base::first_character(text_.substr(at));
    is_word_here_ = at < text_.size() && is_word_at(here_.code);
    width_ = here_.size;
  }
  [[nodiscard]] bool is_word_at(char32_t code) const noexcept {
    return (!pattern_.is_ascii_ || code < 128) && base::is_word(code);
  }

  [[nodiscard]] bool holds(std::uint32_t assertion, std::size_t at) const noexcept {
    const bool is_break_here = at < text_.size() && text_[at] == '\n';
    switch (assertion) {
      case PatternStep::text_begin: return at == 0;
      case PatternStep::text_end: return at == text_.size();
      case PatternStep::line_begin: return at == 0 || text_[at - 1] == '\n';
      case PatternStep::line_end: return at == text_.size() || is_break_here;
      case PatternStep::last_line_end:
        return at == text_.size() || (is_break_here && at + 1 == text_.size());
      case PatternStep::boundary: return is_word_before_ != is_word_here_;
      default: return is_word_before_ == is_word_here_ && !text_.empty();
    }
  }

  /// Follows a thread to the steps that take a character or end the pattern; the characters around
  /// `at` are those that look_at() saw, or will see before the next place's steps.
  void add(const PatternThread& thread, std::size_t at, PatternThread* list,
           std::size_t& count) noexcept {
    std::size_t depth = 0;
    stack_[depth++] = thread;
    while (depth > 0) {
      PatternThread t = stack_[--depth];
      if (std::exchange(entered_[t.step], at) == at) continue;
      const PatternStep& step = pattern_.steps_[t.step];
      switch (step.kind) {
        case Kind::jump: t.step = step.a; break;
        case Kind::split: {
          PatternThread second = t;
          second.step = step.b;
          stack_[depth++] = second;
          t.step = step.a;
          break;
        }
        case Kind::save:
          (step.a == 0 ? t.group_begin : t.group_end) = at;
          ++t.step;
          break;
        case Kind::assert_:
          if (!holds(step.a, at)) continue;
          ++t.step;
          break;
        default: list[count++] = t; continue;
      }
      stack_[depth++] = t;
    }
  }

  /// Lets each thread take the character; true when one of them is at the pattern's end, which cuts
  /// off those behind it.
  bool step_all(std::size_t at, Match& match) noexcept {
    const std::size_t here_size = here_.size;
    const char32_t code = here_.code;
    const bool is_end = at >= text_.size();
    const std::size_t count = now_count_;
    bool is_found = false;
    takers_ = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const PatternStep& step = pattern_.steps_[now_[i].step];
      if (step.kind == Kind::match) {
        if (must_advance_ && now_[i].begin == from_ && at == from_) continue;
        settle(now_[i], at, match);
        is_found = true;
        break;
      }
      if (!is_end && pattern_.sets_[step.a].has(code)) now_[takers_++] = now_[i];
    }
    if (is_end) return is_found;
    look_at(at + here_size);
    for (std::size_t i = 0; i < takers_; ++i) {
      PatternThread t = now_[i];
      ++t.step;
      add(t, at + here_size, next_, next_count_);
    }
    width_ = here_size;
    return is_found;
  }

  void settle(const PatternThread& thread, std::size_t at, Match& match) const noexcept {
    match = {thread.begin, at, thread.begin, at};
    if (!pattern_.has_group_) return;
    const bool took_part = thread.group_begin != kNowhere && thread.group_end != kNowhere &&
                           thread.group_begin <= thread.group_end;
    match.group_begin = took_part ? thread.group_begin : at;
    match.group_end = took_part ? thread.group_end : at;
  }

  const Pattern& pattern_;
  std::string_view text_;
  PatternThread* now_ = nullptr;
  PatternThread* next_ = nullptr;
  PatternThread* stack_ = nullptr;
  std::size_t* entered_ = nullptr;  // by step: the place of the text where it was entered last
  std::size_t now_count_ = 0;
  std::size_t next_count_ = 0;
  std::size_t takers_ = 0;
  std::size_t from_ = 0;
  std::size_t width_ = 0;
  base::Utf8Character here_;
  bool must_advance_ = false;
  bool is_word_before_ = false;
  bool is_word_here_ = false;
};

Result<Pattern> Pattern::compile(std::string_view source) {
  Result<ParsedPattern> parsed = parse_pattern(source);
  if (!parsed) return parsed.error();
  Pattern pattern;
  pattern.steps_ = std::move(parsed->steps);
  pattern.sets_ = std::move(parsed->sets);
  pattern.has_group_ = parsed->group_count != 0;
  pattern.is_ascii_ = parsed->is_ascii;
  pattern.least_word_run_ = word_run_of(source);
  return pattern;
}

bool Pattern::find(std::string_view text, std::size_t from, bool must_advance, Match& match,
                   std::span<std::byte> scratch) const noexcept {
  if (least_word_run_ != 0) return find_word_run(text, from, least_word_run_, match);
  return Search(*this, text, scratch).run(from, must_advance, match);
}

std::size_t Pattern::scratch_bytes() const noexcept {
  const std::size_t steps = steps_.size();
  return 2 * base::aligned(steps * sizeof(PatternThread)) +
         base::aligned((2 * steps + 1) * sizeof(PatternThread)) +
         base::aligned(steps * sizeof(std::size_t));
}

std::size_t Pattern::memory_bytes() const noexcept {
  std::size_t size = steps_.capacity() * sizeof(PatternStep);
  for (const CharacterSet& set : sets_) {
    size += sizeof(set) + set.ranges.capacity() * sizeof(CharacterSet::Range);
  }
  return size;
}

}  // namespace trivet::text
