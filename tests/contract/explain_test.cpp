// SPDX-License-Identifier: Apache-2.0
// The contract of explain, by models whose answers can be worked out on paper.
#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "support/plain_json.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

LocalModel load_explained(const char* name, const std::string& sidecar = {}) {
  LoadOptions options;
  options.sidecar = sidecar;
  auto model = LocalModel::load(data_path(std::string("contract/models/") + name), options);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  return std::move(model).value();
}

/// A spec for columns a, b and c, each with these baselines.
std::string line_spec(const std::string& method, const std::string& a = "[0]") {
  return R"({"parameters":)" + method + R"(,"metadata":{"inputs":{"a":{"inputBaselines":)" + a +
         R"(},"b":{"inputBaselines":[0]},"c":{"inputBaselines":[0]}},"outputs":{"y":{}}}})";
}

LocalModel with_spec(const LocalModel& model, const std::string& json) {
  const auto spec = ExplanationSpec::parse(json);
  INFO((spec ? std::string() : spec.error().message()));
  REQUIRE(spec.has_value());
  auto made = model.with_explanation_spec(*spec);
  INFO((made ? std::string() : made.error().message()));
  REQUIRE(made.has_value());
  return std::move(*made);
}

Value explained(const LocalModel& model, const std::string& request) {
  const auto reply = model.deploy_to_local_endpoint().explain(request);
  INFO((reply ? std::string() : reply.error().message()));
  REQUIRE(reply.has_value());
  return parse_plain_json(*reply);
}

/// The attributions of the first instance.
Value::List attributions(const Value& reply) {
  return *(*reply.find("explanations")->as_list())[0].find("attributions")->as_list();
}

Error refusal(const LocalModel& model, const std::string& request) {
  const auto reply = model.deploy_to_local_endpoint().explain(request);
  REQUIRE_FALSE(reply.has_value());
  return reply.error();
}

/// The error of a spec that doesn't fit a model.
Error misfit(const LocalModel& model, const std::string& json) {
  const auto spec = ExplanationSpec::parse(json);
  INFO(json);
  INFO((spec ? std::string() : spec.error().message()));
  REQUIRE(spec.has_value());
  const auto made = model.with_explanation_spec(*spec);
  REQUIRE_FALSE(made.has_value());
  return made.error();
}

constexpr const char* kSampled = R"({"sampledShapleyAttribution":{"pathCount":1}})";
constexpr const char* kOnes = R"({"instances":[{"a":1,"b":1,"c":1}]})";

void check_line(const Value& attribution) {
  const Value& features = *attribution.find("featureAttributions");
  CHECK(features.find("a")->as_number() == 1);
  CHECK(features.find("b")->as_number() == 2);
  CHECK(features.find("c")->as_number() == -3);
  CHECK(attribution.find("baselineOutputValue")->as_number() == 0.5);
  CHECK(attribution.find("instanceOutputValue")->as_number() == 0.5);
  CHECK(attribution.find("approximationError")->as_number() == 0);
  CHECK(attribution.find("outputIndex") == nullptr);
  CHECK(*attribution.find("outputName")->as_text() == "y");
}

/// `text` with another part in the place of `old`, which is in it.
std::string with_part(std::string text, const std::string& old, const std::string& part) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), part);
}

/// The model "stump" many times over.
std::string many_stumps(std::size_t count) {
  std::string text = read_file(data_path("contract/models/stump/model.bst"));
  const std::size_t begin = text.find(R"({"left_children")");
  const std::string tree = text.substr(begin, text.find("}}]", begin) + 2 - begin);
  std::string trees = tree;
  std::string firsts = "[0, 1";
  std::string outputs = "[0";
  for (std::size_t t = 1; t < count; ++t) {
    trees += ", " + with_part(tree, R"("id": 0)", R"("id": )" + std::to_string(t));
    firsts += ", " + std::to_string(t + 1);
    outputs += ", 0";
  }
  text = with_part(text, tree, trees);
  text = with_part(text, R"("num_trees": "1")", R"("num_trees": ")" + std::to_string(count) + '"');
  text = with_part(text, R"("iteration_indptr": [0, 1)", R"("iteration_indptr": )" + firsts);
  return with_part(text, R"("tree_info": [0)", R"("tree_info": )" + outputs);
}

