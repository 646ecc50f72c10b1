// SPDX-License-Identifier: Apache-2.0
// Python's regular expressions in time linear in the text for each match: no look-around, no
// back-references.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/try.hpp"

namespace trivet::text {

/// Characters that a place of a pattern takes.
struct CharacterSet {
  struct Range {
    char32_t first;
    char32_t last;
  };
  enum Kind : std::uint8_t { word = 1, decimal = 2, space = 4 };

  std::vector<Range> ranges;     ///< ascending, apart from each other, once the set is complete
  std::uint8_t kinds = 0;        ///< those of Kind that are in it
  std::uint8_t other_kinds = 0;  ///< those of Kind whose complement is in it
  bool is_negated = false;
  bool is_ascii = false;             ///< kinds know ASCII only
  std::array<bool, 128> ascii = {};  ///< what contains() says of it, once the set is complete

  [[nodiscard]] bool contains(char32_t code) const noexcept;
  [[nodiscard]] bool has(char32_t code) const noexcept {
    return code < ascii.size() ? ascii[code] : contains(code);
  }
};

/// One step of a compiled pattern.
struct PatternStep {
  enum class Kind : std::uint8_t {
    match,
    set,     ///< one character of sets[a]
    jump,    ///< to a
    split,   ///< to a, or else to b
    save,    ///< the group begins (a = 0) or ends (a = 1) here
    assert_  ///< a: what must hold here
  };
  enum Assertion : std::uint32_t {
    text_begin,
    text_end,
    line_begin,
    line_end,
    last_line_end,
    boundary,
    no_boundary
  };
  Kind kind = Kind::match;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
};

/// Compiled, immutable, from any thread.
class Pattern {
 public:
  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t group_begin = 0;  ///< of the pattern's one group; the match itself without one,
    std::size_t group_end = 0;    ///< nothing where the group took no part
  };

  /// Understands what Python's `re` does of texts, flags in front of all as `(?u)`. Errors, without
  /// a place: unsupported_model for what takes more than linear time, for letter case ignored, for
  /// two groups, and for patterns of more than some thousand steps; invalid_model for others.
  [[nodiscard]] static Result<Pattern> compile(std::string_view source);

  /// The first match at or behind `from`; one that takes nothing may not stand at `from` itself
  /// when `must_advance`. `scratch` has scratch_bytes(), aligned for std::size_t. O(steps) for each
  /// character that it looks at.
  [[nodiscard]] bool find(std::string_view text, std::size_t from, bool must_advance, Match& match,
                          std::span<std::byte> scratch) const noexcept;
  [[nodiscard]] std::size_t scratch_bytes() const noexcept;
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  class Search;

  std::vector<PatternStep> steps_;
  std::vector<CharacterSet> sets_;
  bool has_group_ = false;
  bool is_ascii_ = false;           // \b knows ASCII only
  std::size_t least_word_run_ = 0;  // not 0: all runs of so many word characters or more
};

}  // namespace trivet::text
