// SPDX-License-Identifier: Apache-2.0
// The schema of JSON and UBJSON models, as every version wrote it.
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unit/format/xgboost_files.hpp"

namespace trivet::test {
namespace {

const spi::GraphOutput* find_output(const spi::Graph& graph, std::string_view name) {
  for (const spi::GraphOutput& output : graph.outputs) {
    if (output.name == name) return &output;
  }
  return nullptr;
}

void check_stump(const spi::Graph& graph) {
  const spi::TreeEnsemble& forest = forest_of(graph);
  REQUIRE(forest.tree_count() == 1);
  CHECK(forest.feature == std::vector<std::uint32_t>{1});
  CHECK(forest.cut.f32 == std::vector<float>{0.5F});
  CHECK(forest.leaf.f32 == std::vector<float>{-2, 4});
  CHECK(forest.flags[0].missing_left());
  CHECK(forest.split_cover == std::vector<float>{8});
  CHECK(forest.leaf_cover == std::vector<float>{5, 3});
  CHECK(forest.sum.start == std::vector<double>{0.25});
}

/// The stump with its leaves, weights and parameters replaced.
std::string with_trees(std::string_view trees, std::string_view groups, std::string_view count) {
  const std::size_t begin = kStumpModel.find("\"tree_info\"");
  const std::size_t end = kStumpModel.find("},\"name\":\"gbtree\"");
  const std::string text = std::string(kStumpModel.substr(0, begin))
                               .append("\"tree_info\":")
                               .append(groups)
                               .append(",\"trees\":")
                               .append(trees)
                               .append(kStumpModel.substr(end));
  const std::string counted = edited(text, R"("num_trees":"1")",
                                     std::string(R"("num_trees":")").append(count).append("\""));
  return edited(counted, R"("iteration_indptr":[0,1],)", "");
}

TEST_CASE("xgboost json: a stump", "[format][xgboost]") {
  CHECK(probe_xgboost(kStumpModel) == spi::Confidence::certain);
  const auto graph = read_xgboost(kStumpModel);
  REQUIRE(graph);
  check_stump(*graph);
  CHECK(graph->provenance.format == "xgboost-json");
  CHECK(graph->provenance.framework == "xgboost");
  CHECK(graph->provenance.version == "3.2.0");
  CHECK(graph->provenance.objective == "reg:squarederror");
  CHECK(graph->input.columns.at(0).name == "a");
  CHECK(graph->input.columns.at(1).name == "b");
  CHECK(spi::validate(*graph));
}

TEST_CASE("xgboost json: keys may come in any order, and unknown ones are skipped",
          "[format][xgboost]") {
  const std::string turned =
      R"({"version":[3,2,0],"news":{"trees":[[{}]]},"learner":{"objective":{"name":)"
      R"("reg:squarederror"},"learner_model_param":{"num_target":"1","num_feature":"2",)"
      R"("num_class":"0","base_score":"2.5E-1"},"gradient_booster":{"name":"gbtree","model":{)"
      R"("trees":[{"tree_param":{"num_nodes":"3"},"sum_hessian":[8,5,3],"split_indices":[1,0,0],)"
      R"("split_conditions":[0.5,-2,4],"right_children":[2,-1,-1],"left_children":[1,-1,-1],)"
      R"("default_left":[true,false,false]}],"tree_info":[0]}}}})";
  const auto graph = read_xgboost(turned);
  REQUIRE(graph);
  check_stump(*graph);
  CHECK(graph->input.columns.at(0).name.empty());
}

TEST_CASE("xgboost json: a memory snapshot in either order", "[format][xgboost]") {
  const std::string config = R"("Config":{"learner":{"objective":{"name":"none"}},"version":[9]})";
  const std::string model = "\"Model\":" + std::string(kStumpModel);
  for (const std::string& text :
       {"{" + config + "," + model + "}", "{" + model + "," + config + "}"}) {
    CHECK(probe_xgboost(text) == spi::Confidence::certain);
    const auto graph = read_xgboost(text);
    REQUIRE(graph);
    check_stump(*graph);
  }
  const std::string broken = "{" + config + "," + edited(model, "2.5E-1", "nan") + "}";
  const auto graph = read_xgboost(broken);
  REQUIRE_FALSE(graph);
  CHECK(graph.error().where() == "/Model/learner/learner_model_param/base_score");
}

TEST_CASE("xgboost json: the answers of each objective", "[format][xgboost]") {
  const auto regression = read_xgboost(kStumpModel);
  REQUIRE(regression);
  REQUIRE(find_output(*regression, "prediction") != nullptr);
  CHECK(find_output(*regression, "prediction")->scalar);
  CHECK(find_output(*regression, "margin") != nullptr);
  CHECK(find_output(*regression, "probabilities") == nullptr);
  CHECK(regression->outputs.at(0).name == "prediction");
  REQUIRE(regression->parameters.size() == 2);
  CHECK(regression->parameters[0].parameter == "output_margin");
  CHECK(regression->parameters[0].value == Value(true));
  CHECK(regression->parameters[0].output == "margin");
  CHECK(regression->parameters[1].output == "prediction");

  const std::string classes = edited(kStumpModel, R"("num_class":"0")", R"("num_class":"3")");
  for (const std::string& name : {std::string("multi:softmax"), std::string("multi:softprob")}) {
    INFO(name);
    const auto graph = read_xgboost(edited(classes, "reg:squarederror", name));
    REQUIRE(graph);
    CHECK(spi::validate(*graph));
    const bool one_class = name == "multi:softmax";
    const spi::GraphOutput* prediction = find_output(*graph, "prediction");
    const spi::GraphOutput* probabilities = find_output(*graph, "probabilities");
    REQUIRE(prediction != nullptr);
    REQUIRE(probabilities != nullptr);
    CHECK(prediction->scalar == one_class);
    CHECK(graph->values[prediction->value].width == (one_class ? 1 : 3));
    CHECK(graph->values[prediction->value].dtype == DType::float32);
    CHECK(graph->values[probabilities->value].width == 3);
    CHECK(forest_of(*graph).output_count == 3);
    CHECK(forest_of(*graph).tree_output == std::vector<std::uint32_t>{0});
    CHECK(forest_of(*graph).sum.start == std::vector<double>{0.25, 0.25, 0.25});
  }
}

TEST_CASE("xgboost json: DART keeps its weights in three places", "[format][xgboost]") {
  const std::string weights = R"("weight_drop":[0.5])";
  const std::string beside =
      edited(kStumpModel, R"("name":"gbtree")", R"("name":"gbtree",)" + weights);
  const std::string inside =
      edited(kStumpModel, R"("tree_info":[0],)", R"("tree_info":[0],)" + weights + ",");
  const std::string nested =
      edited(edited(kStumpModel, R"("gradient_booster":{"model")",
                    R"("gradient_booster":{"gbtree":{"model")"),
             R"("name":"gbtree"})", R"("name":"gbtree"},"name":"dart",)" + weights + "}");
  for (const std::string& text : {beside, inside, nested}) {
    const auto graph = read_xgboost(text);
    INFO((graph ? std::string() : graph.error().message()));
    REQUIRE(graph);
    check_stump(*graph);
    CHECK(forest_of(*graph).tree_weight == std::vector<double>{0.5});
  }
  const auto none = read_xgboost(edited(nested, "[0.5]", "[]"));
  REQUIRE(none);
  CHECK(forest_of(*none).tree_weight.empty());
  const auto longer = read_xgboost(edited(nested, "[0.5]", "[0.5,0.5]"));
  REQUIRE_FALSE(longer);
  CHECK(longer.error().where() == "/learner/gradient_booster/weight_drop");
  const auto wrong_group = read_xgboost(edited(nested, R"("tree_info":[0])", R"("tree_info":[1])"));
  REQUIRE_FALSE(wrong_group);
  CHECK(wrong_group.error().where() == "/learner/gradient_booster/gbtree/model/tree_info/0");
}

TEST_CASE("xgboost json: categories in the set go right, missing ones to the default",
          "[format][xgboost]") {
  const std::string numbered =
      edited(kStumpModel,
             R"("categories":[],"categories_nodes":[],"categories_segments":[],)"
             R"("categories_sizes":[])",
             R"("categories":[2,33],"categories_nodes":[0],"categories_segments":[0],)"
             R"("categories_sizes":[2])");
  const std::string text =
      edited(edited(numbered, R"("split_type":[0,0,0])", R"("split_type":[1,0,0])"), "[0.5,-2,4]",
             "[NaN,-2,4]");
  const auto graph = read_xgboost(text);
  INFO((graph ? std::string() : graph.error().message()));
  REQUIRE(graph);
  const spi::TreeEnsemble& forest = forest_of(*graph);
  REQUIRE(forest.flags[0].categorical());
  CHECK_FALSE(forest.categories.members_go_left);
  CHECK(forest.flags[0].missing_left());
  CHECK(forest.categories.contains(0, 2));
  CHECK(forest.categories.contains(0, 33));
  CHECK_FALSE(forest.categories.contains(0, 1));
  CHECK_FALSE(forest.categories.contains(0, -1));
  CHECK_FALSE(forest.categories.contains(0, 64));
}

TEST_CASE("xgboost json: vector leaves of 3.2 are rows that right_children names",
          "[format][xgboost]") {
  const std::string tree =
      R"([{"base_weights":[9,9,9],"default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],)"
      R"("leaf_weights":[3,4,1,2],"right_children":[2,1,0],"split_conditions":[0.5,0,0],)"
      R"("split_indices":[1,0,0],"sum_hessian":[8,5,3],"tree_param":{"num_nodes":"3",)"
      R"("size_leaf_vector":"2"}}])";
  const std::string text =
      edited(with_trees(tree, "[0]", "1"), R"("num_target":"1")", R"("num_target":"2")");
  const auto graph = read_xgboost(text);
  INFO((graph ? std::string() : graph.error().message()));
  REQUIRE(graph);
  CHECK(forest_of(*graph).leaf_width == 2);
  CHECK(forest_of(*graph).leaf.f32 == std::vector<float>{1, 2, 3, 4});
  CHECK(forest_of(*graph).tree_output.empty());
  CHECK_FALSE(graph->outputs.at(0).scalar);
  for (const std::string_view row : {"[2,2,0]", "[2,-1,0]"}) {
    const auto outside = read_xgboost(edited(text, "[2,1,0]", row));
    REQUIRE_FALSE(outside);
    CHECK(outside.error().where() == "tree 0, node 1");
  }
}

