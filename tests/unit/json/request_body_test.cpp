// SPDX-License-Identifier: Apache-2.0
// The body of a request: members, limits, and text that is no JSON.
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "json/request_reader.hpp"
#include "request_support.hpp"

using trivet::Batch;
using trivet::Errc;
using trivet::RequestLimits;
using trivet::Signature;
using trivet::Status;
using trivet::test::numbers_named;
using trivet::test::rows_of;
using trivet::test::shown;

namespace {

struct BodyCase {
  std::string_view name;
  std::string_view body;
  std::string_view result;
};

void check_bodies(const Signature& signature, const std::vector<BodyCase>& cases) {
  for (const BodyCase& row : cases) {
    INFO(row.name);
    INFO(row.body);
    CHECK(rows_of(signature, row.body) == row.result);
  }
}

}  // namespace

TEST_CASE("request body: instances and parameters are found wherever they stand",
          "[json][request]") {
  check_bodies(
      numbers_named({"a", "b"}),
      {
          {"plain", R"({"instances":[[1,2],[3,4]]})", "1.0,2.0|3.0,4.0"},
          {"blanks", " \n{ \"instances\" :\t[ [ 1 , 2 ] ] }\r\n", "1.0,2.0"},
          {"parameters first", R"({"parameters":{},"instances":[[1,2]]})", "1.0,2.0"},
          {"parameters last", R"({"instances":[[1,2]],"parameters":null})", "1.0,2.0"},
          {"other members", R"({"x":1,"instances":[[1,2]],"y":{"z":["b64",{}]},"labels":null})",
           "1.0,2.0"},
          {"escaped name", R"({"inst\u0061nces":[[1,2]]})", "1.0,2.0"},
          {"wholly escaped name",
           R"({"\u0069\u006e\u0073\u0074\u0061\u006e\u0063\u0065\u0073":[[1,2]]})", "1.0,2.0"},
          {"byte order mark", "\xEF\xBB\xBF{\"instances\":[[1,2]]}", "1.0,2.0"},
          {"nested name is another member's business",
           R"({"x":{"instances":[]},"instances":[[1,2]]})", "1.0,2.0"},
      });
}

TEST_CASE("request body: what is no request is refused", "[json][request]") {
  check_bodies(
      numbers_named({"a", "b"}),
      {
          {"empty", "", "error: request body is empty; an object with a list \"instances\""},
          {"blank", " \n", "error: request body is empty; an object with a list \"instances\""},
          {"only a mark", "\xEF\xBB\xBF",
           "error: request body is empty; an object with a list \"instances\""},
          {"a list", "[[1,2]]", "error: a list; an object with a list \"instances\""},
          {"a number", "5", "error: the number 5; an object with a list \"instances\""},
          {"a text", "\"x\"", "error: the text \"x\"; an object with a list \"instances\""},
          {"null", "null", "error: null; an object with a list \"instances\""},
          {"a word", "instances",
           "error: byte 0: malformed JSON before \"instances\"; a JSON value"},
          {"nothing in it", "{}", "error: no \"instances\"; an object with a list \"instances\""},
          {"others only", R"({"instance":[[1,2]]})",
           "error: no \"instances\"; an object with a list \"instances\""},
          {"instances null", R"({"instances":null})",
           "error: /instances: null; a list of instances"},
          {"instances an object", R"({"instances":{"a":1,"b":2}})",
           "error: /instances: an object; a list of instances"},
          {"instances a text", R"({"instances":"x"})",
           "error: /instances: the text \"x\"; a list of instances"},
          {"no instance", R"({"instances":[]})",
           "error: /instances: an empty list; at least one instance"},
          {"instances twice", R"({"instances":[[1,2]],"instances":[[3,4]]})",
           "error: the member \"instances\" twice; each member once"},
          {"instances twice, once escaped", R"({"instances":[[1,2]],"inst\u0061nces":[[3,4]]})",
           "error: the member \"instances\" twice; each member once"},
          {"parameters twice", R"({"parameters":{},"instances":[[1,2]],"parameters":{}})",
           "error: the member \"parameters\" twice; each member once"},
          {"parameters a list", R"({"instances":[[1,2]],"parameters":[]})",
           "error: /parameters: a list; an object of parameters by name"},
          {"parameters a number", R"({"instances":[[1,2]],"parameters":1})",
           "error: /parameters: the number 1; an object of parameters by name"},
          {"parameters a broken word", R"({"instances":[[1,2]],"parameters":nul})",
           "error: /parameters: byte 34: malformed JSON before \"nul}\"; a JSON value"},
      });
}

