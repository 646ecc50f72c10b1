// SPDX-License-Identifier: Apache-2.0
// explain over the service face: the contract's cases 39-47.
#include "catch.hpp"
#include "site.hpp"

namespace trivet::test {
namespace {

const Value* first_attribution(const Value& answer) {
  const Value* const explanations = answer.find("explanations");
  if (explanations == nullptr || explanations->as_list()->empty()) return nullptr;
  const Value* const attributions = explanations->as_list()->front().find("attributions");
  return attributions == nullptr ? nullptr : &attributions->as_list()->front();
}

double number(const Value* value, std::string_view name) {
  const Value* const member = value == nullptr ? nullptr : value->find(name);
  return member == nullptr ? -1e300 : member->as_number();
}

/// The line 0.5 + a + 2b - 3c with that spec, at endpoint 1.
std::string line_with(std::string_view spec) {
  return R"({"models":[{"name":"lin","path":"{models}/lin","explanationSpec":)" +
         std::string(spec) +
         R"(}],"endpoints":[{"id":"1","deployedModels":[{"id":"9","model":"lin"}]}]})";
}

constexpr const char* kZeroMetadata =
    R"("metadata":{"inputs":{"a":{"inputBaselines":[0]},"b":{"inputBaselines":[0]},)"
    R"("c":{"inputBaselines":[0]}},"outputs":{"y":{}}})";

TEST_CASE("service: 39. and 40. a line's attributions are weight times distance", "[service]") {
  for (const char* method : {R"("sampledShapleyAttribution":{"pathCount":1})",
                             R"("integratedGradientsAttribution":{"stepCount":1})",
                             R"("integratedGradientsAttribution":{"stepCount":50})"}) {
    INFO(method);
    Site site(line_with(std::string(R"({"parameters":{)") + method + "}," + kZeroMetadata + "}"));
    const Answer answer =
        site.post(endpoint_path("1", "explain"), R"({"instances":[{"a":1,"b":1,"c":1}]})");
    CHECK(answer.status == 200);
    const Value json = answer.json();
    const Value* const one = first_attribution(json);
    REQUIRE(one != nullptr);
    const Value* const features = one->find("featureAttributions");
    CHECK(number(features, "a") == Approx(1));
    CHECK(number(features, "b") == Approx(2));
    CHECK(number(features, "c") == Approx(-3));
    CHECK(number(one, "baselineOutputValue") == Approx(0.5));
    CHECK(number(one, "instanceOutputValue") == Approx(0.5));
    CHECK(one->find("outputIndex") == nullptr);
    CHECK(json.find("predictions")->to_json() == "[0.5]");
    // Published order, and no member of a PredictResponse.
    REQUIRE(json.as_object()->size() == 3);
    CHECK((*json.as_object())[0].name == "explanations");
    CHECK((*json.as_object())[1].name == "deployedModelId");
    CHECK((*json.as_object())[1].value == Value("9"));
    CHECK((*json.as_object())[2].name == "predictions");
  }
}

TEST_CASE("service: 41. two baselines are averaged, in either spelling", "[service]") {
  Site site;
  for (const char* override :
       {R"("explanationSpecOverride":{"metadata":{"inputs":{"a":{"inputBaselines":[0,2]}}}})",
        R"("explanation_spec_override":{"metadata":{"inputs":{"a":{"input_baselines":[0,2]}}}})"}) {
    INFO(override);
    const Answer answer =
        site.post(endpoint_path("1234567890", "explain"),
                  std::string(R"({"instances":[{"a":1,"b":1,"c":1}],"deployedModelId":"11",)") +
                      override + "}");
    const Value json = answer.json();
    const Value* const one = first_attribution(json);
    REQUIRE(one != nullptr);
    CHECK(number(one->find("featureAttributions"), "a") == Approx(0).margin(1e-9));
    CHECK(number(one, "baselineOutputValue") == Approx(1.5));
  }
}

TEST_CASE("service: 42. and 45. overrides out of bounds are refused", "[service]") {
  Site site;
  for (const char* override : {
           R"({"parameters":{"sampledShapleyAttribution":{"pathCount":0}}})",
           R"({"parameters":{"sampledShapleyAttribution":{"pathCount":51}}})",
           R"({"parameters":{"integratedGradientsAttribution":{"stepCount":5}}})",
           R"({"metadata":{"inputs":{"z":{"inputBaselines":[0]}}}})",
           R"({"metadata":{"inputs":{"a":{"inputBaseline":[0]}}}})",
       }) {
    INFO(override);
    const Answer answer =
        site.post(endpoint_path("1234567890", "explain"),
                  std::string(R"({"instances":[{"a":1,"b":1,"c":1}],"deployedModelId":"11",)") +
                      R"("explanationSpecOverride":)" + override + "}");
    CHECK(answer.status == 400);
    CHECK(answer.body.find("\"status\":\"INVALID_ARGUMENT\"") != std::string::npos);
  }
}

TEST_CASE("service: 43. and 44. without a spec there is no explanation", "[service]") {
  Site site;
  const Answer without = site.post(endpoint_path("200", "explain"), R"({"instances":[[0,0,0]]})");
  CHECK(without.status == 400);
  CHECK(without.body.find("\"status\":\"FAILED_PRECONDITION\"") != std::string::npos);
  // Model 12 has no spec: without an id it could be asked.
  const char* line = R"({"instances":[{"a":1,"b":1,"c":1}])";
  CHECK(site.post(endpoint_path("1234567890", "explain"), std::string(line) + "}").status == 400);
  const Answer named = site.post(endpoint_path("1234567890", "explain"),
                                 std::string(line) + R"(,"deployedModelId":"11"})");
  CHECK(named.status == 200);
  CHECK(named.body.find("\"deployedModelId\":\"11\"") != std::string::npos);
  CHECK(site.post(endpoint_path("1234567890", "explain"),
                  std::string(line) + R"(,"deployedModelId":"12"})")
            .status == 400);
  CHECK(site.post(endpoint_path("1234567890", "explain"),
                  std::string(line) + R"(,"deployedModelId":"13"})")
            .status == 404);
}

TEST_CASE("service: a deployed model may keep its explanations to itself", "[service]") {
  Site site(R"({"models":[{"name":"lin","path":"{models}/lin"}],
    "endpoints":[{"id":"1","deployedModels":[{"id":"1","model":"lin","disableExplanations":true}]}]})");
  const Answer answer =
      site.post(endpoint_path("1", "explain"), R"({"instances":[{"a":1,"b":1,"c":1}]})");
  CHECK(answer.status == 400);
  CHECK(answer.body.find("\"status\":\"FAILED_PRECONDITION\"") != std::string::npos);
  CHECK(site.post(endpoint_path("1", "predict"), R"({"instances":[[1,1,1]]})").status == 200);
}

TEST_CASE("service: 46. which outputs of a tabular model are explained", "[service]") {
  struct Row {
    const char* parameters;
    const char* indices;  // of the attributions, in order
  };
  // At a = 1 the scores are 0.25 and 0.75.
  for (const Row& row :
       {Row{"", "1"}, Row{R"(,"topK":2)", "10"}, Row{R"(,"topK":-1)", "10"},
        Row{R"(,"outputIndices":[1,0])", "10"}, Row{R"(,"outputIndices":[0])", "0"}}) {
    INFO(row.parameters);
    const std::string spec =
        std::string(R"({"parameters":{"sampledShapleyAttribution":{"pathCount":10})") +
        row.parameters +
        R"(},"metadata":{"inputs":{"a":{"inputBaselines":[0]},"b":{"inputBaselines":[0]}},)"
        R"("outputs":{"scores":{}}}})";
    Site site(R"({"models":[{"name":"cls","path":"{models}/cls","explanationSpec":)" + spec +
              R"(}],"endpoints":[{"id":"1","deployedModels":[{"id":"1","model":"cls"}]}]})");
    const Value json =
        site.post(endpoint_path("1", "explain"), R"({"instances":[{"a":1,"b":0}]})").json();
    REQUIRE(first_attribution(json) != nullptr);
    std::string indices;
    for (const Value& one :
         *json.find("explanations")->as_list()->front().find("attributions")->as_list()) {
      const Value* const index = one.find("outputIndex");
      indices += index == nullptr ? "-" : index->as_list()->front().to_json();
      const bool is_second = indices.back() == '1';
      CHECK(*one.find("outputDisplayName") == Value(is_second ? "2" : "1"));
      // Weight moves from one class to the other as a goes from 0 to 1.
      CHECK(number(one.find("featureAttributions"), "a") == Approx(is_second ? 0.5 : -0.5));
    }
    CHECK(indices == row.indices);
  }
}

TEST_CASE("service: 47. a list-row model's attributions are keyed by the names", "[service]") {
  Site site(R"({"models":[{"name":"nameless","path":"{models}/nameless","explanationSpec":{
      "parameters":{"sampledShapleyAttribution":{"pathCount":10}},
      "metadata":{"inputs":{"features":{"encoding":"BAG_OF_FEATURES",
        "indexFeatureMapping":["x","y","z"],"inputBaselines":[[0,0,0]]}},"outputs":{"y":{}}}}}],
    "endpoints":[{"id":"1","deployedModels":[{"id":"1","model":"nameless"}]}]})");
  const Value json = site.post(endpoint_path("1", "explain"), R"({"instances":[[0,0,5]]})").json();
  const Value* const one = first_attribution(json);
  REQUIRE(one != nullptr);
  // From 1 at zero to 2 at five, all of it the third column's.
  CHECK(one->find("featureAttributions")->as_object()->size() == 3);
  CHECK(number(one->find("featureAttributions"), "z") == Approx(1));
  CHECK(number(one->find("featureAttributions"), "x") == Approx(0).margin(1e-9));
}

}  // namespace
}  // namespace trivet::test