/// An override whose input x has so many baselines.
std::string asked_with_baselines(std::size_t count) {
  std::string list = "0";
  for (std::size_t b = 1; b < count; ++b) list += "," + std::to_string(b);
  return R"({"instances":[[1]],"explanationSpecOverride":{"metadata":{"inputs":{"x":
      {"inputBaselines":[)" +
         list + "]}}}}}";
}

}  // namespace

TEST_CASE("contract 39: a line's attributions are its terms", "[contract][explain]") {
  const LocalModel model = with_spec(load_explained("lin"), line_spec(kSampled));
  const Value reply = explained(model, kOnes);
  check_line(attributions(reply)[0]);
  CHECK((*reply.find("predictions")->as_list())[0].as_number() == 0.5);
}

TEST_CASE("contract 40: gradients of a line are the same", "[contract][explain]") {
  for (const char* steps : {"1", "50"}) {
    const std::string method =
        std::string(R"({"integratedGradientsAttribution":{"stepCount":)") + steps + "}}";
    const LocalModel model = with_spec(load_explained("lin"), line_spec(method));
    check_line(attributions(explained(model, kOnes))[0]);
  }
}

TEST_CASE("contract 41: several baselines are averaged", "[contract][explain]") {
  const LocalModel model = with_spec(load_explained("lin"), line_spec(kSampled, "[0,2]"));
  const Value attribution = attributions(explained(model, kOnes))[0];
  CHECK(attribution.find("featureAttributions")->find("a")->as_number() == 0);
  CHECK(attribution.find("baselineOutputValue")->as_number() == 1.5);
}

TEST_CASE("contract 43: a model without a spec explains nothing", "[contract][explain]") {
  const Error error = refusal(load_explained("lin2"), kOnes);
  CHECK(error.code() == Errc::failed_precondition);
  CHECK(http_status(error.code()) == 400);
}

TEST_CASE("contract 44: every model that could be asked must have a spec", "[contract][explain]") {
  LocalEndpoint endpoint = load_explained("lin").deploy_to_local_endpoint();
  REQUIRE(endpoint.deploy_model("2", load_explained("lin2"), 50).has_value());
  const auto refused = endpoint.explain(kOnes);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code() == Errc::failed_precondition);
  std::string response;
  const auto served =
      endpoint.explain(R"({"deployedModelId":"1","instances":[{"a":1,"b":1,"c":1}]})", response);
  REQUIRE(served.has_value());
  CHECK(*served == "1");
  const auto bare = endpoint.explain(R"({"deployedModelId":"2","instances":[[1,1,1]]})");
  REQUIRE_FALSE(bare.has_value());
  CHECK(bare.error().code() == Errc::failed_precondition);
  const auto nobody = endpoint.explain(R"({"deployedModelId":"9","instances":[[1,1,1]]})");
  REQUIRE_FALSE(nobody.has_value());
  CHECK(nobody.error().code() == Errc::not_found);
}

TEST_CASE("contract 45: an override changes neither inputs nor the method", "[contract][explain]") {
  const LocalModel model = load_explained("lin");
  const Error unknown = refusal(model, R"({"instances":[[1,1,1]],"explanationSpecOverride":
      {"metadata":{"inputs":{"zzz":{"inputBaselines":[1]}}}}})");
  CHECK(unknown.code() == Errc::invalid_request);
  CHECK(unknown.where() == "/explanationSpecOverride/metadata/inputs/zzz");
  const Error method = refusal(model, R"({"instances":[[1,1,1]],"explanationSpecOverride":
      {"parameters":{"integratedGradientsAttribution":{"stepCount":5}}}})");
  CHECK(method.where() == "/explanationSpecOverride/parameters");
  const Value changed = explained(model, R"({"instances":[[1,1,1]],"explanationSpecOverride":
      {"metadata":{"inputs":{"a":{"inputBaselines":[3]}}}}})");
  CHECK(attributions(changed)[0].find("featureAttributions")->find("a")->as_number() == -2);
  // The next request is the deployed spec's again.
  check_line(attributions(explained(model, kOnes))[0]);
}

