// SPDX-License-Identifier: Apache-2.0
// Which engine for which forest and how many rows? Each engine beside the one that trivet chooses
// and beside the textbook, which walks node by node.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "support/models.hpp"
#include "trivet/local_model.hpp"

namespace {

using trivet::bench::Forest;
using trivet::bench::ForestShape;

constexpr std::size_t kRowCount = 10'000;

struct ForestCase {
  const char* name;
  ForestShape shape;
};

// The shapes of docs/performance.md. Cuts are shared as training by histograms shares them; but
// features, cuts and rows are random, so that neither branches nor caches are helped by habit.
constexpr ForestCase kForests[] = {
    {"100x6", {.trees = 100, .features = 30, .depth = 6, .bins = 255}},
    {"100x31", {.trees = 100, .features = 30, .leaves = 31, .bins = 255}},
    {"500x8", {.trees = 500, .features = 50, .depth = 8, .bins = 255}},
    {"1000x255", {.trees = 1000, .features = 30, .leaves = 255, .bins = 255}},
    {"100x12", {.trees = 100, .features = 30, .depth = 12}},  // deep, nothing shared
};
constexpr const char* kEngines[] = {"", "tree-interleaved", "tree-ranked", "tree-bits",
                                    "tree-sliced", "tree-strides"};
constexpr std::size_t kBatches[] = {1, 8, 64, 512, 10'000};

struct Prepared {
  Forest forest;
  std::string bytes;
  std::vector<float> rows;
};

/// Made once a forest: benchmarks are set up again for each engine.
const Prepared& prepared(const ForestCase& which) {
  static std::map<std::string, std::unique_ptr<Prepared>> all;
  std::unique_ptr<Prepared>& one = all[which.name];
  if (one == nullptr) {
    one = std::make_unique<Prepared>();
    one->forest = trivet::bench::make_forest(which.shape);
    one->bytes = trivet::bench::to_xgboost_ubjson(one->forest);
    constexpr double kMissingShare = 0.05;
    one->rows = trivet::bench::make_rows(kRowCount, which.shape.features, kMissingShare, 3);
  }
  return *one;
}

/// `time_per_row` and `time_per_tree` beside the time a call.
void count(benchmark::State& state, std::size_t rows, std::size_t trees) {
  using benchmark::Counter;
  const auto flags = Counter::kIsIterationInvariantRate | Counter::kInvert;
  state.counters["time_per_row"] = Counter(static_cast<double>(rows), flags);
  state.counters["time_per_tree"] = Counter(static_cast<double>(rows * trees), flags);
}

trivet::Result<trivet::LocalModel> load(const Prepared& from, const std::string& engine,
                                        std::size_t threads) {
  trivet::LoadOptions options;
  options.engine = engine;
  if (threads > 1) {
    auto pool = trivet::make_thread_pool(threads);
    if (!pool) return pool.error();
    options.executor = *pool;
  }
  return trivet::LocalModel::load(
      trivet::Artifact::from_bytes("model", std::as_bytes(std::span(from.bytes))), options);
}

struct Run {
  ForestCase forest;
  std::string engine;
  std::size_t rows;
  std::size_t threads = 1;
};

void predict(benchmark::State& state, const Run& run) {
  const Prepared& from = prepared(run.forest);
  const auto model = load(from, run.engine, run.threads);
  if (!model) return state.SkipWithError("this engine can't run this forest here");
  trivet::Session session = model->session();
  const std::size_t columns = run.forest.shape.features;
  std::size_t first = 0;
  for (auto _ : state) {
    const auto answers = session.predict(
        trivet::MatrixView<const float>(from.rows.data() + first * columns, run.rows, columns));
    if (!answers) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(answers->data);
    first += run.rows;
    if (first + run.rows > kRowCount) first = 0;
  }
  count(state, run.rows, run.forest.shape.trees);
  state.counters["resident_MB"] = static_cast<double>(model->info().bytes) / 1e6;
  state.SetLabel(model->info().engine);
}

void walk(benchmark::State& state, const ForestCase& which) {
  const Prepared& from = prepared(which);
  std::size_t row = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        trivet::bench::walk(from.forest, from.rows.data() + row * which.shape.features));
    row = row + 1 == kRowCount ? 0 : row + 1;
  }
  count(state, 1, which.shape.trees);
}

/// Building the engines is part of loading; beside it, the same with the textbook, for which
/// nothing is built: reading alone. The limit is that building takes at most three times as long,
/// the trial of engines aside, which ends after 4 ms.
void load_forest(benchmark::State& state, const ForestCase& which, const std::string& engine) {
  const Prepared& from = prepared(which);
  for (auto _ : state) {
    const auto model = load(from, engine, 1);
    if (!model) return state.SkipWithError("this engine can't run this forest here");
    benchmark::DoNotOptimize(&*model);
  }
}

const bool kRegistered = [] {
  for (const ForestCase& forest : kForests) {
    const std::string name = std::string("trees/") + forest.name;
    for (const char* engine : kEngines) {
      const std::string by = *engine == '\0' ? "chosen" : engine;
      for (const std::size_t rows : kBatches) {
        benchmark::RegisterBenchmark((name + "/" + by + "/rows:" + std::to_string(rows)).c_str(),
                                     predict, Run{forest, engine, rows});
      }
      benchmark::RegisterBenchmark((name + "/" + by + "/load").c_str(), load_forest, forest,
                                   std::string(engine))
          ->Unit(benchmark::kMillisecond);
    }
    benchmark::RegisterBenchmark((name + "/floor_reading/load").c_str(), load_forest, forest,
                                 std::string("tree-reference"))
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((name + "/two_threads/rows:10000").c_str(), predict,
                                 Run{forest, "", kRowCount, 2})
        ->UseRealTime();
    benchmark::RegisterBenchmark((name + "/rival_textbook_walk/rows:1").c_str(), walk, forest);
  }
  return true;
}();

}  // namespace
