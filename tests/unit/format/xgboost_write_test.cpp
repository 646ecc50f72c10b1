// SPDX-License-Identifier: Apache-2.0
// Models written for XGBoost: the same answers, or a refusal with the reason.
#include <cmath>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "support/random_forest.hpp"
#include "support/says.hpp"
#include "unit/format/written_files.hpp"
#include "unit/format/xgboost_files.hpp"

namespace trivet::test {
namespace {

constexpr std::string_view kBoth[] = {"xgboost-json", "xgboost-ubjson"};

Result<std::string> write_xgboost(const spi::Graph& graph, std::string_view encoding) {
  return xgboost::make_xgboost_format()->write(graph, encoding);
}

Result<spi::Graph> read_written(std::string_view bytes) { return read_xgboost(bytes); }

/// The plan, held to what XGBoost's files can say.
void tame(PlannedForest& plan) {
  spi::TreeEnsembleBuilder::Header& header = plan.header;
  header.input_width = spi::FloatWidth::f32;
  header.test = spi::Test::less;
  header.category_members_go_left = header.category_truncates_to_zero = false;
  header.link = {};
  spi::Sum sum;
  for (const double start : header.sum.start) {
    sum.start.push_back(static_cast<double>(static_cast<float>(start)));
  }
  header.sum = sum;
  for (double& weight : header.tree_weight) {
    weight = static_cast<double>(static_cast<float>(weight));
  }
  for (PlannedTree& tree : plan.trees) {
    for (PlannedNode& node : tree.nodes) {
      node.missing = spi::Missing::nan;
      if (node.is_categorical && node.codes.empty()) node.codes.push_back(3);
    }
  }
}

const Unwritable kRefused[] = {
    {"another test", [](spi::Graph& g) { only_forest(g).test = spi::Test::less_equal; },
     "trees: tests x <= cut; the test of XGBoost, x < cut … float32 … the other way"},
    {"wide rows", [](spi::Graph& g) { only_forest(g).input_width = spi::FloatWidth::f64; },
     "trees: tests in float64; … x < cut"},
    {"wide sums", [](spi::Graph& g) { only_forest(g).sum.accumulator = spi::FloatWidth::f64; },
     "trees: leaves or sums in float64; float32"},
    {"zero is missing",
     [](spi::Graph& g) {
       only_forest(g).flags[0] = spi::NodeFlags::make(true, false, spi::Missing::nan_and_zero);
     },
     "trees: tests for which NaN counts as 0"},
    {"a scale", [](spi::Graph& g) { only_forest(g).sum.scale = 0.5; },
     "scaled, divided or shifted"},
    {"a divisor", [](spi::Graph& g) { only_forest(g).sum.divisor = 2; },
     "scaled, divided or shifted"},
    {"an end", [](spi::Graph& g) { only_forest(g).sum.end = {1}; }, "scaled, divided or shifted"},
    {"a slope", [](spi::Graph& g) { only_forest(g).link.slope = 2; }, "objective: … slope"},
    {"linear leaves",
     [](spi::Graph& g) {
       only_forest(g).linear.offset = {0, 0, 0};
     },
     "leaves: linear functions"},
    {"another link", [](spi::Graph& g) { only_forest(g).link.kind = spi::LinkKind::exponential; },
     "objective: \"reg:squarederror\" with another output transform"},
    {"no objective", [](spi::Graph& g) { g.provenance.objective.clear(); }, "objective: none"},
    {"an unknown objective", [](spi::Graph& g) { g.provenance.objective = "mine"; },
     "objective … \"mine\""},
    {"an operator",
     [](spi::Graph& g) {
       g.nodes[0].body = spi::Operator{"scale", {}};
     },
     "the operator scale; one forest or one linear map"},
    {"two nodes", [](spi::Graph& g) { g.nodes.push_back(g.nodes[0]); }, "a graph of 2 nodes"},
    {"a linear map that adds in any order", [](spi::Graph& g) { g.nodes[0].body = spi::Linear{}; },
     "weights: another arithmetic than gblinear's"},
    // The float32 number before 1 is 1 - 2^-24, whose logarithm is -5.96e-8: no other lies between
    // that and 0.
    {"a start that no base score gives",
     [](spi::Graph& g) {
       g.provenance.objective = "count:poisson";
       only_forest(g).link.kind = spi::LinkKind::exponential;
       only_forest(g).sum.start = {static_cast<double>(-3e-8f)};
     },
     "base_score: a start of the sum that no base_score gives"},
};

}  // namespace

TEST_CASE("xgboost write: golden models answer the same when they are written and read",
          "[format][xgboost][write]") {
  for (const std::string_view encoding : kBoth) check_golden_models("xgboost", encoding);
}

TEST_CASE("xgboost write: random forests come back as they were", "[format][xgboost][write]") {
  std::size_t written = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    PlannedForest plan = random_forest(seed, {.trees = 6, .features = 8, .depth = 7});
    if (plan.width != spi::FloatWidth::f32) continue;
    tame(plan);
    const spi::Graph graph = graph_around(read_xgboost(kStumpModel).value(), build(plan).value());
    for (const std::string_view encoding : kBoth) {
      INFO(plan.name << " as " << encoding);
      check_comes_back(graph, write_xgboost(graph, encoding), read_written);
      ++written;
    }
  }
  CHECK(written > 20);
}