TEST_CASE("explain: a request's baselines are bounded by the size of its forest",
          "[contract][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "model.bst", many_stumps(6000));
  auto loaded = LocalModel::load(folder / "model.bst");
  INFO((loaded ? std::string() : loaded.error().message()));
  REQUIRE(loaded.has_value());
  const LocalModel model = with_spec(*loaded, R"({"parameters":
    {"sampledShapleyAttribution":{"pathCount":1}},"metadata":{"inputs":{
      "x":{"inputBaselines":[0]}},"outputs":{"value":{}}}})");
  // 18000 nodes of 32 bytes: 932 times within 512 MiB.
  const Error many = refusal(model, asked_with_baselines(1000));
  CHECK(many.code() == Errc::invalid_request);
  CHECK(many.where() == "/explanationSpecOverride/metadata/inputs/x/inputBaselines");
  CHECK(many.found() == "1000 baselines");
  CHECK(many.expected().starts_with("at most 932 in a request"));
  // 6000 stumps from -1 to 1, half of the baselines on the other side.
  const Value::List few = attributions(explained(model, asked_with_baselines(2)));
  CHECK(few[0].find("featureAttributions")->find("x")->as_number() == 6000);
}

TEST_CASE("contract 46: which outputs are explained", "[contract][explain]") {
  const LocalModel model = load_explained("cls");
  const auto ask = [&](const std::string& parameters) {
    return attributions(explained(
        model,
        R"({"instances":[[1,0]],"explanationSpecOverride":{"parameters":)" + parameters + "}}"));
  };
  const auto index = [](const Value& attribution) {
    return (*attribution.find("outputIndex")->as_list())[0].as_number();
  };
  const std::string sampled = R"("sampledShapleyAttribution":{"pathCount":5})";
  // a = 1 gives class "2" the score 0.75.
  const Value::List one = ask("{" + sampled + "}");
  REQUIRE(one.size() == 1);
  CHECK(index(one[0]) == 1);
  CHECK(*one[0].find("outputDisplayName")->as_text() == "2");
  CHECK(one[0].find("featureAttributions")->find("a")->as_number() == Approx(0.5).epsilon(1e-6));
  CHECK(one[0].find("featureAttributions")->find("b")->as_number() == 0);
  for (const char* all : {"-1", "2", "7"}) {
    const Value::List both = ask("{" + sampled + R"(,"topK":)" + all + "}");
    REQUIRE(both.size() == 2);
    CHECK(index(both[0]) == 1);
    CHECK(index(both[1]) == 0);
    CHECK(both[1].find("featureAttributions")->find("a")->as_number() ==
          Approx(-0.5).epsilon(1e-6));
  }
  const Value::List chosen = ask("{" + sampled + R"(,"outputIndices":[0,1],"topK":1})");
  REQUIRE(chosen.size() == 2);
  CHECK(index(chosen[0]) == 0);
  CHECK(index(chosen[1]) == 1);
  const Error twice =
      refusal(model, R"({"instances":[[1,0]],"explanationSpecOverride":{"parameters":{)" + sampled +
                         R"(,"outputIndices":[1,0,1]}}})");
  CHECK(twice.code() == Errc::invalid_request);
  CHECK(twice.where() == "/explanationSpecOverride/parameters/outputIndices/2");
  CHECK(twice.found() == "a second 1");
}

TEST_CASE("contract 47: lists by a mapping of names", "[contract][explain]") {
  const LocalModel model = with_spec(load_explained("nameless"), R"({"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}},"metadata":{"inputs":{"features":{
      "encoding":"BAG_OF_FEATURES","indexFeatureMapping":["x","y","z"],
      "inputBaselines":[[0,0,0]]}},"outputs":{"value":{}}}})");
  const Value attribution = attributions(explained(model, R"({"instances":[[5,5,"NaN"]]})"))[0];
  // 1 where f2 < 1, 7 where it is missing.
  CHECK(attribution.find("featureAttributions")->find("z")->as_number() == 6);
  CHECK(attribution.find("featureAttributions")->find("x")->as_number() == 0);
}

TEST_CASE("explain: an array without encoding keeps its shape", "[contract][explain]") {
  const LocalModel model = with_spec(load_explained("nameless"), R"({"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}},"metadata":{"inputs":{"row":{
      "inputBaselines":[0]}},"outputs":{"value":{}}}})");
  const Value attribution = attributions(explained(model, R"({"instances":[[5,5,5]]})"))[0];
  const Value::List& row = *attribution.find("featureAttributions")->find("row")->as_list();
  REQUIRE(row.size() == 3);
  CHECK(row[2].as_number() == 1);  // from 1 to 2, where f2 < 1e9
}

