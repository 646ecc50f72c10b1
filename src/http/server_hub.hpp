// SPDX-License-Identifier: Apache-2.0
// What the connections of one server share. Sees Asio: for the server's own two units only.
#pragma once

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/access_log.hpp"
#include "http/access_rules.hpp"
#include "http/compute_pool.hpp"
#include "http/cost_table.hpp"
#include "http/listen.hpp"
#include "http/metrics.hpp"
#include "http/server.hpp"

namespace trivet::http {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using Socket =
    asio::basic_stream_socket<asio::generic::stream_protocol, asio::io_context::executor_type>;
using Acceptor =
    asio::basic_socket_acceptor<asio::generic::stream_protocol, asio::io_context::executor_type>;
using Timer =
    asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, asio::io_context::executor_type>;

class Connection;

/// All I/O, and all state below that isn't atomic, belongs to the thread that holds `baton`.
class Server::Hub {
 public:
  Hub(service::Handler& handler, ServerOptions options);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  [[nodiscard]] Result<BoundAddress> start();
  void stop() noexcept;
  [[nodiscard]] Status stop_on_signals();
  [[nodiscard]] bool wait();

  // For connections, which hold the baton.
  void add(const std::shared_ptr<Connection>& connection);
  void remove(Connection& connection) noexcept;
  /// Whether a call may run on this thread, between two reads of sockets.
  [[nodiscard]] bool may_run_here(std::string_view path, std::size_t body_bytes) const noexcept;
  /// Lets go of the I/O for a call that runs here, and takes it again.
  void leave_io() noexcept;
  void return_to_io() noexcept;
  /// False when there are too many.
  [[nodiscard]] bool start_stream(const std::shared_ptr<Connection>& connection);
  void append_metrics(std::string& out) const;

  service::Handler& handler;
  const ServerOptions options;
  AccessRules rules;
  std::string authority;
  asio::io_context io;
  ComputePool pool;
  CostTable costs;
  Metrics metrics;
  AccessLog log;
  std::string date;
  std::size_t in_flight = 0;
  std::size_t body_memory = 0;
  bool is_draining = false;

 private:
  struct Stream {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> has_ended;
  };

  [[nodiscard]] Status check_reach() const;
  [[nodiscard]] Status open_listeners(BoundAddress& bound);
  [[nodiscard]] Status start_threads();
  void accept_next(Acceptor& acceptor);
  void on_accept(Acceptor& acceptor, const boost::system::error_code& ec, Socket socket);
  void turn_away(Socket socket) noexcept;
  [[nodiscard]] bool close_an_idle_one() noexcept;
  void start_sweep();
  void sweep();
  void refresh_date();
  void join_ended_streams() noexcept;
  void begin_drain();
  void close_all() noexcept;
  void finish(bool drained) noexcept;
  void run_io() noexcept;
  void stand_by() noexcept;
  void cover(std::uint32_t seen) noexcept;

  std::mutex baton_;
  /// Odd while the I/O thread is inside a call.
  std::atomic<std::uint32_t> calls_here_{0};
  std::atomic<bool> has_finished_{false};
  bool is_covered_ = false;  ///< the deputy does the I/O
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::list<Acceptor> acceptors_;
  std::optional<asio::basic_signal_set<asio::io_context::executor_type>> signals_;
  Timer sweep_timer_;
  bool is_sweeping_ = false;
  Clock::duration sweep_period_;
  Clock::time_point drain_end_ = Clock::time_point::max();
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<Stream> streams_;
  std::thread io_thread_;
  std::thread deputy_;

  std::mutex end_mutex_;
  std::condition_variable end_;
  std::optional<bool> drained_;  ///< set when all is over
};

}  // namespace trivet::http
