// SPDX-License-Identifier: Apache-2.0
// Every prefix of every golden model, and thousands of damaged copies: an error or a sound model.
#include <algorithm>
#include <atomic>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "golden/allocation_meter.hpp"
#include "golden/golden_case.hpp"
#include "golden/mutator.hpp"
#include "support/effort.hpp"
#include "support/files.hpp"
#include "trivet/trivet.hpp"

namespace trivet::test {
namespace {

constexpr std::uint64_t kMutations = 10'000;
/// Ordinary runs try one file in this many, fewer under sanitizers; long ones try all.
constexpr std::uint64_t kStep = effort<std::uint64_t>(5, 50);
constexpr std::size_t kThreads = 2;
/// One unit of work: this many files of one model.
constexpr std::uint64_t kChunk = 2'000;

struct Seed {
  std::string name;
  std::string bytes;
  /// The folder that the file stands in, where only the whole is a model, and its name there.
  const std::vector<std::pair<std::string, std::string>>* folder = nullptr;
  std::string file_name = "model.bst";
};

/// A folder's files with one of them replaced.
Artifact with_file_replaced(const Seed& seed, const std::string& bytes) {
  std::vector<std::pair<std::string, std::span<const std::byte>>> files;
  for (const auto& [name, content] : *seed.folder) {
    files.emplace_back(name, std::as_bytes(std::span(name == seed.file_name ? bytes : content)));
  }
  return Artifact::from_files("model", files);
}

/// The files of all folders with files below them, which stay for good.
const std::vector<std::pair<std::string, std::string>>* kept_folder(const std::string& path) {
  static std::deque<std::vector<std::pair<std::string, std::string>>> folders;
  const auto artifact = Artifact::open(path);
  REQUIRE(artifact.has_value());
  folders.emplace_back();
  for (const std::string& name : artifact->file_names()) {
    folders.back().emplace_back(name, read_file(path + "/" + name));
  }
  return &folders.back();
}

/// Folders whose files are a model together: one case for each encoding of columns is enough, since
/// the files that they share are tried with each.
void add_folder_seeds(const GoldenCase& one, std::vector<Seed>& seeds) {
  if (one.name.find("every_encoding_classifier") == std::string::npos || one.json_only) return;
  const auto* folder = kept_folder(one.model_path);
  for (const auto& [name, content] : *folder) {
    seeds.push_back({one.name + "/" + name, content, folder, name});
  }
}

std::vector<Seed> golden_seeds() {
  std::vector<Seed> seeds;
  for (const GoldenCase& one : golden_cases()) {
    if (!folders_in(one.model_path).empty()) {
      add_folder_seeds(one, seeds);
      continue;
    }
    for (const std::string& path : files_in(one.model_path)) {
      if (base_name(path) == "trivet.json") continue;
      seeds.push_back({one.name + "/" + base_name(path), read_file(path)});
    }
  }
  return seeds;
}

/// What went wrong, from all threads. Catch2's checks are for one thread only.
class Findings {
 public:
  void add(const std::string& what) {
    const std::scoped_lock lock(mutex_);
    ++count_;
    if (texts_.size() < 20) texts_.push_back(what);
  }
  void check() const {
    for (const std::string& text : texts_) FAIL_CHECK(text);
    CHECK(count_ == 0);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> texts_;
  std::size_t count_ = 0;
};

/// What must hold of the error for a file that doesn't load; empty when it does.
std::string error_fault(const Error& error) {
  const Errc code = error.code();
  if (code != Errc::invalid_model && code != Errc::unsupported_model)
    return "another kind of error";
  if (error.where().empty()) return "no place";
  if (error.found().empty()) return "nothing found";
  if (error.message().size() > 2000) return "an endless text";
  return {};
}

/// The same for a model that takes texts.
std::string ask_about_texts(const LocalModel& model) {
  Batch batch(model.signature());
  for (const char* text : {"", "It's a GOOD room, naïve Straße!", "\xFF\xC3 ÀΣ", "a"}) {
    const std::size_t row = batch.append_row();
    for (std::size_t c = 0; c < batch.column_count(); ++c) {
      const Column& column = batch.signature().columns[c];
      if (column.form == ColumnForm::members) {
        batch.set_empty(row, c);
        batch.add_member(row, c, text, 2);
      } else if (column.type == ColumnType::text) {
        if (!batch.set_text(row, c, text)) return "a text that can't be set";
      }
    }
  }
  for (const Output& output : model.signature().outputs) {
    const auto answers = model.predict(batch, output.name);
    if (!answers) return "no answer: " + answers.error().message();
  }
  return {};
}

/// Answers rows of every kind with every output; empty when nothing is wrong.
std::string ask(const LocalModel& model) {
  const float huge = std::numeric_limits<float>::max();
  const float kinds[] = {0.0f,
                         1.5f,
                         -3.0f,
                         huge,
                         -huge,
                         std::numeric_limits<float>::infinity(),
                         std::numeric_limits<float>::quiet_NaN(),
                         1e-45f,
                         16777216.0f,
                         4e9f};
  const std::vector<Column>& all = model.signature().columns;
  if (std::any_of(all.begin(), all.end(),
                  [](const Column& column) { return column.type == ColumnType::text; })) {
    return ask_about_texts(model);
  }
  const std::size_t columns = model.signature().cell_count();
  constexpr std::size_t kRows = 5;
  std::vector<float> cells(kRows * columns, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t i = columns; i < cells.size(); ++i) cells[i] = kinds[i * 7 % std::size(kinds)];
  const MatrixView<const float> rows(cells.data(), kRows, columns);
  for (const Output& output : model.signature().outputs) {
    const auto answers = model.predict(rows, output.name);
    if (!answers) return "no answer: " + answers.error().message();
    if (answers->row_count() != kRows) return "another number of answers";
  }
  return {};
}

/// Loads a file with a bound on memory. `peak` is what it took, or would have taken.
Result<LocalModel> load_within(std::size_t budget, const Artifact& artifact, std::size_t& peak) {
  const AllocationMeter meter(budget);
  Result<LocalModel> model = LocalModel::load(artifact);
  peak = meter.peak();
  return model;
}

/// Loads one damaged file and asks what loads; empty when nothing is wrong. Memory is bounded by
/// the file's size. A model may also state many columns, which take no bytes in the file: if it is
/// sound, it may have kBytesPerColumn for each.
std::string try_file(const std::string& name, const Seed& seed, const std::string& bytes) {
  constexpr std::size_t kBytesPerColumn = 2 * sizeof(Column) + 64;  // in the graph and signature
  constexpr std::size_t kMostColumns = std::size_t{1} << 20;
  const std::size_t bound = 64 * bytes.size() + (std::size_t{16} << 20);
  const Artifact artifact =
      seed.folder != nullptr
          ? with_file_replaced(seed, bytes)
          : Artifact::from_bytes(seed.file_name, std::as_bytes(std::span(bytes)));
  std::size_t peak = 0;
  Result<LocalModel> model = load_within(bound, artifact, peak);
  if (peak > bound) {
    model = load_within(bound + kBytesPerColumn * kMostColumns, artifact, peak);
    const std::size_t columns = model ? model->signature().cell_count() : 0;
    if (peak > bound + kBytesPerColumn * columns) {
      return name + ": " + std::to_string(peak) + " bytes of memory for a file of " +
             std::to_string(bytes.size()) + " with " + std::to_string(columns) + " columns";
    }
  }
  const std::string fault = model ? ask(*model) : error_fault(model.error());
  if (fault.empty()) return {};
  return name + ": " + fault + (model ? "" : ": " + model.error().message());
}

/// Work on all seeds in chunks, shared by the threads: of the `count(seed)` files that
/// `make(seed, number)` gives, one in `step`.
template <class Count, class Make>
void try_all(std::uint64_t step, Count&& count, Make&& make) {
  const std::vector<Seed> seeds = golden_seeds();
  REQUIRE_FALSE(seeds.empty());
  Findings findings;
  struct Unit {
    const Seed* seed;
    std::uint64_t first;
    std::uint64_t last;
  };
  std::vector<Unit> units;
  for (const Seed& seed : seeds) {
    const std::uint64_t files = count(seed);
    for (std::uint64_t first = 0; first < files; first += kChunk) {
      units.push_back({&seed, first, std::min(files, first + kChunk)});
    }
  }
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t at; (at = next++) < units.size();) {
      const Unit& unit = units[at];
      for (std::uint64_t i = unit.first; i < unit.last; i += step) {
        const std::string name = unit.seed->name + ", number " + std::to_string(i);
        const std::string fault = try_file(name, *unit.seed, make(*unit.seed, i));
        if (!fault.empty()) findings.add(fault);
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t t = 1; t < kThreads; ++t) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  findings.check();
}

void try_prefixes(std::uint64_t step) {
  try_all(
      step, [](const Seed& seed) { return seed.bytes.size(); },
      [](const Seed& seed, std::uint64_t size) { return seed.bytes.substr(0, size); });
}

void try_mutations(std::uint64_t step) {
  try_all(
      step, [](const Seed&) { return kMutations; },
      [](const Seed& seed, std::uint64_t number) { return mutated(seed.bytes, number); });
}

}  // namespace

TEST_CASE("damaged models: a prefix of a file is an error or a sound model", "[mutation]") {
  try_prefixes(kStep);
}

TEST_CASE("damaged models: mutations of each file are errors or sound models", "[mutation]") {
  try_mutations(kStep);
}

TEST_CASE("damaged models: every prefix of a file is an error or a sound model", "[.long]") {
  try_prefixes(1);
}

TEST_CASE("damaged models: ten thousand mutations of each file are errors or sound models",
          "[.long]") {
  try_mutations(1);
}

TEST_CASE("damaged models: the undamaged files stay within the bound on memory", "[mutation]") {
  for (const Seed& seed : golden_seeds()) {
    INFO(seed.name);
    CHECK(try_file(seed.name, seed, seed.bytes) == "");
  }
}

}  // namespace trivet::test