TEST_CASE("explain: a column that the spec leaves out keeps the instance's value",
          "[contract][explain]") {
  const LocalModel model = with_spec(load_explained("lin"), R"({"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}},"metadata":{"inputs":{
      "a":{"inputBaselines":[0]},"b":{"inputBaselines":[0]}},"outputs":{"y":{}}}})");
  const Value attribution = attributions(explained(model, kOnes))[0];
  CHECK(attribution.find("baselineOutputValue")->as_number() == -2.5);
  CHECK(attribution.find("featureAttributions")->as_object()->size() == 2);
}

TEST_CASE("explain: a group is one player", "[contract][explain]") {
  const LocalModel model = with_spec(load_explained("lin"), R"({"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}},"metadata":{"inputs":{
      "a":{"inputBaselines":[0],"groupName":"ab"},"b":{"inputBaselines":[0],"groupName":"ab"},
      "c":{"inputBaselines":[0]}},"outputs":{"y":{}}}})");
  const Value attribution = attributions(explained(model, kOnes))[0];
  CHECK(attribution.find("featureAttributions")->find("ab")->as_number() == 3);
  CHECK(attribution.find("featureAttributions")->as_object()->size() == 2);
}

TEST_CASE("explain: baselines may stand in the sidecar's signature", "[contract][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "trivet.json", R"({"explanationSpec":{"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}}},"signature":{"columns":[
      {"name":"a","type":"number","baseline":0},{"name":"b","type":"number","baseline":2},
      {"name":"c","type":"number","baseline":0}]}})");
  const LocalModel model = load_explained("lin2", folder / "trivet.json");
  const Value attribution = attributions(explained(model, kOnes))[0];
  // 1 + 2a + 2b + 2c
  CHECK(attribution.find("baselineOutputValue")->as_number() == 5);
  CHECK(attribution.find("featureAttributions")->find("b")->as_number() == -2);
}

TEST_CASE("explain: a spec in the sidecar must fit the model", "[contract][explain]") {
  const TemporaryFolder folder;
  const auto load = [&](const std::string& spec) {
    write_file(folder / "trivet.json", R"({"explanationSpec":)" + spec + "}");
    LoadOptions options;
    options.sidecar = folder / "trivet.json";
    const auto model = LocalModel::load(data_path("contract/models/lin"), options);
    REQUIRE_FALSE(model.has_value());
    CHECK(model.error().code() == Errc::invalid_model);
    return std::string(model.error().where());
  };
  CHECK(load(R"({"parameters":{"sampledShapleyAttribution":{"pathCount":0}}})") ==
        "trivet.json: /explanationSpec/parameters/sampledShapleyAttribution/pathCount");
  CHECK(load(R"({"parameters":{"sampledShapleyAttribution":{"pathCount":5}},"metadata":{
    "inputs":{"aa":{"inputBaselines":[0]}},"outputs":{"y":{}}}})") ==
        "trivet.json: /explanationSpec/metadata/inputs/aa");
}

TEST_CASE("explain: an old metadata file beside the artefact serves", "[contract][explain]") {
  const TemporaryFolder folder;
  write_file(folder / "model.bst", read_file(data_path("contract/models/lin/model.bst")));
  write_file(folder / "explanation_metadata.json", R"({"inputs":{"features":{
    "encoding":"bag_of_features","index_feature_mapping":["x","y","z"],
    "input_baselines":[[0,0,0]]}},"outputs":{"y":{"output_tensor_name":"y"}},
    "framework":"xgboost"})");
  for (const std::string& path : {folder.path(), folder / "model.bst"}) {
    const auto model = LocalModel::load(path);
    REQUIRE(model.has_value());
    const Value attribution = attributions(explained(*model, R"({"instances":[[1,1,1]]})"))[0];
    CHECK(attribution.find("featureAttributions")->find("z")->as_number() == -3);
  }
  // One that was written for something else is told of, and predictions go on.
  write_file(folder / "explanation_metadata.json", R"({"inputs":{"image":{}},"outputs":{"y":{}}})");
  const auto model = LocalModel::load(folder.path());
  REQUIRE(model.has_value());
  CHECK(model->explanation_spec() == nullptr);
  REQUIRE(model->info().warnings.size() == 1);
  CHECK(model->info().warnings[0].find("explanation_metadata.json") != std::string::npos);
}