TEST_CASE("request body: malformed JSON is named by its byte, wherever it stands",
          "[json][request]") {
  check_bodies(
      numbers_named({"a", "b"}),
      {
          {"trailing object", R"({"instances":[[1,2]]}{})",
           "error: byte 21: malformed JSON before \"{}\"; the end of the text"},
          {"trailing bracket", R"({"instances":[[1,2]]}})",
           "error: byte 21: malformed JSON before \"}\"; the end of the text"},
          {"trailing word", R"({"instances":[[1,2]]} x)",
           "error: byte 22: malformed JSON before \"x\"; the end of the text"},
          {"cut", R"({"instances":[[1,2])",
           "error: byte 19: malformed JSON before the end; a comma or the list's closing bracket"},
          {"cut at the last brace", R"({"instances":[[1,2]])",
           "error: byte 20: malformed JSON before the end; a comma or the object's closing brace"},
          {"cut in a text", R"({"instances":[["NaN,2]]})",
           "error: byte 24: malformed JSON before the end; the closing quote of a text"},
          {"missing list end", R"({"instances":[[1,2]})",
           "error: /instances: byte 19: malformed JSON before \"}\"; "
           "a comma or the list's closing bracket"},
          {"no comma between numbers", R"({"instances":[[1 2]]})",
           "error: /instances/0: byte 17: malformed JSON before \"2]]}\"; "
           "a comma or the list's closing bracket"},
          {"no comma between instances", R"({"instances":[[1,2][3,4]]})",
           "error: /instances: byte 19: malformed JSON before \"[3,4]]}\"; "
           "a comma or the list's closing bracket"},
          {"comma at the end", R"({"instances":[[1,2],]})",
           "error: /instances/1: byte 20: malformed JSON before \"]}\"; a JSON value"},
          {"comma in the row", R"({"instances":[[1,]]})",
           "error: /instances/0/1: byte 17: malformed JSON before \"]]}\"; a JSON value"},
          {"colon in a list", R"({"instances":[["NaN":2]]})",
           "error: /instances/0: byte 20: malformed JSON before \":2]]}\"; "
           "a comma or the list's closing bracket"},
          {"colon in a skipped list", R"({"x":["a":1],"instances":[[1,2]]})",
           "error: byte 9: malformed JSON before \":1],\"; a comma or the list's closing bracket"},
          {"colon after a skipped text", R"({"x":"a":1,"instances":[[1,2]]})",
           "error: byte 8: malformed JSON before \":1,\"; a comma or the object's closing brace"},
          {"no colon", R"({"instances" [[1,2]]})",
           "error: byte 13: malformed JSON before \"[[1,2]]}\"; a colon after a member's name"},
          {"name without quotes", R"({instances:[[1,2]]})",
           "error: byte 1: malformed JSON before \"instances:[[1,2]\"; a member's name in quotes"},
          {"skipped junk", R"({"junk":[tru, 1 2 3],"instances":[[1,2]]})",
           "error: byte 9: malformed JSON before \"tru, 1 2 3],\"; a JSON value"},
          {"skipped word", R"({"instances":[[1,2]],"junk":nulll})",
           "error: byte 32: malformed JSON before \"l}\"; a comma or the object's closing brace"},
          {"skipped escape", R"({"instances":[[1,2]],"junk":"\x"})",
           "error: byte 29: malformed JSON before \"\\\\x\"; an escape that JSON knows"},
          {"skipped number", R"({"instances":[[1,2]],"junk":{"a":01}})",
           "error: byte 34: malformed JSON before \"1}}\"; a comma or the object's closing brace"},
          {"control character", "{\"instances\":[[1,2]],\"x\":\"a\nb\"}",
           "error: byte 27: malformed JSON before \"\\nb\"; control characters as escapes"},
          {"a mark shifts nothing", "\xEF\xBB\xBF{\"instances\":[[1 2]]}",
           "error: /instances/0: byte 20: malformed JSON before \"2]]}\"; "
           "a comma or the list's closing bracket"},
          {"latin-1",
           "{\"instances\":[[1,2]],\"x\":\"gr\xf6\xdf"
           "e\"}",
           "error: byte 28: malformed UTF-8; text in UTF-8"},
          {"surrogate bytes", "{\"instances\":[[1,2]],\"\xed\xa0\x80\":1}",
           "error: byte 22: malformed UTF-8; text in UTF-8"},
          {"wrong escape in a name", R"({"instances":[[1,2]],"\ud800":1})",
           "error: byte 22: malformed JSON before \"\\\\ud800\"; no half of a surrogate pair"},
      });
}

TEST_CASE("request body: texts are not shown beside malformed JSON", "[json][request]") {
  const std::string result =
      rows_of(numbers_named({"a"}), R"({"x":{"b64":"c2VjcmV0c2VjcmV0" "y":1}})");
  CHECK(result ==
        "error: byte 31: malformed JSON before a text; "
        "a comma or the object's closing brace");
}

