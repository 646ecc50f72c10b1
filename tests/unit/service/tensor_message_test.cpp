// SPDX-License-Identifier: Apache-2.0
// Tensor messages as values, and back.
#include "service/tensor_message.hpp"

#include <string>

#include "catch.hpp"

namespace trivet::service {
namespace {

std::string value_text(const char* tensor) {
  const auto value = value_of_tensor(*Value::parse(tensor));
  return value ? value->to_json() : "refused";
}

TEST_CASE("tensor: shapes nest the values, row by row", "[service]") {
  CHECK(value_text(R"({"shape":[2,3],"floatVal":[1,2,3,4,5,6]})") == "[[1,2,3],[4,5,6]]");
  CHECK(value_text(R"({"shape":[2,1,2],"intVal":[1,2,3,4]})") == "[[[1,2]],[[3,4]]]");
  CHECK(value_text(R"({"floatVal":[1,2]})") == "[1,2]");
  CHECK(value_text(R"({"floatVal":[1]})") == "1");
  CHECK(value_text(R"({"shape":[1],"stringVal":["x"]})") == R"(["x"])");
  // What Node's client sends for fields that nobody set
  CHECK(
      value_text(R"({"shape":[1,3],"floatVal":[1,2,3],"structVal":{},"listVal":[],"intVal":[]})") ==
      "[[1,2,3]]");
  CHECK(value_text("{}") == "[]");
  CHECK(value_text(R"({"shape":[0,3]})") == "[]");
  CHECK(
      value_text(R"({"structVal":{"a":{"floatVal":[1]},"b":{"listVal":[{"boolVal":[true]}]}}})") ==
      R"({"a":1,"b":[true]})");
}

TEST_CASE("tensor: shapes that don't fit the values are refused", "[service]") {
  for (const char* tensor :
       {R"({"shape":[2,2],"floatVal":[1,2,3]})", R"({"shape":[-1],"floatVal":[1]})",
        R"({"shape":["x"],"floatVal":[1]})",
        R"({"shape":[9223372036854775807,2],"floatVal":[1,2]})",
        R"({"shape":[1],"floatVal":[1,2]})", R"({"tensorVal":"AA=="})",
        R"({"floatVal":[1],"doubleVal":[2]})",
        R"({"shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],)"
        R"("floatVal":[1]})"}) {
    INFO(tensor);
    CHECK(value_text(tensor) == "refused");
  }
}

std::string tensor_text(const char* predictions, std::optional<DType> dtype = std::nullopt) {
  const Value list = *Value::parse(predictions);
  const auto tensor = tensor_of_predictions(*list.as_list(), dtype);
  return tensor ? tensor->to_json() : "refused";
}

TEST_CASE("tensor: predictions become one tensor of their type", "[service]") {
  CHECK(tensor_text("[0.5,1]", DType::float32) ==
        R"({"dtype":"FLOAT","shape":[2],"floatVal":[0.5,1]})");
  CHECK(tensor_text("[[1,2],[3,4]]", DType::int64) ==
        R"({"dtype":"INT64","shape":[2,2],"int64Val":[1,2,3,4]})");
  CHECK(tensor_text("[true,false]") == R"({"dtype":"BOOL","shape":[2],"boolVal":[true,false]})");
  CHECK(tensor_text(R"(["a"])") == R"({"dtype":"STRING","shape":[1],"stringVal":["a"]})");
  CHECK(tensor_text(R"([{"c":["x"],"s":[1]},{"c":["y"],"s":[2]}])", DType::float32) ==
        R"({"structVal":{"c":{"dtype":"STRING","shape":[2,1],"stringVal":["x","y"]},)"
        R"("s":{"dtype":"FLOAT","shape":[2,1],"floatVal":[1,2]}}})");
  for (const char* odd : {"[[1],[1,2]]", "[1,[2]]", "[null]", R"([1,"a"])", R"([{"a":1},{"b":1}])",
                          R"([{"a":1},2])", R"([{"a":{"b":1}}])", "[true,1]"}) {
    INFO(odd);
    CHECK(tensor_text(odd) == "refused");
  }
}

}  // namespace
}  // namespace trivet::service
