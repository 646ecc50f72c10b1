// SPDX-License-Identifier: Apache-2.0
// `trivet bench`: how long this model takes on this machine.
#include <algorithm>
#include <barrier>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/explanation_spec.hpp"
#include "cli/row_file.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"

namespace trivet::cli {
namespace {

using Clock = std::chrono::steady_clock;

double elapsed_ns(Clock::time_point begin) {
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
}

/// What one thread does again and again: it answers the blocks of `batch` rows in turn.
class Caller {
 public:
  virtual ~Caller() = default;
  /// Answers the block of that number.
  [[nodiscard]] virtual Status call(std::size_t block) = 0;
};

/// The typed door: rows of the model's own element type, a session per thread.
template <class T>
class TypedCaller final : public Caller {
 public:
  TypedCaller(const LocalModel& model, const std::vector<T>& cells, std::size_t column_count,
              const BenchCommand& command)
      : session_(model.session()),
        cells_(cells),
        batch_(command.batch),
        column_count_(column_count),
        explains_(command.explain),
        output_(command.output) {}

  Status call(std::size_t block) override {
    const T* first = cells_.data() + block * batch_ * column_count_;
    const MatrixView<const T> rows(first, batch_, column_count_);
    return explains_ ? status_of(session_.explain(rows, output_))
                     : status_of(session_.predict(rows, output_));
  }

 private:
  template <class Answers>
  static Status status_of(const Result<Answers>& answers) {
    if (!answers) return answers.error();
    return {};
  }

  Session session_;
  const std::vector<T>& cells_;
  std::size_t batch_;
  std::size_t column_count_;
  bool explains_;
  std::string output_;
};

/// The JSON door: from request bytes to response bytes, through one endpoint for all threads.
class JsonCaller final : public Caller {
 public:
  JsonCaller(const LocalEndpoint& endpoint, const std::vector<std::string>& requests, bool explains)
      : endpoint_(endpoint), requests_(requests), explains_(explains) {}

  Status call(std::size_t block) override {
    const auto answered = explains_ ? endpoint_.explain(requests_[block], response_)
                                    : endpoint_.predict(requests_[block], response_);
    if (!answered) return answered.error();
    return {};
  }

 private:
  const LocalEndpoint& endpoint_;
  const std::vector<std::string>& requests_;
  std::string response_;
  bool explains_;
};

/// The rows in the form that one door takes, cut into blocks.
class Workload {
 public:
  Workload(const LocalModel& model, const RowFile& rows, const BenchCommand& command)
      : model_(model),
        command_(command),
        batch_(command.batch),
        column_count_(rows.column_count),
        block_count_(rows.row_count / command.batch) {
    if (command.json_door) {
      endpoint_.emplace(model.deploy_to_local_endpoint());
      endpoint_->set_limits({.request_bytes = SIZE_MAX, .instances = SIZE_MAX});
      add_requests(rows);
    } else if (model.signature().cell_type == DType::float64) {
      doubles_ = rows.cells;
    } else {
      floats_.reserve(rows.cells.size());
      for (const double cell : rows.cells) floats_.push_back(static_cast<float>(cell));
    }
  }

  [[nodiscard]] std::size_t block_count() const noexcept { return block_count_; }
  [[nodiscard]] std::unique_ptr<Caller> make_caller() const {
    if (endpoint_) return std::make_unique<JsonCaller>(*endpoint_, requests_, command_.explain);
    if (doubles_.empty()) {
      return std::make_unique<TypedCaller<float>>(model_, floats_, column_count_, command_);
    }
    return std::make_unique<TypedCaller<double>>(model_, doubles_, column_count_, command_);
  }

 private:
  /// Requests are made before the clock runs; as many blocks as fit, at least one.
  void add_requests(const RowFile& rows) {
    constexpr std::size_t kRequestBytes = std::size_t{256} << 20;
    std::size_t bytes = 0;
    for (std::size_t block = 0; block < block_count_ && bytes < kRequestBytes; ++block) {
      requests_.push_back(rows.to_request(block * batch_, batch_));
      bytes += requests_.back().size();
    }
    block_count_ = requests_.size();
  }

  const LocalModel& model_;
  const BenchCommand& command_;
  std::size_t batch_;
  std::size_t column_count_;
  std::size_t block_count_;
  std::vector<float> floats_;
  std::vector<double> doubles_;
  std::vector<std::string> requests_;
  std::optional<LocalEndpoint> endpoint_;
};

/// What one thread measured.
struct Timings {
  std::vector<double> ns_per_block;  ///< of runs of many calls, each run's average
  std::vector<double> ns_per_call;   ///< of single calls
  std::optional<Error> error;
};

/// One thread's measurement.
class Stopwatch {
 public:
  Stopwatch(Caller& caller, std::size_t block_count) : caller_(caller), block_count_(block_count) {}

