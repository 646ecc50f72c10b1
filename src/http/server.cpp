// SPDX-License-Identifier: Apache-2.0
// Listening, threads, the sweep over deadlines, shutting down.
#include "http/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/try.hpp"
#include "http/answer_head.hpp"
#include "http/server_connection.hpp"
#include "http/server_hub.hpp"
#include "text/message.hpp"

namespace trivet::http {
namespace {

using ErrorCode = boost::system::error_code;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// What may be computed between two reads of sockets: always, and when nobody else is waiting.
constexpr microseconds kAlwaysHere(30);
constexpr microseconds kAloneHere(300);
constexpr std::size_t kLargestHere = 64 << 10;
/// How long the I/O may be held up before the deputy takes it; it looks twice as often.
constexpr milliseconds kDeputyPeriod(2);
/// Looks without anything to see, after which it sleeps until there is.
constexpr int kDeputyPatience = 500;

[[nodiscard]] Clock::duration sweep_period_of(const ServerOptions& options) {
  const milliseconds shortest =
      std::min({options.header_time, options.body_time, options.idle_time, options.write_time,
                options.shutdown_time, milliseconds(1000)});
  return std::max(shortest / 5, milliseconds(10));
}

[[nodiscard]] Error no_thread() {
  return Error(Errc::out_of_memory, "", "the system starts no more threads", "threads to serve");
}

}  // namespace

Server::Server(service::Handler& handler, ServerOptions options)
    : hub_(std::make_unique<Hub>(handler, std::move(options))) {}
Server::~Server() = default;
Result<BoundAddress> Server::start() { return hub_->start(); }
void Server::stop() noexcept { hub_->stop(); }
Status Server::stop_on_signals() { return hub_->stop_on_signals(); }
bool Server::wait() { return hub_->wait(); }

Server::Hub::Hub(service::Handler& h, ServerOptions o)
    : handler(h),
      options(std::move(o)),
      log(options.access_log),
      sweep_timer_(io),
      sweep_period_(sweep_period_of(options)) {}

Server::Hub::~Hub() {
  {
    const std::lock_guard lock(end_mutex_);
    if (!drained_) drained_ = false;
  }
  has_finished_.store(true);
  io.stop();
  calls_here_.fetch_add(2);
  calls_here_.notify_all();
  if (io_thread_.joinable()) io_thread_.join();
  if (deputy_.joinable()) deputy_.join();
  close_all();
  pool.stop();
  for (Stream& stream : streams_) stream.thread.join();
  log.flush();
  if (!options.unix_socket.empty() && !acceptors_.empty()) ::unlink(options.unix_socket.c_str());
}

// ---- Starting.

/// What others can reach asks for a token, unless somebody else keeps them out.
Status Server::Hub::check_reach() const {
  const bool is_closed = options.is_container || !options.unix_socket.empty() ||
                         !options.token.empty() || is_loopback(options.host);
  if (is_closed) return {};
  return Error(
      Errc::invalid_argument, "host",
      text::message("{}, which others can reach, without a token", text::quoted(options.host)),
      "a token, or localhost");
}

Status Server::Hub::open_listeners(BoundAddress& bound) {
  const bool is_local = !options.unix_socket.empty();
  Result<Listening> listening =
      is_local ? listen_on_path(options.unix_socket) : listen_on(options.host, options.port);
  if (!listening) return std::move(listening).error();
  for (const ListeningSocket& socket : listening->sockets) {
    ErrorCode ec;
    Acceptor& acceptor = acceptors_.emplace_back(io);
    acceptor.assign(asio::generic::stream_protocol(socket.family, 0), socket.descriptor, ec);
    if (ec) {
      ::close(socket.descriptor);
      return Error(Errc::io_failed, "", ec.message(), "a socket that can be waited for");
    }
  }
  bound.port = listening->port;
  bound.authority = is_local ? std::string("localhost")
                             : text::message("{}:{}", listening->host, listening->port);
  bound.url = is_local ? "unix:" + options.unix_socket : "http://" + bound.authority;
  authority = bound.authority;

  rules.any_host = options.is_container || is_local;
  rules.any_address = listening->host == "0.0.0.0" || listening->host == "[::]";
  rules.token = options.token;
  rules.allow_gzip = options.allow_gzip;
  rules.hosts = {"localhost", "127.0.0.1", "[::1]", listening->host};
  for (const std::string& host : options.allowed_hosts)
    rules.hosts.emplace_back(host_without_port(host));
  return {};
}

Status Server::Hub::start_threads() {
  const std::size_t threads = options.threads != 0
                                  ? options.threads
                                  : std::max<std::size_t>(4, std::thread::hardware_concurrency());
  TRIVET_TRY(pool.start(threads, options.queue_length));
  work_.emplace(io.get_executor());
  try {
    io_thread_ = std::thread([this] { run_io(); });
    deputy_ = std::thread([this] { stand_by(); });
  } catch (const std::system_error&) {
    return no_thread();
  }
  return {};
}

Result<BoundAddress> Server::Hub::start() {
  BoundAddress bound;
  try {
    TRIVET_TRY(check_reach());
    TRIVET_TRY(open_listeners(bound));
    refresh_date();
    for (Acceptor& acceptor : acceptors_) accept_next(acceptor);
    TRIVET_TRY(start_threads());
  } catch (const std::exception& failure) {
    return Error(Errc::io_failed, "", failure.what(), "a server that starts");
  }
  return bound;
}

Status Server::Hub::stop_on_signals() {
  try {
    signals_.emplace(io.get_executor(), SIGINT, SIGTERM);
    signals_->async_wait([this](const ErrorCode& ec, int /*signal*/) {
      if (ec) return;
      ErrorCode ignored;
      signals_->clear(ignored);
      begin_drain();
    });
  } catch (const std::exception& failure) {
    return Error(Errc::io_failed, "signals", failure.what(), "SIGINT and SIGTERM to wait for");
  }
  return {};
}

// ---- Threads.

void Server::Hub::run_io() noexcept {
  const std::lock_guard lock(baton_);
  io.run();
}

bool Server::Hub::may_run_here(std::string_view path, std::size_t body_bytes) const noexcept {
  if (is_covered_ || body_bytes > kLargestHere) return false;
  const std::chrono::nanoseconds guess = costs.guess(path);
  return guess <= kAlwaysHere || (guess <= kAloneHere && in_flight == 0);
}

void Server::Hub::leave_io() noexcept {
  calls_here_.fetch_add(1, std::memory_order_release);
  calls_here_.notify_one();
  baton_.unlock();
}

void Server::Hub::return_to_io() noexcept {
  calls_here_.fetch_add(1, std::memory_order_release);
  baton_.lock();
}

/// The deputy: looks now and then whether the I/O thread has been in the same call for too long.
void Server::Hub::stand_by() noexcept {
  int looks = 0;
  while (!has_finished_.load(std::memory_order_acquire)) {
    const std::uint32_t seen = calls_here_.load(std::memory_order_acquire);
    if (seen % 2 == 0 && looks >= kDeputyPatience) {
      calls_here_.wait(seen, std::memory_order_acquire);
      looks = 0;
      continue;
    }
    std::this_thread::sleep_for(kDeputyPeriod);
    const bool is_same = calls_here_.load(std::memory_order_acquire) == seen;
    looks = is_same ? looks + 1 : 0;
    if (is_same && seen % 2 == 1) cover(seen);
  }
}

void Server::Hub::cover(std::uint32_t seen) noexcept {
  const std::lock_guard lock(baton_);
  is_covered_ = true;
  while (calls_here_.load(std::memory_order_acquire) == seen &&
         !has_finished_.load(std::memory_order_acquire) && !io.stopped())
    io.run_one_for(milliseconds(1));
  is_covered_ = false;
}

bool Server::Hub::start_stream(const std::shared_ptr<Connection>& connection) {
  join_ended_streams();
  if (streams_.size() >= options.streams) return false;
  try {
    auto has_ended = std::make_shared<std::atomic<bool>>(false);
    streams_.push_back(
        {std::thread([connection = std::shared_ptr(connection), has_ended]() mutable {
           connection->run_stream();
           connection.reset();
           has_ended->store(true, std::memory_order_release);
         }),
         has_ended});
  } catch (const std::exception&) {
    return false;
  }
  return true;
}

void Server::Hub::join_ended_streams() noexcept {
  std::erase_if(streams_, [](Stream& stream) {
    if (!stream.has_ended->load(std::memory_order_acquire)) return false;
    stream.thread.join();
    return true;
  });
}

// ---- Connections.

void Server::Hub::accept_next(Acceptor& acceptor) {
  acceptor.async_accept([this, &acceptor](const ErrorCode& ec, Socket socket) {
    on_accept(acceptor, ec, std::move(socket));
  });
}

void Server::Hub::on_accept(Acceptor& acceptor, const ErrorCode& ec, Socket socket) {
  if (is_draining || ec == asio::error::operation_aborted) return;
  if (!ec) {
    if (!is_sweeping_) start_sweep();
    metrics.count_connection();
    const int on = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ErrorCode failure;
    socket.non_blocking(true, failure);
    if (connections_.size() >= options.connections && !close_an_idle_one())
      turn_away(std::move(socket));
    else if (!failure) add(std::make_shared<Connection>(*this, std::move(socket)));
    return accept_next(acceptor);
  }
  // Out of descriptors, say: those that are open go on, and it is tried again a bit later.
  auto pause = std::make_shared<Timer>(io, milliseconds(50));
  pause->async_wait([this, &acceptor, pause](const ErrorCode& failure) {
    if (!failure && !is_draining) accept_next(acceptor);
  });
}

/// A word of why, if the socket takes it; nobody waits for it.
void Server::Hub::turn_away(Socket socket) noexcept {
  constexpr std::string_view kFull =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n"
      "Connection: close\r\n\r\n";
  ::send(socket.native_handle(), kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  metrics.count_dropped();
}

bool Server::Hub::close_an_idle_one() noexcept {
  const auto found = std::find_if(connections_.begin(), connections_.end(),
                                  [](const auto& connection) { return connection->is_idle(); });
  if (found == connections_.end()) return false;
  (*found)->close();
  return true;
}

void Server::Hub::add(const std::shared_ptr<Connection>& connection) {
  connection->place = connections_.size();
  connections_.push_back(connection);
  connection->start();
}

void Server::Hub::remove(Connection& connection) noexcept {
  const std::size_t place = connection.place;
  if (place >= connections_.size() || connections_[place].get() != &connection) return;
  // The caller may be the last one that knows it: it stays until the caller is done.
  const std::shared_ptr<Connection> kept = std::move(connections_[place]);
  if (place + 1 != connections_.size()) {
    connections_[place] = std::move(connections_.back());
    connections_[place]->place = place;
  }
  connections_.pop_back();
  asio::post(io, [kept] {});
}

void Server::Hub::append_metrics(std::string& out) const {
  metrics.append(out, {.connections = connections_.size(),
                       .in_flight = in_flight,
                       .queued = pool.queued(),
                       .is_draining = is_draining});
}

// ---- Time.

void Server::Hub::refresh_date() { date = http_date(std::chrono::system_clock::now()); }

/// Runs only while somebody is connected.
void Server::Hub::start_sweep() {
  is_sweeping_ = true;
  refresh_date();
  sweep_timer_.expires_after(sweep_period_);
  sweep_timer_.async_wait([this](const ErrorCode& ec) {
    if (!ec) sweep();
  });
}

void Server::Hub::sweep() {
  const Clock::time_point now = Clock::now();
  const std::vector<std::shared_ptr<Connection>> present = connections_;
  for (const auto& connection : present) connection->check_deadline(now);
  join_ended_streams();
  log.flush();
  if (is_draining) {
    if (connections_.empty()) return finish(true);
    if (now >= drain_end_) {
      close_all();
      return finish(false);
    }
  }
  if (connections_.empty() && streams_.empty() && !is_draining) is_sweeping_ = false;
  else start_sweep();
}

void Server::Hub::begin_drain() {
  if (is_draining) return;
  is_draining = true;
  drain_end_ = Clock::now() + options.shutdown_time;
  ErrorCode ignored;
  for (Acceptor& acceptor : acceptors_) acceptor.close(ignored);
  const std::vector<std::shared_ptr<Connection>> present = connections_;
  for (const auto& connection : present)
    if (connection->is_idle()) connection->close();
  sweep();
}

void Server::Hub::stop() noexcept {
  asio::post(io, [this] { begin_drain(); });
}

void Server::Hub::close_all() noexcept {
  const std::vector<std::shared_ptr<Connection>> present = connections_;
  for (const auto& connection : present) connection->close();
}

void Server::Hub::finish(bool drained) noexcept {
  {
    const std::lock_guard lock(end_mutex_);
    drained_ = drained;
  }
  end_.notify_all();
  work_.reset();
  io.stop();
}

bool Server::Hub::wait() {
  std::unique_lock lock(end_mutex_);
  end_.wait(lock, [this] { return drained_.has_value(); });
  return *drained_;
}

}  // namespace trivet::http
