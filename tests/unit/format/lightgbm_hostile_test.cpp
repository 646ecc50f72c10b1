// SPDX-License-Identifier: Apache-2.0
// Model texts that are damaged or contradict themselves: one clear error each, at its line.
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "unit/format/lightgbm_files.hpp"

namespace trivet::test {
namespace {

constexpr std::string_view kEndOfText = "\nparameters:\n[boosting: gbdt]\n\nend of parameters\n";

TEST_CASE("lightgbm text: trees that are none are refused", "[format][lightgbm]") {
  const std::vector<LightRow> rows{
      {"a cycle", "left_child=-1", "left_child=0", "tree 0, node 0"},
      {"nodes that no way leads to",
       "num_leaves=2\nnum_cat=0\nsplit_feature=1\nsplit_gain=7\nthreshold=0.5\n"
       "decision_type=10\nleft_child=-1\nright_child=-2\nleaf_value=-2 4\nleaf_weight=5 3\n"
       "leaf_count=5 3\ninternal_value=0\ninternal_weight=8\ninternal_count=8\n",
       "num_leaves=4\nnum_cat=0\nsplit_feature=1 0 0\nthreshold=0.5 1 2\n"
       "decision_type=10 10 10\nleft_child=-1 2 1\nright_child=-2 -3 -4\nleaf_value=-2 4 5 6\n",
       "tree 0, node 1"},
      {"a leaf with two parents", "left_child=-1", "left_child=-2", "tree 0, node 0"},
      {"a leaf beyond the tree", "left_child=-1", "left_child=-3",
       "line 12, tree 0, left_child[0]"},
      {"a split beyond the tree", "right_child=-2", "right_child=1",
       "line 12, tree 0, right_child[0]"},
      {"a child beyond 32 bits", "left_child=-1", "left_child=4294967295",
       "line 19, left_child[0]"},
      {"a feature beyond the model", "split_feature=1", "split_feature=2", "tree 0, split 0"},
      {"a negative feature", "split_feature=1", "split_feature=-1",
       "line 12, tree 0, split_feature[0]"},
      {"a cut that is NaN", "threshold=0.5", "threshold=nan", "tree 0, node 0"},
      {"a comma of another language", "threshold=0.5", "threshold=0,5", "line 17, threshold[0]"},
      {"a comma in a leaf", "leaf_value=-2 4", "leaf_value=-2 4,25", "line 21, leaf_value[1]"},
      {"a number beyond double", "leaf_value=-2 4", "leaf_value=1e999 4", "line 21, leaf_value[0]"},
      {"too few leaves", "leaf_value=-2 4", "leaf_value=-2", "line 12, tree 0, num_leaves"},
      {"too many leaves", "leaf_value=-2 4", "leaf_value=-2 4 5", "line 12, tree 0, num_leaves"},
      {"a count of leaves that lies", "num_leaves=2", "num_leaves=2000000000",
       "line 12, tree 0, num_leaves"},
      {"a negative count of leaves", "num_leaves=2", "num_leaves=-2",
       "line 12, tree 0, num_leaves"},
      {"a count that is no number", "num_leaves=2", "num_leaves=two", "line 13, num_leaves"},
      {"too many cuts", "threshold=0.5", "threshold=0.5 1", "line 12, tree 0, threshold"},
      {"too few children", "right_child=-2", "right_child=", "line 12, tree 0, right_child"},
      {"a decision type of 12", "decision_type=10", "decision_type=12",
       "line 12, tree 0, decision_type[0]"},
      {"a negative decision type", "decision_type=10", "decision_type=-1",
       "line 12, tree 0, decision_type[0]"},
      {"a count of rows too many", "leaf_count=5 3", "leaf_count=5 3 1",
       "line 12, tree 0, leaf_count"},
      {"no threshold", "threshold=0.5\n", "", "line 12, tree 0"},
      {"no leaf values", "leaf_value=-2 4\n", "", "line 12, tree 0"},
      {"no num_cat", "num_cat=0\n", "", "line 12, tree 0"},
      {"a field twice", "num_cat=0\n", "num_cat=0\nnum_cat=0\n", "line 15, num_cat"},
      {"another number of the tree", "Tree=0", "Tree=1", "line 12"},
      {"a category without a set", "decision_type=10", "decision_type=9",
       "line 12, tree 0, threshold[0]"},
      {"a count of sets without sets", "num_cat=0", "num_cat=1", "line 12, tree 0"},
      {"linear without coefficients", "is_linear=0", "is_linear=1", "line 12, tree 0"},
      {"more terms than features", "is_linear=0",
       "is_linear=1\nleaf_const=1 2\nnum_features=2 0\nleaf_features=0\nleaf_coeff=1",
       "line 12, tree 0, num_features[0]"},
      {"fewer coefficients than features", "is_linear=0",
       "is_linear=1\nleaf_const=1 2\nnum_features=2 0\nleaf_features=0 1\nleaf_coeff=1",
       "line 12, tree 0, leaf_coeff"},
      {"a linear leaf over a feature that isn't there", "is_linear=0",
       "is_linear=1\nleaf_const=1 2\nnum_features=1 0\nleaf_features=2\nleaf_coeff=1", "leaves"},
  };
  for (const LightRow& row : rows) {
    check_light_refused(with_sizes(changed(kLightStump, row.from, row.to)), row);
  }
}

TEST_CASE("lightgbm text: category sets that lie are refused", "[format][lightgbm]") {
  std::string sets = changed(kLightStump, "num_cat=0", "num_cat=1");
  sets = changed(sets, "threshold=0.5\ndecision_type=10", "threshold=0\ndecision_type=9");
  sets = changed(sets, "is_linear=0", "cat_boundaries=0 2\ncat_threshold=10 2\nis_linear=0");
  REQUIRE(read_lightgbm(with_sizes(sets)));
  const std::vector<LightRow> rows{
      {"a set that isn't there", "threshold=0\n", "threshold=1\n", "line 12, tree 0, threshold[0]"},
      {"half a set", "threshold=0\n", "threshold=0.5\n", "line 12, tree 0, threshold[0]"},
      {"bounds beyond the words", "cat_boundaries=0 2", "cat_boundaries=0 3",
       "line 12, tree 0, cat_boundaries[1]"},
      {"bounds that descend", "cat_boundaries=0 2", "cat_boundaries=0 -1",
       "line 12, tree 0, cat_boundaries[1]"},
      {"bounds that start late", "cat_boundaries=0 2", "cat_boundaries=1 2",
       "line 12, tree 0, cat_boundaries[1]"},
      {"a bound too few", "cat_boundaries=0 2", "cat_boundaries=0",
       "line 12, tree 0, cat_boundaries"},
      {"a word that is negative", "cat_threshold=10", "cat_threshold=-1",
       "line 28, cat_threshold[0]"},
      {"a word beyond 32 bits", "cat_threshold=10", "cat_threshold=4294967296",
       "line 28, cat_threshold[0]"},
  };
  for (const LightRow& row : rows) {
    check_light_refused(with_sizes(changed(sets, row.from, row.to)), row);
  }
}

TEST_CASE("lightgbm text: codes that float32 can't tell apart are refused", "[format][lightgbm]") {
  std::string words = "cat_boundaries=0 524289\ncat_threshold=";
  for (int i = 0; i < 524288; ++i) words += "0 ";
  std::string model = changed(kLightStump, "num_cat=0", "num_cat=1");
  model = changed(model, "threshold=0.5\ndecision_type=10", "threshold=0\ndecision_type=9");
  model = changed(model, "is_linear=0", words + "1\nis_linear=0");
  check_light_refused(
      with_sizes(model),
      {"the code 2^24", "", "", "line 12, tree 0, category set 0", Errc::unsupported_model});
}

TEST_CASE("lightgbm text: headers that lie are refused", "[format][lightgbm]") {
  const std::vector<LightRow> rows{
      {"another first line", "tree\n", "trees\n", "line 1"},
      {"no version", "version=v4\n", "", "line 11"},
      {"a version to come", "version=v4", "version=v9", "line 2, version", Errc::unsupported_model},
      {"no classes", "num_class=1", "num_class=0", "line 3, num_class"},
      {"a class count of words", "num_class=1", "num_class=one", "line 3, num_class"},
      {"no class count", "num_class=1\n", "", "line 11"},
      {"no feature count", "max_feature_idx=1\n", "", "line 11"},
      {"classes that the trees don't serve", "num_class=1", "num_class=2",
       "line 4, num_tree_per_iteration"},
      {"too few trees for a round", "num_class=1\nnum_tree_per_iteration=1",
       "num_class=2\nnum_tree_per_iteration=2", "line 4, num_tree_per_iteration"},
      {"a field twice", "num_class=1\n", "num_class=1\nnum_class=1\n", "line 4, num_class"},
      {"more features than names", "max_feature_idx=1", "max_feature_idx=2",
       "line 8, feature_names"},
      {"two thousand million features", "max_feature_idx=1", "max_feature_idx=2000000000",
       "line 6, max_feature_idx", Errc::unsupported_model},
      {"a negative feature count", "max_feature_idx=1", "max_feature_idx=-1",
       "line 6, max_feature_idx"},
      {"no names", "feature_names=a b\n", "", "line 11"},
      {"names that aren't UTF-8", "feature_names=a b", "feature_names=a \xff",
       "line 8, feature_names"},
      {"too few infos", "feature_infos=[0:1] [-3:3]", "feature_infos=[0:1]",
       "line 9, feature_infos"},
      {"infos of words", "feature_infos=[0:1]", "feature_infos=a:b", "line 9, feature_infos[0]"},
      {"no infos", "feature_infos=[0:1] [-3:3]\n", "", "line 11"},
      {"an unknown objective", "objective=regression", "objective=regresion", "line 7, objective",
       Errc::unsupported_model},
      {"binary without a sigmoid", "objective=regression", "objective=binary", "line 7, objective"},
      {"a sigmoid of 0", "objective=regression", "objective=binary sigmoid:0", "line 7, objective"},
      {"classes of another number", "objective=regression", "objective=multiclass num_class:3",
       "line 7, objective"},
      {"a wrong size of a tree", "tree_sizes=$", "tree_sizes=200", "line 10, tree_sizes[0]"},
      {"a size too many", "tree_sizes=$", "tree_sizes=$ 5", "line 10, tree_sizes"},
      {"a size of words", "tree_sizes=$", "tree_sizes=x", "line 10, tree_sizes[0]"},
      {"something between the trees", "end of trees", "end of tree", "line 31"},
      {"no parameters", kEndOfText, "", "line 36"},
      {"a second text", "pandas_categorical:null\n", "pandas_categorical:null\ntree\nversion=v4\n",
       "line 42"},
      {"a second text behind the parameters", "\npandas_categorical:null\n", "tree\n", "line 40"},
      {"a second text inside the parameters", "\nend of parameters", "end of trees\n", "line 38"},
      {"parameters without an end", "\nend of parameters\n", "", "line 39"},
      {"categories that are no JSON", "pandas_categorical:null", "pandas_categorical:nul",
       "line 41, pandas_categorical: byte 0"},
      {"categories that are no lists", "pandas_categorical:null", "pandas_categorical:[1]",
       "line 41, pandas_categorical: /0"},
  };
  for (const LightRow& row : rows) {
    check_light_refused(with_sizes(changed(kLightStump, row.from, row.to)), row);
  }
}

TEST_CASE("lightgbm text: a text cut anywhere is refused", "[format][lightgbm]") {
  const std::string whole =
      changed(with_sizes(kLightStump), "pandas_categorical:null\n", "pandas_categorical:[[\"x\"]]");
  const std::size_t parameters_end = whole.find("end of parameters") + 17;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto graph = read_lightgbm(whole.substr(0, size));
    // Files by LightGBM's command line end here, so these cuts leave no trace.
    const bool is_whole = size >= parameters_end && size <= parameters_end + 2;
    INFO(size << " bytes");
    CHECK(graph.has_value() == is_whole);
    if (graph) continue;
    CHECK_FALSE(graph.error().where().empty());
    CHECK(graph.error().code() == Errc::invalid_model);
  }
  CHECK(read_lightgbm(whole));
}

TEST_CASE("lightgbm text: categories of a data frame stand there once", "[format][lightgbm]") {
  const std::string again = with_sizes(kLightStump) + "pandas_categorical:null\n";
  check_light_refused(again, {"twice", "", "", "line 42, pandas_categorical"});
}

}  // namespace
}  // namespace trivet::test
