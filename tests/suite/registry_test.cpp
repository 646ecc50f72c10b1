// SPDX-License-Identifier: Apache-2.0
// Formats and backends from outside: how they are found, chosen and refused.
#include <memory>

#include "catch.hpp"
#include "support/plugins.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

/// y = 2·x + bias, one column `x`.
Result<spi::Graph> line(double bias) {
  spi::Graph graph;
  graph.input.value = graph.add_value("row", DType::float32, 1);
  Column column;
  column.name = "x";
  graph.input.columns = {column};
  spi::Linear linear;
  linear.feature_count = 1;
  linear.weights.f32 = {2};
  linear.start = {bias};
  spi::Node node;
  node.body = linear;
  node.inputs = {graph.input.value};
  const spi::ValueId margin = graph.add_value("margin", DType::float32, 1);
  node.outputs = {{spi::Port::margin, margin}};
  graph.nodes.push_back(node);
  graph.outputs = {{"margin", margin, true, {}}};
  graph.provenance.format = "line-text";
  return graph;
}

std::shared_ptr<const spi::Format> line_format(std::string name, double bias,
                                               spi::Confidence confidence) {
  return std::make_shared<GraphFormat>(
      std::move(name), [bias] { return line(bias); }, confidence);
}

double answer_of(const LocalModel& model) {
  const float x = 3;
  const auto answers = model.predict(MatrixView<const float>(&x, 1, 1));
  REQUIRE(answers.has_value());
  return answers->at(0);
}

Result<LocalModel> load_line(const spi::Registry& registry, const std::string& format = {}) {
  LoadOptions options;
  options.registry = &registry;
  options.format = format;
  return LocalModel::load(artifact_for("line"), options);
}

class OldFormat final : public spi::Format {
 public:
  int interface_version() const noexcept override { return spi::kInterfaceVersion + 1; }
  std::string_view name() const noexcept override { return "old"; }
  spi::Confidence probe(std::string_view, std::uint64_t) const noexcept override {
    return spi::Confidence::certain;
  }
  Result<spi::Graph> read(const Artifact&, std::size_t, const spi::ReadOptions&) const override {
    return line(0);
  }
};

}  // namespace

TEST_CASE("registry: a format from outside loads and answers", "[suite][registry]") {
  spi::Registry registry = spi::Registry::builtin();
  REQUIRE(registry.add(line_format("line", 1, spi::Confidence::certain)).has_value());
  const Result<LocalModel> model = load_line(registry);
  INFO((model ? std::string() : model.error().message()));
  REQUIRE(model.has_value());
  CHECK(answer_of(*model) == 7);  // 2·3 + 1
  CHECK(model->info().format == "line-text");
  CHECK(model->graph() != nullptr);
  CHECK(model->signature().columns[0].name == "x");
}

TEST_CASE("registry: the built-in one doesn't know what was added to a copy", "[suite][registry]") {
  spi::Registry copy = spi::Registry::builtin();
  REQUIRE(copy.add(line_format("line", 1, spi::Confidence::certain)).has_value());
  CHECK_FALSE(load_line(spi::Registry::builtin()).has_value());
  CHECK_FALSE(LocalModel::load(artifact_for("line")).has_value());
}

TEST_CASE("registry: the surest format wins, and of equals the later one", "[suite][registry]") {
  spi::Registry registry = spi::Registry::builtin();
  REQUIRE(registry.add(line_format("line", 1, spi::Confidence::certain)).has_value());
  REQUIRE(registry.add(line_format("lin", 10, spi::Confidence::possible)).has_value());
  const Result<LocalModel> surest = load_line(registry);
  REQUIRE(surest.has_value());
  CHECK(answer_of(*surest) == 7);

  REQUIRE(registry.add(line_format("li", 100, spi::Confidence::certain)).has_value());
  const Result<LocalModel> later = load_line(registry);
  REQUIRE(later.has_value());
  CHECK(answer_of(*later) == 106);
}

TEST_CASE("registry: a format can be forced by name", "[suite][registry]") {
  spi::Registry registry = spi::Registry::builtin();
  REQUIRE(registry.add(line_format("line", 1, spi::Confidence::certain)).has_value());
  REQUIRE(registry.add(line_format("lin", 10, spi::Confidence::possible)).has_value());
  const Result<LocalModel> forced = load_line(registry, "lin");
  REQUIRE(forced.has_value());
  CHECK(answer_of(*forced) == 16);

  const Result<LocalModel> unknown = load_line(registry, "imaginary");
  REQUIRE_FALSE(unknown.has_value());
  CHECK(unknown.error().code() == Errc::invalid_argument);
  CHECK(unknown.error().message().find("imaginary") != std::string::npos);
  CHECK(unknown.error().message().find("line") != std::string::npos);
}

TEST_CASE("registry: an error of a format carries the file's name in front", "[suite][registry]") {
  spi::Registry registry = spi::Registry::builtin();
  const auto broken = std::make_shared<GraphFormat>("line", [] {
    return Result<spi::Graph>(Error(Errc::invalid_model, "byte 12", "a gap", "no gap"));
  });
  REQUIRE(registry.add(std::shared_ptr<const spi::Format>(broken)).has_value());
  const Result<LocalModel> model = load_line(registry);
  REQUIRE_FALSE(model.has_value());
  CHECK(model.error().code() == Errc::invalid_model);
  CHECK(model.error().where() == "model.test: byte 12");
  CHECK(model.error().found() == "a gap");
  CHECK(model.error().expected() == "no gap");
}

TEST_CASE("registry: a graph that contradicts itself is refused at load", "[suite][registry]") {
  spi::Registry registry = spi::Registry::builtin();
  const auto broken = std::make_shared<GraphFormat>("line", [] {
    Result<spi::Graph> graph = line(0);
    graph->outputs[0].value = 77;
    return graph;
  });
  REQUIRE(registry.add(std::shared_ptr<const spi::Format>(broken)).has_value());
  const Result<LocalModel> model = load_line(registry);
  REQUIRE_FALSE(model.has_value());
  CHECK(model.error().code() == Errc::invalid_model);
}

TEST_CASE("registry: null, a taken name and another interface version are refused",
          "[suite][registry]") {
  spi::Registry registry = spi::Registry::builtin();
  const Status null_format = registry.add(std::shared_ptr<const spi::Format>());
  const Status null_backend = registry.add(std::shared_ptr<const spi::Backend>());
  const Status taken = registry.add(line_format("xgboost", 0, spi::Confidence::none));
  const Status taken_backend = registry.add(builtin_backend("tree"));
  const Status old = registry.add(std::make_shared<OldFormat>());
  for (const Status* status : {&null_format, &null_backend, &taken, &taken_backend, &old}) {
    REQUIRE_FALSE(status->has_value());
    INFO(status->error().message());
    CHECK(status->error().code() == Errc::invalid_argument);
  }
  CHECK(taken.error().message().find("xgboost") != std::string::npos);
  CHECK(old.error().message().find("old") != std::string::npos);
}

TEST_CASE("registry: without formats nothing loads", "[suite][registry]") {
  const spi::Registry empty;
  const Result<LocalModel> model = load_line(empty);
  REQUIRE_FALSE(model.has_value());
  CHECK(model.error().code() == Errc::unsupported_model);
  CHECK_FALSE(model.error().where().empty());
}

}  // namespace trivet::test
