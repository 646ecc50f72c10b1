// SPDX-License-Identifier: Apache-2.0
// A graph and its copy with one change at a time.
#include "graph/find_difference.hpp"

#include <functional>
#include <limits>
#include <string>

#include "catch.hpp"
#include "support/says.hpp"
#include "trivet/spi/tree_builder.hpp"

namespace trivet::test {
namespace {

using spi::Graph;

/// A tree of two splits, the second on the categories 1 and 40, and two values in each leaf. The
/// root's children have the numbers 1 and 2, or the other way round.
spi::TreeEnsemble small_forest(bool swapped) {
  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f32, 2, spi::TrainingFacts::cover_and_gain);
  const std::uint32_t one = swapped ? 2 : 1;
  const std::uint32_t two = swapped ? 1 : 2;
  const std::int32_t codes[] = {1, 40};
  bool complete = true;
  const auto add = [&](const Status& status) { complete &= status.has_value(); };
  for (int tree = 0; tree < 2; ++tree) {
    builder.begin_tree(5);
    add(builder.add_split({.node = 0,
                           .feature = 1,
                           .cut = 0.5,
                           .left = one,
                           .right = two,
                           .missing_left = true,
                           .cover = 9,
                           .gain = 4}));
    add(builder.add_categorical_split(
        {.node = one, .feature = 0, .left = 3, .right = 4, .cover = 5, .gain = 2}, codes));
    const double values[] = {1, -2, 3, 4, 5, 6};
    add(builder.add_leaf(two, std::span(values).subspan(0, 2), 4));
    add(builder.add_leaf(3, std::span(values).subspan(2, 2), 3));
    add(builder.add_leaf(4, std::span(values).subspan(4, 2), 2));
    add(builder.end_tree());
  }
  CHECK(complete);
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = 2;
  header.output_count = 2;
  header.sum.start = {0.5, 0};
  return std::move(builder).finish(header).value();
}

Graph small_graph(bool swapped = false) {
  Graph graph;
  graph.input.value = graph.add_value("input", DType::float32, 2);
  graph.input.columns.resize(2);
  graph.input.columns[0].name = "a";
  graph.input.columns[0].type = ColumnType::category;
  graph.input.columns[0].categories = {"x", "y"};
  spi::Node& node = graph.nodes.emplace_back();
  node.body = small_forest(swapped);
  node.inputs = {0};
  node.outputs = {{spi::Port::margin, graph.add_value("margin", DType::float32, 2)}};
  graph.outputs = {{"prediction", 1, false, {}}};
  graph.parameters = {{"margin", Value(true), "prediction"}};
  graph.provenance.format = "one";
  return graph;
}

spi::TreeEnsemble& forest(Graph& graph) { return std::get<spi::TreeEnsemble>(graph.nodes[0].body); }

struct Change {
  const char* says;
  std::function<void(Graph&)> make;
};

const Change kForestChanges[] = {
    {"test: x < cut … x <= cut", [](Graph& g) { forest(g).test = spi::Test::less_equal; }},
    {"width of the row", [](Graph& g) { forest(g).input_width = spi::FloatWidth::f64; }},
    {"width of sums", [](Graph& g) { forest(g).sum.accumulator = spi::FloatWidth::f64; }},
    {"rule for categories", [](Graph& g) { forest(g).categories.members_go_left = true; }},
    {"rule for categories", [](Graph& g) { forest(g).categories.truncates_to_zero = true; }},
    {"features: 2 … 3", [](Graph& g) { forest(g).feature_count = 3; }},
    {"start of output 0: 0.5 … 0.25", [](Graph& g) { forest(g).sum.start[0] = 0.25; }},
    {"start of output 1: 0", [](Graph& g) { forest(g).sum.start[1] = -0.0; }},
    {"end of output 1",
     [](Graph& g) {
       forest(g).sum.end = {0, 1};
     }},
    {"scale", [](Graph& g) { forest(g).sum.scale = 2; }},
    {"divisor", [](Graph& g) { forest(g).sum.divisor = 2; }},
    {"output transform: identity … step",
     [](Graph& g) { forest(g).link.kind = spi::LinkKind::step; }},
    {"slope", [](Graph& g) { forest(g).link.slope = 2; }},
    {"divisor of the output", [](Graph& g) { forest(g).link.divisor = 2; }},
    {"tree 1: weight: 1 … 0.5",
     [](Graph& g) {
       forest(g).tree_weight = {1, 0.5};
     }},
    {"tree 1, split 0: feature: 1 … 0", [](Graph& g) { forest(g).feature[2] = 0; }},
    {"tree 0, split 0: cut: 0.5 … 0.75", [](Graph& g) { forest(g).cut.f32[0] = 0.75f; }},
    {"tree 0, split 0: rule for missing values: NaN goes left to NaN goes right",
     [](Graph& g) { forest(g).flags[0] = spi::NodeFlags::make(false, false, spi::Missing::nan); }},
    {"tree 0, split 0: rule for missing values: NaN goes left to NaN and 0 go left",
     [](Graph& g) {
       forest(g).flags[0] = spi::NodeFlags::make(true, false, spi::Missing::nan_and_zero);
     }},
    {"tree 0, split 0: kind of test: against a cut to for a set of categories",
     [](Graph& g) { forest(g).flags[0] = spi::NodeFlags::make(true, true, spi::Missing::nan); }},
    {"tree 1, split 1: category set", [](Graph& g) { forest(g).categories.words[2] ^= 4; }},
    {"tree 0, split 1: cover: 5 … 6", [](Graph& g) { forest(g).split_cover[1] = 6; }},
    {"tree 0, split 0: gain: kept … lost", [](Graph& g) { forest(g).split_gain.clear(); }},
    {"tree 0, leaf 0: cover", [](Graph& g) { forest(g).leaf_cover[0] = 1; }},
    {"tree 0, leaf 0: value: -2 … 2", [](Graph& g) { forest(g).leaf.f32[1] = 2; }},
    {"tree 0, leaf 0: value: 1 … nan",
     [](Graph& g) { forest(g).leaf.f32[0] = std::numeric_limits<float>::quiet_NaN(); }},
    {"node 0: a forest … a linear map", [](Graph& g) { g.nodes[0].body = spi::Linear{}; }},
};

const Change kGraphChanges[] = {
    {"nodes: 1 … 0", [](Graph& g) { g.nodes.clear(); }},
    {"outputs: margin in value 1 to linked in value 1",
     [](Graph& g) { g.nodes[0].outputs[0].port = spi::Port::linked; }},
    {"outputs: margin in value 1 to margin in value 0",
     [](Graph& g) { g.nodes[0].outputs[0].value = 0; }},
    {"inputs: value 0 to value 1", [](Graph& g) { g.nodes[0].inputs = {1}; }},
    {"the value of the input: value 0 to value 1", [](Graph& g) { g.input.value = 1; }},
    {"value 1: 2 float32 … 3 float32", [](Graph& g) { g.values[1].width = 3; }},
    {"output 0: name: \"prediction\" to \"answer\"",
     [](Graph& g) { g.outputs[0].name = "answer"; }},
    {"output 0: a bare number: no to yes", [](Graph& g) { g.outputs[0].scalar = true; }},
    {"output 0: value: 1 to 0", [](Graph& g) { g.outputs[0].value = 0; }},
    {"output 0: labels: 0 to 1", [](Graph& g) { g.outputs[0].labels = {Value("a")}; }},
    {"outputs: 1 … 0", [](Graph& g) { g.outputs.clear(); }},
    {"rule 0 for parameters: \"margin\" = true gives prediction to \"margin\" = false gives",
     [](Graph& g) { g.parameters[0].value = Value(false); }},
    {"rules for parameters: 1 to 0", [](Graph& g) { g.parameters.clear(); }},
    {"columns: 2 … 1", [](Graph& g) { g.input.columns.pop_back(); }},
    {"column 0: name: \"a\" … \"b\"", [](Graph& g) { g.input.columns[0].name = "b"; }},
    {"column 1: type: number … category",
     [](Graph& g) { g.input.columns[1].type = ColumnType::category; }},
    {"column 0: category 1: \"y\" … \"z\"",
     [](Graph& g) { g.input.columns[0].categories[1] = "z"; }},
    {"column 0: categories: 2 … 3", [](Graph& g) { g.input.columns[0].categories.push_back("z"); }},
    {"column 1: what a value is: one value to a list",
     [](Graph& g) { g.input.columns[1].form = ColumnForm::list; }},
    {"column 1: cells: 1 to 2", [](Graph& g) { g.input.columns[1].cells = 2; }},
    {"column 0: what other kinds of values stand for: little to as in Python",
     [](Graph& g) { g.input.columns[0].coercion = Coercion::python; }},
    {"column 1: what an empty text stands for: nothing to 0",
     [](Graph& g) { g.input.columns[1].empty_text = 0; }},
    {"instances as lists: yes to no", [](Graph& g) { g.input.accepts_lists = false; }},
    {"/missing of trivet.json): nothing to -999", [](Graph& g) { g.input.missing = -999; }},
    {"output 0: an object: no to \"p\", \"v\", \"s\"",
     [](Graph& g) {
       g.outputs[0].object = ClassObject{"p", "v", "s", {}};
     }},
    {"column 1: accepts missing", [](Graph& g) { g.input.columns[1].accepts_missing = false; }},
    {"column 1: the greatest number", [](Graph& g) { g.input.columns[1].greatest = 9; }},
};

// What a copy may have otherwise: it answers all the same.
const Change kHarmless[] = {
    {"nothing", [](Graph&) {}},
    {"provenance", [](Graph& g) { g.provenance.format = "two"; }},
    {"weights of 1",
     [](Graph& g) {
       forest(g).tree_weight = {1, 1};
     }},
    {"a column's name", [](Graph& g) { g.input.columns[1].name = "b"; }},
    {"a column that also takes codes", [](Graph& g) { g.input.columns[0].accepts_codes = true; }},
    {"ends of 0",
     [](Graph& g) {
       forest(g).sum.end = {0, 0};
     }},
    {"other numbers of nodes", [](Graph& g) { g = small_graph(true); }},
};

template <std::size_t N>
void check_changes(const Change (&changes)[N]) {
  for (const Change& one : changes) {
    INFO(one.says);
    const Graph original = small_graph();
    Graph copy = original;
    one.make(copy);
    const auto found = graph::find_difference(original, copy);
    CHECK(found.has_value());
    if (!found) continue;
    const std::string text = found->where + ": " + found->original + " to " + found->copy;
    INFO(text);
    CHECK(says_all(text, one.says));
  }
}

}  // namespace

