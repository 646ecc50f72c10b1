// SPDX-License-Identifier: Apache-2.0
// Explanation specs: what is read, what is refused and where, what a request may change.
#include "explain/spec.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "trivet/attribution.hpp"

namespace trivet::test {
namespace {

constexpr const char* kSpec = R"({
  "parameters": {"sampledShapleyAttribution": {"pathCount": 25}, "topK": 2},
  "metadata": {
    "inputs": {
      "features": {"encoding": "BAG_OF_FEATURES", "indexFeatureMapping": ["a", "b"],
                   "inputBaselines": [[1, "NaN"]], "modality": "numeric"},
      "town": {"inputBaselines": ["Aix"], "groupName": "place"}},
    "outputs": {"scores": {"indexDisplayNameMapping": ["no", "yes"]}}}})";

Value parse(const std::string& json) {
  auto value = Value::parse(json);
  INFO(json);
  REQUIRE(value.has_value());
  return std::move(*value);
}

/// A spec with these parameters, or this metadata, and the rest sound.
std::string with_parameters(const std::string& parameters) {
  return R"({"parameters":)" + parameters +
         R"(,"metadata":{"inputs":{"a":{}},"outputs":{"y":{}}}})";
}
std::string with_metadata(const std::string& metadata) {
  return R"({"parameters":{"sampledShapleyAttribution":{"pathCount":5}},"metadata":)" + metadata +
         "}";
}

TEST_CASE("explanation spec: the service's JSON is read member by member", "[explain][spec]") {
  const auto spec = ExplanationSpec::parse(kSpec);
  INFO((spec ? std::string() : spec.error().message()));
  REQUIRE(spec.has_value());
  const auto* sampled = std::get_if<SampledShapleyAttribution>(&spec->parameters.method);
  REQUIRE(sampled != nullptr);
  CHECK(sampled->path_count == 25);
  CHECK(spec->parameters.top_k == 2);
  REQUIRE(spec->metadata.inputs.size() == 2);
  const ExplanationInput& features = spec->metadata.inputs[0];
  CHECK(features.name == "features");
  CHECK(features.encoding == FeatureEncoding::bag_of_features);
  CHECK(features.index_feature_mapping == std::vector<std::string>{"a", "b"});
  CHECK(features.input_baselines.size() == 1);
  CHECK(spec->metadata.inputs[1].group_name == "place");
  REQUIRE(spec->metadata.outputs.size() == 1);
  CHECK(spec->metadata.outputs[0].name == "scores");
}

TEST_CASE("explanation spec: names may be spelled as the protos have them", "[explain][spec]") {
  const auto spec = ExplanationSpec::parse(R"({
    "parameters": {"integrated_gradients_attribution": {"step_count": 50.0}, "top_k": -1,
                   "output_indices": [1, [0]]},
    "metadata": {"inputs": {"a": {"input_baselines": [0], "group_name": null}},
                 "outputs": {"y": {"display_name_mapping_key": "classes"}}}})");
  INFO((spec ? std::string() : spec.error().message()));
  REQUIRE(spec.has_value());
  const auto* gradients = std::get_if<IntegratedGradientsAttribution>(&spec->parameters.method);
  REQUIRE(gradients != nullptr);
  CHECK(gradients->step_count == 50);
  CHECK(spec->parameters.output_indices == std::vector<std::vector<std::int32_t>>{{1}, {0}});
}