TEST_CASE("explain: a spec that doesn't fit says where and why", "[contract][explain]") {
  const LocalModel model = load_explained("lin");
  const auto with_inputs = [](const std::string& inputs) {
    return R"({"parameters":{"sampledShapleyAttribution":{"pathCount":5}},"metadata":{"inputs":)" +
           inputs + R"(,"outputs":{"y":{}}}})";
  };
  const std::vector<std::pair<std::string, std::string>> cases{
      {with_inputs(R"({"a":{}})"), "/metadata/inputs/a/inputBaselines"},
      {with_inputs(R"({"a":{"inputBaselines":["abc"]}})"), "/metadata/inputs/a/inputBaselines/0"},
      {with_inputs(R"({"a":{"inputBaselines":[0,"NaN"]}})"), "/metadata/inputs/a/inputBaselines/1"},
      {with_inputs(R"({"a":{"inputBaselines":[0,1]},"b":{"inputBaselines":[0,1,2]}})"),
       "/metadata/inputs/a/inputBaselines"},
      {with_inputs(R"({"a":{"inputBaselines":[0],"encoding":"CONCAT_EMBEDDING"}})"),
       "/metadata/inputs/a/encoding"},
      {with_inputs(R"({"rows":{"encoding":"BAG_OF_FEATURES","inputBaselines":[[0,0,0]]}})"),
       "/metadata/inputs/rows/indexFeatureMapping"},
      {with_inputs(R"({"rows":{"encoding":"BAG_OF_FEATURES","indexFeatureMapping":["x","y","z"],
                      "inputBaselines":[[0,0]]}})"),
       "/metadata/inputs/rows/inputBaselines/0"},
      {with_inputs(R"({"a":{"inputBaselines":[0],"groupName":"b"},"b":{"inputBaselines":[0]}})"),
       "/metadata/inputs"},
      {line_spec(R"({"xraiAttribution":{"stepCount":5}})"), "/parameters/xraiAttribution"},
      {line_spec(R"({"examples":{"neighborCount":5}})"), "/parameters/examples"},
  };
  for (const auto& [json, place] : cases) {
    const Error error = misfit(model, json);
    INFO(json << error.message());
    CHECK(std::string(error.where()) == place);
    CHECK(error.code() == Errc::invalid_argument);
    CHECK_FALSE(error.expected().empty());
  }
}

TEST_CASE("explain: the typed doors give the same numbers", "[contract][explain]") {
  const LocalModel model = load_explained("lin");
  const std::vector<double> rows{1, 1, 1, 2, 0, 0};
  const MatrixView<const double> view(rows.data(), 2, 3);
  const auto structs = model.explain(view);
  REQUIRE(structs.has_value());
  REQUIRE(structs->size() == 2);
  const Attribution& second = (*structs)[1].attributions[0];
  CHECK(second.feature_attributions.find("a")->as_number() == 2);
  CHECK(second.instance_output_value == 2.5);
  CHECK(second.output_name == "y");
  Session session = model.session();
  const auto numbers = session.explain(view);
  REQUIRE(numbers.has_value());
  CHECK(numbers->players.size() == 3);
  CHECK(std::vector<double>(numbers->attributions.begin(), numbers->attributions.end()) ==
        std::vector<double>{1, 2, -3, 2, 0, 0});
  const auto plan = model.explanation_plan();
  REQUIRE(plan.has_value());
  CHECK(plan->name == "linear");
  CHECK(plan->exact);
  const std::vector<Value> instances{Value(Value::List{Value(1), Value(1), Value(1)})};
  const auto prediction = model.deploy_to_local_endpoint().explain(instances);
  REQUIRE(prediction.has_value());
  REQUIRE(prediction->explanations.size() == 1);
  CHECK(prediction->explanations[0].attributions[0].feature_attributions.find("c")->as_number() ==
        -3);
  CHECK(prediction->predictions.size() == 1);
}

TEST_CASE("explain: what has no finite number can't be compared", "[contract][explain]") {
  const LocalModel model = with_spec(load_explained("growth"), R"({"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}},"metadata":{"inputs":{
      "x":{"inputBaselines":[1]}},"outputs":{"y":{}}}})");
  const Error error = refusal(model, R"({"instances":[[1],[-1]]})");
  CHECK(error.where() == "/instances/1");
  const Error missing = refusal(load_explained("lin"), R"({"instances":[[1,1,"NaN"]]})");
  CHECK(missing.where() == "/instances/0/2");
}

