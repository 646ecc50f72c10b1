// SPDX-License-Identifier: Apache-2.0
// The sidecar's fields, one by one; what they do to a model is among the contract cases.
#include "core/sidecar.hpp"

#include <string>

#include "catch.hpp"
#include "core/profile.hpp"

namespace trivet::test {
namespace {

core::Sidecar parsed(const std::string& json) {
  auto sidecar = core::parse_sidecar(json);
  INFO((sidecar ? std::string() : sidecar.error().message()));
  REQUIRE(sidecar.has_value());
  return std::move(sidecar).value();
}

}  // namespace

TEST_CASE("sidecar: every field of the documentation is read", "[core][sidecar]") {
  const core::Sidecar sidecar = parsed(R"({
    "displayName": "bank deposits",
    "predictSchemata": { "predictionSchemaUri":
      "gs://google-cloud-aiplatform/schema/predict/prediction/tabular_classification_1.0.0.yaml" },
    "explanationSpec": { "parameters": { "sampledShapleyAttribution": { "pathCount": 25 } } },
    "signature": {
      "columns": [ { "name": "age", "type": "number" },
                   { "name": "job", "type": "category", "categories": ["admin", "services"],
                     "baseline": "admin" } ],
      "target": "Deposit", "classes": ["1", "2"] },
    "interval": { "coverage": 0.95, "lowerResidual": -1.9, "upperResidual": 2.1 },
    "signatureName": "serving_default",
    "missing": "NaN",
    "forecaster": { "timeColumn": "date" } })");
  CHECK(sidecar.display_name == "bank deposits");
  CHECK(sidecar.schema == core::PredictionSchema::tabular_classification);
  REQUIRE(sidecar.columns.size() == 2);
  CHECK(sidecar.columns[0].name == "age");
  CHECK(sidecar.columns[0].type == ColumnType::number);
  CHECK(sidecar.columns[1].categories == std::vector<std::string>{"admin", "services"});
  REQUIRE(sidecar.columns[1].baseline.has_value());
  CHECK(*sidecar.columns[1].baseline->as_text() == "admin");
  CHECK(sidecar.target == "Deposit");
  CHECK(sidecar.classes == std::vector<std::string>{"1", "2"});
  REQUIRE(sidecar.interval.has_value());
  CHECK(sidecar.interval->coverage == 0.95);
  CHECK(sidecar.interval->lower_residual == -1.9);
  CHECK(sidecar.interval->upper_residual == 2.1);
  CHECK(sidecar.signature_name == "serving_default");
  CHECK_FALSE(sidecar.missing.has_value());
  CHECK(sidecar.explanation_spec.find("parameters") != nullptr);
  CHECK(*sidecar.forecaster.find("timeColumn")->as_text() == "date");
}

TEST_CASE("sidecar: what isn't said is left open", "[core][sidecar]") {
  const core::Sidecar sidecar = parsed("{}");
  CHECK(sidecar.schema == core::PredictionSchema::none);
  CHECK(sidecar.columns.empty());
  CHECK_FALSE(sidecar.interval.has_value());
  CHECK(sidecar.explanation_spec.is_null());
  CHECK(parsed(R"({"missing":-1})").missing == -1.0);
  CHECK(parsed(R"({"missing":0})").missing == 0.0);
}

TEST_CASE("sidecar: versions and stores of the schema don't matter", "[core][sidecar]") {
  for (const char* uri :
       {"gs://google-cloud-aiplatform/schema/predict/prediction/tabular_regression_1.0.0.yaml",
        "/schemas/tabular_regression_2.0.0.yaml"}) {
    const std::string json =
        R"({"predictSchemata":{"predictionSchemaUri":")" + std::string(uri) + R"("}})";
    CHECK(parsed(json).schema == core::PredictionSchema::tabular_regression);
  }
}

TEST_CASE("sidecar: a schema that shapes no answers gives a warning", "[core][sidecar]") {
  struct Schema {
    const char* uri;
    std::size_t warning_count;
  };
  const Schema schemas[] = {
      {"", 0},
      {"gs://google-cloud-aiplatform/schema/predict/prediction/tabular_classification_1.0.0.yaml",
       0},
      {"tabular_regression_1.0.0.yaml", 0},
      {"gs://google-cloud-aiplatform/schema/predict/prediction/image_classification_1.0.0.yaml", 1},
      {"gs://bucket/tabular_clasification_1.0.0.yaml", 1},
      {"gs://tabular_regression_1.0.0.yaml/own.yml", 1},
  };
  for (const Schema& one : schemas) {
    INFO(one.uri);
    const core::Sidecar sidecar =
        parsed(R"({"predictSchemata":{"predictionSchemaUri":")" + std::string(one.uri) + R"("}})");
    CHECK(sidecar.warnings.size() == one.warning_count);
    if (one.warning_count == 0) continue;
    CHECK(sidecar.schema == core::PredictionSchema::none);
    CHECK(sidecar.warnings.front().find("/predictSchemata/predictionSchemaUri") !=
          std::string::npos);
  }
}