  /// Most of the time goes to runs of calls that are long beside the clock's own cost, the rest to
  /// calls that are timed one by one.
  [[nodiscard]] Timings measure(double seconds) {
    constexpr double kRunShare = 0.75;
    constexpr std::size_t kFewestRuns = 3;
    constexpr std::size_t kMostCalls = std::size_t{1} << 20;
    Timings timings;
    const std::size_t run_length = calibrate();
    const Clock::time_point begin = Clock::now();
    while (!error_ && (elapsed_ns(begin) < seconds * 1e9 * kRunShare ||
                       timings.ns_per_block.size() < kFewestRuns)) {
      timings.ns_per_block.push_back(time_run(run_length) / static_cast<double>(run_length));
    }
    while (!error_ && timings.ns_per_call.size() < kMostCalls &&
           (elapsed_ns(begin) < seconds * 1e9 || timings.ns_per_call.size() < kFewestRuns)) {
      timings.ns_per_call.push_back(time_run(1));
    }
    timings.error = error_;
    return timings;
  }

 private:
  /// Warms caches and buffers; the number of calls that take long enough to be timed well.
  std::size_t calibrate() {
    constexpr double kLongEnoughNs = 50'000;
    constexpr std::size_t kLongestRun = std::size_t{1} << 16;
    std::size_t run_length = 1;
    (void)time_run(1);
    while (!error_ && run_length < kLongestRun && time_run(run_length) < kLongEnoughNs) {
      run_length *= 2;
    }
    return run_length;
  }

  double time_run(std::size_t calls) {
    const Clock::time_point begin = Clock::now();
    for (std::size_t i = 0; i < calls; ++i) {
      Status status = caller_.call(block_);
      if (!status) error_ = std::move(status).error();
      if (++block_ == block_count_) block_ = 0;
    }
    return elapsed_ns(begin);
  }

