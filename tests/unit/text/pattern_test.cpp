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
    {R"((?u)\b\w\w+\b)",
     "It's a naïve x_y test, 2nd É ab",
     {"It", "naïve", "x_y", "test", "2nd", "ab"}},
    {R"(\w+|[^\w\s])", "don't go!", {"don", "'", "t", "go", "!"}},
    {R"((?u)\b[a-zA-Z]{2,}\b)", "ab1 cd e fg", {"cd", "fg"}},
    {R"(\S+)", " a  bc\td\u00a0e", {"a", "bc", "d", "e"}},
    {R"(\w*)", "ab c", {"ab", "", "c", ""}},
    {"a|ab|abc", "abcab", {"a", "a"}},
    {R"((\w)\w*)", "ab cd", {"a", "c"}},
    {R"(\b(?:a|b)(\w+)?)", "a ab bcd", {"", "b", "cd"}},
    {R"([^\W\d_]+)", "a1b_c é", {"a", "b", "c", "é"}},
    {".", "a\nb", {"a", "b"}},
    {"(?s).", "a\nb", {"a", "\n", "b"}},
    {R"(\d{1,2})", "12345", {"12", "34", "5"}},
    {R"(\d+?)", "123", {"1", "2", "3"}},
    {R"(\w{2,3}?\b)", "ab abc abcd", {"ab", "abc", "bcd"}},
    {R"(^\w+)", "ab\ncd", {"ab"}},
    {R"((?m)^\w+$)", "ab\ncd\n", {"ab", "cd"}},
    {R"(\w+$)", "ab cd\n", {"cd"}},
    {"x*", "axxb", {"", "xx", "", ""}},
    {"|a", "aaa", {"", "a", "", "a", "", "a", ""}},
    {"[f-kb-da-c]+", "abcdefgl", {"abcd", "fg"}},
    {R"(\b)", "ab c", {"", "", "", ""}},
    {R"(\B)", "ab c", {""}},
    {R"(\B)", "", {}},
    {R"((?a)\w+)", "aéb", {"a", "b"}},
    {"[]a-]+", "a]-b", {"a]-"}},
    {"[^]a]", "a]b", {"b"}},
    {R"(\x61\u00e9?|\.)", "aé.a", {"aé", ".", "a"}},
    {"a{,2}", "aaa", {"aa", "a", ""}},
    {"a{2", "a{2", {"a{2"}},
    {"(?P<x>a)|b", "ab", {"a", ""}},
    {R"(\w+(?:[-']\w+)*)", "don't e-mail x-", {"don't", "e-mail", "x"}},
    {R"((?u)[^\s]{2,})", "a bc", {"bc"}},
    {"a??b", "aab b", {"ab", "b"}},
    {R"(\A\w|\w\Z)", "abc", {"a", "c"}},
    {R"([\s\S]{2})", "abcde", {"ab", "cd"}},
    {"(?:ab?)+?z?", "abaz", {"ab", "az"}},
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
      {R"((a)\1)", "back-reference"},
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
  for (const char* source : {"(a", "a)", "[a", "*a", "a**", "a+*", "a{1}{2}", "[b-a]", "a{3,2}",
                             R"(\)", R"(\q)", R"(\x4)", "(?P<a"}) {
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
