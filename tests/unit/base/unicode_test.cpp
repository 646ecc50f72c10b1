// SPDX-License-Identifier: Apache-2.0
// Texts folded as Python's str and unicodedata fold them. Expectations are Python 3.13's.
#include "base/unicode.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

namespace trivet::test {
namespace {

struct FoldCase {
  const char* text;
  const char* lower;            // str.lower
  const char* stripped;         // and NFKD without combining characters
  const char* stripped_if_any;  // and the same, if NFKD changes anything
  const char* ascii;            // and NFKD, encoded as ASCII with errors ignored
};

const FoldCase kFoldCases[] = {
    {"Hello World", "hello world", "hello world", "hello world", "hello world"},
    {"CAFÉ", "café", "cafe", "cafe", "cafe"},
    {"İstanbul", "i\u0307stanbul", "istanbul", "i\u0307stanbul", "istanbul"},
    {"ΟΔΥΣΣΕΥΣ", "οδυσσευς", "οδυσσευς", "οδυσσευς", ""},
    {"ΑΣ ΒΣ.", "ας βς.", "ας βς.", "ας βς.", " ."},
    {"Σ", "σ", "σ", "σ", ""},
    {"aΣ\u0301", "aς\u0301", "aς", "aς\u0301", "a"},
    {"aΣ\u0301b", "aσ\u0301b", "aσb", "aσ\u0301b", "ab"},
    {"Straße ẞ", "straße ß", "straße ß", "straße ß", "strae "},
    {"ﬁne ½ ²", "ﬁne ½ ²", "fine 1⁄2 2", "fine 1⁄2 2", "fine 12 2"},
    {"e\u0301", "e\u0301", "e", "e\u0301", "e"},
    {"E\u0301", "e\u0301", "e", "e\u0301", "e"},
    {"a\u0327\u0301", "a\u0327\u0301", "a", "a\u0327\u0301", "a"},
    {"a\u0301\u0327", "a\u0301\u0327", "a", "a", "a"},
    {"한국어", "한국어", "\u1112\u1161\u11AB\u1100\u116E\u11A8\u110B\u1165",
     "\u1112\u1161\u11AB\u1100\u116E\u11A8\u110B\u1165", ""},
    {"漢字 かが", "漢字 かが", "漢字 かか", "漢字 かか", " "},
    {"\uFDFA", "\uFDFA",
     "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 "
     "\u0648\u0633\u0644\u0645",
     "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 "
     "\u0648\u0633\u0644\u0645",
     "   "},
    {"Ⱥⱥ", "ⱥⱥ", "ⱥⱥ", "ⱥⱥ", ""},
    {"Å \u212B", "å å", "a a", "a a", "a a"},
    {"𝒜𐐀", "𝒜𐐨", "A𐐨", "A𐐨", "A"},
    {"①②", "①②", "12", "12", "12"},
    {"\u0340x", "\u0340x", "x", "x", "x"},
    {"Ǆǅ", "ǆǆ", "dzdz", "dzdz", "dzdz"},
    {"naïve ŁódźØ", "naïve łódźø", "naive łodzø", "naive łodzø", "naive odz"},
    {"\u00A0·…", "\u00A0·…", " ·...", " ·...", " ..."},
    {"ŉ ĸ", "ŉ ĸ", "ʼn ĸ", "ʼn ĸ", "n "},
};

std::string folded(std::string_view text, base::Accents accents, bool lowers = true) {
  const base::Folding folding{lowers, accents};
  std::vector<char> out(base::folded_room(folding, text.size()) + 1, '#');
  const std::size_t size = base::fold(folding, text, out.data());
  CHECK(size < out.size());
  return {out.data(), size};
}

}  // namespace

TEST_CASE("unicode: texts fold as Python folds them", "[base]") {
  for (const FoldCase& one : kFoldCases) {
    INFO(one.text);
    CHECK(folded(one.text, base::Accents::kept) == one.lower);
    CHECK(folded(one.text, base::Accents::stripped) == one.stripped);
    CHECK(folded(one.text, base::Accents::stripped_if_any) == one.stripped_if_any);
    CHECK(folded(one.text, base::Accents::ascii_only) == one.ascii);
    CHECK(folded(one.text, base::Accents::kept, false) == one.text);
  }
}

TEST_CASE("unicode: what is no UTF-8 stays, or leaves where only ASCII does", "[base]") {
  const std::string text = "A\xC3\xFF\xE2\x82Z";
  CHECK(folded(text, base::Accents::kept) == "a\xC3\xFF\xE2\x82z");
  CHECK(folded(text, base::Accents::stripped) == "a\xC3\xFF\xE2\x82z");
  CHECK(folded(text, base::Accents::ascii_only) == "az");
}

TEST_CASE("unicode: characters have the classes of Python's str", "[base]") {
  for (const char32_t c :
       {U'a', U'Z', U'7', U'\u00E9', U'\u00BD', U'\u6F22', U'\u0660', U'\u2460'}) {
    INFO(static_cast<unsigned>(c));
    CHECK(base::is_alphanumeric(c));
  }
  for (const char32_t c : {U'_', U'-', U' ', U'\u0301', U'\u20AC', U'\uFFFD', U'\u00B7'}) {
    INFO(static_cast<unsigned>(c));
    CHECK_FALSE(base::is_alphanumeric(c));
  }
  CHECK(base::is_word(U'_'));
  CHECK(base::is_decimal(U'\u0660'));
  CHECK_FALSE(base::is_decimal(U'\u00B2'));
  for (const char32_t c : {U' ', U'\n', U'\x1C', U'\u0085', U'\u00A0', U'\u3000'}) {
    INFO(static_cast<unsigned>(c));
    CHECK(base::is_space(c));
  }
  CHECK_FALSE(base::is_space(U'\u200B'));
}

}  // namespace trivet::test