TEST_CASE("xgboost json: vector leaves up to 3.1 are rows of base_weights", "[format][xgboost]") {
  const std::string tree =
      R"({"base_weights":[9,9,1,2,3,4],"default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],)"
      R"("right_children":[2,-1,-1],"split_conditions":[0.5,0,0],"split_indices":[1,0,0],)"
      R"("sum_hessian":[8,5,3],"tree_param":{"num_nodes":"3","size_leaf_vector":"2"}})";
  const std::string second = edited(tree, R"("id":0)", R"("id":1)");
  const std::string trees = "[" + tree + "," + second + "]";
  const std::string text =
      edited(with_trees(trees, "[0,0]", "2"), R"("num_target":"1")", R"("num_target":"2")");
  const auto graph = read_xgboost(text);
  INFO((graph ? std::string() : graph.error().message()));
  REQUIRE(graph);
  CHECK(forest_of(*graph).tree_count() == 2);
  CHECK(forest_of(*graph).leaf.f32 == std::vector<float>{1, 2, 3, 4, 1, 2, 3, 4});
  CHECK_FALSE(read_xgboost(edited(text, "[9,9,1,2,3,4]", "[9,9,1,2,3]")));
  // one target is not what leaves of two values are for
  const auto narrow = read_xgboost(edited(text, R"("num_target":"2")", R"("num_target":"1")"));
  REQUIRE_FALSE(narrow);
  CHECK(narrow.error().where() == "/learner/gradient_booster/model/trees");
}

