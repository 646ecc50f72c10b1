// SPDX-License-Identifier: Apache-2.0
// What real files hold: a data table of what XGBoost itself says about each golden model, counted
// with a few lines of Python over its own JSON (trees, nodes that the root reaches).
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "support/files.hpp"
#include "unit/format/xgboost_files.hpp"

namespace trivet::test {
namespace {

struct Fixture {
  std::string_view name;
  std::string_view encoding;
  std::string_view version;
  std::string_view objective;
  std::size_t features;
  std::size_t outputs;
  std::size_t trees;
  std::size_t nodes;
};

// clang-format off
constexpr Fixture kFixtures[] = {
  {"json_10_logistic_base", "xgboost-json", "1.0.2", "binary:logistic", 8, 1, 9, 125},
  {"json_13_logitraw_base", "xgboost-json", "1.3.3", "binary:logitraw", 8, 1, 8, 112},
  {"json_13_names", "xgboost-json", "1.3.3", "binary:logistic", 30, 1, 10, 188},
  {"json_16_pruned_edges", "xgboost-json", "1.6.2", "reg:squarederror", 24, 1, 12, 174},
  {"json_17_categorical_onehot", "xgboost-json", "1.7.6", "binary:logistic", 8, 1, 10, 210},
  {"json_20_reg_logistic_edges", "xgboost-json", "2.0.3", "reg:logistic", 30, 1, 10, 212},
  {"json_21_one_tree_per_target", "xgboost-json", "2.1.4", "reg:squarederror", 8, 2, 16, 240},
  {"json_30_gamma", "xgboost-json", "3.0.5", "reg:gamma", 8, 1, 10, 292},
  {"json_31_softmax", "xgboost-json", "3.1.2", "multi:softmax", 8, 4, 24, 328},
  {"json_31_text_categories", "xgboost-json", "3.1.2", "binary:logistic", 8, 1, 8, 270},
  {"json_32_dart_forest", "xgboost-json", "3.2.0", "reg:squarederror", 8, 1, 10, 296},
  {"json_32_logitraw", "xgboost-json", "3.2.0", "binary:logitraw", 30, 1, 8, 168},
  {"json_32_no_trees", "xgboost-json", "3.2.0", "binary:logistic", 3, 1, 0, 0},
  {"json_32_odd_names", "xgboost-json", "3.2.0", "reg:squarederror", 3, 1, 6, 86},
  {"json_32_poisson_base", "xgboost-json", "3.2.0", "count:poisson", 8, 1, 8, 120},
  {"json_32_spelled", "xgboost-json", "3.2.0", "reg:squarederror", 24, 1, 10, 742},
  {"legacy_082_linear_base_edges", "xgboost-binary", "before 1.0", "reg:linear", 24, 1, 12, 354},
  {"legacy_090_dart_logistic", "xgboost-binary", "before 1.0", "binary:logistic", 30, 1, 9, 125},
  {"legacy_090_logistic", "xgboost-binary", "before 1.0", "binary:logistic", 30, 1, 12, 222},
  {"legacy_090_logistic_base", "xgboost-binary", "before 1.0", "binary:logistic", 30, 1, 10, 192},
  {"legacy_090_poisson_base", "xgboost-binary", "before 1.0", "count:poisson", 8, 1, 10, 148},
  {"legacy_10_missing", "xgboost-binary", "1.0", "reg:squarederror", 24, 1, 15, 655},
  {"legacy_12_logitraw_base", "xgboost-binary", "1.2", "binary:logitraw", 8, 1, 8, 100},
  {"legacy_12_tweedie_base", "xgboost-binary", "1.2", "reg:tweedie", 8, 1, 9, 167},
  {"legacy_13_softprob", "xgboost-binary", "1.3", "multi:softprob", 13, 3, 24, 232},
  {"legacy_15_dart", "xgboost-binary", "1.5", "binary:logistic", 8, 1, 14, 198},
  {"legacy_15_gblinear_logistic_base", "xgboost-binary", "1.5", "binary:logistic", 13, 1, 0, 0},
  {"legacy_17_dart_softprob", "xgboost-binary", "1.7", "multi:softprob", 24, 4, 28, 398},
  {"legacy_17_gblinear", "xgboost-binary", "1.7", "reg:squarederror", 10, 1, 0, 0},
  {"legacy_20_poisson", "xgboost-binary", "2.0", "count:poisson", 8, 1, 12, 360},
  {"legacy_30_softprob_forest", "xgboost-binary", "3.0", "multi:softprob", 13, 3, 36, 268},
  {"ubj_16_rank_pairwise", "xgboost-ubjson", "1.6.2", "rank:pairwise", 24, 1, 8, 220},
  {"ubj_20_categorical_partition", "xgboost-ubjson", "2.0.3", "reg:squarederror", 8, 1, 10, 526},
  {"ubj_20_vector_leaf", "xgboost-ubjson", "2.0.3", "reg:squarederror", 8, 3, 8, 236},
  {"ubj_21_hinge", "xgboost-ubjson", "2.1.4", "binary:hinge", 30, 1, 8, 106},
  {"ubj_21_multilabel", "xgboost-ubjson", "2.1.4", "binary:logistic", 8, 3, 21, 285},
  {"ubj_21_random_forest", "xgboost-ubjson", "2.1.4", "binary:logistic", 30, 1, 20, 348},
  {"ubj_21_random_forest_boosted", "xgboost-ubjson", "2.1.4", "reg:squarederror", 10, 1, 20, 582},
  {"ubj_30_cox", "xgboost-ubjson", "3.0.5", "survival:cox", 8, 1, 10, 150},
  {"ubj_30_pseudohuber_edges", "xgboost-ubjson", "3.0.5", "reg:pseudohubererror", 8, 1, 8, 352},
  {"ubj_30_tweedie", "xgboost-ubjson", "3.0.5", "reg:tweedie", 8, 1, 10, 296},
  {"ubj_31_aft", "xgboost-ubjson", "3.1.2", "survival:aft", 8, 1, 10, 116},
  {"ubj_31_odd_codes", "xgboost-ubjson", "3.1.2", "reg:squarederror", 24, 1, 8, 780},
  {"ubj_31_softprob_vector_base", "xgboost-ubjson", "3.1.2", "multi:softprob", 24, 5, 30, 700},
  {"ubj_31_vector_leaf_softprob", "xgboost-ubjson", "3.1.2", "multi:softprob", 24, 4, 5, 153},
  {"ubj_32_absolute", "xgboost-ubjson", "3.2.0", "reg:absoluteerror", 10, 1, 8, 224},
  {"ubj_32_best_iteration", "xgboost-ubjson", "3.2.0", "binary:logistic", 30, 1, 12, 154},
  {"ubj_32_deep_leafwise", "xgboost-ubjson", "3.2.0", "binary:logistic", 24, 1, 6, 2394},
  {"ubj_32_depth12", "xgboost-ubjson", "3.2.0", "reg:squarederror", 24, 1, 4, 6484},
  {"ubj_32_early_stopping", "xgboost-ubjson", "3.2.0", "binary:logistic", 30, 1, 4, 56},
  {"ubj_32_gblinear_logistic", "xgboost-ubjson", "3.2.0", "binary:logistic", 30, 1, 0, 0},
  {"ubj_32_gblinear_missing", "xgboost-ubjson", "3.2.0", "reg:squarederror", 24, 1, 0, 0},
  {"ubj_32_gblinear_softprob", "xgboost-ubjson", "3.2.0", "multi:softprob", 4, 3, 0, 0},
  {"ubj_32_logistic_base_edges", "xgboost-ubjson", "3.2.0", "binary:logistic", 24, 1, 9, 261},
  {"ubj_32_ndcg", "xgboost-ubjson", "3.2.0", "rank:ndcg", 8, 1, 8, 178},
  {"ubj_32_objects_by_name", "xgboost-ubjson", "3.2.0", "binary:logistic", 8, 1, 8, 186},
  {"ubj_32_one_feature_base_score", "xgboost-ubjson", "3.2.0", "reg:squarederror", 1, 1, 3, 15},
  {"ubj_32_quantiles", "xgboost-ubjson", "3.2.0", "reg:quantileerror", 8, 3, 24, 510},
  {"ubj_32_softmax_many_classes", "xgboost-ubjson", "3.2.0", "multi:softmax", 64, 10, 30, 210},
  {"ubj_32_stump_no_split", "xgboost-ubjson", "3.2.0", "reg:squarederror", 3, 1, 2, 2},
  {"ubj_32_vector_leaf", "xgboost-ubjson", "3.2.0", "reg:squarederror", 8, 3, 8, 226},
};
// clang-format on

std::string model_bytes(std::string_view name) {
  const std::string folder = data_path("golden/xgboost/") + std::string(name) + "/model";
  for (const std::string& file : files_in(folder)) {
    if (base_name(file) != "trivet.json") return read_file(file);
  }
  return {};
}

TEST_CASE("xgboost fixtures: trees, nodes, columns and outputs are those of the file",
          "[format][xgboost]") {
  for (const Fixture& fixture : kFixtures) {
    INFO(fixture.name);
    const std::string bytes = model_bytes(fixture.name);
    CHECK(probe_xgboost(bytes) == spi::Confidence::certain);
    const auto graph = read_xgboost(bytes);
    CHECK(graph);
    if (!graph) continue;
    CHECK(spi::validate(*graph));
    CHECK(graph->provenance.format == fixture.encoding);
    CHECK(graph->provenance.version == fixture.version);
    CHECK(graph->provenance.objective == fixture.objective);
    CHECK(graph->input.columns.size() == fixture.features);
    if (const auto* linear = std::get_if<spi::Linear>(&graph->nodes.at(0).body)) {
      CHECK(linear->output_count == fixture.outputs);
      CHECK(fixture.trees == 0);
      continue;
    }
    const spi::TreeEnsemble& forest = forest_of(*graph);
    CHECK(forest.output_count == fixture.outputs);
    CHECK(forest.tree_count() == fixture.trees);
    CHECK(forest.node_count() == fixture.nodes);
    CHECK(forest.split_cover.size() == forest.split_count());
  }
}

TEST_CASE("xgboost fixtures: the table has them all", "[format][xgboost]") {
  std::vector<std::string> listed;
  for (const Fixture& fixture : kFixtures) listed.emplace_back(fixture.name);
  for (const std::string& folder : folders_in(data_path("golden/xgboost"))) {
    const std::string name = base_name(folder);
    INFO(name);
    CHECK(std::find(listed.begin(), listed.end(), name) != listed.end());
  }
}

TEST_CASE("xgboost fixtures: names, categories and notes come through", "[format][xgboost]") {
  const auto named = read_xgboost(model_bytes("json_31_text_categories"));
  REQUIRE(named);
  const Column& column = named->input.columns.at(0);
  CHECK(column.name == "c0");
  CHECK(column.type == ColumnType::category);
  // The frame's categories were sorted: 7, a b, größe, red, true, and `x,y`, which was cut off.
  REQUIRE(column.categories.size() == 6);
  CHECK(std::vector<std::string>(column.categories.begin(), column.categories.end() - 1) ==
        std::vector<std::string>{"7", "a b", "größe", "red", "true"});
  CHECK(named->input.columns.at(7).type == ColumnType::number);
  CHECK(named->provenance.warnings.size() == 2);

  const auto stopped = read_xgboost(model_bytes("ubj_32_best_iteration"));
  REQUIRE(stopped);
  REQUIRE(stopped->provenance.notes.size() == 1);
  CHECK(stopped->provenance.notes[0].find("predictions use all 12 rounds") != std::string::npos);
}

}  // namespace
}  // namespace trivet::test
