// SPDX-License-Identifier: Apache-2.0
// Models written for LightGBM: the same answers, or a refusal with the reason.
#include <cmath>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "format/lightgbm/lightgbm.hpp"
#include "support/random_forest.hpp"
#include "support/says.hpp"
#include "unit/format/written_files.hpp"

namespace trivet::test {
namespace {

/// x0 <= 0.5, or NaN, goes to the leaf 1.5, the rest to -2.
constexpr std::string_view kSmallText =
    "tree\nversion=v3\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\n"
    "objective=regression\nfeature_names=a b\nfeature_infos=[0:1] none\n\n"
    "Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nsplit_gain=7\nthreshold=0.5\n"
    "decision_type=10\nleft_child=-1\nright_child=-2\nleaf_value=1.5 -2\nleaf_count=3 4\n"
    "internal_count=7\nshrinkage=1\n\n\nend of trees\n\nparameters:\n\nend of parameters\n";

Result<spi::Graph> read_lightgbm(std::string_view bytes) {
  return lightgbm::make_lightgbm_format()->read(artifact_of(bytes), 0, {.gains = true});
}
Result<std::string> write_lightgbm(const spi::Graph& graph) {
  return lightgbm::make_lightgbm_format()->write(graph, "lightgbm-text");
}

void tame_node(PlannedNode& node) {
  if (node.is_categorical) node.missing = spi::Missing::nan;
  if (node.is_categorical || node.missing == spi::Missing::none) node.missing_left = false;
  if (std::fabs(node.cut) <= 2e-35) node.cut = 0.25;  // LightGBM has no cuts inside its zero
}

/// The plan, held to what LightGBM's texts can say.
void tame_wide(PlannedForest& plan) {
  spi::TreeEnsembleBuilder::Header& header = plan.header;
  header.input_width = spi::FloatWidth::f64;
  header.test = spi::Test::less_equal;
  header.category_members_go_left = header.category_truncates_to_zero = true;
  header.link = {};
  header.sum = {};
  header.sum.accumulator = spi::FloatWidth::f64;
  header.tree_weight.clear();
  plan.trees.resize(plan.trees.size() - plan.trees.size() % header.output_count);
  header.tree_output.clear();
  for (std::uint32_t t = 0; header.output_count > 1 && t < plan.trees.size(); ++t) {
    header.tree_output.push_back(t % header.output_count);
  }
  for (PlannedTree& tree : plan.trees) {
    for (PlannedNode& node : tree.nodes) tame_node(node);
  }
}

const Unwritable kRefusedTexts[] = {
    {"another test", [](spi::Graph& g) { only_forest(g).test = spi::Test::less; },
     "trees: tests x < cut; the test of LightGBM, x <= cut … float64 … the other way"},
    {"narrow rows", [](spi::Graph& g) { only_forest(g).input_width = spi::FloatWidth::f32; },
     "trees: tests in float32; … x <= cut"},
    {"narrow sums", [](spi::Graph& g) { only_forest(g).sum.accumulator = spi::FloatWidth::f32; },
     "trees: leaves or sums in float32; float64"},
    {"a start", [](spi::Graph& g) { only_forest(g).sum.start = {1}; }, "a sum with a start"},
    {"an end", [](spi::Graph& g) { only_forest(g).sum.end = {1}; }, "a sum with a start"},
    {"a scale", [](spi::Graph& g) { only_forest(g).sum.scale = 2; }, "a sum with a start"},
    {"weights", [](spi::Graph& g) { only_forest(g).tree_weight = {0.5}; }, "weights of trees"},
    {"an uneven forest", [](spi::Graph& g) { only_forest(g).output_count = 2; },
     "tree 0: it adds to output 0; … rounds of one tree for each of 2 outputs"},
    {"a divisor", [](spi::Graph& g) { only_forest(g).link.divisor = 3; },
     "objective: answers that are divided by 3; 1, or 1"},
    {"an operator",
     [](spi::Graph& g) {
       g.nodes[0].body = spi::Operator{"scale", {}};
     },
     "a graph of 1 nodes; one forest"},
    {"a name with a blank", [](spi::Graph& g) { g.input.columns[1].name = "b c"; },
     "column 1: the name \"b c\"; a name without blanks"},
    {"a nameless column", [](spi::Graph& g) { g.input.columns[1].name.clear(); },
     "column 1: the name \"\""},
    {"two lines of objective", [](spi::Graph& g) { g.provenance.objective = "a\nb"; },
     "objective: … one line"},
};

spi::Graph with_categories(std::vector<std::string> categories, bool accepts_codes) {
  spi::Graph graph = read_lightgbm(kSmallText).value();
  Column& column = graph.input.columns[1];
  column.type = ColumnType::category;
  column.unknown_category = UnknownCategory::missing;
  column.accepts_codes = accepts_codes;
  column.categories = std::move(categories);
  return graph;
}

}  // namespace

TEST_CASE("lightgbm write: golden models answer the same when they are written and read",
          "[format][lightgbm][write]") {
  check_golden_models("lightgbm", "lightgbm-text");
}

TEST_CASE("lightgbm write: random forests come back as they were", "[format][lightgbm][write]") {
  std::size_t written = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    PlannedForest plan = random_forest(seed, {.trees = 12, .features = 8, .depth = 7});
    if (plan.width != spi::FloatWidth::f64 || plan.leaf_width != 1) continue;
    tame_wide(plan);
    INFO(plan.name);
    const spi::Graph graph = graph_around(read_lightgbm(kSmallText).value(), build(plan).value());
    check_comes_back(graph, write_lightgbm(graph), read_lightgbm);
    ++written;
  }
  CHECK(written > 8);
}

