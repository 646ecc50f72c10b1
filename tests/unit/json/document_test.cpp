// SPDX-License-Identifier: Apache-2.0
// The cursor over JSON model files.
#include "json/document.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "document_support.hpp"

using trivet::Errc;
using trivet::Status;
using trivet::base::DocumentCursor;
using trivet::test::Document;
using Kind = DocumentCursor::Kind;

namespace {

/// Reads `{"v": …}` with `read` on the member and gives the error's text.
template <class Read>
std::string error_of(std::string_view text, Read&& read) {
  Document document(text);
  if (!document.is_open()) return document.error().message();
  Status status = document->members([&](std::string_view) -> Status {
    auto result = read(*document);
    if (!result) return std::move(result).error();
    return {};
  });
  if (status) status = document->end();
  if (status) return "no error";
  CHECK(status.error().code() == Errc::invalid_model);
  return status.error().message();
}

/// Leaves every member alone.
std::string error_of_skipping(std::string_view text) {
  Document document(text);
  if (!document.is_open()) return document.error().message();
  Status status = document->members([](std::string_view) { return Status(); });
  if (status) status = document->end();
  return status ? "no error" : status.error().message();
}

std::string nested_lists(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("json document: members and items are visited in order, unread ones skipped",
          "[json][document]") {
  Document document(
      R"( {"a": [1, {"x": [2]}, "t"], "skipped": {"deep": [[], {"k": null}]}, "b": true,
           "k\u0065y\n": -2.5, "c": null, "d": "\u00e9\/" } )");
  REQUIRE(document.is_open());
  std::string seen;
  const auto item = [&](std::size_t index) -> Status {
    seen += std::to_string(index);
    if (index == 0) seen += "=" + std::to_string(*document->integer());
    if (index == 1) {
      return document->members([&](std::string_view key) -> Status {
        std::vector<std::int32_t> numbers;
        const Status status = document->integers(numbers);
        seen += std::string(key) + std::to_string(numbers.at(0));
        return status;
      });
    }
    if (index == 2) seen += std::string(*document->text());
    seen += ' ';
    return {};
  };
  const Status status = document->members([&](std::string_view key) -> Status {
    seen += "<" + std::string(key) + ">";
    if (key == "a") return document->items(item);
    if (key == "key\n") seen += std::to_string(*document->number());
    if (key == "d") seen += std::string(*document->text());
    return {};
  });
  REQUIRE(status);
  CHECK(document->end());
  CHECK(seen == "<a>0=1 1x22t <skipped><b><key\n>-2.500000<c><d>é/");
}

TEST_CASE("json document: the kind of each value is known before it is read", "[json][document]") {
  Document document(R"([null,true,false,1,-1.5,"t",[],{},NaN,nan,Infinity,-Infinity,inf,-inf])");
  const Kind kinds[] = {Kind::null,   Kind::boolean, Kind::boolean, Kind::number, Kind::number,
                        Kind::text,   Kind::list,    Kind::object,  Kind::number, Kind::number,
                        Kind::number, Kind::number,  Kind::number,  Kind::number};
  CHECK(*document->kind() == Kind::list);
  std::size_t count = 0;
  REQUIRE(document->items([&](std::size_t index) -> Status {
    INFO(index);
    CHECK(*document->kind() == kinds[index]);
    ++count;
    return {};
  }));
  CHECK(count == std::size(kinds));
  CHECK(document->end());
}

TEST_CASE("json document: an alternative may be tried after a refusal", "[json][document]") {
  Document document(R"({"a": "5E-1", "b": 2})");
  std::string seen;
  REQUIRE(document->members([&](std::string_view) -> Status {
    if (const auto number = document->number()) seen += std::to_string(*number);
    else seen += std::string(*document->text());
    return {};
  }));
  CHECK(seen == "5E-12.000000");
}

TEST_CASE("json document: a value of the wrong kind is named with its place", "[json][document]") {
  const auto text = [](DocumentCursor& cursor) { return cursor.text(); };
  const auto number = [](DocumentCursor& cursor) { return cursor.number(); };
  const auto integer = [](DocumentCursor& cursor) { return cursor.integer(); };
  const auto members = [](DocumentCursor& cursor) {
    return cursor.members([](std::string_view) { return Status(); });
  };
  const auto items = [](DocumentCursor& cursor) {
    return cursor.items([](std::size_t) { return Status(); });
  };
  CHECK(error_of(R"({"v": 5})", text) == "/v: the number 5; a text");
  CHECK(error_of(R"({"v": "5"})", number) == "/v: the text \"5\"; a number");
  CHECK(error_of(R"({"v": null})", number) == "/v: null; a number");
  CHECK(error_of(R"({"v": 1e400})", number).find("out of range") != std::string::npos);
  CHECK(error_of(R"({"v": 1.5})", integer) == "/v: the number 1.5; an integer");
  CHECK(error_of(R"({"v": 1e19})", integer) == "/v: the number 1e19; an integer");
  CHECK(error_of(R"({"v": NaN})", integer) == "/v: the number NaN; an integer");
  CHECK(error_of(R"({"v": []})", members) == "/v: a list; an object");
  CHECK(error_of(R"({"v": {}})", items) == "/v: an object; a list");
  CHECK(error_of(R"({"a/b~c": true})", items) == "/a~1b~0c: true; a list");
}

TEST_CASE("json document: a single flag is a boolean or the number 0 or 1", "[json][document]") {
  bool taken = false;
  const auto flag = [&](DocumentCursor& cursor) -> Status {
    const auto value = cursor.flag();
    if (!value) return value.error();
    taken = *value;
    return {};
  };
  for (const char* text : {R"({"v": true})", R"({"v": 1})"}) {
    taken = false;
    CHECK(error_of(text, flag) == "no error");
    CHECK(taken);
  }
  for (const char* text : {R"({"v": false})", R"({"v": 0 })"}) {
    CHECK(error_of(text, flag) == "no error");
    CHECK_FALSE(taken);
  }
  CHECK(error_of(R"({"v": 2})", flag) == "/v: the number 2; true, false, 1 or 0");
  CHECK(error_of(R"({"v": "true"})", flag) == "/v: the text \"true\"; true, false, 1 or 0");
  CHECK(error_of(R"({"v": [true]})", flag) == "/v: a list; true, false, 1 or 0");
}

TEST_CASE("json document: a wrong element of a list is named with its place", "[json][document]") {
  std::vector<float> floats;
  std::vector<std::int32_t> narrow;
  std::vector<std::int64_t> wide;
  std::vector<std::uint8_t> flags;
  const auto as_floats = [&](DocumentCursor& cursor) { return cursor.floats(floats); };
  const auto as_integers = [&](DocumentCursor& cursor) { return cursor.integers(narrow); };
  const auto as_wide = [&](DocumentCursor& cursor) { return cursor.wide_integers(wide); };
  const auto as_flags = [&](DocumentCursor& cursor) { return cursor.flags(flags); };
  CHECK(error_of(R"({"v": [1, "x"]})", as_floats) == "/v/1: the text \"x\"; a number");
  CHECK(error_of(R"({"v": [1, null]})", as_floats) == "/v/1: null; a number");
  CHECK(error_of(R"({"v": [[1]]})", as_floats) == "/v/0: a list; a number");
  CHECK(error_of(R"({"v": [1, 1e400]})", as_floats)
            .find("/v/1: the number 1e400, which is out "
                  "of range") == 0);
  CHECK(error_of(R"({"v": [1, 2147483648]})", as_integers) ==
        "/v/1: the number 2147483648; an integer of 32 bits");
  CHECK(error_of(R"({"v": [0.5]})", as_integers) == "/v/0: the number 0.5; an integer of 32 bits");
  CHECK(error_of(R"({"v": [NaN]})", as_integers) == "/v/0: the number NaN; an integer of 32 bits");
  CHECK(error_of(R"({"v": [9223372036854775808]})", as_wide) ==
        "/v/0: the number 9223372036854775808; an integer of 64 bits");
  CHECK(error_of(R"({"v": [1, 2]})", as_flags) == "/v/1: the number 2; true, false, 1 or 0");
  CHECK(error_of(R"({"v": 1})", as_floats) == "/v: the number 1; a list");
  CHECK(error_of(R"({"v": [1 2]})", as_floats) ==
        "/v: byte 9: malformed JSON before \"2]}\"; a comma or the list's closing bracket");
  CHECK(error_of(R"({"v": [1.5abc]})", as_floats).find("/v/0: byte 10: malformed JSON") == 0);
  CHECK(error_of(R"({"v": [1,]})", as_floats).find("/v/1: byte 9: malformed JSON") == 0);
}

TEST_CASE("json document: what is no JSON is refused, also where nobody reads it",
          "[json][document]") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  const Row rows[] = {
      {"", "an empty text; a JSON value"},
      {"  ", "an empty text; a JSON value"},
      {"5", "the number 5; an object or a list"},
      {"\"x\"", "the text \"x\"; an object or a list"},
      {"{\"v\": 1", "byte 7: malformed JSON before the end; a comma or the object's closing brace"},
      {"{\"v\": [1}",
       "/v: byte 8: malformed JSON before \"}\"; a comma or the list's closing bracket"},
      {"{\"v\": [[]}",
       "/v: byte 9: malformed JSON before \"}\"; a comma or the list's closing bracket"},
      {"{\"v\": [tru, 1 2 3]}", "/v: byte 7: malformed JSON before \"tru, 1 2 3]}\"; a JSON value"},
      {"{\"v\": nulll}",
       "/v: byte 10: malformed JSON before \"l}\"; a comma or the object's "
       "closing brace"},
      {"{\"v\": {\"a\": 1]}",
       "/v: byte 13: malformed JSON before \"]}\"; a comma or the object's "
       "closing brace"},
      {"{\"v\": \"\\x\"}",
       "/v: byte 7: malformed JSON before \"\\\\x\"; an escape that JSON knows"},
      {"{\"v\": \"a\": 1}",
       "byte 9: malformed JSON before \": 1}\"; a comma or the object's closing "
       "brace"},
      {"{\"v\": [\"a\": 1]}",
       "/v: byte 10: malformed JSON before \": 1]}\"; a comma or the list's "
       "closing bracket"},
      {"{\"v\": 1} x", "byte 9: malformed JSON before \"x\"; the end of the text"},
      {"{\"v\": 1}{}", "byte 8: malformed JSON before \"{}\"; the end of the text"},
      {"{\"v\" 1}", "byte 5: malformed JSON before \"1}\"; a colon after a member's name"},
      {"{\"v\": \"\xff\"}", "byte 7: malformed UTF-8; text in UTF-8"},
      {"{\"v\": \"abc}", "byte 11: malformed JSON before the end; the closing quote of a text"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(error_of_skipping(row.text) == row.message);
  }
}

TEST_CASE("json document: a byte order mark is skipped and counted", "[json][document]") {
  CHECK(error_of_skipping("\xEF\xBB\xBF{\"v\": 1}") == "no error");
  CHECK(error_of_skipping("\xEF\xBB\xBF{\"v\": x}").find("/v: byte 9: ") == 0);
}

TEST_CASE("json document: bytes behind the text play no part", "[json][document]") {
  for (const char padding : {'\0', ' ', ',', ']', '}', '[', '{', '"', ':', '1', 'x', '\xff'}) {
    INFO(padding);
    for (const std::string_view text : {"[[1,2],[3]]", "{\"a\":[[{}]],\"b\":1}"}) {
      Document whole(text, padding);
      REQUIRE(whole.is_open());
      const Status status = text.front() == '['
                                ? whole->items([](std::size_t) { return Status(); })
                                : whole->members([](std::string_view) { return Status(); });
      CHECK(status.has_value());
      CHECK(whole->end().has_value());
    }
    for (const std::string_view text : {"[[1,2],[3]", "[[[]", "[[{}]", "[["}) {
      Document cut(text, padding);
      if (!cut.is_open()) continue;
      Status status = cut->items(
          [&](std::size_t) -> Status { return cut->items([](std::size_t) { return Status(); }); });
      if (status) status = cut->end();
      CHECK_FALSE(status.has_value());
    }
  }
}

TEST_CASE("json document: nesting has a limit, read or skipped", "[json][document]") {
  const std::string inside = nested_lists(63);
  CHECK(error_of_skipping("{\"v\": " + inside + "}") == "no error");
  CHECK(error_of_skipping("{\"v\": [" + inside + "]}").find("nesting too deep") !=
        std::string::npos);
  CHECK_FALSE(Document("{\"v\": " + std::string(100000, '[') + "}")->members([](std::string_view) {
    return Status();
  }));

  for (const std::size_t depth : {64, 65}) {
    Document document(nested_lists(depth));
    std::size_t deepest = 0;
    const auto descend = [&](auto& self, std::size_t level) -> Status {
      deepest = level;
      return document->items([&](std::size_t) { return self(self, level + 1); });
    };
    const Status status = descend(descend, 1);
    CHECK(status.has_value() == (depth == 64));
    CHECK(deepest == depth);
  }
}

TEST_CASE("json document: an error that a visitor swallows still ends the reading",
          "[json][document]") {
  Document document(R"({"a": [1, [2, "x"], 3], "b": 4})");
  std::string seen;
  const Status status = document->members([&](std::string_view key) -> Status {
    seen += key;
    std::vector<float> numbers;
    if (key == "a") {
      const Status inner = document->items([&](std::size_t) { return document->floats(numbers); });
      CHECK_FALSE(inner.has_value());
    }
    return {};
  });
  CHECK_FALSE(status.has_value());
  CHECK(seen == "a");
}

TEST_CASE("json document: a format's own complaint carries the place", "[json][document]") {
  Document document(R"({"learner": {"trees": [{}, {"id": 7}]}})");
  const Status status = document->members([&](std::string_view) -> Status {
    return document->members([&](std::string_view) -> Status {
      return document->items([&](std::size_t index) -> Status {
        if (index == 0) return {};
        return document->members(
            [&](std::string_view) -> Status { return document->fail("7", "1"); });
      });
    });
  });
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code() == Errc::invalid_model);
  CHECK(status.error().message() == "/learner/trees/1/id: 7; 1");
}