TEST_CASE("explain: attributions without end are refused between finite outputs",
          "[contract][explain]") {
  // The margin is 0 at both ends, and 1000 where x alone is the instance's: exp has no such number.
  const LocalModel model = with_spec(load_explained("swing"), R"({"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}},"metadata":{"inputs":{
      "x":{"inputBaselines":[-1]},"y":{"inputBaselines":[-1]}},"outputs":{"z":{}}}})");
  const Error error = refusal(model, R"({"instances":[[-1,-1],[1,1]]})");
  CHECK(error.code() == Errc::invalid_request);
  CHECK(error.where() == "/instances/1");
  CHECK(error.found() == "an attribution is no finite number");
  const Value same = attributions(explained(model, R"({"instances":[[-1,-1]]})"))[0];
  CHECK(same.find("featureAttributions")->find("x")->as_number() == 0);
}

/// The golden model with categories, where a number of the sidecar's stands for missing.
LocalModel load_with_missing(const std::string& missing) {
  const TemporaryFolder folder;
  LoadOptions options;
  options.sidecar = folder / "trivet.json";
  write_file(options.sidecar, R"({"missing":)" + missing + R"(,"signature":{"columns":[
    {"name":"v0","type":"category","categories":["a","b","c","d","e"]},{"name":"v1"},
    {"name":"v2"},{"name":"v3"},{"name":"v4"},{"name":"v5"},{"name":"v6"}]}})");
  auto model = LocalModel::load(data_path("golden/explain/xgb_categories_missing/model"), options);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  return std::move(model).value();
}

TEST_CASE("explain: a sidecar's number for missing marks baselines as it marks instances",
          "[contract][explain]") {
  struct Row {
    const char* name;
    std::string missing;  // the sidecar's
    std::string number;   // of the instance and of the baseline
  };
  const Row rows[] = {
      {"a category's code is none", "1", "0.3"},
      {"a number that float32 rounds", "0.1", "0.1"},
      {"a number that float32 holds", "0.5", "0.5"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const LocalModel model = with_spec(load_with_missing(row.missing),
                                       R"({"parameters":{"sampledShapleyAttribution":
      {"pathCount":5}},"metadata":{"inputs":{"v0":{"inputBaselines":["b"]},
      "v2":{"inputBaselines":[)" + row.number +
                                           R"(]}},"outputs":{"prediction":{}}}})");
    const Value attribution =
        attributions(explained(model, R"({"instances":[{"v0":"b","v1":2,"v2":)" + row.number +
                                          R"(,"v3":-0.1,"v4":0.02,"v5":-0.04,"v6":-0.014}]})"))[0];
    // The instance is the baseline: the same answer, and nothing for anybody.
    CHECK(attribution.find("baselineOutputValue")->as_number() ==
          attribution.find("instanceOutputValue")->as_number());
    CHECK(attribution.find("featureAttributions")->find("v0")->as_number() == 0);
    CHECK(attribution.find("featureAttributions")->find("v2")->as_number() == 0);
  }
}

TEST_CASE("explain: labels have no attributions", "[contract][explain]") {
  const LocalModel model = with_spec(load_explained("yes_no"), R"({"parameters":
    {"sampledShapleyAttribution":{"pathCount":5}},"metadata":{"inputs":{
      "a":{"inputBaselines":[0]}},"outputs":{"y":{}}}})");
  // The raw value goes from -ln 3 to ln 3.
  const Value raw = attributions(explained(model, R"({"instances":[[1]]})"))[0];
  CHECK(raw.find("featureAttributions")->find("a")->as_number() ==
        Approx(2 * std::log(3.0)).epsilon(1e-9));
  const Value probability = attributions(
      explained(model, R"({"instances":[[1]],"parameters":{"prediction_type":"Probability"}})"))[0];
  CHECK(probability.find("featureAttributions")->find("a")->as_number() ==
        Approx(0.5).epsilon(1e-9));
  const Error error =
      refusal(model, R"({"instances":[[1]],"parameters":{"prediction_type":"Class"}})");
  CHECK(error.code() == Errc::invalid_request);
  CHECK(error.where() == "/parameters");
}

}  // namespace trivet::test
