// SPDX-License-Identifier: Apache-2.0
// The text of a regular expression as steps: each part is compiled as it is read, and what repeats
// is copied.
#include "text/pattern_parser.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/unicode.hpp"
#include "text/message.hpp"

namespace trivet::text {
namespace {

constexpr std::size_t kMostSteps = 4096;
constexpr std::size_t kMostDepth = 64;
constexpr std::uint32_t kUnbounded = std::numeric_limits<std::uint32_t>::max();

using Kind = PatternStep::Kind;

/// Steps whose targets count from the first of them, so that they can be put anywhere. They run
/// off their end.
using Fragment = std::vector<PatternStep>;

void append_fragment(Fragment& to, const Fragment& part) {
  const auto base = static_cast<std::uint32_t>(to.size());
  for (PatternStep step : part) {
    if (step.kind == Kind::jump || step.kind == Kind::split) step.a += base;
    if (step.kind == Kind::split) step.b += base;
    to.push_back(step);
  }
}

/// Whether there is a way through that takes no character. O(steps).
bool may_take_nothing(const Fragment& part) {
  std::vector<bool> is_seen(part.size());
  std::vector<std::uint32_t> open{0};
  while (!open.empty()) {
    const std::uint32_t at = open.back();
    open.pop_back();
    if (at == part.size()) return true;
    if (is_seen[at]) continue;
    is_seen[at] = true;
    const PatternStep& step = part[at];
    if (step.kind == Kind::set) continue;
    const bool moves = step.kind == Kind::jump || step.kind == Kind::split;
    open.push_back(moves ? step.a : at + 1);
    if (step.kind == Kind::split) open.push_back(step.b);
  }
  return false;
}

struct Repeat {
  std::uint32_t least = 1;
  std::uint32_t most = 1;
  bool is_lazy = false;
};

class PatternParser {
 public:
  explicit PatternParser(std::string_view source) : source_(source) {}

