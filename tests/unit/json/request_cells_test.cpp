// SPDX-License-Identifier: Apache-2.0
// Single values of instances into cells, for each type of column.
#include <limits>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "json/request_reader.hpp"
#include "request_support.hpp"

using trivet::Batch;
using trivet::CategoryCode;
using trivet::Column;
using trivet::ColumnType;
using trivet::DType;
using trivet::Signature;
using trivet::UnknownCategory;
using trivet::test::category_column;
using trivet::test::check_rows;
using trivet::test::column_of;
using trivet::test::number_column;
using trivet::test::numbers_named;
using trivet::test::rows_of;
using trivet::test::shown;
using trivet::test::signature_of;

TEST_CASE("request rows: a number column takes numbers however they are spelled",
          "[json][request]") {
  check_rows(
      numbers_named({"a"}),
      {
          {"[1],[1.0],[1e0],[10e-1],[-0],[-0.0]", "1.0|1.0|1.0|1.0|-0.0|-0.0"},
          {"[107.0],[18446744073709551616],[1e308]", "107.0|1.8446744073709552e+19|1e+308"},
          {"[1e-400],[5e-324],[0.1]", "0.0|5e-324|0.1"},
          {"[1.7976931348623157e308]", "1.7976931348623157e+308"},
          {"[true],[false]", "1.0|0.0"},
          {"[\"NaN\"],[\"nan\"],[\"NAN\"],[\"N\\u0061N\"],[null],[NaN]", "-|-|-|-|-|-"},
          {"[\"Infinity\"],[\"-Infinity\"],[Infinity],[-Infinity]",
           "\"Infinity\"|\"-Infinity\"|\"Infinity\"|\"-Infinity\""},
          {"[1e400]",
           "error: /instances/0/0: the number 1e400, which is out of range; a number between "
           "-1.7976931348623157e+308 and 1.7976931348623157e+308"},
          {"[-1e999999999999]",
           "error: /instances/0/0: the number -1e999999999999, which is out of range; a number "
           "between -1.7976931348623157e+308 and 1.7976931348623157e+308"},
          {"[nan]", "error: /instances/0/0: the word nan; a number, or NaN for a missing value"},
          {"[-inf]", "error: /instances/0/0: the word -inf; a number, or NaN for a missing value"},
      });
}

TEST_CASE("request rows: a number column may be bounded", "[json][request]") {
  Signature finite = numbers_named({"a"});
  finite.columns[0].greatest = std::numeric_limits<double>::max();
  check_rows(
      finite,
      {
          {"[1.7976931348623157e308],[-1e308],[\"NaN\"]", "1.7976931348623157e+308|-1e+308|-"},
          {"[\"Infinity\"]",
           "error: /instances/0/0: the text \"Infinity\"; a finite number or \"NaN\" for "
           "the column \"a\""},
          {"{\"a\":-Infinity}",
           "error: /instances/0/a: the number -Infinity; a finite number or \"NaN\""},
      });
  Signature narrow = numbers_named({"a"});
  narrow.columns[0].greatest = 10;
  narrow.columns[0].accepts_missing = false;
  check_rows(
      narrow,
      {
          {"[10],[-10.0]", "10.0|-10.0"},
          {"{\"a\":10.000000000000002}",
           "error: /instances/0/a: the number 10.000000000000002; a number between -10 "
           "and 10"},
          {"{\"a\":-11}", "error: /instances/0/a: the number -11; a number between -10 and 10"},
      });
}

