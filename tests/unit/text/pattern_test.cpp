// SPDX-License-Identifier: Apache-2.0
// Patterns that find what Python's re.findall finds. Expectations are Python 3.13's.
#include "text/pattern.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "catch.hpp"

namespace trivet::test {
namespace {

struct PatternCase {
  const char* pattern;
  const char* text;
  std::vector<std::string> found;
};

const PatternCase kPatternCases[] = {
    {"(\077u)\134b\134w\134w+\134b",
     "It's a na\303\257ve x_y test, 2nd \303\211 ab",
     {"It", "na\303\257ve", "x_y", "test", "2nd", "ab"}},
    {"\134w+|[^\134w\134s]", "don't go!", {"don", "'", "t", "go", "!"}},
    {"(\077u)\134b[a-zA-Z]{2,}\134b", "ab1 cd e fg", {"cd", "fg"}},
    {"\134S+", " a  bc\011d\302\240e", {"a", "bc", "d", "e"}},
    {"\134w*", "ab c", {"ab", "", "c", ""}},
    {"a|ab|abc", "abcab", {"a", "a"}},
    {"(\134w)\134w*", "ab cd", {"a", "c"}},
    {"\134b(\077:a|b)(\134w+)\077", "a ab bcd", {"", "b", "cd"}},
    {"[^\134W\134d_]+", "a1b_c \303\251", {"a", "b", "c", "\303\251"}},
    {".", "a\012b", {"a", "b"}},
    {"(\077s).", "a\012b", {"a", "\012", "b"}},
    {"\134d{1,2}", "12345", {"12", "34", "5"}},
    {"\134d+\077", "123", {"1", "2", "3"}},
    {"\134w{2,3}\077\134b", "ab abc abcd", {"ab", "abc", "bcd"}},
    {"^\134w+", "ab\012cd", {"ab"}},
    {"(\077m)^\134w+$", "ab\012cd\012", {"ab", "cd"}},
    {"\134w+$", "ab cd\012", {"cd"}},
    {"x*", "axxb", {"", "xx", "", ""}},
    {"\134b", "ab c", {"", "", "", ""}},
    {"\134B", "ab c", {""}},
    {"\134B", "", {}},
    {"(\077a)\134w+", "a\303\251b", {"a", "b"}},
    {"[]a-]+", "a]-b", {"a]-"}},
    {"[^]a]", "a]b", {"b"}},
    {"\134x61\134u00e9\077|\134.", "a\303\251.a", {"a\303\251", ".", "a"}},
    {"a{,2}", "aaa", {"aa", "a", ""}},
    {"a{2", "a{2", {"a{2"}},
    {"(\077P<x>a)|b", "ab", {"a", ""}},
    {"\134w+(\077:[-']\134w+)*", "don't e-mail x-", {"don't", "e-mail", "x"}},
    {"(\077u)[^\134s]{2,}", "a bc", {"bc"}},
    {"a\077\077b", "aab b", {"ab", "b"}},
    {"\134A\134w|\134w\134Z", "abc", {"a", "c"}},
    {"[\134s\134S]{2}", "abcde", {"ab", "cd"}},
    {"(\077:ab\077)+\077z\077", "abaz", {"ab", "az"}},
};

std::vector<std::string> find_all(const text::Pattern& pattern, std::string_view text) {
  base::AlignedBuffer buffer;
  const std::span<std::byte> scratch = buffer.reserve(pattern.scratch_bytes());
  std::vector<std::string> found;
  text::Pattern::Match match;
  bool must_advance = false;
  for (std::size_t at = 0; pattern.find(text, at, must_advance, match, scratch); at = match.end) {
    found.emplace_back(text.substr(match.group_begin, match.group_end - match.group_begin));
    must_advance = match.begin == match.end;
  }
  return found;
}

}  // namespace

TEST_CASE("pattern: finds what Python's findall finds", "[text]") {
  for (const PatternCase& one : kPatternCases) {
    INFO(one.pattern << " in " << one.text);
    const Result<text::Pattern> pattern = text::Pattern::compile(one.pattern);
    CHECK(pattern.has_value());
    if (pattern) CHECK(find_all(*pattern, one.text) == one.found);
  }
}

TEST_CASE("pattern: what takes more than linear time is refused by name", "[text]") {
  const std::pair<const char*, const char*> refused[] = {
      {"(?=a)b", "look-around"},
      {"(?<!a)b", "look-around"},
      {"(a)\\1", "back-reference"},
      {"(a)(b)", "second group"},
      {"(?i)a", "letter case"},
      {"(?x) a", "flag x"},
      {"a++", "possessive"},
      {"(a*)*", "may be nothing"},
      {"(?:a{1000}){1000}", "more than 4096 steps"},
  };
  for (const auto& [source, word] : refused) {
    INFO(source);
    const Result<text::Pattern> pattern = text::Pattern::compile(source);
    CHECK_FALSE(pattern.has_value());
    if (pattern) continue;
    CHECK(pattern.error().code() == Errc::unsupported_model);
    CHECK(pattern.error().message().find(word) != std::string::npos);
  }
}

TEST_CASE("pattern: what Python refuses is refused", "[text]") {
  for (const char* source :
       {"(a", "a)", "[a", "*a", "[b-a]", "a{3,2}", "\\", "\\q", "\\x4", "(?P<a"}) {
    INFO(source);
    const Result<text::Pattern> pattern = text::Pattern::compile(source);
    CHECK_FALSE(pattern.has_value());
    if (!pattern) CHECK(pattern.error().code() == Errc::invalid_model);
  }
}

TEST_CASE("pattern: groups in each other are bounded", "[text]") {
  std::string source;
  for (int i = 0; i < 100000; ++i) source += "(?:";
  CHECK_FALSE(text::Pattern::compile(source).has_value());
}

}  // namespace trivet::test