  Result<ParsedPattern> parse() {
    TRIVET_TRY(read_leading_flags());
    Result<Fragment> all = read_alternatives(0);
    if (!all) return all.error();
    if (!at_end()) return broken("a bracket that closes nothing");
    out_.steps = std::move(*all);
    out_.steps.push_back({.kind = Kind::match});
    for (CharacterSet& set : out_.sets) settle(set);
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool at_end() const noexcept { return at_ == source_.size(); }
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : source_[at_]; }
  bool take(std::string_view word) noexcept {
    if (!source_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  [[nodiscard]] Error broken(std::string found) const {
    return {Errc::invalid_model,
            {},
            message("the pattern {}: {} at {}", quoted(source_), found, at_),
            "a regular expression of Python"};
  }
  [[nodiscard]] Error refused(std::string found) const {
    return {Errc::unsupported_model,
            {},
            message("the pattern {}: {} at {}", quoted(source_), found, at_),
            "a pattern that linear time is enough for, with at most one group"};
  }

  void settle(CharacterSet& set) const noexcept {
    set.is_ascii = out_.is_ascii;
    std::vector<CharacterSet::Range>& ranges = set.ranges;
    std::sort(ranges.begin(), ranges.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::size_t kept = 0;
    for (const CharacterSet::Range& range : ranges) {
      if (kept == 0 || range.first > ranges[kept - 1].last) ranges[kept++] = range;
      else ranges[kept - 1].last = std::max(ranges[kept - 1].last, range.last);
    }
    ranges.resize(kept);
    for (char32_t c = 0; c < 128; ++c) {
      set.ascii[c] = set.contains(c);
    }
  }

  // --- flags and groups

  Status read_leading_flags() {
    while (source_.substr(at_).starts_with("(?") && at_ + 2 < source_.size()) {
      const std::size_t end = source_.find(')', at_);
      const std::string_view flags = source_.substr(at_ + 2, end - at_ - 2);
      const bool is_flags = end != std::string_view::npos && !flags.empty() &&
                            flags.find_first_not_of("aiLmsux") == std::string_view::npos;
      if (!is_flags) return {};
      for (const char flag : flags) {
        if (flag == 'a') out_.is_ascii = true;
        if (flag == 's') dot_takes_breaks_ = true;
        if (flag == 'm') by_lines_ = true;
        if (flag == 'i') return refused("letter case that is ignored");
        if (flag == 'x' || flag == 'L') return refused(message("the flag {}", flag));
      }
      at_ = end + 1;
    }
    return {};
  }

  Result<Fragment> read_alternatives(std::size_t depth) {
    if (depth > kMostDepth) return refused(message("groups more than {} deep", kMostDepth));
    Result<Fragment> all = read_sequence(depth);
    if (!all) return all;
    while (peek() == '|' && !at_end()) {
      ++at_;
      Result<Fragment> other = read_sequence(depth);
      if (!other) return other;
      Fragment both;
      const auto size = static_cast<std::uint32_t>(all->size());
      both.push_back({Kind::split, 1, size + 2});
      append_fragment(both, *all);
      both.push_back({Kind::jump, size + 2 + static_cast<std::uint32_t>(other->size()), 0});
      append_fragment(both, *other);
      TRIVET_TRY(check_size(both.size()));
      *all = std::move(both);
    }
    return all;
  }

  Result<Fragment> read_sequence(std::size_t depth) {
    Fragment all;
    while (!at_end() && peek() != '|' && peek() != ')') {
      Result<Fragment> part = read_atom(depth);
      if (!part) return part;
      const Result<std::optional<Repeat>> repeat = read_repeat();
      if (!repeat) return repeat.error();
      if (*repeat) {
        part = repeated(*part, **repeat);
        if (!part) return part;
        const Result<std::optional<Repeat>> another = read_repeat();
        if (!another) return another.error();
        if (*another) return broken("a repetition repeated");
      }
      append_fragment(all, *part);
      TRIVET_TRY(check_size(all.size()));
    }
    return all;
  }

  Status check_size(std::size_t size) const {
    if (size <= kMostSteps) return {};
    return refused(message("more than {} steps", kMostSteps));
  }

  Result<Fragment> read_atom(std::size_t depth) {
    const char c = peek();
    if (c == '(') return read_group(depth);
    if (c == '[') return read_class();
    if (c == '\\') return read_escape();
    if (c == '*' || c == '+' || c == '?') return broken("nothing to repeat");
    if (c == '.') {
      ++at_;
      CharacterSet any;
      any.is_negated = true;
      if (!dot_takes_breaks_) any.ranges.push_back({U'\n', U'\n'});
      return set_fragment(std::move(any));
    }
    if (c == '^') return assertion(by_lines_ ? PatternStep::line_begin : PatternStep::text_begin);
    if (c == '$') return assertion(by_lines_ ? PatternStep::line_end : PatternStep::last_line_end);
    return one_character(read_character());
  }

  Result<Fragment> assertion(PatternStep::Assertion what) {
    ++at_;
    return Fragment{{Kind::assert_, what, 0}};
  }

  Fragment set_fragment(CharacterSet set) {
    out_.sets.push_back(std::move(set));
    return {{Kind::set, static_cast<std::uint32_t>(out_.sets.size() - 1), 0}};
  }
  Fragment one_character(char32_t code) {
    CharacterSet set;
    set.ranges.push_back({code, code});
    return set_fragment(std::move(set));
  }

  char32_t read_character() noexcept {
    const base::Utf8Character c = base::first_character(source_.substr(at_));
    at_ += c.size;
    return c.code;
  }

  Result<Fragment> read_group(std::size_t depth) {
    ++at_;
    bool is_saved = !take("?:");
    if (is_saved && take("?P<")) {
      const std::size_t end = source_.find('>', at_);
      if (end == std::string_view::npos) return broken("a group's name without an end");
      at_ = end + 1;
    } else if (is_saved && peek() == '?') {
      return refused("look-around, a back-reference, or flags inside");
    }
    if (is_saved && ++out_.group_count > 1) return refused("a second group");
    Result<Fragment> inner = read_alternatives(depth + 1);
    if (!inner) return inner;
    if (peek() != ')') return broken("a group without an end");
    ++at_;
    if (!is_saved) return inner;
    Fragment all{{Kind::save, 0, 0}};
    append_fragment(all, *inner);
    all.push_back({Kind::save, 1, 0});
    return all;
  }

  // --- repetition

  Result<std::optional<Repeat>> read_repeat() {
    Repeat repeat;
    if (take("*")) {
      repeat = {0, kUnbounded};
    } else if (take("+")) {
      repeat = {1, kUnbounded};
    } else if (take("?")) {
      repeat = {0, 1};
    } else if (peek() == '{') {
      const std::size_t start = at_;
      if (!read_bounds(repeat)) {
        at_ = start;  // a brace like any other character
        return std::optional<Repeat>();
      }
    } else {
      return std::optional<Repeat>();
    }
    if (repeat.least > repeat.most) return broken("bounds in the wrong order");
    if (take("+")) return refused("a possessive repetition");
    repeat.is_lazy = take("?");
    return std::optional(repeat);
  }

  /// `{2}`, `{2,}`, `{,3}`, `{2,3}`.
  bool read_bounds(Repeat& repeat) noexcept {
    ++at_;
    const std::optional<std::uint32_t> least = read_number();
    std::optional<std::uint32_t> most = least;
    if (take(",")) {
      most = read_number();
      if (!most) most = kUnbounded;
    } else if (!least) {
      return false;
    }
    repeat = {least.value_or(0), *most};
    return take("}");
  }

  std::optional<std::uint32_t> read_number() noexcept {
    constexpr std::uint32_t kMost = 1u << 20;  // more steps than there may be
    std::optional<std::uint32_t> number;
    for (; peek() >= '0' && peek() <= '9'; ++at_) {
      number = std::min(number.value_or(0) * 10 + static_cast<std::uint32_t>(peek() - '0'), kMost);
    }
    return number;
  }

  Result<Fragment> repeated(const Fragment& part, const Repeat& repeat) const {
    const auto size = static_cast<std::uint32_t>(part.size());
    const std::size_t copies = repeat.most == kUnbounded ? repeat.least + 1 : repeat.most;
    TRIVET_TRY(check_size(copies * (part.size() + 2)));
    // Python stops such a loop by what its groups have taken before.
    if (repeat.most == kUnbounded && may_take_nothing(part)) {
      return refused("an endless repetition of what may be nothing");
    }
    const auto split = [&](std::uint32_t in, std::uint32_t past) {
      return repeat.is_lazy ? PatternStep{Kind::split, past, in}
                            : PatternStep{Kind::split, in, past};
    };
    Fragment all;
    for (std::uint32_t i = 0; i < repeat.least; ++i) append_fragment(all, part);
    const auto start = static_cast<std::uint32_t>(all.size());
    if (repeat.most == kUnbounded) {
      all.push_back(split(start + 1, start + size + 2));
      append_fragment(all, part);
      all.push_back({Kind::jump, start, 0});
      return all;
    }
    const std::uint32_t end = start + (repeat.most - repeat.least) * (size + 1);
    for (std::uint32_t i = repeat.least; i < repeat.most; ++i) {
      const auto here = static_cast<std::uint32_t>(all.size());
      all.push_back(split(here + 1, end));
      append_fragment(all, part);
    }
    return all;
  }

  // --- sets

  /// `\w` and its like; true when the letter is one of them.
  static bool add_kind(char letter, CharacterSet& set) noexcept {
    switch (letter) {
      case 'w': set.kinds |= CharacterSet::word; return true;
      case 'd': set.kinds |= CharacterSet::decimal; return true;
      case 's': set.kinds |= CharacterSet::space; return true;
      case 'W': set.other_kinds |= CharacterSet::word; return true;
      case 'D': set.other_kinds |= CharacterSet::decimal; return true;
      case 'S': set.other_kinds |= CharacterSet::space; return true;
      default: return false;
    }
  }

  Result<Fragment> read_escape() {
    ++at_;
    if (at_end()) return broken("a backslash before nothing");
    const char letter = peek();
    CharacterSet set;
    if (add_kind(letter, set)) {
      ++at_;
      return set_fragment(std::move(set));
    }
    if (letter == 'b') return assertion(PatternStep::boundary);
    if (letter == 'B') return assertion(PatternStep::no_boundary);
    if (letter == 'A') return assertion(PatternStep::text_begin);
    if (letter == 'Z' || letter == 'z') return assertion(PatternStep::text_end);
    if (letter >= '1' && letter <= '9') return refused("a back-reference");
    const Result<char32_t> code = read_escaped_character();
    if (!code) return code.error();
    return one_character(*code);
  }

  /// Behind the backslash.
  Result<char32_t> read_escaped_character() {
    constexpr std::pair<char, char32_t> kLetters[] = {{'n', U'\n'}, {'t', U'\t'}, {'r', U'\r'},
                                                      {'f', U'\f'}, {'v', U'\v'}, {'a', U'\a'}};
    const char letter = peek();
    for (const auto& [name, code] : kLetters) {
      if (letter != name) continue;
      ++at_;
      return code;
    }
    if (letter == 'x') return read_digits(2, 16);
    if (letter == 'u') return read_digits(4, 16);
    if (letter == 'U') return read_digits(8, 16);
    if (letter == '0') return read_octal();
    const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9');
    if (is_letter) return broken(message("an unknown escape \\{}", letter));
    return read_character();
  }

  Result<char32_t> read_digits(std::size_t count, std::uint32_t radix) {
    ++at_;
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < count; ++i, ++at_) {
      const std::optional<std::uint32_t> digit = digit_of(peek());
      if (!digit || *digit >= radix || code > 0x10FFFF) return broken("digits that are missing");
      code = code * radix + *digit;
    }
    if (code > 0x10FFFF) return broken("a character beyond Unicode");
    return static_cast<char32_t>(code);
  }

  Result<char32_t> read_octal() {
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < 3 && peek() >= '0' && peek() <= '7'; ++i, ++at_) {
      code = code * 8 + static_cast<std::uint32_t>(peek() - '0');
    }
    return static_cast<char32_t>(code);
  }

  static std::optional<std::uint32_t> digit_of(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
    return std::nullopt;
  }

  /// One member of a class: a character, or a kind that goes into the set by itself.
  Result<std::optional<char32_t>> read_member(CharacterSet& set) {
    if (peek() != '\\') return std::optional(read_character());
    ++at_;
    if (at_end()) return broken("a backslash before nothing");
    if (add_kind(peek(), set)) {
      ++at_;
      return std::optional<char32_t>();
    }
    if (take("b")) return std::optional<char32_t>(U'\b');
    if (peek() >= '1' && peek() <= '7') {
      const Result<char32_t> octal = read_octal();
      return std::optional(*octal);
    }
    const Result<char32_t> code = read_escaped_character();
    if (!code) return code.error();
    return std::optional(*code);
  }

  Result<Fragment> read_class() {
    ++at_;
    CharacterSet set;
    set.is_negated = take("^");
    for (bool is_first = true; is_first || peek() != ']'; is_first = false) {
      if (at_end()) return broken("a set without an end");
      const Result<std::optional<char32_t>> first = read_member(set);
      if (!first) return first.error();
      if (!*first) continue;
      char32_t last = **first;
      const bool is_range = peek() == '-' && at_ + 1 < source_.size() && source_[at_ + 1] != ']';
      if (is_range) {
        ++at_;
        const Result<std::optional<char32_t>> end = read_member(set);
        if (!end) return end.error();
        if (!*end || **end < last) return broken("a range without an order");
        last = **end;
      }
      set.ranges.push_back({**first, last});
    }
    ++at_;
    return set_fragment(std::move(set));
  }

  std::string_view source_;
  std::size_t at_ = 0;
  bool dot_takes_breaks_ = false;
  bool by_lines_ = false;
  ParsedPattern out_;
};

}  // namespace

Result<ParsedPattern> parse_pattern(std::string_view source) {
  return PatternParser(source).parse();
}

}  // namespace trivet::text
