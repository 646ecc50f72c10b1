// SPDX-License-Identifier: Apache-2.0
// How fast does a model file become a model, and what does it keep? Beside it the floor: reading
// the file's bytes.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "support/models.hpp"
#include "trivet/local_model.hpp"

namespace {

struct LoadCase {
  const char* name;
  bool is_json;
  trivet::bench::ForestShape shape;
};

// 1200 trees of depth 6 are 10 MB of JSON.
constexpr LoadCase kCases[] = {
    {"format:json/model:gbdt_100x6", true, {.trees = 100}},
    {"format:json/model:gbdt_1200x6", true, {.trees = 1200}},
    {"format:ubjson/model:gbdt_1200x6", false, {.trees = 1200}},
    {"format:ubjson/model:gbdt_1000x255leaves", false, {.trees = 1000, .leaves = 255}},
};

/// A model file that goes when the benchmark ends.
class ModelFile {
 public:
  explicit ModelFile(const LoadCase& load) {
    const trivet::bench::Forest forest = make_forest(load.shape);
    const std::string bytes = load.is_json ? to_xgboost_json(forest) : to_xgboost_ubjson(forest);
    size_ = bytes.size();
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr ? folder : "/tmp") + "/trivet_bench_" +
            std::to_string(::getpid()) + ".model";
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
  const ModelFile file(load);
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
}

void read_file(benchmark::State& state, const LoadCase& load) {
  const ModelFile file(load);
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
    benchmark::RegisterBenchmark(("floor_read_file/" + name).c_str(), read_file, load)
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
