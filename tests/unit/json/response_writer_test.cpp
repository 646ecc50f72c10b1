// SPDX-License-Identifier: Apache-2.0
// Answers as JSON text.
#include "json/response_writer.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

using trivet::DType;
using trivet::Output;
using trivet::OutputView;
using trivet::Value;
using trivet::json::ResponseWriter;

namespace {

std::string written_text(std::string_view text) {
  std::string out;
  ResponseWriter(out).text(text);
  return out;
}

template <class T>
std::string written_rows(const std::vector<T>& elements, std::vector<std::int64_t> shape,
                         DType dtype = trivet::dtype_of<T>()) {
  const Output output{.name = "y", .dtype = dtype, .shape = std::move(shape), .classes = {}};
  const std::size_t rows = elements.size() / output.width();
  std::string out;
  ResponseWriter writer(out);
  writer.begin_list();
  for (std::size_t r = 0; r < rows; ++r) writer.row({&output, rows, elements.data()}, r);
  writer.end_list();
  return out;
}

}  // namespace

TEST_CASE("response writer: labels stand for their positions", "[json][writer]") {
  Output output{.name = "y", .dtype = DType::float64, .shape = {}, .classes = {}};
  output.labels = {Value("a\"b"), Value(7), Value(2.0), Value(true)};
  const auto written = [&](const std::vector<double>& positions) {
    std::string out;
    ResponseWriter writer(out);
    const std::size_t rows = positions.size() / output.width();
    writer.begin_list();
    for (std::size_t r = 0; r < rows; ++r) writer.row({&output, rows, positions.data()}, r);
    writer.end_list();
    return out;
  };
  CHECK(written({0, 1, 2, 3}) == R"(["a\"b",7,2.0,true])");
  CHECK(written({4, -1, std::numeric_limits<double>::quiet_NaN()}) == "[null,null,null]");
  output.shape = {2};
  CHECK(written({0, 1, 1, 3}) == R"([["a\"b",7],[7,true]])");
}

TEST_CASE("response writer: commas stand between siblings on every level", "[json][writer]") {
  std::string out = "kept ";
  ResponseWriter writer(out);
  writer.begin_object();
  writer.key("a");
  writer.begin_list();
  writer.begin_list();
  writer.end_list();
  writer.begin_object();
  writer.end_object();
  writer.integer(1);
  writer.end_list();
  writer.key("b");
  writer.begin_object();
  writer.key("c");
  writer.null();
  writer.key("d");
  writer.boolean(false);
  writer.end_object();
  writer.key("e");
  writer.text("x");
  writer.key("f");
  writer.bytes("hi");
  writer.key("g");
  writer.value(Value::List{1, Value::Object{{"h", 2.5}}, "i"});
  writer.key("j");
  writer.number(1.0);
  writer.end_object();
  CHECK(out ==
        "kept {\"a\":[[],{},1],\"b\":{\"c\":null,\"d\":false},\"e\":\"x\","
        "\"f\":{\"b64\":\"aGk=\"},\"g\":[1,{\"h\":2.5},\"i\"],\"j\":1.0}");
}

TEST_CASE("response writer: texts are escaped where JSON asks for it", "[json][writer]") {
  struct Row {
    std::string_view given;
    std::string_view text;
  };
  const Row rows[] = {
      {"", R"("")"},
      {"plain /text", R"("plain /text")"},
      {"\"\\", R"("\"\\")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {std::string_view("\0\x01\x1f\x7f", 4), "\"\\u0000\\u0001\\u001f\x7f\""},
      {"größe €😀", "\"größe €😀\""},
      // Not UTF-8: each maximal part becomes one U+FFFD.
      {"a\xff"
       "b",
       "\"a\xEF\xBF\xBD"
       "b\""},
      {"\xed\xa0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"cut \xe2\x82", "\"cut \xEF\xBF\xBD\""},
  };
  for (const Row& row : rows) {
    INFO(row.given);
    CHECK(written_text(row.given) == row.text);
  }
}

TEST_CASE("response writer: keys are escaped like texts", "[json][writer]") {
  std::string out;
  ResponseWriter writer(out);
  writer.begin_object();
  writer.key("tab\t\"");
  writer.integer(-7);
  writer.end_object();
  CHECK(out == "{\"tab\\t\\\"\":-7}");
}

TEST_CASE("response writer: a row is nested as its output's shape says", "[json][writer]") {
  CHECK(written_rows<float>({0.1f, 2.0f}, {}) == "[0.10000000149011612,2.0]");
  CHECK(written_rows<double>({0.1, 2.0, 3.5, -1.0}, {2}) == "[[0.1,2.0],[3.5,-1.0]]");
  CHECK(written_rows<float>({1, 2}, {1}) == "[[1.0],[2.0]]");
  CHECK(written_rows<std::int32_t>({1, 2, 3, 4, 5, 6}, {3, 2}) == "[[[1,2],[3,4],[5,6]]]");
  CHECK(written_rows<std::int64_t>({std::numeric_limits<std::int64_t>::min()}, {}) ==
        "[-9223372036854775808]");
  CHECK(written_rows<std::uint64_t>({std::numeric_limits<std::uint64_t>::max()}, {}) ==
        "[18446744073709551615]");
  CHECK(written_rows<std::uint8_t>({0, 255}, {1, 2}) == "[[[0,255]]]");
  CHECK(written_rows<std::int8_t>({-128}, {}) == "[-128]");
  CHECK(written_rows<std::uint8_t>({1, 0}, {2}, DType::boolean) == "[[true,false]]");
  CHECK(written_rows<float>(
            {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()},
            {}) == "[\"NaN\",\"-Infinity\"]");
}
