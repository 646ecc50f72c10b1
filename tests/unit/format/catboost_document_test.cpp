// SPDX-License-Identifier: Apache-2.0
// CatBoost's JSON models, small enough to be walked by hand.
#include <string>
#include <vector>

#include "catboost_files.hpp"
#include "catch.hpp"

namespace trivet::test {
namespace {

/// Adds a loss and parameters of classes to kObliviousModel.
std::string with_info(std::string_view loss, std::string_view class_params,
                      std::string_view more = "") {
  std::string info = R"("params":{"loss_function":{"type":")" + std::string(loss) + R"("}})";
  if (!class_params.empty()) info += R"(,"class_params":)" + std::string(class_params);
  return changed(kObliviousModel, R"("params":{"loss_function":{"type":"RMSE"}})",
                 info + std::string(more));
}

/// Leaves of two values, [v, -v] of kObliviousModel.
std::string two_outputs(std::string_view loss, std::string_view class_params) {
  std::string model = with_info(loss, class_params);
  model = changed(model, "[1,2,4,8]", "[1,-1,2,-2,4,-4,8,-8]");
  return changed(model, "[2,[0.5]]", "[1,[0,0]]");
}

const spi::TreeEnsemble& forest_in(const spi::Graph& graph) {
  for (const spi::Node& node : graph.nodes) {
    if (const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body)) return *forest;
  }
  FAIL("no forest");
  std::abort();
}

}  // namespace

TEST_CASE("catboost json: an oblivious tree, scale and bias", "[format][catboost]") {
  // x > border goes right; on the border is left; the first split is the lowest bit.
  CHECK(catboost_answer(kObliviousModel, "[[0,0],[1,0],[0,3],[1,3],[0.5,2]]") ==
        "[2.5,4.5,8.5,16.5,2.5]");
  CHECK(catboost_answer(kObliviousModel, R"([{"b":3,"a":0.5000001}])") == "[16.5]");
  // Rounded to float32 first: 0.5 + 1e-12 is on the border.
  CHECK(catboost_answer(kObliviousModel, "[[0.500000000001,0]]") == "[2.5]");
}

TEST_CASE("catboost json: leaves and weights keep the file's order", "[format][catboost]") {
  const auto graph = read_catboost(kObliviousModel);
  REQUIRE(graph.has_value());
  const spi::TreeEnsemble& forest = forest_in(*graph);
  CHECK(forest.leaf.f64 == std::vector<double>{1, 2, 4, 8});
  CHECK(forest.leaf_cover == std::vector<float>{1, 2, 3, 4});
  // The last split is the root; below it the first one, twice.
  CHECK(forest.feature == std::vector<std::uint32_t>{1, 0, 0});
  CHECK(forest.split_cover == std::vector<float>{10, 3, 7});
  CHECK(graph->provenance.version == "1.2.10");
  CHECK(graph->provenance.objective == "RMSE");
  CHECK(graph->provenance.format == "catboost-json");
  CHECK(graph->values[graph->input.value].dtype == DType::float32);
  CHECK(graph->nodes.size() == 1);
}

TEST_CASE("catboost json: where NaN goes", "[format][catboost]") {
  struct Row {
    const char* has_nans;
    const char* treatment;
    const char* border;
    const char* answer;
  };
  // Left is 2.5, right 4.5. Without NaN in training it is compared, which is false.
  const Row rows[] = {
      {"true", "AsIs", "0.5", "[2.5]"},        {"true", "AsFalse", "0.5", "[2.5]"},
      {"true", "AsTrue", "0.5", "[4.5]"},      {"false", "AsTrue", "0.5", "[2.5]"},
      {"true", "AsTrue", "Infinity", "[2.5]"}, {"true", "AsFalse", "-Infinity", "[2.5]"},
  };
  for (const Row& row : rows) {
    INFO(row.has_nans << " " << row.treatment << " " << row.border);
    std::string model =
        changed(kObliviousModel, "\"has_nans\":false", "\"has_nans\":" + std::string(row.has_nans));
    model = changed(model, "\"AsIs\"", "\"" + std::string(row.treatment) + "\"");
    model =
        changed(model, "[0.5],\"feature_id\"", "[" + std::string(row.border) + "],\"feature_id\"");
    CHECK(catboost_answer(model, R"([["NaN",0]])") == row.answer);
  }
}