TEST_CASE("request body: nesting and names have limits, also where nobody reads them",
          "[json][request]") {
  const Signature signature = numbers_named({"a"});
  const auto with = [](std::size_t depth) {
    return R"({"instances":[[1]],"x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  CHECK(rows_of(signature, with(63)) == "1.0");
  CHECK(rows_of(signature, with(64)) == "error: byte 86: nesting too deep before \"[" +
                                            std::string(15, ']') +
                                            "\"; lists and objects at most 64 deep");
  CHECK(rows_of(signature, with(100'000)).find("nesting too deep") != std::string::npos);
  CHECK(rows_of(signature, R"({"instances":)" + std::string(2000, '[')).find("error: ") == 0);
  CHECK(
      rows_of(signature, R"({"instances":)" + std::string(2000, '[') + std::string(2000, ']') + "}")
          .find("error: /instances/0/0: a list; a number") == 0);
  const std::string longest(64 * 1024, 'k');
  CHECK(rows_of(signature, "{\"" + longest + R"(":0,"instances":[[1]]})") == "1.0");
  CHECK(rows_of(signature, "{\"" + longest + R"(k":0,"instances":[[1]]})")
            .find("names of at most 65536 bytes") != std::string::npos);
}

TEST_CASE("request body: the byte limit is checked first, in the service's words",
          "[json][request]") {
  const Signature signature = numbers_named({"a"});
  Batch batch(signature);
  trivet::json::RequestReader reader;
  std::size_t output = 0;
  const RequestLimits shared = RequestLimits::shared_public_endpoint();
  std::string body = R"({"instances":[[1]]})";
  body.resize(1'500'000, ' ');
  CHECK(reader.read_rows(body, shared, batch, output));
  body += ' ';
  const Status status = reader.read_rows(body, shared, batch, output);
  REQUIRE_FALSE(status.has_value());
  CHECK(status.error().code() == Errc::request_too_large);
  CHECK(status.error().message() == "The request size (1500001 bytes) exceeds 1.500MB limit.");
  CHECK(batch.row_count() == 0);

  CHECK(rows_of(signature, body, {.request_bytes = 1'000'000}) ==
        "error: The request size (1500001 bytes) exceeds 1.000MB limit.");
  CHECK(rows_of(signature, "not JSON at all", {.request_bytes = 14}) ==
        "error: The request size (15 bytes) exceeds 0.000MB limit.");
  CHECK(rows_of(signature, body, {.request_bytes = 0}) == "1.0");
}

TEST_CASE("request body: the number of instances has a limit", "[json][request]") {
  const Signature signature = numbers_named({"a"});
  const std::string_view body = R"({"instances":[[1],[2],[3]]})";
  CHECK(rows_of(signature, body, {.instances = 3}) == "1.0|2.0|3.0");
  CHECK(rows_of(signature, body, {.instances = 2}) ==
        "error: /instances: more than 2 instances; at most 2 instances a request");
  CHECK(rows_of(signature, body, {.instances = 0}) == "1.0|2.0|3.0");
}

TEST_CASE("request body: one bad instance empties the batch, and the next request is read",
          "[json][request]") {
  const Signature signature = numbers_named({"a"});
  Batch batch(signature);
  trivet::json::RequestReader reader;
  std::size_t output = 7;
  CHECK(reader.read_rows(R"({"instances":[[1],[2]]})", {}, batch, output));
  CHECK(output == 0);
  CHECK_FALSE(reader.read_rows(R"({"instances":[[1],["x"]]})", {}, batch, output));
  CHECK(batch.row_count() == 0);
  // A shorter body after a longer one: nothing of the old one may be read.
  CHECK_FALSE(reader.read_rows(R"({"instances":[[1)", {}, batch, output));
  CHECK(reader.read_rows(R"({"instances":[[3]]})", {}, batch, output));
  CHECK(shown(batch) == "3.0");
  trivet::json::RequestReader moved = std::move(reader);
  CHECK(moved.read_rows(R"({"instances":[[4]]})", {}, batch, output));
  CHECK(shown(batch) == "4.0");
}

TEST_CASE("request body: every prefix of a request is refused", "[json][request]") {
  const Signature signature = numbers_named({"a", "b"});
  const std::string body = R"({"x":[{"y":"z\n"},-1.5e3,null,true],)"
                           R"("instances":[[1,"NaN"],{"b":2,"a":3}],"parameters":{}})";
  REQUIRE(rows_of(signature, body) == "1.0,-|3.0,2.0");
  for (std::size_t size = 0; size < body.size(); ++size) {
    INFO(body.substr(0, size));
    CHECK(rows_of(signature, body.substr(0, size)).starts_with("error: "));
  }
}