TEST_CASE("xgboost json: trees with leaves of different widths are refused", "[format][xgboost]") {
  const std::string_view scalar =
      R"({"default_left":[0],"id":0,"left_children":[-1],"right_children":[-1],)"
      R"("split_conditions":[1],"split_indices":[0],"sum_hessian":[1],"tree_param":{}})";
  const std::string vector =
      edited(edited(scalar, R"("id":0)", R"("id":1,"base_weights":[1,2])"), R"("tree_param":{})",
             R"("tree_param":{"size_leaf_vector":"2"})");
  const std::string trees = "[" + std::string(scalar) + "," + vector + "]";
  const auto graph = read_xgboost(with_trees(trees, "[0,0]", "2"));
  REQUIRE_FALSE(graph);
  CHECK(graph.error().code() == Errc::invalid_model);
}

TEST_CASE("xgboost json: models of one node and of no trees", "[format][xgboost]") {
  const std::string_view leaf =
      R"([{"default_left":[0],"id":0,"left_children":[-1],"right_children":[-1],)"
      R"("split_conditions":[1.5],"split_indices":[0],"sum_hessian":[1],"tree_param":{}}])";
  const auto single = read_xgboost(with_trees(leaf, "[0]", "1"));
  REQUIRE(single);
  CHECK(forest_of(*single).leaf.f32 == std::vector<float>{1.5F});
  CHECK(forest_of(*single).split_count() == 0);
  const auto none = read_xgboost(with_trees("[]", "[]", "0"));
  REQUIRE(none);
  CHECK(forest_of(*none).tree_count() == 0);
  CHECK(spi::validate(*none));
}