TEST_CASE("explanation spec: each refusal names its place", "[explain][spec]") {
  const std::string sampled = R"("sampledShapleyAttribution")";
  const std::string gradients = R"("integratedGradientsAttribution")";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"[]", ""},
      {R"({"paramters":{}})", "/paramters"},
      {R"({"metadata":{"inputs":{"a":{}},"outputs":{"y":{}}}})", "/parameters"},
      {with_parameters("{}"), "/parameters"},
      {with_parameters(R"({"magic":{}})"), "/parameters/magic"},
      {with_parameters("{" + sampled + ":{}}"), "/parameters/sampledShapleyAttribution"},
      {with_parameters("{" + sampled + R"(:{"pathCount":0}})"),
       "/parameters/sampledShapleyAttribution/pathCount"},
      {with_parameters("{" + sampled + R"(:{"pathCount":51}})"),
       "/parameters/sampledShapleyAttribution/pathCount"},
      {with_parameters("{" + sampled + R"(:{"pathCount":2.5}})"),
       "/parameters/sampledShapleyAttribution/pathCount"},
      {with_parameters("{" + sampled + R"(:{"pathCount":"5"}})"),
       "/parameters/sampledShapleyAttribution/pathCount"},
      {with_parameters("{" + gradients + R"(:{"stepCount":0}})"),
       "/parameters/integratedGradientsAttribution/stepCount"},
      {with_parameters("{" + gradients + R"(:{"stepCount":101}})"),
       "/parameters/integratedGradientsAttribution/stepCount"},
      {with_parameters(R"({"xraiAttribution":{"stepCount":101}})"),
       "/parameters/xraiAttribution/stepCount"},
      {with_parameters("{" + sampled + R"(:{"pathCount":5},)" + gradients + R"(:{"stepCount":5}})"),
       "/parameters/integratedGradientsAttribution"},
      {with_parameters("{" + sampled + R"(:{"pathCount":5},"topK":0})"), "/parameters/topK"},
      {with_parameters("{" + sampled + R"(:{"pathCount":5},"topK":-2})"), "/parameters/topK"},
      {with_parameters("{" + sampled + R"(:{"pathCount":5},"outputIndices":[0,-1]})"),
       "/parameters/outputIndices/1"},
      {with_metadata(R"({"inputs":{},"outputs":{"y":{}}})"), "/metadata/inputs"},
      {with_metadata(R"({"inputs":{"a":{}},"outputs":{}})"), "/metadata/outputs"},
      {with_metadata(R"({"inputs":{"a":{}},"outputs":{"y":{},"z":{}}})"), "/metadata/outputs"},
      {with_metadata(R"({"inputs":{"a":{"encoding":"SPARSE"}},"outputs":{"y":{}}})"),
       "/metadata/inputs/a/encoding"},
      {with_metadata(R"({"inputs":{"a":{"inputBaselines":5}},"outputs":{"y":{}}})"),
       "/metadata/inputs/a/inputBaselines"},
      {with_metadata(R"({"inputs":{"a":{"indexFeatureMapping":["x","x"]}},"outputs":{"y":{}}})"),
       "/metadata/inputs/a/indexFeatureMapping/1"},
      {with_metadata(R"({"inputs":{"a":{"groupname":"g"}},"outputs":{"y":{}}})"),
       "/metadata/inputs/a/groupname"},
      {with_metadata(R"({"inputs":{"a/b~c":{"encoding":"SPARSE"}},"outputs":{"y":{}}})"),
       "/metadata/inputs/a~1b~0c/encoding"},
  };
  for (const auto& [json, place] : cases) {
    INFO(json);
    const auto spec = ExplanationSpec::parse(json);
    CHECK_FALSE(spec.has_value());
    if (spec) continue;
    CHECK(std::string(spec.error().where()) == place);
    CHECK(spec.error().code() == Errc::invalid_argument);
    CHECK_FALSE(spec.error().expected().empty());
  }
}

TEST_CASE("explanation spec: an old metadata file has inputs and outputs, no parameters",
          "[explain][spec]") {
  const auto spec = ExplanationSpec::from_old_metadata(parse(R"({
    "inputs": {"features": {"encoding": "bag_of_features", "index_feature_mapping": ["a"],
                            "input_baselines": [[0]], "input_tensor_name": "features"}},
    "outputs": {"score": {"output_tensor_name": "score"}}, "framework": "xgboost"})"));
  INFO((spec ? std::string() : spec.error().message()));
  REQUIRE(spec.has_value());
  CHECK(std::get<SampledShapleyAttribution>(spec->parameters.method).path_count == 25);
  CHECK(spec->metadata.inputs[0].encoding == FeatureEncoding::bag_of_features);
  // The new form has no such member.
  CHECK_FALSE(ExplanationSpec::parse(
                  with_metadata(R"({"inputs":{"a":{}},"outputs":{"y":{}},"framework":"xgboost"})"))
                  .has_value());
}

