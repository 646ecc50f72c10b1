// SPDX-License-Identifier: Apache-2.0
// UBJSON: the values it can say, and the bytes that say nothing.
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/try.hpp"
#include "catch.hpp"
#include "format/xgboost/ubjson.hpp"
#include "unit/format/xgboost_files.hpp"

namespace trivet::test {
namespace {

using Kind = base::DocumentCursor::Kind;

/// The bytes must outlive the cursor.
std::unique_ptr<base::DocumentCursor> open_text(std::string_view bytes) {
  return xgboost::open_ubjson(std::as_bytes(std::span(bytes)));
}

std::string key(std::string_view name) {
  return Bytes().raw("L").big(static_cast<std::int64_t>(name.size())).raw(name).data();
}

/// `{"a": VALUE}` for a value that is given as bytes.
std::string object_of(std::string_view value) {
  return std::string("{").append(key("a")).append(value).append("}");
}

/// Visits everything below the cursor: what a reader does that wants all of a file.
Status visit_all(base::DocumentCursor& cursor) {
  const Result<Kind> kind = cursor.kind();
  if (!kind) return kind.error();
  if (*kind == Kind::object) {
    return cursor.members([&](std::string_view) { return visit_all(cursor); });
  }
  if (*kind == Kind::list) return cursor.items([&](std::size_t) { return visit_all(cursor); });
  return {};
}

TEST_CASE("ubjson: every scalar of draft 12 is read in its own width", "[format][xgboost]") {
  struct Row {
    std::string name;
    std::string bytes;
    double number;
  };
  const std::vector<Row> rows{
      {"int8", Bytes().raw("i").big<std::int8_t>(-7).data(), -7},
      {"uint8", Bytes().raw("U").big<std::uint8_t>(200).data(), 200},
      {"int16", Bytes().raw("I").big<std::int16_t>(-300).data(), -300},
      {"int32", Bytes().raw("l").big<std::int32_t>(70000).data(), 70000},
      {"int64", Bytes().raw("L").big<std::int64_t>(1LL << 40).data(), 1099511627776.0},
      {"float32", Bytes().raw("d").big(0.1F).data(), static_cast<double>(0.1F)},
      {"float64", Bytes().raw("D").big(0.1).data(), 0.1},
      {"char", "CA", 65},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto cursor = open_text(row.bytes);
    CHECK(cursor->kind().value_or(Kind::null) == Kind::number);
    const Result<double> number = cursor->number();
    REQUIRE(number);
    CHECK(*number == row.number);
    CHECK(cursor->end());
  }
}

TEST_CASE("ubjson: lists are typed, counted or closed by a bracket", "[format][xgboost]") {
  const std::string closed =
      Bytes().raw("[i").big<std::int8_t>(1).raw("NI").big<std::int16_t>(2).raw("]").data();
  const std::string counted = Bytes()
                                  .raw("[#i")
                                  .big<std::int8_t>(2)
                                  .raw("i")
                                  .big<std::int8_t>(1)
                                  .raw("i")
                                  .big<std::int8_t>(2)
                                  .data();
  const std::string typed =
      Bytes().raw("[$l#L").big<std::int64_t>(2).big<std::int32_t>(1).big<std::int32_t>(2).data();
  for (const std::string& list : {closed, counted, typed}) {
    INFO(list.size());
    std::vector<std::int32_t> integers;
    std::vector<std::int64_t> wide;
    std::vector<float> floats;
    CHECK(open_text(list)->integers(integers));
    CHECK(open_text(list)->wide_integers(wide));
    std::vector<double> doubles;
    CHECK(open_text(list)->floats(floats));
    CHECK(open_text(list)->doubles(doubles));
    CHECK(doubles == std::vector<double>{1, 2});
    CHECK(integers == std::vector<std::int32_t>{1, 2});
    CHECK(wide == std::vector<std::int64_t>{1, 2});
    CHECK(floats == std::vector<float>{1, 2});
    CHECK(visit_all(*open_text(list)));
  }
}

TEST_CASE("ubjson: flags are booleans or the numbers 0 and 1", "[format][xgboost]") {
  std::vector<std::uint8_t> flags;
  CHECK(open_text(Bytes().raw("[$U#i").big<std::int8_t>(2).raw(std::string_view("\1\0", 2)).data())
            ->flags(flags));
  CHECK(open_text("[TF]")->flags(flags));
  CHECK(flags == std::vector<std::uint8_t>{1, 0, 1, 0});
  const Status two = open_text(object_of(Bytes().raw("[$U#i").big<std::int8_t>(1).raw("\2").data()))
                         ->members([&](std::string_view) { return Status{}; });
  CHECK(two);  // nobody looked at it
  CHECK_FALSE(open_text(Bytes().raw("[$U#i").big<std::int8_t>(1).raw("\2").data())->flags(flags));
}

TEST_CASE("ubjson: a single flag is a boolean or the number 0 or 1", "[format][xgboost]") {
  std::vector<bool> taken;
  const std::string list = "[TFi\x01U" + std::string(1, '\0') + "]";
  const auto cursor = open_text(list);
  CHECK(cursor->items([&](std::size_t) -> Status {
    const Result<bool> flag = cursor->flag();
    if (!flag) return flag.error();
    taken.push_back(*flag);
    return {};
  }));
  CHECK(taken == std::vector<bool>{true, false, true, false});
  CHECK(cursor->end());
  CHECK_FALSE(open_text("i\x02")->flag());
  CHECK_FALSE(open_text("[T]")->flag());
}

TEST_CASE("ubjson: what a visitor leaves is skipped", "[format][xgboost]") {
  const std::string nested = object_of("[{" + key("b") + "[TFZ]}S" + key("text") + "]");
  const std::string bytes = "{" + key("skip") + nested + key("take") + "i\x05}";
  const auto cursor = open_text(bytes);
  std::int64_t taken = 0;
  CHECK(cursor->members([&](std::string_view name) -> Status {
    if (name == "skip") return {};
    const Result<std::int64_t> number = cursor->integer();
    if (!number) return number.error();
    taken = *number;
    return {};
  }));
  CHECK(taken == 5);
  CHECK(cursor->end());
}

TEST_CASE("ubjson: errors carry the place as a JSON pointer", "[format][xgboost]") {
  const std::string bytes = object_of("[TS" + key("x") + "]");
  const auto cursor = open_text(bytes);
  const Status status = cursor->members([&](std::string_view) {
    return cursor->items([&](std::size_t index) -> Status {
      if (index == 0) return {};
      const Result<double> number = cursor->number();
      return number ? Status{} : Status(number.error());
    });
  });
  REQUIRE_FALSE(status);
  CHECK(status.error().where() == "/a/1");
  CHECK(status.error().code() == Errc::invalid_model);
}

TEST_CASE("ubjson: damaged bytes give one error each", "[format][xgboost]") {
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  struct Row {
    std::string name;
    std::string bytes;
  };
  const std::vector<Row> rows{
      {"nothing", ""},
      {"an unknown marker", "?"},
      {"a high-precision number", "H" + key("1.5")},
      {"an object without an end", "{" + key("a") + "T"},
      {"a key longer than the file", "{L" + Bytes().big(huge).data() + "a"},
      {"a key of negative length", Bytes().raw("{i").big<std::int8_t>(-1).raw("T}").data()},
      {"a length that is a text", "{S" + key("a") + "T}"},
      {"a number cut in two", object_of("l\1\1").substr(0, 13)},
      {"a typed list longer than the file", object_of("[$d#L" + Bytes().big(huge).data())},
      {"a counted list longer than the file", object_of("[#L" + Bytes().big(huge).data())},
      {"a list of nulls, which take no bytes", object_of("[$Z#L" + Bytes().big(huge).data())},
      {"a type without a count", object_of("[$d" + Bytes().big(1.0F).data())},
      {"nesting without an end", std::string(100000, '[')},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto cursor = open_text(row.bytes);
    CHECK_FALSE(visit_all(*cursor));
    const std::string inside = "{" + key("a") + row.bytes;
    const auto skipping = open_text(inside);
    CHECK_FALSE(skipping->members([](std::string_view) { return Status{}; }));
  }
}

TEST_CASE("ubjson: integers that don't fit and trailing bytes are refused", "[format][xgboost]") {
  std::vector<std::int32_t> integers;
  std::vector<std::uint8_t> flags;
  const std::string wide =
      Bytes().raw("[$L#i").big<std::int8_t>(1).big(std::int64_t{1} << 31).data();
  CHECK_FALSE(open_text(wide)->integers(integers));
  const std::string loose = Bytes().raw("[L").big(std::int64_t{1} << 31).raw("]").data();
  CHECK_FALSE(open_text(loose)->integers(integers));
  const std::string fraction = Bytes().raw("[$d#i").big<std::int8_t>(1).big(1.0F).data();
  CHECK_FALSE(open_text(fraction)->integers(integers));
  CHECK_FALSE(open_text(fraction)->flags(flags));
  const auto cursor = open_text("TT");
  CHECK(cursor->kind().value_or(Kind::null) == Kind::boolean);
  CHECK_FALSE(cursor->end());
}

}  // namespace
}  // namespace trivet::test
