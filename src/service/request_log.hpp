// SPDX-License-Identifier: Apache-2.0
// Requests and answers of endpoints, recorded in tables of the service's shape.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "service/failure.hpp"
#include "service/served_endpoint.hpp"

namespace trivet::service {

/// One call, as the table keeps it.
struct LoggedCall {
  std::string table_uri;  ///< `bq://project.dataset.table`
  std::string endpoint;   ///< `projects/P/locations/L/endpoints/ID`
  std::string deployed_model_id;
  std::string request;   ///< body; its instances become the elements of the column
  std::string response;  ///< body; its predictions, likewise
  std::chrono::system_clock::time_point time;
};

/// Writes calls into SQLite tables below a root: `bq://p.d.t` is table `t` of `ROOT/bq/p/d.db`
/// (columns endpoint, deployed_model_id, logging_time, request_id, request_payload,
/// response_payload; the payloads are JSON lists of texts). record() only appends to a queue, which
/// a thread of its own writes in transactions; it waits when the queue holds 64 MiB. The destructor
/// writes what is left. Safe from any thread.
class RequestLog {
 public:
  explicit RequestLog(std::filesystem::path root);
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;
  ~RequestLog();

  /// True when this call is in the sample and no larger than what the service keeps.
  [[nodiscard]] bool wants(const RequestLogTarget& target, std::size_t bytes) noexcept;
  void record(LoggedCall call);
  /// Waits until everything recorded so far is in its table.
  void flush();
  /// Calls that could not be written, since the start; the first reason among them.
  [[nodiscard]] std::uint64_t lost_count() const noexcept { return lost_; }
  [[nodiscard]] std::string first_error() const;

 private:
  class Tables;

  void run();
  void write(std::deque<LoggedCall>& calls);

  std::filesystem::path root_;
  std::unique_ptr<Tables> tables_;  // of the writer's thread
  mutable std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_room_;
  std::deque<LoggedCall> queue_;
  std::size_t queued_bytes_ = 0;
  bool is_writing_ = false;
  bool is_closing_ = false;
  std::string first_error_;
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<std::uint64_t> drawn_{0};
  std::thread writer_;
};

/// Whether calls can be recorded there: `bq://project`, `bq://project.dataset` or
/// `bq://project.dataset.table`, each of letters, digits, `_` and `-`.
[[nodiscard]] bool is_log_destination(std::string_view uri);

/// Where an endpoint's calls go: its own `outputUri`, completed where it names no dataset or no
/// table as the service does, or the default table of `project`.
[[nodiscard]] std::string log_table_uri(const ServedEndpoint& endpoint, std::string_view project);

}  // namespace trivet::service
