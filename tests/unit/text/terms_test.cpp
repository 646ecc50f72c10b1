// SPDX-License-Identifier: Apache-2.0
// Terms of texts, as scikit-learn's analyzers give them.
#include "text/terms.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "catch.hpp"

namespace trivet::test {
namespace {

std::vector<std::string> terms_of(text::TermRules rules, std::string_view text) {
  const Result<text::TermReader> reader = text::TermReader::make(std::move(rules));
  REQUIRE(reader.has_value());
  base::AlignedBuffer buffer;
  std::vector<std::string> terms;
  reader->for_each(text, buffer.reserve(reader->scratch_bytes(text.size())),
                   [&](std::string_view term) { terms.emplace_back(term); });
  CHECK(terms.size() <= reader->terms_per_byte() * (text.size() + 1));
  return terms;
}

text::TermRules word_rules(std::uint32_t least, std::uint32_t most) {
  return {.least = least, .most = most, .pattern = R"((?u)\b\w\w+\b)"};
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("terms: words of two letters or more, in small letters", "[text]") {
  CHECK(terms_of(word_rules(1, 1), "The CAFÉ is a 2nd x_y!") ==
        Texts{"the", "café", "is", "2nd", "x_y"});
  CHECK(terms_of(word_rules(1, 1), "").empty());
  CHECK(terms_of(word_rules(1, 1), "a b c").empty());
}

TEST_CASE("terms: sequences of words are joined by one blank, without stop words", "[text]") {
  text::TermRules rules = word_rules(1, 2);
  rules.stop_words = {"the", "of"};
  CHECK(terms_of(rules, "The price,  of the ROOM was good") ==
        Texts{"price", "room", "was", "good", "price room", "room was", "was good"});
  CHECK(terms_of(word_rules(2, 3), "ab cd ef") == Texts{"ab cd", "cd ef", "ab cd ef"});
  CHECK(terms_of(word_rules(3, 4), "ab cd").empty());
}

TEST_CASE("terms: a pattern that prefers nothing finds a word and a nothing at each character",
          "[text]") {
  const text::TermRules rules{.least = 1, .most = 2, .pattern = "|a"};
  const Texts terms = terms_of(rules, std::string(1000, 'a'));
  REQUIRE(terms.size() == 2001 + 2000);
  CHECK(terms[0].empty());
  CHECK(terms[1] == "a");
  CHECK(terms[2001] == " a");
  CHECK(terms.back() == "a ");
}

TEST_CASE("terms: characters, with blanks joined", "[text]") {
  text::TermRules rules{.unit = text::TermUnit::characters, .least = 2, .most = 3};
  CHECK(terms_of(rules, "é  b") == Texts{"é ", " b", "é b"});
  // A single blank stays what it is.
  CHECK(terms_of(rules, "a\nb") == Texts{"a\n", "\nb", "a\nb"});
  CHECK(terms_of(rules, "a").empty());
}

TEST_CASE("terms: characters in words, where a short word counts once", "[text]") {
  text::TermRules rules{.unit = text::TermUnit::characters_in_words, .least = 3, .most = 5};
  // " a " has three characters: once, and not again for four and five.
  CHECK(terms_of(rules, "a") == Texts{" a "});
  CHECK(terms_of(rules, " ab\n") == Texts{" ab", "ab ", " ab "});
  CHECK(terms_of(rules, "  \t").empty());
}

TEST_CASE("terms: lengths that are none are refused", "[text]") {
  CHECK_FALSE(text::TermReader::make(word_rules(0, 1)).has_value());
  CHECK_FALSE(text::TermReader::make(word_rules(2, 1)).has_value());
  CHECK_FALSE(text::TermReader::make(word_rules(1, 33)).has_value());
}

}  // namespace trivet::test
