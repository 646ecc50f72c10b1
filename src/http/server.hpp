// SPDX-License-Identifier: Apache-2.0
// An HTTP/1 server around a service::Handler: limits, deadlines, who may ask, shutdown.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/access_log.hpp"
#include "http/request.hpp"
#include "service/call.hpp"
#include "trivet/result.hpp"

namespace trivet::http {

struct ServerOptions {
  /// `localhost` is 127.0.0.1 and, where there is one, ::1. What others can reach needs a token.
  std::string host = "localhost";
  std::uint16_t port = 8080;               ///< 0: one that is free
  std::string unix_socket;                 ///< a path: listens there, and on no port
  std::string token;                       ///< `Authorization: Bearer …`; empty: none asked for
  std::vector<std::string> allowed_hosts;  ///< names beyond the address listened on and localhost
  bool is_container = false;               ///< any Host, any address, no token needed
  bool allow_gzip = false;                 ///< compressed request bodies

  RequestBounds bounds;
  std::chrono::milliseconds header_time{5000};     ///< first byte to the head's end
  std::chrono::milliseconds body_time{30000};      ///< the head's end to the body's
  std::chrono::milliseconds idle_time{60000};      ///< kept alive and silent
  std::chrono::milliseconds write_time{30000};     ///< the client takes no byte of an answer
  std::chrono::milliseconds request_time{0};       ///< Call::deadline; 0: none
  std::chrono::milliseconds shutdown_time{10000};  ///< for what is under way when told to stop
  std::size_t body_rate = 1024;  ///< bytes a second that a body must keep up, after 2 s
  std::size_t body_memory = std::size_t{512} << 20;  ///< of all bodies being read
  std::size_t connections = 1024;
  std::size_t burst = 128;         ///< pipelined requests before others get their turn
  std::size_t threads = 0;         ///< that compute; 0: as many as the machine runs, ≥ 4
  std::size_t queue_length = 256;  ///< requests that wait for one of them
  std::size_t streams = 64;        ///< streamed answers at the same time

  bool shows_times = true;  ///< Server-Timing
  LogSink access_log;       ///< nothing is logged without one
};

struct BoundAddress {
  std::string authority;   ///< `127.0.0.1:8080`
  std::string url;         ///< `http://127.0.0.1:8080`, `unix:PATH`
  std::uint16_t port = 0;  ///< 0 of a Unix socket
};

/// One thread does all I/O and answers what takes some microseconds on the spot; what takes longer
/// goes to a pool behind a bounded queue. A second thread takes the I/O over while the first one is
/// held up by a call that took longer than guessed, so nothing slow ever keeps a health probe
/// waiting. `GET /metrics` is the server's own.
class Server {
 public:
  /// `handler` must outlive it.
  Server(service::Handler& handler, ServerOptions options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Stops at once, and waits for calls that are under way.
  ~Server();

  /// Listens and answers from here on. Once. Errors: invalid_argument for an address that is none
  /// or that others could reach without a token; io_failed where the system refuses it.
  [[nodiscard]] Result<BoundAddress> start();
  /// Health answers 503, no connection is taken, idle ones are closed, what is under way may
  /// finish for `shutdown_time`. Returns at once; from any thread.
  void stop() noexcept;
  /// stop() on SIGINT and SIGTERM; a second one does to the process what it does without us.
  [[nodiscard]] Status stop_on_signals();
  /// Waits until it has stopped; false when something under way had to be cut off.
  [[nodiscard]] bool wait();

 private:
  class Hub;
  friend class Connection;
  std::unique_ptr<Hub> hub_;
};

}  // namespace trivet::http