TEST_CASE("request rows: a number column refuses anything else", "[json][request]") {
  struct Row {
    std::string_view value;
    std::string_view found;
  };
  const Row rows[] = {
      {"\"old\"", "the text \"old\""},
      {"\"1.5\"", "the text \"1.5\""},
      {"\"\"", "the text \"\""},
      {"\"infinity\"", "the text \"infinity\""},
      {"\"+Infinity\"", "the text \"+Infinity\""},
      {"\"inf\"", "the text \"inf\""},
      {"[]", "a list"},
      {"[1]", "a list"},
      {"{}", "an object"},
      {"{\"b64\":\"c2VjcmV0\"}", "an object"},
  };
  for (const Row& row : rows) {
    INFO(row.value);
    const std::string body = "{\"instances\":[[" + std::string(row.value) + "]]}";
    CHECK(rows_of(numbers_named({""}), body) ==
          "error: /instances/0/0: " + std::string(row.found) + "; a number or \"NaN\"");
  }
  for (const std::string_view broken :
       {"01",       "+1",  ".5",      "1.",          "1.e5", "-",         "1.5abc",
        "0x10",     "tru", "nulll",   "undefined",   "-NaN", "+Infinity", "NaNa",
        "infinity", "1e",  "\"\\x\"", "\"\\ud800\"", "'a'",  "truefalse"}) {
    INFO(broken);
    const std::string body = "{\"instances\":[[" + std::string(broken) + "]]}";
    const std::string result = rows_of(numbers_named({""}), body);
    CHECK(result.starts_with("error: /instances/0/0: byte "));
    CHECK(result.find("malformed JSON") != std::string::npos);
  }
}

TEST_CASE("request rows: a long text is shown in part", "[json][request]") {
  const std::string body = "{\"instances\":[[\"" + std::string(1000, 'x') + "\"]]}";
  CHECK(rows_of(numbers_named({""}), body) ==
        "error: /instances/0/0: the text \"" + std::string(64, 'x') + "…\"; a number or \"NaN\"");
}

TEST_CASE("request rows: a column that takes no missing values says so", "[json][request]") {
  const Signature signature = signature_of({number_column("a", false)});
  check_rows(signature,
             {
                 {"[1]", "1.0"},
                 {"[\"NaN\"]",
                  "error: /instances/0/0: the text \"NaN\"; a number for the "
                  "column \"a\""},
                 {"[null]", "error: /instances/0/0: null; a number for the column \"a\""},
                 {"[NaN]",
                  "error: /instances/0/0: the number NaN; a number for the "
                  "column \"a\""},
                 {"{\"a\":null}", "error: /instances/0/a: null; a number"},
                 {"[Infinity]", "\"Infinity\""},
             });
}

TEST_CASE("request rows: numbers are rounded to double first and then to the cell",
          "[json][request]") {
  Signature signature = numbers_named({"a"});
  signature.cell_type = DType::float32;
  Batch batch(signature);
  trivet::json::RequestReader reader;
  std::size_t output = 0;
  // A little above the middle between 1 and the next float: rounded once it would go up, but the
  // nearest double is the middle itself, which goes to the even neighbour.
  REQUIRE(reader.read_rows(R"({"instances":[[1.00000005960464477539062500000000000000001],)"
                           R"([0.1],[1e39],[-1e39],[1e-50]]})",
                           {}, batch, output));
  CHECK(shown(batch) == "1.0|0.10000000149011612|\"Infinity\"|\"-Infinity\"|0.0");
}

TEST_CASE("request rows: category text becomes its code", "[json][request]") {
  Column job = category_column("job", {"admin", "services", "größe"});
  const Signature signature = signature_of({job});
  check_rows(
      signature,
      {
          {"[\"services\"],[\"admin\"],[\"gr\\u00f6\\u00dfe\"],{\"job\":\"services\"}",
           "1.0|0.0|2.0|1.0"},
          {"[\"NaN\"],[\"nan\"],[null],[NaN]", "-|-|-|-"},
          {"[\"pilot\"]",
           "error: /instances/0/0: the unknown category \"pilot\"; one of \"admin\", \"services\", "
           "\"größe\""},
          {"{\"job\":\"pilot\"}",
           "error: /instances/0/job: the unknown category \"pilot\"; one of \"admin\", "
           "\"services\", \"größe\""},
          {"[1]",
           "error: /instances/0/0: the number 1; a category as a text or \"NaN\" for the column "
           "\"job\""},
          {"[true]",
           "error: /instances/0/0: true; a category as a text or \"NaN\" for the column \"job\""},
          {"[[\"admin\"]]",
           "error: /instances/0/0: a list; a category as a text or \"NaN\" for the column "
           "\"job\""},
          {"[1x]",
           "error: /instances/0/0: byte 16: malformed JSON before \"x]]}\"; a comma or the "
           "list's closing bracket"},
      });
  job.unknown_category = UnknownCategory::missing;
  check_rows(signature_of({job}), {{"[\"pilot\"],[\"admin\"]", "-|0.0"}});
  job.accepts_missing = false;
  job.unknown_category = UnknownCategory::error;
  check_rows(
      signature_of({job}),
      {
          {"[null]", "error: /instances/0/0: null; a category as a text for the column \"job\""},
          {"[NaN]",
           "error: /instances/0/0: the number NaN; a category as a text for the column "
           "\"job\""},
          {"[\"NaN\"]",
           "error: /instances/0/0: the unknown category \"NaN\"; one of "
           "\"admin\", \"services\", \"größe\""},
      });
}

