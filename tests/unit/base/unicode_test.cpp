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
    {"CAF\303\211", "caf\303\251", "cafe", "cafe", "cafe"},
    {"\304\260stanbul", "i\314\207stanbul", "istanbul", "i\314\207stanbul", "istanbul"},
    {"\316\237\316\224\316\245\316\243\316\243\316\225\316\245\316\243",
     "\316\277\316\264\317\205\317\203\317\203\316\265\317\205\317\202",
     "\316\277\316\264\317\205\317\203\317\203\316\265\317\205\317\202",
     "\316\277\316\264\317\205\317\203\317\203\316\265\317\205\317\202", ""},
    {"\316\221\316\243 \316\222\316\243.", "\316\261\317\202 \316\262\317\202.",
     "\316\261\317\202 \316\262\317\202.", "\316\261\317\202 \316\262\317\202.", " ."},
    {"\316\243", "\317\203", "\317\203", "\317\203", ""},
    {"a\316\243\314\201", "a\317\202\314\201", "a\317\202", "a\317\202\314\201", "a"},
    {"a\316\243\314\201b", "a\317\203\314\201b", "a\317\203b", "a\317\203\314\201b", "ab"},
    {"Stra\303\237e \341\272\236", "stra\303\237e \303\237", "stra\303\237e \303\237",
     "stra\303\237e \303\237", "strae "},
    {"\357\254\201ne \302\275 \302\262", "\357\254\201ne \302\275 \302\262",
     "fine 1\342\201\2042 2", "fine 1\342\201\2042 2", "fine 12 2"},
    {"e\314\201", "e\314\201", "e", "e\314\201", "e"},
    {"E\314\201", "e\314\201", "e", "e\314\201", "e"},
    {"a\314\247\314\201", "a\314\247\314\201", "a", "a\314\247\314\201", "a"},
    {"a\314\201\314\247", "a\314\201\314\247", "a", "a", "a"},
    {"\355\225\234\352\265\255\354\226\264", "\355\225\234\352\265\255\354\226\264",
     "\341\204\222\341\205\241\341\206\253\341\204\200\341\205\256\341\206\250\341\204\213\341\205"
     "\245",
     "\341\204\222\341\205\241\341\206\253\341\204\200\341\205\256\341\206\250\341\204\213\341\205"
     "\245",
     ""},
    {"\346\274\242\345\255\227 \343\201\213\343\201\214",
     "\346\274\242\345\255\227 \343\201\213\343\201\214",
     "\346\274\242\345\255\227 \343\201\213\343\201\213",
     "\346\274\242\345\255\227 \343\201\213\343\201\213", " "},
    {"\357\267\272", "\357\267\272",
     "\330\265\331\204\331\211 \330\247\331\204\331\204\331\207 \330\271\331\204\331\212\331\207 "
     "\331\210\330\263\331\204\331\205",
     "\330\265\331\204\331\211 \330\247\331\204\331\204\331\207 \330\271\331\204\331\212\331\207 "
     "\331\210\330\263\331\204\331\205",
     "   "},
    {"\310\272\342\261\245", "\342\261\245\342\261\245", "\342\261\245\342\261\245",
     "\342\261\245\342\261\245", ""},
    {"\303\205 \342\204\253", "\303\245 \303\245", "a a", "a a", "a a"},
    {"\360\235\222\234\360\220\220\200", "\360\235\222\234\360\220\220\250", "A\360\220\220\250",
     "A\360\220\220\250", "A"},
    {"\342\221\240\342\221\241", "\342\221\240\342\221\241", "12", "12", "12"},
    {"\315\200x", "\315\200x", "x", "x", "x"},
    {"\307\204\307\205", "\307\206\307\206", "dzdz", "dzdz", "dzdz"},
    {"na\303\257ve \305\201\303\263d\305\272\303\230",
     "na\303\257ve \305\202\303\263d\305\272\303\270", "naive \305\202odz\303\270",
     "naive \305\202odz\303\270", "naive odz"},
    {"\302\240\302\267\342\200\246", "\302\240\302\267\342\200\246", " \302\267...", " \302\267...",
     " ..."},
    {"\305\211 \304\270", "\305\211 \304\270", "\312\274n \304\270", "\312\274n \304\270", "n "},
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