TEST_CASE("xgboost json: gblinear", "[format][xgboost]") {
  const std::size_t begin = kStumpModel.find("\"model\":{");
  const std::size_t end = kStumpModel.find(",\"learner_model_param\"");
  const std::string text =
      std::string(kStumpModel.substr(0, begin)) +
      R"("model":{"boosted_rounds":4,"weights":[1,-2,0.5]},"name":"gblinear"})" +
      std::string(kStumpModel.substr(end));
  const auto graph = read_xgboost(text);
  REQUIRE(graph);
  CHECK(linear_of(*graph).weights.f32 == std::vector<float>{1, -2});
  CHECK(linear_of(*graph).start == std::vector<double>{0.75});
  CHECK(spi::validate(*graph));
  const auto shorter = read_xgboost(edited(text, "[1,-2,0.5]", "[1,-2]"));
  REQUIRE_FALSE(shorter);
  CHECK(shorter.error().where() == "/learner/gradient_booster/model/weights");
}

TEST_CASE("xgboost json: categories of data frames become category columns", "[format][xgboost]") {
  const std::string cats =
      R"("cats":{"enc":[{"offsets":[0,3,4],"values":[114,101,100,120]},)"
      R"({"type":13,"values":[10,20]}],"feature_segments":[0,2,4],"sorted_idx":[]},"gbtree_model)";
  const auto graph = read_xgboost(edited(kStumpModel, "\"gbtree_model", cats));
  INFO((graph ? std::string() : graph.error().message()));
  REQUIRE(graph);
  const Column& text = graph->input.columns.at(0);
  CHECK(text.type == ColumnType::category);
  CHECK(text.categories == std::vector<std::string>{"red", "x"});
  CHECK(text.accepts_codes);
  CHECK(text.unknown_category == UnknownCategory::error);
  CHECK(graph->input.columns.at(1).type == ColumnType::number);
  CHECK(graph->provenance.notes.size() == 1);
  CHECK(graph->provenance.warnings.empty());
}