TEST_CASE("request rows: categories that were numbers are texts now", "[json][request]") {
  check_rows(signature_of({category_column("c", {"1", "2.5", "true"})}),
             {
                 {"[\"1\"],[\"2.5\"],[\"true\"]", "0.0|1.0|2.0"},
                 {"[1]",
                  "error: /instances/0/0: the number 1; the category as a text: \"1\" for the "
                  "column \"c\""},
                 {"[2.50]",
                  "error: /instances/0/0: the number 2.50; a category as a text or \"NaN\" for the "
                  "column \"c\""},
                 {"{\"c\":true}", "error: /instances/0/c: true; the category as a text: \"true\""},
             });
}

TEST_CASE("request rows: a category may be called NaN", "[json][request]") {
  check_rows(signature_of({category_column("c", {"x", "NaN"})}),
             {{"[\"NaN\"],[\"nan\"],[null],[\"x\"]", "1.0|-|-|0.0"}});
}

TEST_CASE("request rows: codes are taken as they are where a column takes codes",
          "[json][request]") {
  Column column = category_column("c", {"x", "y"});
  column.accepts_codes = true;
  check_rows(
      signature_of({column}),
      {
          {"[1],[-1],[1.5],[1000],[\"y\"],[\"NaN\"],[NaN]", "1.0|-1.0|1.5|1000.0|1.0|-|-"},
          {"[1e400]",
           "error: /instances/0/0: the number 1e400, which is out of range; a number between "
           "-1.7976931348623157e+308 and 1.7976931348623157e+308"},
          {"[true]",
           "error: /instances/0/0: true; a category or its code or \"NaN\" for the "
           "column \"c\""},
      });
}

TEST_CASE("request rows: any text and whole number has a hashed category's code",
          "[json][request]") {
  Column column = column_of(ColumnType::category, "c");
  column.category_code = CategoryCode::city_hash;
  column.accepts_missing = false;
  Signature signature = signature_of({column});
  signature.cell_type = DType::float64;
  // The hashes of these words stand in CatBoost's JSON models.
  check_rows(
      signature,
      {
          {R"(["red"],["green"],["gr\u00f6\u00dfe"],["a b"])",
           "-1242798403.0|1390465085.0|-865560532.0|-175034028.0"},
          {R"(["7"],[7],["0"],[-0],[false],["1"],[true])",
           "-17943309.0|-17943309.0|-1438285038.0|-1438285038.0|-1438285038.0|1121341681.0|"
           "1121341681.0"},
          {"[1.0]",
           "error: /instances/0/0: the number 1.0; a text or a whole number for the column "
           "\"c\""},
          {"[1e3]",
           "error: /instances/0/0: the number 1e3; a text or a whole number for the column "
           "\"c\""},
          {"[007]",
           "error: /instances/0/0: byte 16: malformed JSON before \"07]]}\"; a comma or the list's "
           "closing bracket"},
          {"[null]", "error: /instances/0/0: null; a text or a whole number for the column \"c\""},
          {"[NaN]",
           "error: /instances/0/0: the number NaN; a text or a whole number for the column "
           "\"c\""},
      });
}

