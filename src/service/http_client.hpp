// SPDX-License-Identifier: Apache-2.0
// What a generator needs of HTTP: one POST, its answer in pieces. src/http has the sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "service/failure.hpp"

namespace trivet::service {

/// A POST of JSON to an `http://` address.
struct HttpPost {
  std::string host;
  std::uint16_t port = 80;
  std::string target;  ///< path and query
  std::string body;
  std::string accept = "application/json";
  std::chrono::milliseconds connect_time{5'000};
  std::chrono::milliseconds idle_time{300'000};  ///< between two pieces of the answer
};

/// An answer whose headers have come. One thread at a time.
class HttpAnswer {
 public:
  virtual ~HttpAnswer() = default;
  [[nodiscard]] virtual int status() const noexcept = 0;
  /// Replaces `piece` by the next bytes of the body; false at its end. Failures: unavailable when
  /// the connection breaks, deadline_exceeded, cancelled.
  [[nodiscard]] virtual Outcome<bool> read(std::string& piece,
                                           const std::atomic<bool>& cancelled) = 0;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Sends, and waits for the headers. From any thread.
  [[nodiscard]] virtual Outcome<std::unique_ptr<HttpAnswer>> post(
      const HttpPost& request, const std::atomic<bool>& cancelled) const = 0;
};

}  // namespace trivet::service