TEST_CASE("find_difference: names what differs in a forest", "[graph]") {
  check_changes(kForestChanges);
}

TEST_CASE("find_difference: names what differs around the nodes", "[graph]") {
  check_changes(kGraphChanges);
}

TEST_CASE("find_difference: labels differ by what they are and by their kind", "[graph]") {
  Graph original = small_graph();
  original.outputs[0].labels = {Value("no"), Value(std::int64_t{1})};
  CHECK_FALSE(graph::find_difference(original, original).has_value());
  for (const Value& other : {Value(std::int64_t{2}), Value("1")}) {
    Graph copy = original;
    copy.outputs[0].labels[1] = other;
    const auto found = graph::find_difference(original, copy);
    REQUIRE(found.has_value());
    CHECK(found->where == "output 0: label 1");
    CHECK(found->original == "1");
    CHECK(found->copy == other.to_json());
  }
}

TEST_CASE("find_difference: what changes no answer is no difference", "[graph]") {
  for (const Change& one : kHarmless) {
    INFO(one.says);
    const Graph original = small_graph();
    Graph copy = original;
    one.make(copy);
    CHECK_FALSE(graph::find_difference(original, copy).has_value());
  }
}

TEST_CASE("find_difference: leaves have numbers where they are answered", "[graph]") {
  Graph original = small_graph();
  Graph copy = small_graph(true);
  for (Graph* graph : {&original, &copy}) {
    const spi::ValueId leaves = graph->add_value("leaf", DType::int32, 2);
    graph->nodes[0].outputs.push_back({spi::Port::leaf_index, leaves});
  }
  CHECK_FALSE(graph::find_difference(original, original).has_value());
  // The leaf that was number 0 has become number 0 or 1, by whether it comes before the other two.
  copy = original;
  spi::TreeEnsemble& trees = forest(copy);
  std::swap(trees.left[1], trees.right[1]);
  for (std::size_t i = 0; i < 2; ++i) std::swap(trees.leaf.f32[2 + i], trees.leaf.f32[4 + i]);
  std::swap(trees.leaf_cover[1], trees.leaf_cover[2]);
  const auto found = graph::find_difference(original, copy);
  REQUIRE(found.has_value());
  CHECK(says_all(found->where, "tree 0, leaf … number"));
}

TEST_CASE("find_difference: linear maps and linear leaves", "[graph]") {
  Graph original = small_graph();
  spi::Linear linear;
  linear.feature_count = 1;
  linear.weights.f32 = {2};
  original.nodes[0].body = linear;
  const auto where = [&](auto change) {
    Graph copy = original;
    change(std::get<spi::Linear>(copy.nodes[0].body));
    const auto found = graph::find_difference(original, copy);
    return found ? found->where : std::string();
  };
  CHECK(where([](spi::Linear&) {}) == "");
  CHECK(where([](spi::Linear& l) { l.weights.f32[0] = 3; }) == "weight 0");
  CHECK(where([](spi::Linear& l) { l.start = {1}; }) == "start of output 0");
  CHECK(where([](spi::Linear& l) { l.order = spi::LinearOrder::by_feature; }) ==
        "order of addition");
  CHECK(where([](spi::Linear& l) { l.link.kind = spi::LinkKind::step; }) == "output transform");
}

}  // namespace trivet::test
