// SPDX-License-Identifier: Apache-2.0
// One JSON line a request: when, what, how it went, how long; no bodies, no query, no headers.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "http/metrics.hpp"

namespace trivet::http {

/// Takes whole lines, several at a time, from one thread at a time.
using LogSink = std::function<void(std::string_view lines)>;

/// Lines are gathered and handed on in batches. For one thread at a time.
class AccessLog {
 public:
  explicit AccessLog(LogSink sink) : sink_(std::move(sink)) {}
  [[nodiscard]] bool is_on() const noexcept { return static_cast<bool>(sink_); }
  void add(std::chrono::system_clock::time_point time, std::string_view method,
           std::string_view path, const Answered& answered);
  /// Hands on what there is. An exception of the sink turns the log off.
  void flush() noexcept;

 private:
  LogSink sink_;
  std::string lines_;
};

}  // namespace trivet::http