TEST_CASE("catboost json: steps, one-hot codes and NaN above all borders", "[format][catboost]") {
  CHECK(
      catboost_answer(kStepModel,
                      R"([["green",0],["red",0],["red",2],["blue",2],["red","NaN"],["blue",1]])") ==
      "[30.0,10.0,20.0,20.0,20.0,10.0]");
  const auto graph = read_catboost(kStepModel);
  REQUIRE(graph.has_value());
  CHECK(forest_in(*graph).split_cover == std::vector<float>{18, 11});
  CHECK(graph->values[graph->input.value].dtype == DType::float64);
}

TEST_CASE("catboost json: what a category may be", "[format][catboost]") {
  // 1390465085 is green's code; "1390465085" is another text.
  CHECK(catboost_answer(kStepModel, R"([[1390465085,0],[true,0],["",0],["NaN",0]])") ==
        "[10.0,10.0,10.0,10.0]");
  for (const char* bad : {"null", "NaN", "1.5", "7.0", "1e3", "[1]", "{}"}) {
    INFO(bad);
    const std::string message =
        catboost_answer(kStepModel, "[[\"red\",0],[" + std::string(bad) + ",0]]");
    CHECK(message.find("/instances/1/0") != std::string::npos);
    CHECK(message.find("a text or a whole number") != std::string::npos);
  }
}

// The text lies above the middle of 1 and the float behind it, its double on the middle.
TEST_CASE("catboost json: borders are rounded once, in features and in splits",
          "[format][catboost]") {
  constexpr std::string_view kBorder = "1.00000005960464477539062500000001";
  const std::string text(kBorder);
  std::string model = changed(kObliviousModel, "\"borders\":[0.5]", "\"borders\":[" + text + "]");
  model = changed(model, "{\"split_index\":0}", "{\"split_index\":0,\"border\":" + text + "}");
  CHECK(catboost_answer(model, "[[0,0]]") == "[2.5]");
}

