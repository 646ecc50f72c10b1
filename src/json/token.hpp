// SPDX-License-Identifier: Apache-2.0
// The raw text of single JSON values: what they are, and how messages speak of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/simdjson.hpp"

namespace trivet::json {

/// What a value is by the look of its token; `broken` when no value looks so.
enum class TokenKind : std::uint8_t { null, boolean, number, text, list, object, broken };

/// A value's token without the blanks behind it: the whole of a scalar, `[` or `{` of a container.
[[nodiscard]] std::string_view token_of(ondemand::value& value) noexcept;
/// By the first letter, words by all of them.
[[nodiscard]] TokenKind kind_of(std::string_view token) noexcept;
/// `the number 5`, `a list`, …: what an error says was found. Texts are shown up to 64 bytes.
[[nodiscard]] std::string describe(std::string_view token);
/// NaN, Infinity and -Infinity: the bare words that Python's json writes. False for other tokens.
[[nodiscard]] bool python_constant(std::string_view token, double& out) noexcept;

/// The same with nan, inf and -inf, as C prints them: model files have both.
[[nodiscard]] bool bare_constant(std::string_view token, double& out) noexcept;
/// The text that stands for a missing value: NaN in any letter case.
[[nodiscard]] bool is_nan_word(std::string_view text) noexcept;

/// The exact value of a long token that begins with `0.`; leaves `out` alone where that is beyond
/// double's range.
void reread_long_fraction(ondemand::value value, double& out) noexcept;

/// The number of a value, correctly rounded; false when it isn't one or lies beyond double's range.
///
/// simdjson 3.0.1 forgets its overflow check for `0.` followed by twenty digits or more
/// (On-Demand's parse_double) and gives another number without an error, so these few are read
/// once more. By copy and inlined by force: a value whose address nobody takes stays in registers,
/// which halves the time of decoding rows.
[[nodiscard]] simdjson_inline bool read_double(ondemand::value value, double& out) noexcept {
  constexpr std::size_t kShortestBroken = 22;
  if (value.get_double().get(out) != simdjson::SUCCESS) return false;
  if (value.raw_json_token().size() >= kShortestBroken) reread_long_fraction(value, out);
  return true;
}

/// A place in a document as a JSON pointer (RFC 6901), kept as steps until somebody wants to read
/// it. Keys must outlive it.
class Pointer {
 public:
  void push(std::string_view key) { steps_.push_back({key, kIsKey}); }
  void push(std::size_t index) { steps_.push_back({{}, index}); }
  void pop() noexcept { steps_.pop_back(); }
  void clear() noexcept { steps_.clear(); }
  [[nodiscard]] std::size_t depth() const noexcept { return steps_.size(); }
  [[nodiscard]] std::string to_text() const;

 private:
  static constexpr std::size_t kIsKey = static_cast<std::size_t>(-1);
  struct Step {
    std::string_view key;
    std::size_t index;
  };
  std::vector<Step> steps_;
};

/// Appends `/` and one step of a pointer. For people: long keys are cut, control characters shown
/// as escapes.
void append_step(std::string& pointer, std::string_view key);
void append_step(std::string& pointer, std::size_t index);

}  // namespace trivet::json