  Caller& caller_;
  std::size_t block_count_;
  std::size_t block_ = 0;
  std::optional<Error> error_;
};

/// Runs one thread's part; nothing is thrown across the thread's end.
void measure_part(const Workload& workload, double seconds, std::barrier<>& start, Timings& part) {
  start.arrive_and_wait();
  try {
    const std::unique_ptr<Caller> caller = workload.make_caller();
    part = Stopwatch(*caller, workload.block_count()).measure(seconds);
  } catch (const std::bad_alloc&) {
    part.error = Error(Errc::out_of_memory, "", "out of memory", "a smaller batch, fewer threads");
  }
}

/// Starts the threads but one, which is this one; they begin together. Fills one part each.
void measure_parts(const Workload& workload, double seconds, std::vector<Timings>& parts) {
  std::barrier<> start(static_cast<std::ptrdiff_t>(parts.size()));
  std::vector<std::thread> threads;
  std::size_t started = 1;
  try {
    for (; started < parts.size(); ++started) {
      threads.emplace_back(measure_part, std::cref(workload), seconds, std::ref(start),
                           std::ref(parts[started]));
    }
  } catch (const std::system_error&) {
    parts.front().error =
        Error(Errc::io_failed, "--threads",
              "the system starts no more than " + std::to_string(started), "fewer threads");
  }
  for (std::size_t i = started; i < parts.size(); ++i) start.arrive_and_drop();
  if (started == parts.size()) measure_part(workload, seconds, start, parts.front());
  else start.arrive_and_drop();
  for (std::thread& thread : threads) thread.join();
}

/// The timings of all threads, sorted.
Timings measure_threads(const Workload& workload, const BenchCommand& command) {
  std::vector<Timings> parts(command.threads);
  measure_parts(workload, command.seconds, parts);
  Timings all = std::move(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Timings& part = parts[i];
    all.ns_per_block.insert(all.ns_per_block.end(), part.ns_per_block.begin(),
                            part.ns_per_block.end());
    all.ns_per_call.insert(all.ns_per_call.end(), part.ns_per_call.begin(), part.ns_per_call.end());
    if (!all.error) all.error = part.error;
  }
  std::sort(all.ns_per_block.begin(), all.ns_per_block.end());
  std::sort(all.ns_per_call.begin(), all.ns_per_call.end());
  return all;
}

/// The value below which that share of a sorted list lies.
double quantile(const std::vector<double>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(last * share)];
}

/// Clocks don't tell more than hundredths of a nanosecond; neither do we.
Value rounded(double number) { return Value(std::round(number * 100) / 100); }

Value to_value(std::size_t count) { return Value(static_cast<std::int64_t>(count)); }

Value report(const BenchCommand& command, const ModelInfo& info, const Timings& timings) {
  // No more calls run at once than there are cores, however many threads take turns.
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const double rows_at_once = static_cast<double>(command.batch * std::min(command.threads, cores));
  const double least = timings.ns_per_block.front() / rows_at_once;
  // A model without trees has no such time.
  const Value per_tree =
      info.trees == 0 ? Value() : rounded(least / static_cast<double>(info.trees));
  return Value::Object{
      {"ns_per_row_min", rounded(least)},
      {"ns_per_row_median", rounded(quantile(timings.ns_per_block, 0.5) / rows_at_once)},
      {"ns_per_tree_min", per_tree},
      {"ns_per_call_p50", rounded(quantile(timings.ns_per_call, 0.5))},
      {"ns_per_call_p99", rounded(quantile(timings.ns_per_call, 0.99))},
      {"batch", to_value(command.batch)},
      {"threads", to_value(command.threads)},
      {"door", Value(command.json_door ? "json" : "typed")},
      {"engine", Value(info.engine)},
      {"seconds", Value(command.seconds)},
      {"measurements", to_value(timings.ns_per_block.size())},
      {"resident_bytes", to_value(info.bytes)},
  };
}

/// The spec of the file, else the sidecar's, else medians.
Result<LocalModel> with_spec(const LocalModel& model, const RowFile& rows,
                             const std::string& spec) {
  if (!spec.empty()) return with_spec_file(model, spec);
  return model.explanation_spec() != nullptr ? model : with_medians(model, rows);
}

struct LoadTimes {
  double first_ms = 0;  ///< in a process that hasn't loaded anything
  double least_ms = 0;
};

/// Loads a model again and again for a moment, as one would time any call; the last one stays.
Result<LocalModel> time_loading(const std::string& path, const LoadOptions& options,
                                LoadTimes& times) {
  constexpr int kMostLoads = 10;
  constexpr double kMostMilliseconds = 300;
  double spent = 0;
  for (int i = 0;; ++i) {
    const Clock::time_point begin = Clock::now();
    Result<LocalModel> model = LocalModel::load(path, options);
    const double own = elapsed_ns(begin) / 1e6;
    if (i == 0) times.first_ms = own;
    times.least_ms = i == 0 ? own : std::min(times.least_ms, own);
    spent += own;
    if (!model || i + 1 == kMostLoads || spent + own > kMostMilliseconds) return model;
  }
}

}  // namespace

int run(const BenchCommand& command) {
  LoadOptions options;
  options.sidecar = command.sidecar;
  options.engine = command.engine;
  LoadTimes load;
  Result<LocalModel> model = time_loading(command.model, options, load);
  if (!model) {
    const Error& error = model.error();
    const bool is_option = error.code() == Errc::invalid_argument && error.where() == "engine";
    if (is_option) return wrong_usage("bench", "--" + printable(error.message()));
    return refuse(kNoModel, error);
  }

  Result<RowFile> rows = read_row_file(command.rows);
  if (!rows) return refuse(kRefused, rows.error());
  const std::size_t row_count = rows->row_count;
  rows->repeat_up_to(command.batch);
  Value plan;
  if (command.explain) {
    model = with_spec(*model, *rows, command.spec);
    if (!model) return refuse(kRefused, model.error());
    const auto chosen = model->explanation_plan(command.output);
    if (!chosen) return refuse(kRefused, chosen.error());
    plan = Value(chosen->name);
  }
  const Workload workload(*model, *rows, command);
  const Timings timings = measure_threads(workload, command);
  if (timings.error) return refuse(kRefused, *timings.error);

  Value result = report(command, model->info(), timings);
  result.as_object()->push_back({"rows", to_value(row_count)});
  result.as_object()->push_back({"load_ms", rounded(load.least_ms)});
  result.as_object()->push_back({"first_load_ms", rounded(load.first_ms)});
  if (command.explain) result.as_object()->push_back({"plan", std::move(plan)});
  StandardOutput out;
  out.write(result.to_json() + "\n");
  return out.finish(kAnswered);
}

}  // namespace trivet::cli
