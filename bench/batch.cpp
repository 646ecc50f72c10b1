// SPDX-License-Identifier: Apache-2.0
// How does the time a row go down with the rows of a call? Beside it the textbook: one thread
// walking node by node.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>

#include "support/loaded.hpp"

namespace {

using trivet::bench::Loaded;
using trivet::bench::ModelCase;

constexpr ModelCase kModels[] = {
    {"gbdt_100x6", {.trees = 100, .features = 30, .depth = 6, .bins = 255}},
    {"gbdt_500x8", {.trees = 500, .features = 50, .depth = 8, .bins = 255}},
};
constexpr std::size_t kBatches[] = {1, 10, 100, 1000, 10'000};

/// `time_per_row` beside the time a call.
void count_rows(benchmark::State& state, std::size_t rows) {
  state.counters["time_per_row"] =
      benchmark::Counter(static_cast<double>(rows), benchmark::Counter::kIsIterationInvariantRate |
                                                        benchmark::Counter::kInvert);
}

void predict_batch(benchmark::State& state, const ModelCase& which, std::size_t rows) {
  const Loaded loaded = load(which);
  trivet::Session session = loaded.model.session();
  const std::size_t columns = which.shape.features;
  std::size_t first = 0;
  for (auto _ : state) {
    const trivet::MatrixView<const float> view(loaded.rows.data() + first * columns, rows, columns);
    const auto answers = session.predict(view);
    if (!answers) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(answers->data);
    first += rows;
    if (first + rows > trivet::bench::kRowCount) first = 0;
  }
  count_rows(state, rows);
}

void walk_batch(benchmark::State& state, const ModelCase& which, std::size_t rows) {
  const Loaded loaded = load(which);
  for (auto _ : state) {
    for (std::size_t row = 0; row < rows; ++row) {
      benchmark::DoNotOptimize(
          trivet::bench::walk(loaded.forest, loaded.rows.data() + row * which.shape.features));
    }
  }
  count_rows(state, rows);
}

const bool kRegistered = [] {
  for (const ModelCase& model : kModels) {
    for (const std::size_t rows : kBatches) {
      const std::string name = "/rows:" + std::to_string(rows) +
                               "/features:" + std::to_string(model.shape.features) +
                               "/model:" + model.name;
      benchmark::RegisterBenchmark(("predict_typed" + name).c_str(), predict_batch, model, rows);
    }
    const std::string name = std::string("/rows:10000/model:") + model.name;
    benchmark::RegisterBenchmark(("rival_textbook_walk" + name).c_str(), walk_batch, model,
                                 std::size_t{10'000});
  }
  return true;
}();

}  // namespace
