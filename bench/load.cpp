// SPDX-License-Identifier: Apache-2.0
// How fast does a model file become a model, and what does it keep? Beside it the same without the
// engines that are built, the floor, reading the file's bytes, and the framework's own load, where
// the framework is found. `load_growth` has
// forests of 10⁴ to 10⁷ nodes: the time a node must stay the same.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "support/framework.hpp"
#include "support/lightgbm_text.hpp"
#include "support/models.hpp"
#include "trivet/local_model.hpp"

namespace {

using trivet::bench::Framework;

enum class FileKind { xgboost_json, xgboost_ubjson, lightgbm_text };

struct LoadCase {
  const char* name;
  FileKind kind;
  trivet::bench::ForestShape shape;
};

constexpr FileKind kJson = FileKind::xgboost_json;
constexpr FileKind kUbjson = FileKind::xgboost_ubjson;
constexpr FileKind kText = FileKind::lightgbm_text;

// 1200 trees of depth 6 are 10 MB of JSON. Cuts are shared as training by histograms, which both
// frameworks do unless told, shares them.
constexpr std::uint32_t kBins = 255;
constexpr LoadCase kCases[] = {
    {"format:json/model:gbdt_100x6", kJson, {.trees = 100, .bins = kBins}},
    {"format:json/model:gbdt_1200x6", kJson, {.trees = 1200, .bins = kBins}},
    {"format:ubjson/model:gbdt_1200x6", kUbjson, {.trees = 1200, .bins = kBins}},
    {"format:ubjson/model:gbdt_500x8",
     kUbjson,
     {.trees = 500, .features = 50, .depth = 8, .bins = kBins}},
    {"format:ubjson/model:gbdt_1000x255leaves",
     kUbjson,
     {.trees = 1000, .leaves = 255, .bins = kBins}},
    {"format:lightgbm/model:gbdt_1000x255leaves",
     kText,
     {.trees = 1000, .leaves = 255, .bins = kBins}},
};

// Trees of 255 leaves are 509 nodes. No two splits of the UBJSON forests share a cut, as with
// XGBoost's exact method; those of LightGBM do.
constexpr LoadCase kGrowth[] = {
    {"format:ubjson/nodes:1e4", kUbjson, {.trees = 20, .leaves = 255}},
    {"format:ubjson/nodes:1e5", kUbjson, {.trees = 196, .leaves = 255}},
    {"format:ubjson/nodes:1e6", kUbjson, {.trees = 1965, .leaves = 255}},
    {"format:ubjson/nodes:1e7", kUbjson, {.trees = 19647, .leaves = 255}},
    {"format:lightgbm/nodes:1e4", kText, {.trees = 20, .leaves = 255, .bins = kBins}},
    {"format:lightgbm/nodes:1e5", kText, {.trees = 196, .leaves = 255, .bins = kBins}},
    {"format:lightgbm/nodes:1e6", kText, {.trees = 1965, .leaves = 255, .bins = kBins}},
    {"format:lightgbm/nodes:1e7", kText, {.trees = 19647, .leaves = 255, .bins = kBins}},
};

std::string bytes_of(const LoadCase& load) {
  const trivet::bench::Forest forest = make_forest(load.shape);
  if (load.kind == kText) return to_lightgbm_text(forest);
  return load.kind == kJson ? to_xgboost_json(forest) : to_xgboost_ubjson(forest);
}

/// Found once; a line says so where it isn't.
const Framework* framework_of(FileKind kind) {
  const auto find = [](Framework::Kind which, const char* name, const char* variable) {
    const auto* framework = new Framework(which);
    if (!framework->is_there()) {
      std::fprintf(stderr, "%s isn't found (%s may name its library): no rows beside it\n", name,
                   variable);
    }
    return framework;
  };
  static const Framework* const lightgbm =
      find(Framework::Kind::lightgbm, "LightGBM", "LIGHTGBM_LIBRARY");
  static const Framework* const xgboost =
      find(Framework::Kind::xgboost, "XGBoost", "XGBOOST_LIBRARY");
  return kind == kText ? lightgbm : xgboost;
}

/// A model file that goes when the benchmark ends.
class ModelFile {
 public:
  explicit ModelFile(const LoadCase& load) {
    const std::string bytes = bytes_of(load);
    size_ = bytes.size();
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr ? folder : "/tmp") + "/trivet_bench_" +
            std::to_string(::getpid()) +
            (load.kind == kJson     ? ".json"
             : load.kind == kUbjson ? ".ubj"
                                    : ".txt");
    std::FILE* file = std::fopen(path_.c_str(), "wb");
    if (file == nullptr) return;
    is_written_ = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
    std::fclose(file);
  }
  ModelFile(const ModelFile&) = delete;
  ModelFile& operator=(const ModelFile&) = delete;
  ~ModelFile() { std::remove(path_.c_str()); }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::int64_t size() const noexcept { return static_cast<std::int64_t>(size_); }
  [[nodiscard]] bool is_written() const noexcept { return is_written_; }

