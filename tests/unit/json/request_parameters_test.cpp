// SPDX-License-Identifier: Apache-2.0
// Parameters of a request into the output that they ask for.
#include <string>
#include <string_view>

#include "catch.hpp"
#include "json/request_reader.hpp"
#include "request_support.hpp"

using trivet::Batch;
using trivet::DType;
using trivet::Signature;
using trivet::Value;
using trivet::test::numbers_named;

namespace {

/// A model that can be asked for its margin, its leaves, or an output by method.
Signature with_parameters() {
  Signature signature = numbers_named({"a"});
  for (const char* name : {"margin", "leaf", "second"}) {
    signature.outputs.push_back(
        {.name = name, .dtype = DType::float32, .shape = {}, .classes = {}});
  }
  signature.parameters = {
      {"output_margin", true, "margin"},
      {"output_margin", false, "value"},
      {"method", "predict", "value"},
      {"method", "größe", "leaf"},
      {"pred_leaf", true, "leaf"},
      {"pred_leaf", false, "value"},
      {"round", 1, "second"},
      {"round", 2.5, "leaf"},
      {"mode", Value(), "second"},
  };
  return signature;
}

/// The name of the output that parameters ask for, or the error.
std::string asked(const Signature& signature, std::string_view parameters) {
  Batch batch(signature);
  trivet::json::RequestReader reader;
  std::size_t output = 99;
  const std::string body = "{\"instances\":[[1]],\"parameters\":" + std::string(parameters) + "}";
  const auto status = reader.read_rows(body, {}, batch, output);
  if (!status) return "error: " + status.error().message();
  return signature.outputs.at(output).name;
}

}  // namespace

TEST_CASE("request parameters: a known value chooses its output", "[json][request]") {
  const Signature signature = with_parameters();
  struct Row {
    std::string_view parameters;
    std::string_view output;
  };
  const Row rows[] = {
      {"null", "value"},
      {"{}", "value"},
      {R"({"output_margin":true})", "margin"},
      {R"({"output_margin":false})", "value"},
      {R"({"output_m\u0061rgin":true})", "margin"},
      {R"({"method":"predict"})", "value"},
      {R"({"method":"gr\u00f6\u00dfe"})", "leaf"},
      {R"({"round":1})", "second"},
      {R"({"round":1.0})", "second"},
      {R"({"round":10e-1})", "second"},
      {R"({"round":2.5})", "leaf"},
      {R"({"mode":null})", "second"},
      // Two that agree, and a refusal beside a wish.
      {R"({"method":"größe","pred_leaf":true})", "leaf"},
      {R"({"output_margin":false,"pred_leaf":true})", "leaf"},
      {R"({"pred_leaf":true,"output_margin":false})", "leaf"},
  };
  for (const Row& row : rows) {
    INFO(row.parameters);
    CHECK(asked(signature, row.parameters) == row.output);
  }
}

TEST_CASE("request parameters: what isn't known is refused with what is", "[json][request]") {
  const Signature signature = with_parameters();
  struct Row {
    std::string_view parameters;
    std::string_view message;
  };
  const Row rows[] = {
      {R"({"output_margin":1})", "/parameters/output_margin: the number 1; true or false"},
      {R"({"output_margin":"true"})",
       "/parameters/output_margin: the text \"true\"; true or false"},
      {R"({"output_margin":null})", "/parameters/output_margin: null; true or false"},
      {R"({"output_margin":[true]})", "/parameters/output_margin: a list; true or false"},
      {R"({"method":"transform"})",
       "/parameters/method: the text \"transform\"; \"predict\" or \"größe\""},
      {R"({"round":2})", "/parameters/round: the number 2; 1 or 2.5"},
      {R"({"round":NaN})", "/parameters/round: the number NaN; 1 or 2.5"},
      {R"({"round":1e400})",
       "/parameters/round: the number 1e400, which is out of range; a number between "
       "-1.7976931348623157e+308 and 1.7976931348623157e+308"},
      {R"({"raw_score":true})",
       "/parameters: the unknown parameter \"raw_score\"; one of \"output_margin\", \"method\", "
       "\"pred_leaf\", \"round\", \"mode\""},
      {R"({"output_margin":true,"pred_leaf":true})",
       "/parameters: \"output_margin\" and \"pred_leaf\", which ask for different answers; "
       "parameters that ask for one answer"},
      {R"({"method":"predict","pred_leaf":true})",
       "/parameters: \"method\" and \"pred_leaf\", which ask for different answers; parameters "
       "that ask for one answer"},
      {R"({"output_margin":true,"output_margin":true})",
       "/parameters: the parameter \"output_margin\" twice; each parameter once"},
      {R"({"output_margin":tru})",
       "/parameters/output_margin: byte 49: malformed JSON before \"tru}}\"; a JSON value"},
      {R"({"output_margin":true 1})",
       "/parameters: byte 54: malformed JSON before \"1}}\"; a comma or the object's closing "
       "brace"},
      {R"({"method":"\x"})",
       "/parameters/method: byte 43: malformed JSON before \"\\\\x\"; an "
       "escape that JSON knows"},
  };
  for (const Row& row : rows) {
    INFO(row.parameters);
    CHECK(asked(signature, row.parameters) == "error: " + std::string(row.message));
  }
}

TEST_CASE("request parameters: a model without parameters says so", "[json][request]") {
  const Signature signature = numbers_named({"a"});
  CHECK(asked(signature, R"({"output_margin":true})") ==
        "error: /parameters: the unknown parameter \"output_margin\"; none: this model takes no "
        "parameters");
  CHECK(asked(signature, "{}") == "value");
}

TEST_CASE("request parameters: a refused request asks for the first output", "[json][request]") {
  const Signature signature = with_parameters();
  Batch batch(signature);
  trivet::json::RequestReader reader;
  std::size_t output = 0;
  CHECK_FALSE(reader.read_rows(R"({"parameters":{"output_margin":true},"instances":[["x"]]})", {},
                               batch, output));
  REQUIRE(reader.read_rows(R"({"instances":[[1]]})", {}, batch, output));
  CHECK(output == 0);
}
