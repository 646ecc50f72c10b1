// SPDX-License-Identifier: Apache-2.0
// How long does one prediction take, from a row in memory and from request bytes to response
// bytes? Beside it the textbook: one thread walking node by node.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

#include "support/loaded.hpp"
#include "trivet/local_endpoint.hpp"

namespace {

using trivet::bench::Loaded;
using trivet::bench::ModelCase;

constexpr ModelCase kModels[] = {
    {"gbdt_100x6", {.trees = 100, .features = 30, .depth = 6, .bins = 255}},
    {"gbdt_500x8", {.trees = 500, .features = 50, .depth = 8, .bins = 255}},
    {"gbdt_100x31leaves", {.trees = 100, .features = 30, .leaves = 31, .bins = 255}},
};

void predict_row(benchmark::State& state, const ModelCase& which) {
  const Loaded loaded = load(which);
  trivet::Session session = loaded.model.session();
  const std::size_t columns = which.shape.features;
  std::size_t row = 0;
  for (auto _ : state) {
    const trivet::MatrixView<const float> view(loaded.rows.data() + row * columns, 1, columns);
    const auto answer = session.predict(view);
    if (!answer) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(answer->data);
    if (++row == trivet::bench::kRowCount) row = 0;
  }
}

void walk_row(benchmark::State& state, const ModelCase& which) {
  const Loaded loaded = load(which);
  std::size_t row = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        trivet::bench::walk(loaded.forest, loaded.rows.data() + row * which.shape.features));
    if (++row == trivet::bench::kRowCount) row = 0;
  }
}

void predict_json(benchmark::State& state, const ModelCase& which) {
  const Loaded loaded = load(which);
  const trivet::LocalEndpoint endpoint = loaded.model.deploy_to_local_endpoint();
  const std::size_t columns = which.shape.features;
  std::vector<std::string> requests;
  for (std::size_t row = 0; row < trivet::bench::kRowCount; ++row) {
    requests.push_back(
        trivet::bench::make_request(loaded.rows.data() + row * columns, 1, columns, {}));
  }
  std::string response;
  std::size_t row = 0;
  for (auto _ : state) {
    if (!endpoint.predict(requests[row], response)) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(response.data());
    if (++row == trivet::bench::kRowCount) row = 0;
  }
}

const bool kRegistered = [] {
  for (const ModelCase& model : kModels) {
    const std::string name = std::string("/rows:1/features:") +
                             std::to_string(model.shape.features) + "/model:" + model.name;
    benchmark::RegisterBenchmark(("predict_typed" + name).c_str(), predict_row, model);
    benchmark::RegisterBenchmark(("predict_json" + name).c_str(), predict_json, model);
    benchmark::RegisterBenchmark(("rival_textbook_walk" + name).c_str(), walk_row, model);
  }
  return true;
}();

}  // namespace
