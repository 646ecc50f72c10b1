// SPDX-License-Identifier: Apache-2.0
// Graphs of several regions, run through the public doors with formats and backends from outside.
#include <cmath>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "support/oracle.hpp"
#include "support/plain_json.hpp"
#include "support/plugins.hpp"
#include "support/random_forest.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

/// A forest of float32 all through, without a link.
PlannedForest plain_forest() {
  PlannedForest forest;
  for (std::uint64_t seed = 0;; ++seed) {
    forest = random_forest(seed);
    const spi::TreeEnsembleBuilder::Header& header = forest.header;
    if (forest.width == spi::FloatWidth::f32 && header.feature_count >= 3 &&
        header.output_count == 1 && header.sum.accumulator == spi::FloatWidth::f32) {
      break;
    }
  }
  forest.header.link = {};
  return forest;
}

constexpr float kBy = 2.5f;

/// row → scale → forest; the answers are the margin and, when asked for, the scaled row.
spi::Graph two_regions(const PlannedForest& forest, bool with_columns_scaled_twice = false) {
  const std::uint32_t width = forest.header.feature_count;
  spi::Graph graph;
  graph.input.value = graph.add_value("row", DType::float32, width);
  for (std::uint32_t c = 0; c < width; ++c) {
    Column column;
    column.name = "c" + std::to_string(c);
    graph.input.columns.push_back(column);
  }
  spi::ValueId scaled = graph.input.value;
  for (int i = 0; i < (with_columns_scaled_twice ? 2 : 1); ++i) {
    spi::Node node;
    node.body = spi::Operator{"scale", {{"by", Value(static_cast<double>(kBy))}}};
    node.inputs = {scaled};
    scaled = graph.add_value("scaled", DType::float32, width);
    node.outputs = {{spi::Port::result, scaled}};
    graph.nodes.push_back(node);
  }
  spi::Node trees;
  trees.body = build(forest).value();
  trees.inputs = {scaled};
  const spi::ValueId margin = graph.add_value("margin", DType::float32, 1);
  trees.outputs = {{spi::Port::margin, margin}};
  graph.nodes.push_back(trees);
  graph.outputs = {{"margin", margin, true, {}}, {"scaled", scaled, false, {}}};
  graph.parameters = {{"show_scaled", Value(true), "scaled"}};
  graph.provenance.framework = "tests";
  return graph;
}

/// A registry with the tests' plug-ins, and handles to count by.
struct PluggedIn {
  PlannedForest forest = plain_forest();
  std::shared_ptr<ScaleBackend> scale = std::make_shared<ScaleBackend>();
  std::shared_ptr<CountedBackend> trees = std::make_shared<CountedBackend>(builtin_backend("tree"));
  spi::Registry registry;

  explicit PluggedIn(GraphFormat::Make make = {}) {
    if (!make) make = [this] { return Result<spi::Graph>(two_regions(forest)); };
    REQUIRE(registry.add(std::make_shared<GraphFormat>("two-regions", make)).has_value());
    REQUIRE(registry.add(std::shared_ptr<const spi::Backend>(scale)).has_value());
    REQUIRE(registry.add(std::shared_ptr<const spi::Backend>(trees)).has_value());
  }

  [[nodiscard]] Result<LocalModel> load() const {
    LoadOptions options;
    options.registry = &registry;
    return LocalModel::load(artifact_for("two-regions"), options);
  }
};

std::vector<float> narrow_rows(const PlannedForest& forest, std::size_t rows) {
  const std::vector<double> cells = edge_rows(forest, rows, 99);
  std::vector<float> narrow;
  for (const double cell : cells) narrow.push_back(static_cast<float>(cell));
  return narrow;
}

double margin_of_scaled(const PlannedForest& forest, std::span<const float> row) {
  std::vector<double> scaled;
  for (const float x : row) scaled.push_back(static_cast<double>(x * kBy));
  return margins_of(forest, scaled)[0];
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE("planner: two regions answer as their composition", "[suite][planner]") {
  const PluggedIn plugged;
  const Result<LocalModel> model = plugged.load();
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  CHECK(model->info().engine.find("scale-plain") != std::string::npos);
  Session session = model->session();
  const std::size_t width = plugged.forest.header.feature_count;
  for (const std::size_t count : {1, 2, 17, 64, 65, 300}) {
    const std::vector<float> rows = narrow_rows(plugged.forest, count);
    const auto answers = session.predict(MatrixView<const float>(rows.data(), count, width));
    REQUIRE(answers.has_value());
    REQUIRE(answers->row_count == count);
    for (std::size_t r = 0; r < count; ++r) {
      const std::span row(rows.data() + r * width, width);
      INFO(count << " rows, row " << r);
      CHECK(same(answers->at(r), margin_of_scaled(plugged.forest, row)));
    }
  }
}

TEST_CASE("planner: a chain of one backend's nodes answers as its composition",
          "[suite][planner]") {
  const PlannedForest forest = plain_forest();
  const PluggedIn plugged([&] { return Result<spi::Graph>(two_regions(forest, true)); });
  const Result<LocalModel> model = plugged.load();
  REQUIRE(model.has_value());
  const std::size_t width = forest.header.feature_count;
  const std::vector<float> rows = narrow_rows(forest, 9);
  const auto answers = model->predict(MatrixView<const float>(rows.data(), 9, width));
  REQUIRE(answers.has_value());
  for (std::size_t r = 0; r < 9; ++r) {
    std::vector<float> once(rows.begin() + static_cast<std::ptrdiff_t>(r * width),
                            rows.begin() + static_cast<std::ptrdiff_t>((r + 1) * width));
    for (float& x : once) x *= kBy;
    CHECK(same(answers->at(r), margin_of_scaled(forest, once)));
  }
}

TEST_CASE("planner: only what an answer needs is run", "[suite][planner]") {
  const PluggedIn plugged;
  const Result<LocalModel> model = plugged.load();
  REQUIRE(model.has_value());
  Session session = model->session();
  const std::size_t width = plugged.forest.header.feature_count;
  const std::vector<float> rows = narrow_rows(plugged.forest, 5);
  const MatrixView<const float> view(rows.data(), 5, width);

  const int trees_before = plugged.trees->run_count();
  const int scale_before = plugged.scale->run_count();
  const auto scaled = session.predict(view, "scaled");
  REQUIRE(scaled.has_value());
  CHECK(plugged.trees->run_count() == trees_before);
  CHECK(plugged.scale->run_count() == scale_before + 1);
  REQUIRE(scaled->width() == width);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(same(scaled->at(i / width, i % width), static_cast<double>(rows[i] * kBy)));
  }

  REQUIRE(session.predict(view, "margin").has_value());
  CHECK(plugged.trees->run_count() == trees_before + 1);
  CHECK(plugged.scale->run_count() == scale_before + 2);
}