TEST_CASE("lightgbm write: the text is LightGBM's own", "[format][lightgbm][write]") {
  const Result<std::string> bytes = write_lightgbm(read_lightgbm(kSmallText).value());
  REQUIRE(bytes.has_value());
  const std::string tree =
      "Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nsplit_gain=7\nthreshold=0.5\n"
      "decision_type=10\nleft_child=-1\nright_child=-2\nleaf_value=1.5 -2\nleaf_weight=0 0\n"
      "leaf_count=3 4\ninternal_value=0\ninternal_weight=0\ninternal_count=7\nis_linear=0\n"
      "shrinkage=1\n\n\n";
  CHECK(*bytes ==
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n"
        "max_feature_idx=1\nobjective=regression\nfeature_names=a b\n"
        "feature_infos=[0.5:0.5] none\ntree_sizes=" +
            std::to_string(tree.size()) + "\n\n" + tree +
            "end of trees\n\nfeature_importances:\na=1\n\nparameters:\n\nend of parameters\n\n"
            "pandas_categorical:null\n");
}

TEST_CASE("lightgbm write: categories keep their kind", "[format][lightgbm][write]") {
  struct Row {
    std::vector<std::string> categories;
    bool accepts_codes;
    const char* written;
  };
  for (const Row& row : {
           Row{{"red", "a\"b", "grün"}, true, R"([["red", "a\"b", "grün"]])"},
           Row{{"1", "2.5", "-3"}, false, "[[1, 2.5, -3]]"},
           Row{{"true", "false"}, false, "[[true, false]]"},
           Row{{"true", "false"}, true, R"([["true", "false"]])"},
           Row{{"7", "red"}, false, R"([["7", "red"]])"},
       }) {
    INFO(row.written);
    const spi::Graph graph = with_categories(row.categories, row.accepts_codes);
    const Result<std::string> bytes = write_lightgbm(graph);
    CHECK(bytes.has_value());
    if (!bytes) continue;
    CHECK(says_all(*bytes, std::string("\npandas_categorical:") + row.written));
    check_comes_back(graph, bytes, read_lightgbm);
  }
}

TEST_CASE("lightgbm write: what LightGBM can't say is refused with the reason",
          "[format][lightgbm][write]") {
  for (const Unwritable& one : kRefusedTexts) {
    check_unwritable(one, read_lightgbm(kSmallText).value(), write_lightgbm);
  }
}

}  // namespace trivet::test