TEST_CASE("sidecar: tabular classification takes the classes that the model names itself",
          "[core][sidecar]") {
  const core::Sidecar sidecar = parsed(
      R"({"predictSchemata":{"predictionSchemaUri":"x/tabular_classification_1.0.0.yaml"}})");
  spi::Graph graph;
  graph.values = {{"scores", DType::float64, 2}};
  graph.outputs.emplace_back();
  graph.outputs.front().name = "probabilities";
  graph.outputs.front().classes = {"no", "yes"};
  CHECK(core::apply_sidecar(sidecar, graph).has_value());

  Signature signature;
  signature.outputs = {{"probabilities", DType::float64, {2}, {"no", "yes"}}};
  const auto profile = core::Profile::make(sidecar, signature);
  REQUIRE(profile.has_value());
  const double scores[] = {0.25, 0.75};
  std::string answer;
  json::ResponseWriter writer(answer);
  profile->write_predictions({&signature.outputs.front(), 1, scores}, 0, writer);
  CHECK(answer == R"({"classes":["no","yes"],"scores":[0.25,0.75]})");

  graph.outputs.front().classes.clear();
  CHECK_FALSE(core::apply_sidecar(sidecar, graph).has_value());
}

TEST_CASE("sidecar: categories don't change what a column takes of a row", "[core][sidecar]") {
  spi::Graph graph;
  graph.values = {{"cells", DType::float64, 1}};
  graph.input.columns = {
      {.name = "words", .type = ColumnType::category, .form = ColumnForm::bag, .cells = 1}};
  const Status status = core::apply_sidecar(parsed(R"({"signature":{"columns":[
        {"name":"words","type":"category","categories":["a","b"]}]}})"),
                                            graph);
  REQUIRE_FALSE(status.has_value());
  CHECK(std::string(status.error().where()) == "trivet.json: /signature/columns/0");
  CHECK(graph.input.columns[0].categories.empty());
}

TEST_CASE("sidecar: classes also name those of answers that are objects", "[core][sidecar]") {
  spi::Graph graph;
  graph.values = {{"scores", DType::float64, 2}};
  spi::GraphOutput& output = graph.outputs.emplace_back();
  output.classes = {"1", "2"};
  output.object = ClassObject{"p", "v", "s", {Value(1), Value(2)}};
  CHECK(core::apply_sidecar(parsed(R"({"signature":{"classes":["1","2"]}})"), graph));
  CHECK(output.object->classes == std::vector<Value>{Value(1), Value(2)});
  CHECK(core::apply_sidecar(parsed(R"({"signature":{"classes":["nein","ja"]}})"), graph));
  CHECK(output.object->classes == std::vector<Value>{Value("nein"), Value("ja")});
}

TEST_CASE("sidecar: thousands of classes in another order are told at once", "[core][sidecar]") {
  // Counting each name among all others would take 4·10⁹ comparisons.
  constexpr int kClasses = 1 << 16;
  spi::Graph graph;
  graph.values = {{"scores", DType::float64, kClasses}};
  spi::GraphOutput& output = graph.outputs.emplace_back();
  std::string list;
  for (int i = 0; i < kClasses; ++i) {
    output.classes.push_back("class number " + std::to_string(i));
    list +=
        (i == 0 ? "\"class number " : ",\"class number ") + std::to_string(kClasses - 1 - i) + "\"";
  }
  const Status swapped =
      core::apply_sidecar(parsed(R"({"signature":{"classes":[)" + list + "]}}"), graph);
  REQUIRE_FALSE(swapped.has_value());
  CHECK(swapped.error().found() == "the model's own classes in another order");
}

TEST_CASE("sidecar: a model's own classes may be renamed, never swapped", "[core][sidecar]") {
  spi::Graph graph;
  graph.values = {{"scores", DType::float64, 2}};
  graph.outputs.emplace_back();
  graph.outputs.front().name = "probabilities";
  graph.outputs.front().classes = {"no", "yes"};
  const Status swapped =
      core::apply_sidecar(parsed(R"({"signature":{"classes":["yes","no"]}})"), graph);
  REQUIRE_FALSE(swapped.has_value());
  CHECK(std::string(swapped.error().where()) == "trivet.json: /signature/classes");
  CHECK(graph.outputs.front().classes == std::vector<std::string>{"no", "yes"});
  CHECK(core::apply_sidecar(parsed(R"({"signature":{"classes":["nein","ja"]}})"), graph));
  CHECK(graph.outputs.front().classes == std::vector<std::string>{"nein", "ja"});
}

