// SPDX-License-Identifier: Apache-2.0
// Every rule of Graph validation: a sound graph, spoilt in one way at a time.
#include <functional>
#include <string>

#include "catch.hpp"
#include "trivet/spi/graph.hpp"
#include "trivet/spi/tree_builder.hpp"

namespace trivet::test {
namespace {

using spi::Graph;
using spi::Port;

/// x (2 columns) → operator `double` → forest (margin, linked, class, leaf); x → linear (margin).
Graph sound_graph() {
  Graph graph;
  graph.input.value = graph.add_value("x", DType::float32, 2);
  graph.input.columns.resize(2);
  graph.input.columns[0].name = "a";
  graph.input.columns[1].name = "b";

  spi::Node op;
  op.body = spi::Operator{"double", {}};
  op.inputs = {0};
  op.outputs = {{Port::result, graph.add_value("doubled", DType::float32, 2)}};
  graph.nodes.push_back(op);

  spi::TreeEnsembleBuilder builder(spi::FloatWidth::f32, 1, spi::TrainingFacts::none);
  for (std::uint32_t t = 0; t < 3; ++t) {
    builder.begin_tree(1);
    static_cast<void>(builder.add_leaf(0, 1.0f).has_value());
    static_cast<void>(builder.end_tree().has_value());
  }
  spi::TreeEnsembleBuilder::Header header;
  header.feature_count = 2;
  header.output_count = 2;
  header.tree_output = {0, 1, 0};
  spi::Node forest;
  forest.body = std::move(builder).finish(header).value();
  forest.inputs = {1};
  forest.outputs = {{Port::margin, graph.add_value("margin", DType::float32, 2)},
                    {Port::linked, graph.add_value("linked", DType::float32, 2)},
                    {Port::class_index, graph.add_value("class", DType::float32, 1)},
                    {Port::leaf_index, graph.add_value("leaf", DType::int32, 3)}};
  graph.nodes.push_back(std::move(forest));

  spi::Linear linear;
  linear.feature_count = 2;
  linear.weights.f32 = {1, 2};
  linear.start = {0.5};
  spi::Node line;
  line.body = linear;
  line.inputs = {0};
  line.outputs = {{Port::margin, graph.add_value("line", DType::float32, 1)}};
  graph.nodes.push_back(line);

  graph.outputs = {{"linked", 3, false, {}}, {"line", 6, true, {}}};
  graph.parameters = {{"line", Value(true), "line"}};
  return graph;
}

spi::TreeEnsemble& forest_in(Graph& graph) {
  return std::get<spi::TreeEnsemble>(graph.nodes[1].body);
}
spi::Linear& linear_in(Graph& graph) { return std::get<spi::Linear>(graph.nodes[2].body); }

struct Spoilt {
  const char* rule;
  std::function<void(Graph&)> spoil;
};

const Spoilt kSpoilt[] = {
    {"the input's value exists", [](Graph& g) { g.input.value = 99; }},
    {"a column for each element of the row", [](Graph& g) { g.input.columns.pop_back(); }},
    {"an element for each column", [](Graph& g) { g.values[0].width = 1; }},
    {"cells are float32 or float64", [](Graph& g) { g.values[0].dtype = DType::int32; }},
    {"cells aren't texts", [](Graph& g) { g.values[0].dtype = DType::text; }},
    {"a cell for each element of the row", [](Graph& g) { g.input.columns[1].cells = 2; }},
    {"a single value has one cell",
     [](Graph& g) {
       g.input.columns[0].cells = 0;
       g.input.columns[1].cells = 2;
     }},
    {"a list has a cell at least",
     [](Graph& g) {
       g.input.columns[0].form = ColumnForm::list;
       g.input.columns[0].cells = 0;
       g.input.columns[1].form = ColumnForm::list;
       g.input.columns[1].cells = 2;
     }},
    {"a list holds numbers",
     [](Graph& g) {
       g.input.columns[0].form = ColumnForm::list;
       g.input.columns[0].type = ColumnType::category;
     }},
    {"a bag has a cell for each category and one more",
     [](Graph& g) {
       g.input.columns[0].form = ColumnForm::bag;
       g.input.columns[0].type = ColumnType::category;
       g.input.columns[0].categories = {"a"};
     }},
    {"a value has a column for each element", [](Graph& g) { g.values[1].columns = {0}; }},
    {"a value's columns exist",
     [](Graph& g) {
       g.values[1].columns = {0, 2};
     }},
    {"the input's elements are cells",
     [](Graph& g) {
       g.values[0].columns = {0, 1};
     }},
    {"an object has a class for each score",
     [](Graph& g) {
       g.outputs[0].object = ClassObject{"p", "v", "s", {Value("only")}};
     }},
    {"columns have names of their own", [](Graph& g) { g.input.columns[1].name = "a"; }},
    {"a node's input exists", [](Graph& g) { g.nodes[1].inputs = {99}; }},
    {"a node's input is made before it", [](Graph& g) { std::swap(g.nodes[0], g.nodes[1]); }},
    {"a node doesn't feed itself", [](Graph& g) { g.nodes[0].inputs = {1}; }},
    {"a value that nobody makes is no input",
     [](Graph& g) { g.nodes[1].inputs = {g.add_value("lost", DType::float32, 2)}; }},
    {"a node's output exists", [](Graph& g) { g.nodes[0].outputs[0].value = 99; }},
    {"the output of a forest exists", [](Graph& g) { g.nodes[1].outputs[0].value = 99; }},
    {"one producer a value", [](Graph& g) { g.nodes[2].outputs[0].value = 1; }},
    {"nobody makes the input again", [](Graph& g) { g.nodes[0].outputs[0].value = 0; }},
    {"a forest has one input",
     [](Graph& g) {
       g.nodes[1].inputs = {0, 1};
     }},
    {"a forest has an input", [](Graph& g) { g.nodes[1].inputs.clear(); }},
    {"a forest's rows are as wide as its features",
     [](Graph& g) { forest_in(g).feature_count = 3; }},
    {"a forest reads floats", [](Graph& g) { g.values[1].dtype = DType::int32; }},
    {"a forest reads no texts", [](Graph& g) { g.values[1].dtype = DType::text; }},
    {"margins are as wide as the outputs", [](Graph& g) { g.values[2].width = 1; }},
    {"margins have the accumulator's type", [](Graph& g) { g.values[2].dtype = DType::float64; }},
    {"linked margins too", [](Graph& g) { g.values[3].dtype = DType::float64; }},
    {"a class is one number", [](Graph& g) { g.values[4].width = 2; }},
    {"leaves are int32", [](Graph& g) { g.values[5].dtype = DType::float32; }},
    {"a leaf for each tree", [](Graph& g) { g.values[5].width = 2; }},
    {"a port is offered once", [](Graph& g) { g.nodes[1].outputs[1].port = Port::margin; }},
    {"a forest has no port `result`", [](Graph& g) { g.nodes[1].outputs[0].port = Port::result; }},
    {"a linear map has one input",
     [](Graph& g) {
       g.nodes[2].inputs = {0, 1};
     }},
    {"a linear map's rows are as wide as its features",
     [](Graph& g) {
       linear_in(g).feature_count = 1;
       linear_in(g).weights.f32 = {1};
     }},
    {"a weight for each feature and output", [](Graph& g) { linear_in(g).weights.f32 = {1}; }},
    {"a linear map has outputs",
     [](Graph& g) {
       linear_in(g).output_count = 0;
       linear_in(g).weights.f32.clear();
       linear_in(g).start.clear();
       g.values[6].width = 0;
       g.outputs[1].scalar = false;
     }},
    {"a start for each output",
     [](Graph& g) {
       linear_in(g).start = {1, 2};
     }},
    {"a linear map's margins have its weights' type",
     [](Graph& g) { g.values[6].dtype = DType::float64; }},
    {"a linear map has no leaves", [](Graph& g) { g.nodes[2].outputs[0].port = Port::leaf_index; }},
    {"a linear map reads floats",
     [](Graph& g) {
       g.values[1].dtype = DType::int64;
       g.nodes[1].inputs = {0};
       g.nodes[2].inputs = {1};
     }},
    {"a graph answers something", [](Graph& g) { g.outputs.clear(); }},
    {"answers have names", [](Graph& g) { g.outputs[0].name.clear(); }},
    {"answers have names of their own", [](Graph& g) { g.outputs[1].name = "linked"; }},
    {"an answer's value exists", [](Graph& g) { g.outputs[0].value = 99; }},
    {"an answer's value is made",
     [](Graph& g) { g.outputs[0].value = g.add_value("lost", DType::float32, 2); }},
    {"a single number has width 1", [](Graph& g) { g.outputs[0].scalar = true; }},
    {"answers are numbers",
     [](Graph& g) {
       g.values[1].dtype = DType::text;
       g.nodes[1].inputs = {0};
       g.outputs.push_back({"text", 1, false, {}});
     }},
    {"a parameter asks for an answer that there is",
     [](Graph& g) { g.parameters[0].output = "other"; }},
};

}  // namespace

TEST_CASE("validate: a sound graph passes", "[graph][validate]") {
  const Status status = spi::validate(sound_graph());
  INFO((status ? std::string() : status.error().message()));
  CHECK(status.has_value());
}

TEST_CASE("validate: each rule refuses the graph that breaks it", "[graph][validate]") {
  for (const Spoilt& one : kSpoilt) {
    INFO("rule: " << one.rule);
    Graph graph = sound_graph();
    one.spoil(graph);
    const Status status = spi::validate(graph);
    CHECK_FALSE(status.has_value());
    if (status) continue;
    INFO(status.error().message());
    CHECK(status.error().code() == Errc::invalid_model);
    CHECK_FALSE(status.error().where().empty());
    CHECK_FALSE(status.error().found().empty());
  }
}

TEST_CASE("validate: columns without names may be many", "[graph][validate]") {
  Graph graph = sound_graph();
  for (Column& column : graph.input.columns) column.name.clear();
  CHECK(spi::validate(graph).has_value());
}

TEST_CASE("validate: what isn't used does no harm", "[graph][validate]") {
  Graph graph = sound_graph();
  graph.add_value("spare", DType::float64, 17);
  graph.outputs.resize(1);
  graph.parameters.clear();
  CHECK(spi::validate(graph).has_value());
}

}  // namespace trivet::test