TEST_CASE("xgboost write: margins of base scores come back bit for bit",
          "[format][xgboost][write]") {
  struct Row {
    const char* objective;
    const char* score;
    const char* version;
  };
  for (const Row& row : {
           Row{"binary:logistic", "5E-1", "2,0,3"},
           Row{"binary:logistic", "1E-7", "2,0,3"},
           Row{"binary:logistic", "9.9999994E-1", "1,7,6"},
           Row{"binary:logistic", "0E0", "3,2,0"},
           Row{"binary:logistic", "1E0", "3,2,0"},
           Row{"reg:logistic", "3.3333334E-1", "3,0,0"},
           Row{"binary:logitraw", "7E-1", "1,2,0"},
           Row{"binary:logitraw", "-7E-1", "1,3,0"},
           Row{"count:poisson", "1E-30", "2,1,0"},
           Row{"count:poisson", "3E38", "2,1,0"},
           Row{"survival:aft", "1E0", "3,1,0"},
           Row{"reg:squarederror", "-0E0", "3,1,0"},
           Row{"reg:squarederror", "1E-45", "3,1,0"},
           Row{"binary:hinge", "-3.4E38", "3,1,0"},
           Row{"reg:quantileerror", "2E0", "3,5,0"},
           Row{"reg:quantileerror", "2E0", "3,4,9"},
           Row{"reg:expectileerror", "2E0", "3,5,0"},
       }) {
    INFO(row.objective << ", " << row.score << ", " << row.version);
    const std::string model =
        edited(edited(edited(kStumpModel, "reg:squarederror", row.objective), "2.5E-1", row.score),
               "3,2,0", row.version);
    const Result<spi::Graph> graph = read_xgboost(model);
    CHECK(graph.has_value());
    if (!graph) continue;
    check_comes_back(*graph, write_xgboost(*graph, "xgboost-json"), read_written);
  }
}

TEST_CASE("xgboost write: expectiles keep the gaps between their margins",
          "[format][xgboost][write]") {
  const std::string model =
      edited(edited(edited(kStumpModel, "reg:squarederror", "reg:expectileerror"), "[2.5E-1]",
                    "[-1.5E0,2E-1,7E0]"),
             "\"num_target\":\"1\"", "\"num_target\":\"3\"");
  const spi::Graph graph = read_xgboost(model).value();
  CHECK(forest_of(graph).sum.start.size() == 3);
  check_comes_back(graph, write_xgboost(graph, "xgboost-ubjson"), read_written);
}

TEST_CASE("xgboost write: the text is XGBoost's schema", "[format][xgboost][write]") {
  const Result<std::string> bytes =
      write_xgboost(read_xgboost(kStumpModel).value(), "xgboost-json");
  REQUIRE(bytes.has_value());
  INFO(*bytes);
  CHECK(bytes->starts_with(R"({"learner":{"attributes":{},"feature_names":["a","b"],)"));
  CHECK(says_all(*bytes, R"("num_trees":"1" … "iteration_indptr":[0,1],"tree_info":[0])"));
  CHECK(says_all(*bytes, R"("default_left":[1,0,0],"id":0,"left_children":[1,-1,-1])"));
  CHECK(says_all(*bytes, R"("parents":[2147483647,0,0],"right_children":[2,-1,-1])"));
  CHECK(says_all(*bytes, R"("split_conditions":[0.5,-2.0,4.0],"split_indices":[1,0,0])"));
  CHECK(says_all(*bytes, R"("base_score":"0.25" … "num_feature":"2" … "version":[3,2,0]})"));
}

TEST_CASE("xgboost write: names and category texts of all kinds come back",
          "[format][xgboost][write]") {
  spi::Graph graph = read_xgboost(kStumpModel).value();
  graph.input.columns[0].name = "tab\t, \"quote\", \\ and größe";
  Column& column = graph.input.columns[1];
  column.type = ColumnType::category;
  column.accepts_codes = false;  // "7" reads as a number
  column.categories = {"ž", "", "a b", "größe", "7"};
  for (const std::string_view encoding : kBoth) {
    INFO(encoding);
    check_comes_back(graph, write_xgboost(graph, encoding), read_written);
  }
}

TEST_CASE("xgboost write: what XGBoost can't say is refused with the reason",
          "[format][xgboost][write]") {
  for (const Unwritable& one : kRefused) {
    check_unwritable(one, read_xgboost(kStumpModel).value(),
                     [](const spi::Graph& graph) { return write_xgboost(graph, "xgboost-json"); });
  }
}

TEST_CASE("xgboost write: nodes are numbered so that right follows left",
          "[format][xgboost][write]") {
  // The children the other way round, which XGBoost's own predictor would not follow.
  const std::string swapped =
      edited(edited(edited(kStumpModel, "\"left_children\":[1,", "\"left_children\":[2,"),
                    "\"right_children\":[2,", "\"right_children\":[1,"),
             "[0.5,-2,4]", "[0.5,4,-2]");
  const spi::Graph graph = read_xgboost(swapped).value();
  const Result<std::string> bytes = write_xgboost(graph, "xgboost-json");
  REQUIRE(bytes.has_value());
  CHECK(says_all(*bytes, R"("left_children":[1, … "right_children":[2, … [0.5,-2.0,4.0])"));
  CHECK(difference_between(graph, read_xgboost(*bytes).value()) == "");
}

}  // namespace trivet::test
