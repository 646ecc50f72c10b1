// SPDX-License-Identifier: Apache-2.0
// Texts for people: quoting, distances, "did you mean".
#include "text/message.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

using trivet::text::closest;
using trivet::text::edit_distance;
using trivet::text::quoted;

TEST_CASE("message text: quoting shows what a terminal must not see as an escape",
          "[text][message]") {
  struct Row {
    std::string_view given;
    std::string_view shown;
  };
  const Row rows[] = {
      {"", "\"\""},
      {"age", "\"age\""},
      {"größe", "\"größe\""},
      {"a\"b\\c", "\"a\\\"b\\\\c\""},
      {"a\nb\tc\rd", "\"a\\nb\\tc\\rd\""},
      {std::string_view("\0\x1b\x7f", 3), "\"\\u0000\\u001b\\u007f\""},
      {"\xff", "\"\\xff\""},
      {"a\xe2\x82", "\"a\\xe2\\x82\""},         // a cut euro sign
      {"\xed\xa0\x80", "\"\\xed\\xa0\\x80\""},  // a surrogate
  };
  for (const Row& row : rows) CHECK(quoted(row.given) == row.shown);
}

TEST_CASE("message text: quoting cuts between letters", "[text][message]") {
  CHECK(quoted("abcdef", 6) == "\"abcdef\"");
  CHECK(quoted("abcdefg", 6) == "\"abcdef…\"");
  CHECK(quoted("aäb", 2) == "\"a…\"");  // ä has two bytes, so only one letter fits
  CHECK(quoted(std::string(100, 'x')) == "\"" + std::string(64, 'x') + "…\"");
}

TEST_CASE("message text: the edit distance counts letters up to its limit", "[text][message]") {
  struct Row {
    std::string_view a, b;
    std::size_t limit, distance;
  };
  // The distances are the well-known ones, or counted by hand.
  const Row rows[] = {
      {"", "", 3, 0},       {"a", "", 3, 1},        {"kitten", "sitting", 5, 3},
      {"age", "aeg", 3, 2}, {"flaw", "lawn", 5, 2}, {"abc", "xyz", 2, 3},
      {"abcdef", "", 3, 4}, {"same", "same", 0, 0}, {"same", "sane", 0, 1},
  };
  for (const Row& row : rows) {
    INFO(row.a << " " << row.b);
    CHECK(edit_distance(row.a, row.b, row.limit) == row.distance);
    CHECK(edit_distance(row.b, row.a, row.limit) == row.distance);
  }
}

TEST_CASE("message text: the closest name is found, and none when all are far", "[text][message]") {
  const std::vector<std::string> names = {"age", "income", "job"};
  const auto itself = [](const std::string& name) { return std::string_view(name); };
  CHECK(closest("agee", names, itself) == "age");
  CHECK(closest("incmoe", names, itself) == "income");
  CHECK(closest("temperature", names, itself).empty());
  CHECK(closest("age", std::vector<std::string>{}, itself).empty());
}
