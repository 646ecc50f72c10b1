// SPDX-License-Identifier: Apache-2.0
// What the server counts, and its text for Prometheus.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "service/call.hpp"

namespace trivet::http {

/// Durations in fixed buckets of 1-2.5-5 from 10 µs to 10 s.
class Histogram {
 public:
  static constexpr std::size_t kBuckets = 19;
  void add(std::chrono::nanoseconds time) noexcept;
  void append(std::string& out, std::string_view name, std::string_view labels) const;

 private:
  std::array<std::uint64_t, kBuckets + 1> counts_{};  ///< the last one: above all bounds
  std::uint64_t sum_ = 0;                             ///< ns
};

/// An answer that has been given.
struct Answered {
  std::string_view route;  ///< a constant
  int status = 0;
  std::size_t bytes_in = 0;
  std::size_t bytes_out = 0;
  std::size_t instances = 0;
  std::chrono::nanoseconds total{0};
  std::chrono::nanoseconds queued{0};
  service::CallTimes times;
};

/// What stands at this moment.
struct Gauges {
  std::size_t connections = 0;
  std::size_t in_flight = 0;
  std::size_t queued = 0;
  bool is_draining = false;
};

/// Written and read by whoever holds the server's I/O, one thread at a time; so that counting is an
/// addition to a word that stays in that thread's cache.
class Metrics {
 public:
  void count(const Answered& answered);
  void count_connection() noexcept { ++connections_total_; }
  /// One that was closed without an answer: timeouts while idle, resets.
  void count_dropped() noexcept { ++dropped_total_; }
  /// Prometheus' text format 0.0.4.
  void append(std::string& out, const Gauges& gauges) const;

 private:
  struct Row {
    std::string_view route;
    int status;
    std::uint64_t count;
  };
  void count_row(std::string_view route, int status);

  std::vector<Row> rows_;
  std::uint64_t connections_total_ = 0;
  std::uint64_t dropped_total_ = 0;
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  std::uint64_t instances_ = 0;
  std::array<std::uint64_t, 3> errors_{};  ///< by kErrorKinds
  Histogram total_;
  Histogram queue_;
  Histogram decode_;
  Histogram predict_;
  Histogram encode_;
};

}  // namespace trivet::http
