// SPDX-License-Identifier: Apache-2.0
// What a transport hands to the service and gets back: bytes and words, nothing of sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trivet::service {

/// A header of a request; names are compared without case.
struct HeaderView {
  std::string_view name;
  std::string_view value;
};

/// A header of an answer.
struct Header {
  std::string name;
  std::string value;
};

/// One request as it came off the wire. Views into the transport's buffers, valid during the call.
struct Call {
  std::string_view method;  ///< `GET`, `POST`, `PATCH`, `DELETE`, …
  std::string_view path;    ///< as sent: percent-encoded, without the query
  std::string_view query;   ///< behind the `?`, percent-encoded
  std::span<const HeaderView> headers;
  std::string_view body;
  std::string_view authority;  ///< `HOST:PORT` that this server listens on
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  const std::atomic<bool>* cancelled = nullptr;  ///< set when the client has gone; may be null

  /// The first header of that name (any case), or nothing.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// The parts of a body that is written as it comes into being: events, generated words. Pulled by
/// the thread that writes; a part may be waited for.
class BodyParts {
 public:
  virtual ~BodyParts() = default;
  /// Replaces `part` by the next one; false when there is no more. An empty part is nothing to
  /// write yet. `cancelled` is looked at while waiting.
  [[nodiscard]] virtual bool next(std::string& part, const std::atomic<bool>& cancelled) = 0;
};

/// Where the time of a call went, for `Server-Timing` and the histograms; zero where not measured.
struct CallTimes {
  std::chrono::nanoseconds decode{0};
  std::chrono::nanoseconds predict{0};
  std::chrono::nanoseconds encode{0};
};

/// One answer. A transport keeps one per connection and clears it between calls, so that a warm
/// prediction allocates nothing.
struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<Header> headers;  ///< beyond Content-Type and Content-Length
  std::string body;
  std::unique_ptr<BodyParts> parts;  ///< when set: follows `body`, of unknown length
  std::string_view route;            ///< a constant: what answered, for metrics (`predict`)
  std::size_t instance_count = 0;
  CallTimes times;

  void clear() {
    status = 200;
    content_type = "application/json";
    headers.clear();
    body.clear();
    parts.reset();
    route = {};
    instance_count = 0;
    times = {};
  }
};

/// What a transport calls, from any thread, many at the same time.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void handle(const Call& call, Reply& reply) = 0;
  /// True for routes that answer at once and must never queue behind predictions (health,
  /// metrics): the transport may call handle() for them on its own I/O thread.
  [[nodiscard]] virtual bool answers_at_once(std::string_view method,
                                             std::string_view path) const noexcept = 0;
  /// True when the answer to this path is an error as a bare text (`{"error":"…"}`, the container
  /// face), false for the service's status object: how the transport words its own refusals.
  [[nodiscard]] virtual bool is_container_path(std::string_view path) const noexcept = 0;
  /// True when a body of this path may have any Content-Type, because it goes to the model as it
  /// is; elsewhere the transport refuses what isn't JSON. By default `…:rawPredict`,
  /// `…:streamRawPredict` and what is below `/invoke/`.
  [[nodiscard]] virtual bool takes_any_type(std::string_view path) const noexcept;
};

}  // namespace trivet::service