TEST_CASE("request rows: a text column keeps any text", "[json][request]") {
  constexpr char kKept[] = "\"a\né😀\0\",1.0|\"\",2.0|\"NaN\",3.0|-,4.0";
  const Signature signature = signature_of({column_of(ColumnType::text, "t"), number_column("n")});
  check_rows(signature,
             {
                 {R"(["a\n\u00e9\ud83d\ude00\u0000",1],["",2],["NaN",3],[null,4])",
                  std::string_view(kKept, sizeof(kKept) - 1)},
                 {R"({"n":1,"t":"x"},{"t":"y","n":2})", "\"x\",1.0|\"y\",2.0"},
                 {"[1,1]", "error: /instances/0/0: the number 1; a text for the column \"t\""},
                 {"[true,1]", "error: /instances/0/0: true; a text for the column \"t\""},
                 {"[NaN,1]", "error: /instances/0/0: the number NaN; a text for the column \"t\""},
                 {"[{},1]", "error: /instances/0/0: an object; a text for the column \"t\""},
                 {R"(["\udc00",1])",
                  "error: /instances/0/0: byte 16: malformed JSON before "
                  "\"\\\\udc00\"; no half of a surrogate pair"},
             });
}

TEST_CASE("request rows: a bytes column takes base64 under one key", "[json][request]") {
  const Signature signature =
      signature_of({column_of(ColumnType::bytes, "image"), number_column("n")});
  const std::string_view wanted = "bytes as {\"b64\": \"…\"}";
  check_rows(signature,
             {
                 {R"([{"b64":"aGk="},1],[{"b64":"aGk"},2],[{"b64":""},3],[null,4])",
                  "\"hi\",1.0|\"hi\",2.0|\"\",3.0|-,4.0"},
                 {R"({"n":1,"image":{"b64":"aGk="}})", "\"hi\",1.0"},
                 {R"([{"b6\u0034":"aGk\u003d"},1],[{"b64":"Pz8\/"},2])", "\"hi\",1.0|\"???\",2.0"},
             });
  const auto refused = [&](std::string_view value, std::string_view found) {
    INFO(value);
    const std::string result =
        rows_of(signature, "{\"instances\":[{\"n\":1,\"image\":" + std::string(value) + "}]}");
    CHECK(result == "error: /instances/0/image: " + std::string(found));
  };
  const std::string not_base64 =
      "; base64 in the standard alphabet, A-Z a-z 0-9 + /, padded with = or not";
  refused(R"({"b64":"a"})", "a text of 1 letters that is not base64" + not_base64);
  refused(R"({"b64":"a-_="})", "a text of 4 letters that is not base64" + not_base64);
  refused(R"({"b64":5})", "the number 5; " + std::string(wanted));
  refused(R"({"b64":"aGk=","x":1})", "an object with \"x\"; " + std::string(wanted));
  refused(R"({"b64":"aGk=","b64":"aGk="})", "an object with \"b64\"; " + std::string(wanted));
  refused(R"({"x":1})", "an object with \"x\"; " + std::string(wanted));
  refused("{}", "an object; " + std::string(wanted));
  // It may be base64 without its object: not shown.
  refused(R"("c2VjcmV0")", "a text; " + std::string(wanted));
  refused("[1,2]", "a list; " + std::string(wanted));
}

TEST_CASE("request rows: an object of bytes is the bare value of a one-column model",
          "[json][request]") {
  check_rows(
      signature_of({column_of(ColumnType::bytes, "image")}),
      {
          {R"({"b64":"aGk="},{"image":{"b64":"aGk="}},[{"b64":"aGk="}],{"b64":"aGk="})",
           "\"hi\"|\"hi\"|\"hi\"|\"hi\""},
          {R"({"b64":5})", "error: /instances/0/image: the number 5; bytes as {\"b64\": \"…\"}"},
          {R"({"b64":"aGk=","x":1})",
           "error: /instances/0: the unknown member \"x\"; the "
           "model's columns only"},
      });
}
