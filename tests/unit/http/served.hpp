// SPDX-License-Identifier: Apache-2.0
// A server on a free port with a handler for tests, and a client that sends any bytes.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "http/server.hpp"
#include "service/call.hpp"

namespace served {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Paths: `/health` answers at once; `/echo`, `/predict` (container) and `…:rawPredict` give the
/// body back; `/sleep?MS` waits; `/wait` until the client has gone or release(); `/stream?N` gives N
/// parts, `/stream?forever` as many as are taken; `/large?N` N bytes; `/throw` throws; `/headers`
/// tries to split the answer.
class TestHandler final : public trivet::service::Handler {
 public:
  void handle(const trivet::service::Call& call, trivet::service::Reply& reply) override;
  [[nodiscard]] bool answers_at_once(std::string_view method,
                                     std::string_view path) const noexcept override;
  [[nodiscard]] bool is_container_path(std::string_view path) const noexcept override;

  void release() { released = true; }
  std::atomic<bool> released{false};
  std::atomic<int> waiting{0};        ///< calls in `/wait`
  std::atomic<int> cancellations{0};  ///< calls and streams that saw the client go
  std::atomic<int> parts_made{0};
};

/// One TCP (or Unix) connection. All waits end after `patience`.
class Client {
 public:
  explicit Client(std::uint16_t port, milliseconds patience = milliseconds(5000));
  explicit Client(const std::string& unix_path);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  [[nodiscard]] bool is_connected() const { return socket_ >= 0; }
  bool send(std::string_view bytes);
  void shut_sending();
  void close();
  /// With a reset, as a crashed process does.
  void abort();
  /// What comes until the server closes or patience ends; says which in has_ended().
  std::string read_all();
  /// One answer with Content-Length or chunks (undone), body behind the head; empty without one.
  std::string read_answer();
  [[nodiscard]] bool has_ended() const { return has_ended_; }

 private:
  bool fill();
  bool read_sized_body(std::string& answer, std::size_t size);
  bool read_chunks(std::string& answer);

  int socket_ = -1;
  milliseconds patience_;
  std::string input_;
  bool has_ended_ = false;
};

/// 0 when it isn't an answer.
[[nodiscard]] int status_of(std::string_view answer);
[[nodiscard]] std::string_view body_of(std::string_view answer);
/// `METHOD PATH` with Host, and a body when it isn't empty.
[[nodiscard]] std::string request(std::string_view method, std::string_view path,
                                  std::string_view body = {}, std::string_view more_fields = {});

/// Started; stops when it goes. `bounds` are short enough for tests.
class Running {
 public:
  explicit Running(trivet::http::ServerOptions options = quick());
  ~Running();
  [[nodiscard]] static trivet::http::ServerOptions quick();
  /// The answer to one request on a connection of its own.
  std::string ask(std::string_view bytes) const;
  [[nodiscard]] std::string metrics() const;

  TestHandler handler;
  std::unique_ptr<trivet::http::Server> server;
  std::uint16_t port = 0;
};

/// Looks every millisecond until it holds, for two seconds.
template <class Condition>
[[nodiscard]] bool comes_true(Condition&& condition) {
  const auto end = Clock::now() + milliseconds(2000);
  while (!condition()) {
    if (Clock::now() > end) return false;
    const auto until = Clock::now() + milliseconds(1);
    while (Clock::now() < until) {
    }
  }
  return true;
}

}  // namespace served