TEST_CASE("xgboost json: category texts that pandas counted in characters", "[format][xgboost]") {
  // `grün` has 5 bytes and 4 characters, so 3.1 to 3.3 write an offset of 5 behind it instead of 6,
  // and 7 bytes in all, without the last `z`.
  const auto with = [](std::string_view entry, std::string_view version) {
    const std::string text = edited(kStumpModel, "\"gbtree_model",
                                    std::string(R"("cats":{"enc":[)")
                                        .append(entry)
                                        .append(R"(,{"offsets":[],"values":[]}]},"gbtree_model)"));
    return edited(text, "[3,2,0]", version);
  };
  const std::string_view cut = R"({"offsets":[0,1,5,7],"values":[97,103,114,-61,-68,110,122]})";
  const auto graph = read_xgboost(with(cut, "[3,2,0]"));
  REQUIRE(graph);
  const std::vector<std::string>& texts = graph->input.columns.at(0).categories;
  REQUIRE(texts.size() == 3);
  CHECK(texts[0] == "a");
  CHECK(texts[1] == "grün");
  CHECK(texts[2] != "z");
  CHECK(graph->provenance.warnings.size() == 1);

  // the same numbers of 3.4 count bytes, and so do Arrow's, whose order is that of the rows
  const auto mended = read_xgboost(with(cut, "[3,4,0]"));
  REQUIRE(mended);
  CHECK(mended->input.columns.at(0).categories == std::vector<std::string>{"a", "grü", "nz"});
  CHECK(mended->provenance.warnings.empty());
  const auto arrow =
      read_xgboost(with(R"({"offsets":[0,1,5,6],"values":[122,103,114,-61,-68,97]})", "[3,2,0]"));
  REQUIRE(arrow);
  CHECK(arrow->input.columns.at(0).categories == std::vector<std::string>{"z", "grü", "a"});

  // half an `ü` is a cut of 3.2, and no text in 3.4
  const std::string_view half = R"({"offsets":[0,1],"values":[-61]})";
  const auto half_cut = read_xgboost(with(half, "[3,2,0]"));
  REQUIRE(half_cut);
  CHECK(half_cut->provenance.warnings.size() == 1);
  const auto no_text = read_xgboost(with(half, "[3,4,0]"));
  REQUIRE_FALSE(no_text);
  CHECK(no_text.error().where() == "/learner/gradient_booster/model/cats/enc/0");
}

TEST_CASE("xgboost json: names that occur twice are not used", "[format][xgboost]") {
  const auto graph = read_xgboost(edited(kStumpModel, R"(["a","b"])", R"(["a","a"])"));
  REQUIRE(graph);
  CHECK(graph->input.columns.at(0).name.empty());
  CHECK(graph->provenance.warnings.size() == 1);
}

TEST_CASE("xgboost json: num_feature of 0 follows from names or trees", "[format][xgboost]") {
  const std::string text =
      edited(kStumpModel, R"("num_feature":"2","num_target")", R"("num_feature":"0","num_target")");
  const auto named = read_xgboost(
      edited(edited(text, R"(["a","b"])", R"(["a","b","c"])"), R"(["float","float"])", "[]"));
  REQUIRE(named);
  CHECK(named->input.columns.size() == 3);
  const auto nameless =
      read_xgboost(edited(edited(text, R"(["a","b"])", "[]"), R"(["float","float"])", "[]"));
  REQUIRE(nameless);
  CHECK(nameless->input.columns.size() == 2);
}

TEST_CASE("xgboost: dumps and base64 are refused with what to do", "[format][xgboost]") {
  struct Row {
    std::string_view name;
    std::string_view text;
    spi::Confidence confidence;
  };
  const std::vector<Row> rows{
      {"text dump", "booster[0]:\n0:[f2<2.45] yes=1,no=2,missing=1\n", spi::Confidence::likely},
      {"json dump", "[\n  { \"nodeid\": 0, \"depth\": 0 }]", spi::Confidence::likely},
      {"base64", "bs64\tAAAA", spi::Confidence::likely},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(probe_xgboost(row.text) == row.confidence);
    const auto graph = read_xgboost(row.text);
    REQUIRE_FALSE(graph);
    CHECK(graph.error().code() == Errc::unsupported_model);
  }
}

TEST_CASE("xgboost: other files are not taken for boosters", "[format][xgboost]") {
  const std::vector<std::string> others{"",
                                        "{",
                                        "{}",
                                        "[]",
                                        "[{}]",
                                        R"({"instances":[[1,2]]})",
                                        "tree\nversion=v4\n",
                                        "PK\3\4",
                                        R"({"model_info":{},"oblivious_trees":[]})",
                                        std::string(500, '\0'),
                                        R"({"a":"learner"})",
                                        "{Lorem ipsum}"};
  for (const std::string& other : others) {
    INFO(other);
    CHECK(probe_xgboost(other) == spi::Confidence::none);
    CHECK_FALSE(read_xgboost(other));
  }
}

}  // namespace
}  // namespace trivet::test
