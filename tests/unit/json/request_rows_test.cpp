// SPDX-License-Identifier: Apache-2.0
// Instances into rows: lists, objects, bare values.
#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "json/request_reader.hpp"
#include "request_support.hpp"
#include "text/number.hpp"

using trivet::Batch;
using trivet::ColumnType;
using trivet::Signature;
using trivet::test::check_rows;
using trivet::test::column_of;
using trivet::test::numbers_named;
using trivet::test::rows_of;
using trivet::test::shown;
using trivet::test::signature_of;

TEST_CASE("request rows: a list has one value a column", "[json][request]") {
  check_rows(numbers_named({"a", "b", "c"}),
             {
                 {"[1,2,3]", "1.0,2.0,3.0"},
                 {"[1,2,3],[4,5,6]", "1.0,2.0,3.0|4.0,5.0,6.0"},
                 {"[1,2]", "error: /instances/0: a list of 2 values; 3 values, one a column"},
                 {"[1,2,3],[1]", "error: /instances/1: a list of 1 value; 3 values, one a column"},
                 {"[]", "error: /instances/0: a list of 0 values; 3 values, one a column"},
                 {"[1,2,3,4]", "error: /instances/0: a list of 4 values; 3 values, one a column"},
                 {"[1,2,3,[4],{},\"x\"]",
                  "error: /instances/0: a list of 6 values; 3 values, one a column"},
                 {"[1,2,[3]]",
                  "error: /instances/0/2: a list; a number or \"NaN\" for the column "
                  "\"c\""},
                 {"[[1,2,3]]",
                  "error: /instances/0/0: a list; a number or \"NaN\" for the column "
                  "\"a\""},
             });
  check_rows(numbers_named({"", ""}),
             {
                 {"[1,\"x\"]", "error: /instances/0/1: the text \"x\"; a number or \"NaN\""},
             });
}

TEST_CASE("request rows: an object without the only column", "[json][request]") {
  check_rows(numbers_named({"a"}),
             {{"{}",
               "error: /instances/0: no member \"a\"; the model's one column, an absent value as "
               "null or \"NaN\""}});
}

TEST_CASE("request rows: an object has the columns by name in any order", "[json][request]") {
  check_rows(
      numbers_named({"a", "b", "c"}),
      {
          {R"({"a":1,"b":2,"c":3})", "1.0,2.0,3.0"},
          {R"({"c":3,"a":1,"b":2},{"b":2,"c":3,"a":1},{"b":2,"c":3,"a":1})",
           "1.0,2.0,3.0|1.0,2.0,3.0|1.0,2.0,3.0"},
          {R"([1,2,3],{"c":3,"a":1,"b":2},[1,2,3])", "1.0,2.0,3.0|1.0,2.0,3.0|1.0,2.0,3.0"},
          {R"({"\u0061":1,"b":2,"\u0063":3},{"a":1,"b":2,"c":3})", "1.0,2.0,3.0|1.0,2.0,3.0"},
          {R"({"a":1,"b":2})",
           "error: /instances/0: no member \"c\"; all 3 columns, absent values as null or \"NaN\""},
          {R"({"b":2})",
           "error: /instances/0: no member \"a\" and 1 more missing; all 3 columns, "
           "absent values as null or \"NaN\""},
          {"{}",
           "error: /instances/0: no member \"a\" and 2 more missing; all 3 columns, absent "
           "values as null or \"NaN\""},
          {R"({"a":1,"b":2,"c":3},{"a":1,"b":2,"d":3})",
           "error: /instances/1: the unknown member \"d\"; the model's columns only; did you mean "
           "\"a\"?"},
          {R"({"a":1,"b":2,"c":3,"a":4})",
           "error: /instances/0/a: a column that stands twice; each column once"},
          {R"({"a":1,"\u0061":2,"b":2})",
           "error: /instances/0/a: a column that stands twice; each column once"},
          {R"({"a":1,"b":"x","c":3})",
           "error: /instances/0/b: the text \"x\"; a number or \"NaN\""},
          {R"({"a":1,"b":{"x":1},"c":3})", "error: /instances/0/b: an object; a number or \"NaN\""},
          {R"({"a":1,"b":2,"\ud800":3})",
           "error: /instances/0: byte 28: malformed JSON before \"\\\\ud800\"; no half of a "
           "surrogate pair"},
          {R"({"a":1,"b" 2})",
           "error: /instances/0: byte 25: malformed JSON before \"2}]}\"; "
           "a colon after a member's name"},
          {R"({"a":1,"b":2 "c":3})",
           "error: /instances/0: byte 27: malformed JSON before a text; "
           "a comma or the object's closing brace"},
          {R"({"a":1,"b":2,})",
           "error: /instances/0: byte 27: malformed JSON before \"}]}\"; "
           "a member's name in quotes"},
      });
}