TEST_CASE("sidecar: errors have the name of the file", "[core][sidecar]") {
  for (const char* json : {"{", R"({"missing":[]})"}) {
    INFO(json);
    const auto sidecar = core::parse_sidecar(json, "conf/bank.json");
    REQUIRE_FALSE(sidecar.has_value());
    CHECK(std::string(sidecar.error().where()).starts_with("bank.json: "));
  }
}

TEST_CASE("sidecar: fields that can't be are refused with their pointer", "[core][sidecar]") {
  struct BadSidecar {
    const char* json;
    const char* where;
  };
  const BadSidecar sidecars[] = {
      {"[]", "trivet.json"},
      {"5", "trivet.json"},
      {R"({"displayName":null})", "trivet.json: /displayName"},
      {R"({"signature":[]})", "trivet.json: /signature"},
      {R"({"signature":{"columns":{}}})", "trivet.json: /signature/columns"},
      {R"({"signature":{"columns":[5]}})", "trivet.json: /signature/columns/0"},
      {R"({"signature":{"columns":[{"type":"number"}]}})", "trivet.json: /signature/columns/0"},
      {R"({"signature":{"columns":[{"name":"a"},{"name":5}]}})",
       "trivet.json: /signature/columns/1/name"},
      {R"({"signature":{"columns":[{"name":"a","kind":"number"}]}})",
       "trivet.json: /signature/columns/0/kind"},
      {R"({"signature":{"columns":[{"name":"a","type":"category","categories":["x",5]}]}})",
       "trivet.json: /signature/columns/0/categories/1"},
      {R"({"signature":{"columns":[{"name":"a","type":"number","categories":["x"]}]}})",
       "trivet.json: /signature/columns/0"},
      {R"({"signature":{"columns":[]}})", "trivet.json: /signature/columns"},
      {R"({"signature":{"columns":[{"name":"a","categories":[]}]}})",
       "trivet.json: /signature/columns/0/categories"},
      {R"({"signature":{"classes":[]}})", "trivet.json: /signature/classes"},
      {R"({"signature":{"classes":["low","high","low"]}})", "trivet.json: /signature/classes/2"},
      {R"({"signature":{"classes":"1,2"}})", "trivet.json: /signature/classes"},
      {R"({"signature":{"target":1}})", "trivet.json: /signature/target"},
      {R"({"interval":{"coverage":0,"lowerResidual":0,"upperResidual":0}})",
       "trivet.json: /interval/coverage"},
      {R"({"interval":{"coverage":1}})", "trivet.json: /interval/coverage"},
      {R"({"interval":{"lowerResidual":"low"}})", "trivet.json: /interval/lowerResidual"},
      {R"({"missing":"none"})", "trivet.json: /missing"},
      {R"({"missing":[]})", "trivet.json: /missing"},
      {R"({"explanationSpec":5})", "trivet.json: /explanationSpec"},
      {R"({"explanationSpec":[]})", "trivet.json: /explanationSpec"},
      {R"({"forecaster":"day"})", "trivet.json: /forecaster"},
      {R"({"predictSchemata":{"predictionSchemaUri":"tabular_classification"}})",
       "trivet.json: /predictSchemata/predictionSchemaUri"},
      {R"({"predictSchemata":{"predictionSchemaUri":"gs://tabular_regression_1.0.0.yaml/x.json"}})",
       "trivet.json: /predictSchemata/predictionSchemaUri"},
      {R"({"predictSchemata":{"instanceSchemaUri":5}})",
       "trivet.json: /predictSchemata/instanceSchemaUri"},
      {R"({"predictSchemata":{"predictionSchema":"x"}})",
       "trivet.json: /predictSchemata/predictionSchema"},
  };
  for (const BadSidecar& one : sidecars) {
    INFO(one.json);
    const auto sidecar = core::parse_sidecar(one.json);
    CHECK_FALSE(sidecar.has_value());
    if (sidecar) continue;
    INFO(sidecar.error().message());
    CHECK(sidecar.error().code() == Errc::invalid_model);
    CHECK(std::string(sidecar.error().where()) == one.where);
    CHECK_FALSE(sidecar.error().found().empty());
    CHECK_FALSE(sidecar.error().expected().empty());
  }
}

TEST_CASE("sidecar: a text that ends early, wherever", "[core][sidecar]") {
  const std::string whole =
      R"({"displayName":"x","signature":{"columns":[{"name":"a","type":"number"}]},)"
      R"("interval":{"coverage":0.5}})";
  REQUIRE(core::parse_sidecar(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto sidecar = core::parse_sidecar(whole.substr(0, size));
    CHECK_FALSE(sidecar.has_value());
    if (!sidecar) CHECK(sidecar.error().code() == Errc::invalid_model);
  }
}

TEST_CASE("sidecar: a member that stands twice is refused", "[core][sidecar]") {
  CHECK_FALSE(core::parse_sidecar(R"({"displayName":"x","displayName":"y"})").has_value());
}

}  // namespace trivet::test
