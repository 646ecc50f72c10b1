// SPDX-License-Identifier: Apache-2.0
// Preparing and running every engine on one region.
#include "suite/engine_cases.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "catch.hpp"

namespace trivet::test {
namespace {

void prepare_with(const spi::Backend& backend, const spi::Graph& graph, const spi::Region& region,
                  std::string_view engine, std::vector<PreparedEngine>& engines) {
  const std::string name =
      std::string(backend.name()) + "/" + (engine.empty() ? "its own choice" : std::string(engine));
  INFO("preparing " << name);
  spi::PrepareOptions options;
  options.engine = engine;
  Result<std::unique_ptr<const spi::Predictor>> prepared = backend.prepare(graph, region, options);
  if (prepared) {
    CHECK(prepared.value()->memory_bytes() > 0);
    if (!engine.empty()) CHECK(prepared.value()->engine() == engine);
    engines.push_back({name, std::move(prepared).value()});
    return;
  }
  INFO(prepared.error().message());
  CHECK_FALSE(engine.empty());
  const Errc code = prepared.error().code();
  CHECK((code == Errc::invalid_argument || code == Errc::unsupported_model));
}

bool same_bytes(const FencedBytes& a, const FencedBytes& b) {
  return a.bytes().size() == b.bytes().size() &&
         std::equal(a.bytes().begin(), a.bytes().end(), b.bytes().begin());
}

void check_alone(const PreparedEngine& engine, const spi::Graph& graph, const spi::Region& region,
                 const RegionRows& rows, const RegionAnswers& together) {
  for (std::size_t i = 0; i < region.outputs.size(); ++i) {
    std::vector<bool> wanted(region.outputs.size(), false);
    wanted[i] = true;
    const RegionAnswers alone = run_region(*engine.predictor, graph, region, rows, wanted);
    INFO("output " << graph.values[region.outputs[i]].name << " alone");
    CHECK(alone.fences_stand);
    CHECK(same_bytes(alone.outputs[i], together.outputs[i]));
  }
}

}  // namespace

std::vector<PreparedEngine> prepare_all(const spi::Graph& graph, const spi::Region& region) {
  std::vector<PreparedEngine> engines;
  const spi::Registry registry = spi::Registry::builtin();
  for (const std::shared_ptr<const spi::Backend>& backend : registry.backends()) {
    if (!backend->accepts(graph.nodes.front())) continue;
    prepare_with(*backend, graph, region, {}, engines);
    for (const std::string_view engine : backend->engines()) {
      prepare_with(*backend, graph, region, engine, engines);
    }
  }
  CHECK_FALSE(engines.empty());
  return engines;
}

std::vector<std::string> engine_names(const spi::Node& node) {
  std::vector<std::string> names;
  const spi::Registry registry = spi::Registry::builtin();
  for (const std::shared_ptr<const spi::Backend>& backend : registry.backends()) {
    if (!backend->accepts(node)) continue;
    for (const std::string_view engine : backend->engines()) {
      names.push_back(std::string(backend->name()) + "/" + std::string(engine));
    }
  }
  return names;
}

RegionAnswers run_all(const std::vector<PreparedEngine>& engines, const spi::Graph& graph,
                      const spi::Region& region, const RegionRows& rows) {
  const std::vector<bool> all(region.outputs.size(), true);
  RegionAnswers first;
  for (const PreparedEngine& engine : engines) {
    INFO("engine " << engine.name << ", " << rows.count() << " rows, padding " << rows.padding);
    RegionAnswers answers = run_region(*engine.predictor, graph, region, rows, all);
    CHECK(answers.fences_stand);
    check_alone(engine, graph, region, rows, answers);
    if (first.outputs.empty()) {
      first = std::move(answers);
      continue;
    }
    for (std::size_t i = 0; i < region.outputs.size(); ++i) {
      INFO("output " << graph.values[region.outputs[i]].name << " against "
                     << engines.front().name);
      CHECK(same_bytes(answers.outputs[i], first.outputs[i]));
    }
  }
  return first;
}

bool same_number(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::memcmp(&a, &b, sizeof a) == 0 || (a == 0 && b == 0);
}

}  // namespace trivet::test