TEST_CASE("explanation spec: an override changes parameters whole and baselines one by one",
          "[explain][spec]") {
  const auto deployed = ExplanationSpec::parse(kSpec);
  REQUIRE(deployed.has_value());
  const auto changed = explain::override_spec(*deployed, parse(R"({
    "parameters": {"sampledShapleyAttribution": {"pathCount": 7}},
    "metadata": {"inputs": {"town": {"inputBaselines": ["Pau", "Aix"]}}}})"));
  INFO((changed ? std::string() : changed.error().message()));
  REQUIRE(changed.has_value());
  CHECK(std::get<SampledShapleyAttribution>(changed->parameters.method).path_count == 7);
  CHECK_FALSE(changed->parameters.top_k.has_value());
  CHECK(changed->metadata.inputs[0].input_baselines ==
        deployed->metadata.inputs[0].input_baselines);
  CHECK(changed->metadata.inputs[1].input_baselines.size() == 2);
  CHECK(changed->metadata.inputs[1].group_name == "place");
}

TEST_CASE("explanation spec: an override that names no baselines leaves the deployed ones",
          "[explain][spec]") {
  const auto deployed = ExplanationSpec::parse(kSpec);
  REQUIRE(deployed.has_value());
  REQUIRE_FALSE(deployed->metadata.inputs[1].input_baselines.empty());
  for (const char* input : {"{}", R"({"inputBaselines": null})", R"({"inputBaselines": []})"}) {
    INFO(input);
    const auto changed = explain::override_spec(
        *deployed, parse(std::string(R"({"metadata": {"inputs": {"town": )") + input + "}}}"));
    REQUIRE(changed.has_value());
    CHECK(changed->metadata.inputs[1].input_baselines ==
          deployed->metadata.inputs[1].input_baselines);
  }
}

TEST_CASE("explanation spec: the framework's own values go by its names", "[explain][spec]") {
  struct Row {
    const char* kind;
    FrameworkValues values;
  };
  for (const Row& row : {Row{"pred_contribs", FrameworkValues::contributions},
                         Row{"pred_contrib", FrameworkValues::contributions},
                         Row{"ShapValues", FrameworkValues::contributions},
                         Row{"approx_contribs", FrameworkValues::approximate},
                         Row{"pred_interactions", FrameworkValues::interactions}}) {
    INFO(row.kind);
    const auto spec = ExplanationSpec::parse(
        std::string(R"({"parameters": {"frameworkAttribution": {"kind": ")") + row.kind +
        R"("}}})");
    REQUIRE(spec.has_value());
    CHECK(std::get<FrameworkAttribution>(spec->parameters.method).values == row.values);
  }
  const auto unknown =
      ExplanationSpec::parse(R"({"parameters": {"framework_attribution": {"kind": "shap"}}})");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().where() == "/parameters/framework_attribution/kind");
  CHECK_FALSE(ExplanationSpec::parse(R"({"parameters": {"frameworkAttribution": {},
      "sampledShapleyAttribution": {"pathCount": 3}}})")
                  .has_value());
}

TEST_CASE("explanation spec: an override may not change more", "[explain][spec]") {
  const auto deployed = ExplanationSpec::parse(kSpec);
  REQUIRE(deployed.has_value());
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"parameters":{"integratedGradientsAttribution":{"stepCount":5}}})", "/parameters"},
      {R"({"parameters":{"sampledShapleyAttribution":{"pathCount":0}}})",
       "/parameters/sampledShapleyAttribution/pathCount"},
      {R"({"metadata":{"inputs":{"nobody":{"inputBaselines":[1]}}}})", "/metadata/inputs/nobody"},
      {R"({"metadata":{"inputs":{"town":{"groupName":"g"}}}})", "/metadata/inputs/town/groupName"},
      {R"({"metadata":{"outputs":{"y":{}}}})", "/metadata/outputs"},
      {R"({"examplesOverride":{"neighborCount":5}})", "/examplesOverride"},
      {"5", ""},
  };
  for (const auto& [json, place] : cases) {
    INFO(json);
    const auto changed = explain::override_spec(*deployed, parse(json));
    CHECK_FALSE(changed.has_value());
    if (changed) continue;
    CHECK(std::string(changed.error().where()) == place);
    CHECK(changed.error().code() == Errc::invalid_request);
  }
}

}  // namespace
}  // namespace trivet::test