TEST_CASE("request rows: names of every kind are found", "[json][request]") {
  const Signature signature =
      numbers_named({"a b", "back\\slash", "\"q\"", "tab\tname", "größe", "x/y~z", "{j}",
                     "longer_than_eight_letters", "eightlet", "seven__", "abcd", "abc"});
  check_rows(
      signature,
      {
          {R"({"a b":1,"back\\slash":2,"\"q\"":3,"tab\tname":4,"größe":5,"x/y~z":6,"{j}":7,
                      "longer_than_eight_letters":8,"eightlet":9,"seven__":10,"abcd":11,"abc":12},
                     {"abc":12,"abcd":11,"seven__":10,"eightlet":9,"longer_than_eight_letters":8,
                      "{j}":7,"x\/y~z":6,"gr\u00f6\u00dfe":5,"tab\u0009name":4,"\u0022q\"":3,
                      "back\u005cslash":2,"a b":1})",
           "1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0|"
           "1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0,9.0,10.0,11.0,12.0"},
          {R"({"x/y~z":"?"})", "error: /instances/0/x~1y~0z: the text \"?\"; a number or \"NaN\""},
          {R"({"tab\tname":"?"})",
           "error: /instances/0/tab\\u0009name: the text \"?\"; a number or \"NaN\""},
          // One letter more or less than a name, or another last letter.
          {R"({"seven_":1})",
           "error: /instances/0: the unknown member \"seven_\"; the model's "
           "columns only; did you mean \"seven__\"?"},
          {R"({"eightlets":1})",
           "error: /instances/0: the unknown member \"eightlets\"; the model's columns only; "
           "did you mean \"eightlet\"?"},
          {R"({"longer_than_eight_letterz":1})",
           "error: /instances/0: the unknown member \"longer_than_eight_letterz\"; the "
           "model's columns only; did you mean \"longer_than_eight_letters\"?"},
          {R"({"back\\":1})",
           "error: /instances/0: the unknown member \"back\\\\\"; the "
           "model's columns only"},
      });
}

TEST_CASE("request rows: an unknown name is met with the closest one", "[json][request]") {
  const Signature signature = numbers_named({"age", "income", "temperature"});
  const std::string result = rows_of(signature, R"({"instances":[{"agee":1}]})");
  CHECK(result ==
        "error: /instances/0: the unknown member \"agee\"; the model's columns only; "
        "did you mean \"age\"?");
  CHECK(rows_of(signature, R"({"instances":[{"completely_else":1}]})")
            .ends_with("the model's columns only"));
  // Too long to compare with every column.
  CHECK(rows_of(signature, "{\"instances\":[{\"" + std::string(60000, 'a') + "\":1}]}").size() <
        200);
}

TEST_CASE("request rows: digits name the columns by position, unless a column has that name",
          "[json][request]") {
  check_rows(
      numbers_named({"", "", ""}),
      {
          {R"({"0":1,"1":2,"2":3})", "1.0,2.0,3.0"},
          {R"({"2":3,"1":2,"0":1})", "1.0,2.0,3.0"},
          {R"({"0":1,"1":2})",
           "error: /instances/0: no member \"2\"; all 3 columns, absent "
           "values as null or \"NaN\""},
          {R"({"0":1,"1":2,"3":3})",
           "error: /instances/0: the unknown member \"3\"; a list: this model's columns have "
           "no names"},
          {R"({"0":1,"01":2,"2":3})",
           "error: /instances/0: the unknown member \"01\"; a list: this model's columns "
           "have no names"},
          {R"({"":1})",
           "error: /instances/0: the unknown member \"\"; a list: this model's "
           "columns have no names"},
          {R"({"0":1,"0":2,"1":3})",
           "error: /instances/0/0: a column that stands twice; each column once"},
          {R"({"1":"x"})", "error: /instances/0/1: the text \"x\"; a number or \"NaN\""},
          {R"({"99999999999999999999999":1})",
           "error: /instances/0: the unknown member \"99999999999999999999999\"; a list: "
           "this model's columns have no names"},
      });
  // Clients that send lists as objects keyed by position don't know of names.
  check_rows(numbers_named({"a", "b"}), {{R"({"0":1,"1":2})", "1.0,2.0"}});
  check_rows(numbers_named({"1", "0"}), {{R"({"0":10,"1":11})", "11.0,10.0"}});
}