 private:
  std::string path_;
  std::size_t size_ = 0;
  bool is_written_ = false;
};

/// The file of a case. It stays until another case asks, as a benchmark is called again and again
/// until it knows how often to run.
const ModelFile& file_of(const LoadCase& load) {
  static const char* name = nullptr;
  static std::unique_ptr<const ModelFile> file;
  if (name != load.name) {
    file.reset();
    file = std::make_unique<const ModelFile>(load);
    name = load.name;
  }
  return *file;
}

/// Memory of this process, in bytes, after what is free has been given back.
double resident_bytes() {
  ::malloc_trim(0);
  long pages = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr || std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
  if (file != nullptr) std::fclose(file);
  return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

void load_model(benchmark::State& state, const LoadCase& load) {
  const ModelFile& file = file_of(load);
  if (!file.is_written()) return state.SkipWithError("the model file can't be written");
  const double before = resident_bytes();
  std::optional<trivet::LocalModel> kept;
  if (auto model = trivet::LocalModel::load(file.path())) kept.emplace(*model);
  else return state.SkipWithError("refused");
  const double after = resident_bytes();
  for (auto _ : state) {
    auto model = trivet::LocalModel::load(file.path());
    benchmark::DoNotOptimize(model);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * file.size());
  const auto nodes = static_cast<double>(kept->info().nodes);
  state.counters["bytes_per_node"] = static_cast<double>(kept->info().bytes) / nodes;
  state.counters["rss_per_node"] = (after - before) / nodes;
  state.counters["nodes"] = nodes;
  state.counters["time_per_node"] = benchmark::Counter(
      nodes, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// What comes before engines are built: the textbook needs nothing built.
void read_model(benchmark::State& state, const LoadCase& load) {
  const ModelFile& file = file_of(load);
  if (!file.is_written()) return state.SkipWithError("the model file can't be written");
  trivet::LoadOptions options;
  options.engine = "tree-reference";
  for (auto _ : state) {
    auto model = trivet::LocalModel::load(file.path(), options);
    if (!model) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(model);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * file.size());
}

void load_by_framework(benchmark::State& state, const LoadCase& load) {
  const ModelFile& file = file_of(load);
  if (!file.is_written()) return state.SkipWithError("the model file can't be written");
  const Framework& framework = *framework_of(load.kind);
  for (auto _ : state) {
    if (!framework.load(file.path())) return state.SkipWithError("refused");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * file.size());
}

void read_file(benchmark::State& state, const LoadCase& load) {
  const ModelFile& file = file_of(load);
  if (!file.is_written()) return state.SkipWithError("the model file can't be written");
  for (auto _ : state) {
    const auto artifact = trivet::Artifact::open(file.path());
    if (!artifact) return state.SkipWithError("refused");
    const auto bytes = artifact->read(0);
    if (!bytes) return state.SkipWithError("refused");
    benchmark::DoNotOptimize(bytes->data());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * file.size());
}

const bool kRegistered = [] {
  for (const LoadCase& load : kCases) {
    const std::string name = load.name;
    benchmark::RegisterBenchmark(("load/" + name).c_str(), load_model, load)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("reading_alone/" + name).c_str(), read_model, load)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("floor_read_file/" + name).c_str(), read_file, load)
        ->Unit(benchmark::kMillisecond);
    if (!framework_of(load.kind)->is_there()) continue;
    benchmark::RegisterBenchmark(("rival_framework/" + name).c_str(), load_by_framework, load)
        ->Unit(benchmark::kMillisecond);
  }
  for (const LoadCase& load : kGrowth) {
    auto* row = benchmark::RegisterBenchmark((std::string("load_growth/") + load.name).c_str(),
                                             load_model, load);
    row->Unit(benchmark::kMillisecond);
    if (load.shape.trees > 10'000) row->Iterations(2);
  }
  return true;
}();

}  // namespace
