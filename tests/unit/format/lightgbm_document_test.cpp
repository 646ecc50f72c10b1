// SPDX-License-Identifier: Apache-2.0
// JSON dumps written by hand, with answers worked out by hand.
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unit/format/lightgbm_files.hpp"
#include "unit/format/xgboost_files.hpp"

namespace trivet::test {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::string dump(std::string_view from = "", std::string_view to = "") {
  return changed(kLightDump, from, to);
}

TEST_CASE("lightgbm json: a stump answers its leaves", "[format][lightgbm]") {
  CHECK(answer_of(kLightDump, {9, 0.5}) == -2);
  CHECK(answer_of(kLightDump, {9, std::nextafter(0.5, 1)}) == 4);
  CHECK(answer_of(kLightDump, {9, kMissing}) == -2);
  const auto graph = read_lightgbm(kLightDump, true);
  REQUIRE(graph);
  CHECK(graph->provenance.format == "lightgbm-json");
  CHECK(graph->provenance.version == "v4");
  CHECK(graph->input.columns.at(1).name == "b");
  CHECK(light_forest(*graph).leaf_cover == std::vector<float>{5, 3});
  CHECK(light_forest(*graph).split_cover == std::vector<float>{8});
  CHECK(light_forest(*graph).split_gain == std::vector<float>{7});
}

TEST_CASE("lightgbm json: missing types", "[format][lightgbm]") {
  const std::string none = dump(R"("missing_type":"NaN")", R"("missing_type":"None")");
  CHECK(answer_of(changed(none, "0.5", "-0.5"), {0, kMissing}) == 4);
  const std::string zero = changed(dump(R"("missing_type":"NaN")", R"("missing_type":"Zero")"),
                                   R"("default_left":true)", R"("default_left":false)");
  CHECK(answer_of(zero, {0, 0}) == 4);
  CHECK(answer_of(zero, {0, kMissing}) == 4);
  CHECK(answer_of(zero, {0, 0.25}) == -2);
}

TEST_CASE("lightgbm json: category codes have bars between them", "[format][lightgbm]") {
  const std::string codes =
      dump(R"("threshold":0.5,"decision_type":"<=")", R"("threshold":"1||3","decision_type":"==")");
  CHECK(answer_of(codes, {0, 1}) == -2);
  CHECK(answer_of(codes, {0, 3}) == -2);
  CHECK(answer_of(codes, {0, 2}) == 4);
  CHECK(answer_of(codes, {0, kMissing}) == 4);
  CHECK(answer_of(changed(codes, "1||3", ""), {0, 1}) == 4);
}

TEST_CASE("lightgbm json: a cut that was dumped as 1e300 is infinity", "[format][lightgbm]") {
  CHECK(answer_of(dump("0.5", "1e300"), {0, 1e305}) == -2);
  CHECK(answer_of(dump("0.5", "-1e300"), {0, -1e305}) == 4);
}

TEST_CASE("lightgbm json: linear leaves", "[format][lightgbm]") {
  std::string model =
      dump(R"("leaf_count":5)", R"("leaf_count":5,"leaf_const":0.5,"leaf_features":[0,1],)"
                                R"("leaf_coeff":[2,-3])");
  model = changed(model, R"("leaf_count":3)",
                  R"("leaf_count":3,"leaf_const":7,"leaf_features":[],"leaf_coeff":[])");
  CHECK(answer_of(model, {10, 0.25}) == 0.5 + 2 * 10 - 3 * 0.25);
  CHECK(answer_of(model, {kMissing, 0.25}) == -2);
  CHECK(answer_of(model, {kMissing, 1}) == 7);
}

TEST_CASE("lightgbm json: a dump without an objective of 2.2 and later is a custom one's",
          "[format][lightgbm]") {
  const std::string custom = dump(R"("objective":"regression",)", "");
  CHECK(answer_of(custom, {0, 0}) == -2);
  check_light_refused(changed(custom, R"("average_output":false,)", ""),
                      {"no objective and no average_output", "", "", "", Errc::unsupported_model});
}

TEST_CASE("lightgbm json: linear leaves that aren't whole are refused", "[format][lightgbm]") {
  const std::vector<LightRow> rows{
      {"no constant", "", R"("leaf_features":[0],"leaf_coeff":[2])", "left_child"},
      {"no features", "", R"("leaf_const":1,"leaf_coeff":[])", "left_child"},
      {"no coefficients", "", R"("leaf_const":1,"leaf_features":[])", "left_child"},
      {"a coefficient too many", "", R"("leaf_const":1,"leaf_features":[0],"leaf_coeff":[2,3])",
       "left_child"},
  };
  for (const LightRow& row : rows) {
    // The other leaf makes the numbers of the whole tree equal.
    std::string text = dump(R"("leaf_count":5)", R"("leaf_count":5,)" + std::string(row.to));
    text = changed(text, R"("leaf_count":3)",
                   R"("leaf_count":3,"leaf_const":7,"leaf_features":[0,1],"leaf_coeff":[1])");
    check_light_refused(text, {row.name, "", "", "/tree_info/0/tree_structure/left_child"});
  }
}

TEST_CASE("lightgbm json: coefficients may come before their features", "[format][lightgbm]") {
  const std::string model =
      dump(R"("leaf_count":5)",
           R"("leaf_count":5,"leaf_coeff":[2,-3],"leaf_features":[0,1],"leaf_const":0.5)");
  CHECK(answer_of(model, {10, 0.25}) == 0.5 + 2 * 10 - 3 * 0.25);
}

TEST_CASE("lightgbm json: dumps that lie are refused", "[format][lightgbm]") {
  const std::vector<LightRow> rows{
      {"no threshold", R"("threshold":0.5,)", "", "/tree_info/0/tree_structure"},
      {"a text for a number", R"("threshold":0.5)", R"("threshold":"0.5")",
       "/tree_info/0/tree_structure/threshold"},
      {"a number for codes", R"("decision_type":"<=")", R"("decision_type":"==")",
       "/tree_info/0/tree_structure"},
      {"an unknown test", R"("decision_type":"<=")", R"("decision_type":"<")",
       "/tree_info/0/tree_structure/decision_type"},
      {"an unknown missing type", R"("missing_type":"NaN")", R"("missing_type":"Nan")",
       "/tree_info/0/tree_structure/missing_type"},
      {"a side that is a text", R"("default_left":true)", R"("default_left":"true")",
       "/tree_info/0/tree_structure/default_left"},
      {"a split that is a leaf", R"("split_index":0,)", R"("leaf_value":0,)",
       "/tree_info/0/tree_structure"},
      {"neither split nor leaf", R"("leaf_value":4,)", "",
       "/tree_info/0/tree_structure/right_child"},
      {"a negative feature", R"("split_feature":1)", R"("split_feature":-2)",
       "/tree_info/0/tree_structure"},
      {"a feature beyond the model", R"("split_feature":1)", R"("split_feature":2)",
       "tree 0, split 0"},
      {"no root", "tree_structure", "tree_structures", "/tree_info/0"},
      {"one name", R"("feature_names":["a","b"])", R"("feature_names":["a"])", "/feature_names"},
      {"a version to come", R"("version":"v4")", R"("version":"v9")", "/version",
       Errc::unsupported_model},
      {"no class count", R"("num_class":1,)", "", "/num_class"},
      {"no trees", R"("tree_info")", R"("tree_infos")", ""},
      {"an empty list of trees", R"("tree_info":[{)", R"("tree_info":[],"x":[{)", "/tree_info"},
      {"more leaves than there are", R"("num_leaves":2)", R"("num_leaves":3)", "/tree_info/0"},
      {"fewer leaves than there are", R"("num_leaves":2)", R"("num_leaves":1)", "/tree_info/0"},
      {"a tree before the first", R"("tree_index":0)", R"("tree_index":-1)",
       "/tree_info/0/tree_index"},
      {"a tree behind all", R"("tree_index":0)", R"("tree_index":9223372036854775807)",
       "/tree_info/0/tree_index"},
      {"a cut that is NaN", R"("threshold":0.5)", R"("threshold":NaN)",
       "/tree_info/0/tree_structure/threshold"},
      {"no default side", R"("default_left":true,)", "", "/tree_info/0/tree_structure"},
      {"two values of a leaf", R"("leaf_value":4)", R"("leaf_value":4,"leaf_value":5)",
       "/tree_info/0/tree_structure/right_child/leaf_value"},
      {"two features of a split", R"("split_feature":1)", R"("split_feature":0,"split_feature":1)",
       "/tree_info/0/tree_structure/split_feature"},
      {"two tests", R"("decision_type":"<=")", R"("decision_type":"<=","decision_type":"<=")",
       "/tree_info/0/tree_structure/decision_type"},
      {"two default sides", R"("default_left":true)", R"("default_left":false,"default_left":true)",
       "/tree_info/0/tree_structure/default_left"},
      {"two numbers of leaves", R"("num_leaves":2)", R"("num_leaves":2,"num_leaves":2)",
       "/tree_info/0/num_leaves"},
      {"a split with a leaf's constant", R"("split_index":0)", R"("leaf_const":0)",
       "/tree_info/0/tree_structure"},
  };
  for (const LightRow& row : rows) {
    const std::string text = dump(row.from, row.to);
    INFO(row.name);
    const auto graph = read_lightgbm(text);
    CHECK_FALSE(graph);
    if (graph) continue;
    INFO(graph.error().message());
    CHECK(graph.error().where() == row.where);
    CHECK(graph.error().code() == row.code);
  }
}

// dump_model(start_iteration=…) leaves rounds out and keeps the numbers of the others.
TEST_CASE("lightgbm json: trees come in the order of their numbers", "[format][lightgbm]") {
  const auto numbered = [](std::string_view first, std::string_view second) {
    const auto tree = [](std::string_view number, std::string_view value) {
      return R"({"tree_index":)" + std::string(number) +
             R"(,"num_leaves":1,"tree_structure":{"leaf_value":)" + std::string(value) + "}}";
    };
    return R"({"version":"v4","num_class":2,"num_tree_per_iteration":2,"max_feature_idx":0,)"
           R"("average_output":false,"feature_names":["a"],"tree_info":[)" +
           tree(first, "1") + "," + tree(second, "2") + "]}";
  };
  CHECK(answers_of(numbered("0", "1"), {0}) == std::vector<double>{1, 2});
  CHECK(answers_of(numbered("4", "5"), {0}) == std::vector<double>{1, 2});
  const std::vector<LightRow> rows{
      {"descending", "1", "0", "/tree_info/1/tree_index"},
      {"twice the same", "0", "0", "/tree_info/1/tree_index"},
      {"a hole", "0", "2", "/tree_info/1/tree_index"},
      {"half a round", "1", "2", "/tree_info/0/tree_index"},
  };
  for (const LightRow& row : rows) check_light_refused(numbered(row.from, row.to), row);
}

TEST_CASE("lightgbm json: trees deeper than 60 levels need the model text", "[format][lightgbm]") {
  const std::string_view leaf = R"({"leaf_value":1,"leaf_count":1})";
  std::string tree(leaf);
  for (int level = 0; level < 80; ++level) {
    tree = R"({"split_feature":0,"threshold":1,"decision_type":"<=","default_left":true,)"
           R"("missing_type":"None","left_child":)" +
           tree + R"(,"right_child":)" + std::string(leaf) + "}";
  }
  const auto graph =
      read_lightgbm(R"({"version":"v4","num_class":1,"max_feature_idx":0,"average_output":false,)"
                    R"("feature_names":["a"],"tree_info":[{"tree_structure":)" +
                    tree + "}]}");
  REQUIRE_FALSE(graph);
  CHECK(graph.error().found() == "nesting too deep");
}

TEST_CASE("lightgbm json: neither format takes the other's files", "[format][lightgbm]") {
  CHECK(probe_lightgbm(kLightDump) == spi::Confidence::certain);
  CHECK(probe_lightgbm(kStumpModel) == spi::Confidence::none);
  CHECK(probe_xgboost(kLightDump) < spi::Confidence::likely);
  CHECK(probe_xgboost(kLightStump) == spi::Confidence::none);
}

}  // namespace
}  // namespace trivet::test