TEST_CASE("request rows: a bare value is the column of a one-column model", "[json][request]") {
  check_rows(numbers_named({"a"}),
             {
                 {"5", "5.0"},
                 {"5,[6],{\"a\":7}", "5.0|6.0|7.0"},
                 {"null,\"NaN\",true", "-|-|1.0"},
                 {"\"x\"",
                  "error: /instances/0: the text \"x\"; a number or \"NaN\" for the column "
                  "\"a\""},
             });
  check_rows(signature_of({column_of(ColumnType::text, "t")}), {{"\"x\",[\"y\"]", "\"x\"|\"y\""}});
  check_rows(numbers_named({"a", "b"}),
             {
                 {"5",
                  "error: /instances/0: the number 5; a list of 2 values, or an object by "
                  "column name"},
                 {"null",
                  "error: /instances/0: null; a list of 2 values, or an object by column "
                  "name"},
                 {"tru",
                  "error: /instances/0: byte 14: malformed JSON before \"tru]}\"; a JSON "
                  "value"},
             });
  check_rows(numbers_named({"", ""}),
             {{"5", "error: /instances/0: the number 5; a list of 2 values"}});
}

TEST_CASE("request rows: a model may refuse lists", "[json][request]") {
  Signature signature = numbers_named({"a", "b"});
  signature.accepts_columns_by_position = false;
  check_rows(signature, {
                            {R"({"b":2,"a":1})", "1.0,2.0"},
                            {"[1,2]", "error: /instances/0: a list; an object by column name"},
                            {"5", "error: /instances/0: the number 5; an object by column name"},
                        });
}

TEST_CASE("request rows: what was written is read back", "[json][request]") {
  std::mt19937_64 random(17);
  for (int round = 0; round < 50; ++round) {
    const std::size_t columns = 1 + random() % 40;
    std::vector<std::string> names;
    for (std::size_t c = 0; c < columns; ++c) {
      names.push_back("n" + std::to_string(c) + std::string(random() % 12, 'x'));
    }
    const Signature signature = numbers_named(names);
    std::vector<std::vector<double>> rows(1 + random() % 20, std::vector<double>(columns));
    std::string body = "{\"instances\":[";
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const bool by_name = random() % 2 == 0;
      const std::size_t shift = by_name ? random() % columns : 0;
      if (r != 0) body += ",";
      body += by_name ? "{" : "[";
      for (std::size_t i = 0; i < columns; ++i) {
        const std::size_t c = (i + shift) % columns;
        double value = std::bit_cast<double>(random());
        if (std::isinf(value)) value = 0.25;
        rows[r][c] = value;
        if (i != 0) body += ",";
        if (by_name) body += "\"" + names[c] + "\":";
        trivet::text::append_number(body, value);
      }
      body += by_name ? "}" : "]";
    }
    body += "]}";
    Batch batch(signature);
    trivet::json::RequestReader reader;
    std::size_t output = 0;
    REQUIRE(reader.read_rows(body, {}, batch, output));
    REQUIRE(batch.row_count() == rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        const double got = batch.doubles().row(r)[c];
        const bool same = std::isnan(rows[r][c]) ? std::isnan(got)
                                                 : std::bit_cast<std::uint64_t>(got) ==
                                                       std::bit_cast<std::uint64_t>(rows[r][c]);
        REQUIRE(same);
      }
    }
  }
}

TEST_CASE("request rows: one reader serves signatures one after the other", "[json][request]") {
  trivet::json::RequestReader reader;
  std::size_t output = 0;
  const Signature first = numbers_named({"a", "b"});
  const Signature second = numbers_named({"b", "a", "c"});
  Batch first_batch(first);
  Batch second_batch(second);
  for (int i = 0; i < 2; ++i) {
    REQUIRE(reader.read_rows(R"({"instances":[{"a":1,"b":2}]})", {}, first_batch, output));
    CHECK(shown(first_batch) == "1.0,2.0");
    REQUIRE(reader.read_rows(R"({"instances":[{"a":1,"b":2,"c":3}]})", {}, second_batch, output));
    CHECK(shown(second_batch) == "2.0,1.0,3.0");
  }
}