TEST_CASE("planner: a parameter of the request asks for another output", "[suite][planner]") {
  const PluggedIn plugged;
  const Result<LocalModel> model = plugged.load();
  REQUIRE(model.has_value());
  const std::size_t width = plugged.forest.header.feature_count;
  Value::List row;
  Value::List wanted;
  for (std::size_t c = 0; c < width; ++c) {
    row.push_back(Value(static_cast<double>(c) + 1));
    wanted.push_back(Value((static_cast<double>(c) + 1) * 2.5));
  }
  const Value request(
      Value::Object{{"instances", Value(Value::List{Value(row)})},
                    {"parameters", Value(Value::Object{{"show_scaled", Value(true)}})}});
  const int trees_before = plugged.trees->run_count();
  const auto reply = model->deploy_to_local_endpoint().predict(to_plain_json(request));
  INFO((reply ? *reply : reply.error().message()));
  REQUIRE(reply.has_value());
  const Value answer = parse_plain_json(*reply);
  REQUIRE(answer.find("predictions") != nullptr);
  CHECK(*answer.find("predictions") == Value(Value::List{Value(wanted)}));
  CHECK(plugged.trees->run_count() == trees_before);
}

TEST_CASE("planner: a node that no backend takes is named", "[suite][planner]") {
  PluggedIn plugged;
  spi::Registry without;
  REQUIRE(without
              .add(std::make_shared<GraphFormat>(
                  "two-regions", [&] { return Result<spi::Graph>(two_regions(plugged.forest)); }))
              .has_value());
  REQUIRE(without.add(builtin_backend("tree")).has_value());
  LoadOptions options;
  options.registry = &without;
  const Result<LocalModel> model = LocalModel::load(artifact_for("two-regions"), options);
  REQUIRE_FALSE(model.has_value());
  CHECK(model.error().code() == Errc::unsupported_model);
  CHECK(model.error().message().find("scale") != std::string::npos);
}

TEST_CASE("planner: a graph whose answer is its own input either answers or is refused",
          "[suite][planner]") {
  const PluggedIn plugged([] {
    spi::Graph graph;
    graph.input.value = graph.add_value("row", DType::float32, 2);
    graph.input.columns.resize(2);
    graph.input.columns[0].name = "a";
    graph.input.columns[1].name = "b";
    graph.outputs = {{"row", graph.input.value, false, {}}};
    return Result<spi::Graph>(std::move(graph));
  });
  const Result<LocalModel> model = plugged.load();
  if (!model) {
    CHECK((model.error().code() == Errc::invalid_model ||
           model.error().code() == Errc::unsupported_model));
    return;
  }
  const float row[] = {1, 2};
  const auto answers = model->predict(MatrixView<const float>(row, 1, 2));
  REQUIRE(answers.has_value());
  CHECK(answers->at(0, 0) == 1);
  CHECK(answers->at(0, 1) == 2);
}

TEST_CASE("planner: rows of doubles are rounded to the cells of the graph first",
          "[suite][planner]") {
  const PluggedIn plugged;
  const Result<LocalModel> model = plugged.load();
  REQUIRE(model.has_value());
  const std::size_t width = plugged.forest.header.feature_count;
  const std::vector<double> rows = edge_rows(plugged.forest, 40, 5);
  std::vector<float> narrow(rows.begin(), rows.end());
  const auto from_doubles = model->predict(MatrixView<const double>(rows.data(), 40, width));
  const auto from_floats = model->predict(MatrixView<const float>(narrow.data(), 40, width));
  REQUIRE(from_doubles.has_value());
  REQUIRE(from_floats.has_value());
  for (std::size_t r = 0; r < 40; ++r) CHECK(same(from_doubles->at(r), from_floats->at(r)));
}

}  // namespace trivet::test
