// SPDX-License-Identifier: Apache-2.0
// Models that contradict themselves: one clear error each, at its place.
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unit/format/xgboost_files.hpp"

namespace trivet::test {
namespace {

constexpr std::string_view kTree = "/learner/gradient_booster/model/trees/0";

/// One change of the stump, and where the reader must stop.
struct Row {
  std::string_view name;
  std::string_view from;
  std::string_view to;
  std::string where;
  Errc code = Errc::invalid_model;
};

void check_refused(const std::string& text, const Row& row) {
  INFO(row.name);
  CHECK_FALSE(text.empty());
  const auto graph = read_xgboost(text);
  CHECK_FALSE(graph);
  if (graph) return;
  INFO(graph.error().message());
  CHECK(graph.error().where() == row.where);
  CHECK(graph.error().code() == row.code);
  CHECK_FALSE(graph.error().found().empty());
  CHECK_FALSE(graph.error().expected().empty());
}

TEST_CASE("xgboost json: trees that are none are refused", "[format][xgboost]") {
  const std::string tree(kTree);
  const std::vector<Row> rows{
      {"a cycle", R"("left_children":[1,)", R"("left_children":[0,)", "tree 0, node 0"},
      {"a node with two parents", R"("right_children":[2,)", R"("right_children":[1,)",
       "tree 0, node 0"},
      {"a child beyond the tree", R"("right_children":[2,)", R"("right_children":[7,)",
       "tree 0, node 0"},
      {"a negative child", R"("left_children":[1,)", R"("left_children":[-2,)", "tree 0, node 0"},
      {"a child beyond 32 bits", R"("left_children":[1,)", R"("left_children":[4294967297,)",
       tree + "/left_children/0"},
      {"a negative feature", R"("split_indices":[1,)", R"("split_indices":[-1,)", "tree 0, node 0"},
      {"a feature beyond the model", R"("split_indices":[1,)", R"("split_indices":[2,)",
       "tree 0, split 0"},
      {"a cut that is NaN", "[0.5,-2,4]", "[NaN,-2,4]", "tree 0, node 0"},
      {"a list that is too short", "[0.5,-2,4]", "[0.5,-2]", tree},
      {"a list that is too long", R"("default_left":[1,0,0])", R"("default_left":[1,0,0,0])", tree},
      {"a flag of 2", R"("default_left":[1,0,0])", R"("default_left":[2,0,0])",
       tree + "/default_left/0"},
      {"a list without numbers", R"("sum_hessian":[8,5,3])", R"("sum_hessian":[8,5,"3"])",
       tree + "/sum_hessian/2"},
      {"no nodes", R"("left_children":[1,-1,-1])", R"("left_children":[])", tree},
      {"a count of nodes that lies", R"("num_nodes":"3")", R"("num_nodes":"4")", tree},
      {"a negative count of nodes", R"("num_nodes":"3")", R"("num_nodes":"-3")",
       tree + "/tree_param/num_nodes"},
      {"a huge count of nodes", R"("num_nodes":"3")", R"("num_nodes":"99999999999999999999")",
       tree + "/tree_param/num_nodes"},
      {"a count that is no number", R"("num_nodes":"3")", R"("num_nodes":"three")",
       tree + "/tree_param/num_nodes"},
      {"a huge leaf vector", R"("size_leaf_vector":"1")", R"("size_leaf_vector":"2000000000")",
       tree + "/tree_param/size_leaf_vector"},
      {"a leaf vector without values", R"("size_leaf_vector":"1")", R"("size_leaf_vector":"2")",
       tree},
      {"ids out of order", R"("id":0)", R"("id":1)", tree},
      {"a tree that is a number", R"("trees":[{)", R"("trees":[3,{)", tree},
      {"a split type of 2", R"("split_type":[0,0,0])", R"("split_type":[2,0,0])",
       tree + "/split_type/0"},
      {"a categorical node without a set", R"("split_type":[0,0,0])", R"("split_type":[1,0,0])",
       "tree 0, node 0"},
  };
  for (const Row& row : rows) check_refused(edited(kStumpModel, row.from, row.to), row);
}

TEST_CASE("xgboost json: category sets that lie are refused", "[format][xgboost]") {
  const std::string categorical = edited(
      edited(kStumpModel, R"("split_type":[0,0,0])", R"("split_type":[1,0,0])"),
      R"("categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[])",
      R"("categories":[2,3],"categories_nodes":[0],"categories_segments":[0],)"
      R"("categories_sizes":[2])");
  REQUIRE(read_xgboost(categorical));
  const std::string tree(kTree);
  const std::vector<Row> rows{
      {"a slice beyond the codes", R"("categories_sizes":[2])", R"("categories_sizes":[3])", tree},
      {"an empty slice", R"("categories_sizes":[2])", R"("categories_sizes":[0])", tree},
      {"a slice of negative size", R"("categories_sizes":[2])", R"("categories_sizes":[-1])", tree},
      {"a slice that starts before the codes", R"("categories_segments":[0])",
       R"("categories_segments":[-1])", tree},
      {"a slice that starts behind the codes", R"("categories_segments":[0])",
       R"("categories_segments":[9223372036854775807])", tree},
      {"a missing size", R"("categories_sizes":[2])", R"("categories_sizes":[])", tree},
      {"a negative code", R"("categories":[2,3])", R"("categories":[2,-3])", "tree 0, node 0"},
      {"a code of 2^24", R"("categories":[2,3])", R"("categories":[2,16777216])", "tree 0, node 0"},
      {"a set for a leaf", R"("categories_nodes":[0])", R"("categories_nodes":[1])",
       "tree 0, node 0"},
      {"a set for no node", R"("categories_nodes":[0],"categories_segments":[0])",
       R"("categories_nodes":[0,9],"categories_segments":[0,1])", tree},
      {"a set for a numeric test", R"("split_type":[1,0,0])", R"("split_type":[0,0,0])",
       "tree 0, node 0"},
  };
  for (const Row& row : rows) check_refused(edited(categorical, row.from, row.to), row);
}

TEST_CASE("xgboost json: parts of a model that contradict each other are refused",
          "[format][xgboost]") {
  const std::string model = "/learner/gradient_booster/model";
  const std::string parameters = "/learner/learner_model_param";
  const std::vector<Row> rows{
      {"a tree for an output that isn't there", R"("tree_info":[0])", R"("tree_info":[1])",
       model + "/tree_info/0"},
      {"a negative output", R"("tree_info":[0])", R"("tree_info":[-1])", model + "/tree_info/0"},
      {"more outputs than trees", R"("tree_info":[0])", R"("tree_info":[0,0])",
       model + "/tree_info"},
      {"a count of trees that lies", R"("num_trees":"1")", R"("num_trees":"2")",
       model + "/gbtree_model_param/num_trees"},
      {"negative parallel trees", R"("num_parallel_tree":"1")", R"("num_parallel_tree":"-1")",
       model + "/gbtree_model_param/num_parallel_tree"},
      {"rounds that end elsewhere", R"("iteration_indptr":[0,1])", R"("iteration_indptr":[0,2])",
       model + "/iteration_indptr"},
      {"a base score that is no number", "[2.5E-1]", "[half]", parameters + "/base_score"},
      {"a base score that is NaN", "[2.5E-1]", "[NaN]", parameters + "/base_score"},
      {"a base score without end", "[2.5E-1]", "[1E99]", parameters + "/base_score"},
      {"two base scores for one output", "[2.5E-1]", "[1,2]", parameters + "/base_score"},
      {"negative classes", R"("num_class":"0")", R"("num_class":"-1")", parameters + "/num_class"},
      {"too many classes", R"("num_class":"0")", R"("num_class":"2000000000")",
       parameters + "/num_class", Errc::unsupported_model},
      {"no targets", R"("num_target":"1")", R"("num_target":"0")", parameters + "/num_target"},
      {"classes and targets", R"("num_class":"0","num_feature":"2","num_target":"1")",
       R"("num_class":"2","num_feature":"2","num_target":"2")", parameters + "/num_class",
       Errc::unsupported_model},
      {"a negative count of features", R"("num_feature":"2","num_target")",
       R"("num_feature":"-2","num_target")", parameters + "/num_feature"},
      {"more features than names", R"("num_feature":"2","num_target")",
       R"("num_feature":"3","num_target")", "/learner/feature_names"},
      {"too many features", R"("num_feature":"2","num_target")",
       R"("num_feature":"2000000000","num_target")", parameters + "/num_feature",
       Errc::unsupported_model},
      {"a name too few", R"(["a","b"])", R"(["a"])", "/learner/feature_names"},
      {"a name that is a number", R"(["a","b"])", R"(["a",2])", "/learner/feature_names/1"},
      {"a type too few", R"(["float","float"])", R"(["float"])", "/learner/feature_types"},
      {"an unknown objective", "reg:squarederror", "reg:squareerror", "/learner/objective/name",
       Errc::unsupported_model},
      {"an unknown booster", R"("name":"gbtree")", R"("name":"gbforest")",
       "/learner/gradient_booster/name", Errc::unsupported_model},
      {"linear weights that are missing", R"("name":"gbtree")", R"("name":"gblinear")", model},
      {"no booster's name", R"("name":"gbtree")", R"("title":"gbtree")",
       "/learner/gradient_booster"},
      {"no objective", R"("objective")", R"("objectives")", "/learner/objective"},
      {"no base score", R"("base_score")", R"("base")", parameters},
      {"no classes", R"("num_class")", R"("classes")", parameters},
      {"no trees", R"("trees")", R"("shrubs")", model},
      {"two lists of trees", R"("tree_info":[0],)", R"("tree_info":[0],"trees":[],)",
       model + "/trees"},
      {"two learners", R"("version")", R"("learner":{},"version")", "/learner"},
      {"a version of two numbers", R"("version":[3,2,0])", R"("version":[3,2])", "/version"},
      {"a learner that is a list", R"({"learner":{)", R"({"learner":[{)", "/learner"},
      {"DART weights that are NaN", R"("name":"gbtree")", R"("name":"gbtree","weight_drop":[NaN])",
       "/learner/gradient_booster/weight_drop/0"},
  };
  for (const Row& row : rows) check_refused(edited(kStumpModel, row.from, row.to), row);
}

TEST_CASE("xgboost json: categories of data frames that lie are refused", "[format][xgboost]") {
  const std::string place = "/learner/gradient_booster/model/cats";
  const std::string sound =
      edited(kStumpModel, "\"gbtree_model",
             R"("cats":{"enc":[{"offsets":[0,1],"values":[97]},{"offsets":[],"values":[]}]},)"
             R"("gbtree_model)");
  REQUIRE(read_xgboost(sound));
  const std::string_view entry = R"({"offsets":[0,1],"values":[97]})";
  const std::vector<Row> rows{
      {"an offset beyond the bytes", entry, R"({"offsets":[0,2],"values":[97]})", place + "/enc/0"},
      {"offsets that go back", entry, R"({"offsets":[0,1,0,1],"values":[97]})", place + "/enc/0"},
      {"a first offset that isn't 0", entry, R"({"offsets":[1,1],"values":[97]})",
       place + "/enc/0"},
      {"a byte of 1000", entry, R"({"offsets":[0,1],"values":[1000]})", place + "/enc/0"},
      {"an entry too many", entry, R"({"offsets":[]},{"offsets":[]})", place},
  };
  for (const Row& row : rows) check_refused(edited(sound, row.from, row.to), row);
}

TEST_CASE("xgboost json: text that is no JSON is refused", "[format][xgboost]") {
  CHECK_FALSE(read_xgboost(std::string(kStumpModel) + "x"));
  CHECK_FALSE(read_xgboost("{\"learner\":" + std::string(100000, '[')));
  CHECK_FALSE(
      read_xgboost(edited(kStumpModel, "\"attributes\":{}",
                          "\"attributes\":" + std::string(100, '[') + std::string(100, ']'))));
  for (std::size_t size = 0; size < kStumpModel.size(); ++size) {
    INFO(size);
    CHECK_FALSE(read_xgboost(kStumpModel.substr(0, size)));
  }
}

}  // namespace
}  // namespace trivet::test