TEST_CASE("catboost json: labels come as they were trained", "[format][catboost]") {
  struct Row {
    const char* params;
    const char* answer;  ///< below and above 0: the raw values are 2·leaf - 7
  };
  const Row rows[] = {
      {"", "[0,1]"},
      {R"({"class_label_type":"Integer","class_names":[9007199254740993,9007199254740995]})",
       "[9007199254740993,9007199254740995]"},
      {R"({"class_label_type":"Integer","class_names":[3,7],"class_to_label":[0,1]})", "[3,7]"},
      {R"({"class_label_type":"Float","class_names":[0.5,2]})", "[0.5,2.0]"},
      {R"({"class_label_type":"String","class_names":["no","größe"]})", R"(["no","größe"])"},
      {R"({"class_label_type":"Boolean","class_names":[false,true]})", "[false,true]"},
      {R"({"class_names":[],"class_to_label":[0,1],"classes_count":0})", "[0,1]"},
      {R"({"class_names":[],"class_to_label":[4,9]})", "[4,9]"},
      {R"("{\"class_names\":[\"a\",\"b\"]}")", R"(["a","b"])"},
  };
  for (const Row& row : rows) {
    INFO(row.params);
    const std::string model = changed(with_info("Logloss", row.params), "[0.5]]", "[-7]]");
    CHECK(catboost_answer(model, "[[0,0],[1,3]]", "Class") == row.answer);
    CHECK(catboost_answer(model, "[[0,0],[1,3]]") == "[-5.0,9.0]");
  }
}

TEST_CASE("catboost json: prediction types of each task", "[format][catboost]") {
  const std::string binary = changed(with_info("Logloss", ""), "[2,[0.5]]", "[0,[0]]");
  CHECK(catboost_answer(binary, "[[0,0]]", "Probability") == "[[0.5,0.5]]");
  CHECK(catboost_answer(binary, "[[0,0]]", "LogProbability") ==
        "[[-0.6931471805599453,-0.6931471805599453]]");
  // 0 isn't above 0.
  CHECK(catboost_answer(binary, "[[0,0]]", "Class") == "[0]");

  const std::string multi = two_outputs("MultiClass", R"({"class_names":["x","y"]})");
  CHECK(catboost_answer(multi, "[[0,0]]") == "[[1.0,-1.0]]");
  CHECK(catboost_answer(multi, "[[0,0],[1,3]]", "Class") == R"(["x","x"])");
  const std::string ova = two_outputs("MultiClassOneVsAll", R"({"class_names":["x","y"]})");
  // e / (1 + e) and 1 / (1 + e)
  CHECK(catboost_answer(ova, "[[0,0]]", "Probability") ==
        "[[0.7310585786300049,0.2689414213699951]]");
  const std::string labels = two_outputs("MultiLogloss", "");
  CHECK(catboost_answer(labels, "[[0,0]]", "Class") == "[[1,0]]");
  CHECK(catboost_answer(kObliviousModel, "[[0,0]]", "Exponent") == "[12.182493960703473]");
  CHECK(catboost_answer(kObliviousModel, "[[0,0]]", "Class").find("RawFormulaVal") !=
        std::string::npos);
}

TEST_CASE("catboost json: a threshold between the classes", "[format][catboost]") {
  // logit(0.75) = ln 3 = 1.0986: between the raw values 1 and 2.
  const std::string model =
      changed(with_info("Logloss", "", R"(,"binclass_probability_threshold":"0.75")"), "[2,[0.5]]",
              "[1,[0]]");
  CHECK(catboost_answer(model, "[[0,0],[1,0]]", "Class") == "[0,1]");
  CHECK(catboost_answer(changed(model, "0.75", "1.5"), "[[0,0]]").find("binclass") !=
        std::string::npos);
}

TEST_CASE("catboost json: trees without tests", "[format][catboost]") {
  const std::string leaf = changed(
      kObliviousModel,
      R"("leaf_values":[1,2,4,8],"leaf_weights":[1,2,3,4],"splits":[{"split_index":0},{"split_index":1}])",
      R"("leaf_values":[3],"splits":null)");
  CHECK(catboost_answer(leaf, "[[0,0]]") == "[6.5]");
}

// CatBoost 1.2.10 loads a model without trees (shrink() makes one), but its predict says "Empty
// tree range".
TEST_CASE("catboost json: no trees", "[format][catboost]") {
  for (const char* trees : {"null", "[]"}) {
    INFO(trees);
    const auto graph =
        read_catboost(changed(kObliviousModel, "\"oblivious_trees\":[",
                              "\"oblivious_trees\":" + std::string(trees) + ",\"x\":["));
    REQUIRE_FALSE(graph.has_value());
    CHECK(graph.error().where() == "trees");
  }
}

// What CatBoost 1.2.10 makes of them; before 0.20 there was no such member.
TEST_CASE("catboost json: scale and bias that aren't there are 1 and 0", "[format][catboost]") {
  const auto answer = [](const char* from, const char* to) {
    return catboost_answer(changed(kObliviousModel, from, to), "[[1,3]]");
  };
  CHECK(answer(",\"scale_and_bias\":[2,[0.5]]", "") == "[8.0]");
  CHECK(answer("[2,[0.5]]", "[2]") == "[16.0]");
  CHECK(answer("[2,[0.5]]", "[2,[]]") == "[16.0]");
  CHECK(answer("[2,[0.5]]", "[2,0.25]") == "[16.25]");  // up to 0.24
}

TEST_CASE("catboost json: splits that repeat their conditions", "[format][catboost]") {
  const std::string numeric = changed(
      kObliviousModel, "{\"split_index\":1}",
      R"({"border":2,"float_feature_index":1,"split_index":1,"split_type":"FloatFeature"})");
  CHECK(catboost_answer(numeric, "[[1,3]]") == "[16.5]");
  const std::string one_hot =
      changed(kStepModel, "{\"split_index\":2}",
              R"({"cat_feature_index":0,"split_index":2,"split_type":"OneHotFeature",)"
              R"("value":1390465085})");
  CHECK(catboost_answer(one_hot, R"([["green",0]])") == "[30.0]");
  CHECK_FALSE(read_catboost(changed(one_hot, "\"value\":1390465085", "\"value\":7")));
  CHECK_FALSE(
      read_catboost(changed(one_hot, "\"cat_feature_index\":0", "\"cat_feature_index\":1")));
}

TEST_CASE("catboost json: tables are found by name", "[format][catboost]") {
  // Borders: red has 1 below and 3 above, unknown words nothing. (3 + 1) / (4 + 1) = 0.8 and
  // (0 + 1) / (0 + 1) = 1, both times 10. The fold of one hash h is M·M·h, modulo 2^64.
  constexpr std::uint64_t kM = 0x4906ba494954cb65u;
  const std::uint64_t red = kM * (kM * static_cast<std::uint64_t>(std::int64_t{-1242798403}));
  const std::string model =
      R"({"ctr_data":{"t":{"counter_denominator":0,"hash_map":[")" + std::to_string(red) +
      R"(",1,3],"hash_stride":3}},"features_info":{"categorical_features":[{"feature_id":"",)"
      R"("feature_index":0,"flat_feature_index":0}],"ctrs":[{"borders":[9],"ctr_type":"Borders",)"
      R"("elements":[{"cat_feature_index":0,"combination_element":"cat_feature_value"}],)"
      R"("identifier":"t","prior_denomerator":1,"prior_numerator":1,"scale":10,"shift":0,)"
      R"("target_border_idx":0}]},"model_info":{},"oblivious_trees":[{"leaf_values":[-1,1],)"
      R"("splits":[{"split_index":0}]}],"scale_and_bias":[1,[0]]})";
  CHECK(catboost_answer(model, R"([["red"],["blue"]])") == "[-1.0,1.0]");
  // The border in float32 decides: 8 is 8.
  CHECK(catboost_answer(changed(model, "[9]", "[7.9]"), R"([["red"],["blue"]])") == "[1.0,1.0]");
  struct Row {
    const char* from;
    const char* to;
    const char* says;
  };
  const Row rows[] = {
      {"\"identifier\":\"t\"", "\"identifier\":\"u\"", "no table"},
      {"\"target_border_idx\":0", "\"target_border_idx\":1", "target border"},
      {"\"Borders\"", "\"Counter\"", "Counter"},
      {"\"Borders\"", "\"Edges\"", "Edges"},
      {"\"cat_feature_index\":0,\"comb", "\"cat_feature_index\":4,\"comb", "categorical feature 4"},
      {",1,3]", ",1,3,\"7\",1]", "3 numbers for 2 hashes"},
      {"\"cat_feature_value\"", "\"text_value\"", "text_value"},
      {"[{\"borders\":[9]", "[{\"borders\":[NaN]", "NaN"},
  };
  for (const Row& row : rows) {
    INFO(row.to);
    const std::string message = catboost_answer(changed(model, row.from, row.to), "[[\"red\"]]");
    CHECK(message.find(row.says) != std::string::npos);
  }
}

TEST_CASE("catboost json: tables that the export has merged are refused", "[format][catboost]") {
  const auto feature = [](const char* prior) {
    return R"({"borders":[9],"ctr_type":"Borders","elements":[{"cat_feature_index":0,)"
           R"("combination_element":"cat_feature_value"}],"identifier":"t","prior_denomerator":1,)"
           R"("prior_numerator":)" +
           std::string(prior) + R"(,"scale":1,"shift":0,"target_border_idx":0})";
  };
  const auto model = [&](const std::string& ctrs, std::string_view info) {
    return R"({"ctr_data":{"t":{"counter_denominator":0,"hash_map":["1",1,3],"hash_stride":3}},)"
           R"("features_info":{"categorical_features":[{"feature_index":0,"flat_feature_index":0)"
           R"(}],"ctrs":[)" +
           ctrs + R"(]},"model_info":{)" + std::string(info) +
           R"(},"oblivious_trees":[{"leaf_values":[-1,1],"splits":[{"split_index":0}]}],)"
           R"("scale_and_bias":[1,[0]]})";
  };
  const std::string twice = feature("0.5") + "," + feature("0.5");
  const std::string ascending = feature("0") + "," + feature("0.5");
  const std::string two_cuts =
      R"("params":{"cat_feature_params":{"simple_ctrs":[{"ctr_type":"Borders",)"
      R"("target_binarization":{"border_count":1}},{"ctr_type":"Borders",)"
      R"("target_binarization":{"border_count":3}}]}})";
  CHECK(catboost_answer(model(ascending, ""), "[[\"x\"]]") == "[-1.0]");
  const std::string refused[] = {
      model(twice, ""), model(ascending, two_cuts),
      changed(changed(model(ascending, ""), "[-1,1]", "[-1,1,2,3]"), "[1,[0]]", "[1,[0,0]]")};
  for (const std::string& bytes : refused) {
    const auto graph = read_catboost(bytes);
    REQUIRE_FALSE(graph.has_value());
    CHECK(graph.error().code() == Errc::unsupported_model);
    CHECK(graph.error().message().find(".cbm") != std::string::npos);
  }
}

TEST_CASE("catboost json: what contradicts itself is an error with a place", "[format][catboost]") {
  struct Row {
    const char* from;
    const char* to;
    const char* says;
  };
  const Row rows[] = {
      {"\"split_index\":1", "\"split_index\":2", "condition 2"},
      {"\"split_index\":1", "\"split_index\":-1", "/splits/1/split_index"},
      {"\"split_index\":1", "\"index\":1", "split_index"},
      {"[1,2,4,8]", "[1,2,4]", "/oblivious_trees/0"},
      {"[1,2,3,4]", "[1,2,3]", "weights"},
      {"[1,2,4,8]", "[]", "leaves of 0 values"},
      {"\"flat_feature_index\":1", "\"flat_feature_index\":0", "two features of column 0"},
      {"\"flat_feature_index\":1", "\"flat_feature_index\":-1", "column -1"},
      {"\"flat_feature_index\":1", "\"flat_feature_index\":99999999", "column 99999999"},
      {"\"feature_index\":1", "\"feature_index\":0", "two numeric features 0"},
      {"[2,[0.5]]", "[2,[0.5,0.5]]", "scale and bias"},
      {"[2,[0.5]]", "[Infinity,[0.5]]", "scale and bias"},
      {"[2,[0.5]]", "[2,[0.5],1]", "third"},
      {"\"AsIs\"", "\"AsMean\"", "AsMean"},
      {"\"oblivious_trees\"", "\"old_trees\"", "trees"},
      {"[0.5],\"feature_id\"", "[0.5,0.25],\"feature_id\"", "the border 0.25 behind 0.5"},
      {"[2,[0.5]]", "[]", "an empty list"},
      {"{\"split_index\":1}", R"({"split_index":1,"split_type":"Float"})", "\"Float\""},
      {"{\"split_index\":1}", R"({"split_index":1,"split_type":"OnlineCtr"})", "OnlineCtr"},
      {"{\"split_index\":1}", R"({"split_index":1,"border":2.5})", "border 2.5"},
      {"{\"split_index\":1}", R"({"split_index":1,"float_feature_index":0})", "feature 0"},
      {"{\"split_index\":1}", R"({"split_index":1,"value":2})", "value 2"},
      {"\"flat_feature_index\":1", "\"flat_feature_index\":5000", "column 5000"},
      {"\"has_nans\":false", "\"has_nans\":2", "has_nans"},
      {"\"features_info\":{", "\"features_info\":{\"text_features\":[{}],", "text_features"},
      {"\"features_info\":{", "\"features_info\":{\"embedding_features\":[{}],", "embedding"},
      {"\"RMSE\"", "\"RMSE\",\"type\":5", "type"},
  };
  for (const Row& row : rows) {
    INFO(row.to);
    const auto graph = read_catboost(changed(kObliviousModel, row.from, row.to));
    REQUIRE_FALSE(graph.has_value());
    CHECK(graph.error().message().find(row.says) != std::string::npos);
    CHECK_FALSE(graph.error().where().empty());
  }
}

TEST_CASE("catboost json: names that occur twice are dropped", "[format][catboost]") {
  const auto graph =
      read_catboost(changed(kObliviousModel, "\"feature_id\":\"b\"", "\"feature_id\":\"a\""));
  REQUIRE(graph.has_value());
  CHECK(graph->input.columns[1].name.empty());
  CHECK(graph->provenance.warnings.size() == 1);
}

}  // namespace trivet::test
