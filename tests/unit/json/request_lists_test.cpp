// SPDX-License-Identifier: Apache-2.0
// Columns that take a list, and scalars as Python sees them.
#include <string>
#include <vector>

#include "catch.hpp"
#include "request_support.hpp"

namespace trivet::test {
namespace {

Column list_column(std::string name, ColumnForm form, std::uint32_t cells) {
  Column column = number_column(std::move(name), false);
  column.form = form;
  column.cells = cells;
  return column;
}

Column bag_column(std::string name, std::vector<std::string> categories, Coercion coercion) {
  Column column = category_column(std::move(name), std::move(categories));
  column.form = ColumnForm::bag;
  column.cells = static_cast<std::uint32_t>(column.categories.size() + 1);
  column.accepts_missing = false;
  column.unknown_category = UnknownCategory::missing;
  column.coercion = coercion;
  return column;
}

}  // namespace

TEST_CASE("request lists: objects with members of any name", "[json][request]") {
  Column column;
  column.type = ColumnType::text;
  column.form = ColumnForm::members;
  column.separator = "=";
  const Signature signature = signature_of({column});
  check_rows(
      signature,
      {
          {R"({"a":1,"a":2})", R"(error: /instances/0: the member "a" twice; each member once)"},
          {R"({"a":null})", "error: /instances/0/a: null; a number, a text or a list of texts"},
          {R"({"a":["x",1]})", "error: /instances/0/a: the number 1; a text"},
          {"3", "error: /instances/0: the number 3; an object with numbers and texts"},
      });
  // The same member in two instances is no member twice.
  const std::string_view sound = R"({"instances":[{"a":1,"b":"x","c":["y"],"d":true},{"a":2},{}]})";
  CHECK(rows_of(signature, sound).find("error") == std::string::npos);
}

TEST_CASE("request lists: a column of several numbers", "[json][request]") {
  const Signature signature =
      signature_of({number_column("a"), list_column("v", ColumnForm::list, 2), number_column("b")});
  check_rows(
      signature,
      {
          {R"({"a":1,"v":[2,3],"b":4})", "1.0,2.0 3.0,4.0"},
          {R"([1,[2,true],4])", "1.0,2.0 1.0,4.0"},
          {R"({"b":4,"v":[null,"NaN"],"a":null})", "-,- -,4.0"},
          {R"({"a":1,"v":[2],"b":4})",
           "error: /instances/0/v: a list of 1 values; 2, as the model was trained with"},
          {R"({"a":1,"v":[2,3,[4],{"x":5}],"b":4})",
           "error: /instances/0/v: a list of 4 values; 2, as the model was trained with"},
          {R"({"a":1,"v":[2,"x"],"b":4})",
           "error: /instances/0/v/1: the text \"x\"; a number or null"},
          {R"({"a":1,"v":null,"b":4})", "error: /instances/0/v: null; a list of 2 numbers"},
          {R"({"a":1,"v":7,"b":4})", "error: /instances/0/v: the number 7; a list of 2 numbers"},
          {R"({"a":1,"v":[2,[3]],"b":4})", "error: /instances/0/v/1: a list; a number or null"},
          {R"({"a":1,"b":4})",
           "error: /instances/0: no member \"v\"; all 3 columns, absent values as null or "
           "\"NaN\""},
          {R"([1,2,3,4])",
           "error: /instances/0/1: the number 2; a list of 2 numbers for the column \"v\""},
      });
}

TEST_CASE("request lists: pairs of a position and a number", "[json][request]") {
  const Signature signature =
      signature_of({list_column("s", ColumnForm::pairs, 3), number_column("b")});
  check_rows(
      signature,
      {
          {R"({"s":[[0,5],[2,-1.5]],"b":1})", "5.0 - -1.5,1.0"},
          {R"({"s":[],"b":1})", "- - -,1.0"},
          {R"({"s":[[1,5],[1,6]],"b":1})", "- 6.0 -,1.0"},
          {R"({"s":[[1,null]],"b":1})", "- - -,1.0"},
          {R"({"s":[[3,5]],"b":1})", "error: /instances/0/s/0/0: the number 3; a position: 0 to 2"},
          {R"({"s":[[0,1],[-1,5]],"b":1})",
           "error: /instances/0/s/1/0: the number -1; a position: 0 to 2"},
          {R"({"s":[[1.0,5]],"b":1})",
           "error: /instances/0/s/0/0: the number 1.0; a position: 0 to 2"},
          {R"({"s":[["1",5]],"b":1})",
           "error: /instances/0/s/0/0: the text \"1\"; a position: 0 to 2"},
          {R"({"s":[[99999999999999999999,5]],"b":1})",
           "error: /instances/0/s/0/0: the number 99999999999999999999; a position: 0 to 2"},
          {R"({"s":[[1]],"b":1})",
           "error: /instances/0/s/0: a list of 1 values; [position, number]"},
          {R"({"s":[[1,2,3]],"b":1})",
           "error: /instances/0/s/0: a list of 3 values; [position, number]"},
          {R"({"s":[4],"b":1})", "error: /instances/0/s/0: the number 4; [position, number]"},
          {R"({"s":{"0":4},"b":1})",
           "error: /instances/0/s: an object; a list of [position, number] pairs"},
      });
}

TEST_CASE("request lists: bags count their categories", "[json][request]") {
  const Signature strict =
      signature_of({bag_column("t", {"x", "y", "2"}, Coercion::none), number_column("b")});
  check_rows(
      strict,
      {
          {R"({"t":["y","z","y"],"b":1})", "0.0 2.0 0.0 3.0,1.0"},
          {R"({"t":[],"b":1})", "0.0 0.0 0.0 0.0,1.0"},
          {R"({"t":["x",2],"b":1})", "error: /instances/0/t/1: the number 2; a category as a text"},
          {R"({"t":"x","b":1})", "error: /instances/0/t: the text \"x\"; a list of categories"},
      });
  const Signature python =
      signature_of({bag_column("t", {"None", "True", "2", "2.0", "1e+16"}, Coercion::python)});
  check_rows(python,
             {
                 {R"({"t":[null,true,2,2.0,1e16,10000000000000000,false,20e-1]})",
                  "1.0 1.0 1.0 2.0 1.0 8.0"},
                 {R"({"t":[[2]]})",
                  "error: /instances/0/t/0: a list; a text, or a number, boolean or null "
                  "for one"},
                 {R"({"t":[1e999]})",
                  "error: /instances/0/t/0: the number 1e999, which is out of range; a number "
                  "between -1.7976931348623157e+308 and 1.7976931348623157e+308"},
             });
}

TEST_CASE("request lists: scalars as Python sees them", "[json][request]") {
  Column number = number_column("n");
  number.coercion = Coercion::python;
  number.empty_text = 7;
  Column category = category_column(
      "c", {"1", "1.0", "True", "False", "None", "nan", "NaN", "123456789012345678901234567890"});
  category.coercion = Coercion::python;
  category.unknown_category = UnknownCategory::missing;
  check_rows(signature_of({number, category}),
             {
                 {R"(["","1"],[" 1_0.5 ",1],["nan",1.0],[true,true],["-inf",false])",
                  "7.0,0.0|10.5,0.0|-,1.0|1.0,2.0|\"-Infinity\",3.0"},
                 {R"([0,null],[0,NaN],[0,"NaN"],[0,123456789012345678901234567890],[0,-0],[0,"x"])",
                  "0.0,4.0|0.0,5.0|0.0,6.0|0.0,7.0|0.0,-|0.0,-"},
                 {R"(["x","1"])",
                  "error: /instances/0/0: the text \"x\"; a number, also as a text for the column "
                  "\"n\""},
                 {R"([[1],"1"])",
                  "error: /instances/0/0: a list; a number, also as a text for the column \"n\""},
                 {R"([1,["1"]])",
                  "error: /instances/0/1: a list; a text, or a number, boolean or null for one"},
             });
}

TEST_CASE("request lists: a model that wants objects refuses everything else", "[json][request]") {
  Signature one = signature_of({number_column("n")});
  one.accepts_columns_by_position = false;
  check_rows(one, {
                      {R"({"n":1})", "1.0"},
                      {"1", "error: /instances/0: the number 1; an object by column name"},
                      {"[1]", "error: /instances/0: a list; an object by column name"},
                      {R"({"0":1})",
                       "error: /instances/0: the unknown member \"0\"; the model's columns only; "
                       "did you mean \"n\"?"},
                  });
}

TEST_CASE("request lists: the cells of all rows are bounded", "[json][request]") {
  const Signature signature = signature_of({bag_column("t", {"x", "y"}, Coercion::none)});
  RequestLimits limits;
  limits.cells = 6;
  const std::string two = R"({"instances":[{"t":[]},{"t":["x"]}]})";
  const std::string three = R"({"instances":[{"t":[]},{"t":[]},{"t":[]}]})";
  CHECK(rows_of(signature, two, limits) == "0.0 0.0 0.0|1.0 0.0 1.0");
  CHECK(rows_of(signature, three, limits) ==
        "error: /instances/2: 3 instances × 3 numbers a row; at most 6 numbers a request");
  limits.cells = 0;
  CHECK(rows_of(signature, three, limits) == "0.0 0.0 0.0|0.0 0.0 0.0|0.0 0.0 0.0");
}

}  // namespace trivet::test
