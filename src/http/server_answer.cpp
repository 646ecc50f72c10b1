// SPDX-License-Identifier: Apache-2.0
// A connection's requests are answered: on the spot, here, by the pool or as a stream.
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "http/inflate.hpp"
#include "http/server_connection.hpp"
#include "http/stream_writer.hpp"

namespace trivet::http {
namespace {

constexpr auto kNotTimed = Clock::duration::max();

/// Of the next answer: to HTTP/1.0 there are no chunks.
[[nodiscard]] Framing stream_framing(const Request& request) noexcept {
  return request.minor_version == 0 ? Framing::until_close : Framing::chunked;
}

}  // namespace

bool Connection::answer() {
  received_at_ = Clock::now();
  queued_ = {};
  ++in_burst_;
  keeps_alive_ = reader_.request().keep_alive && !hub_.is_draining;
  reply_.clear();
  cancelled_.store(false, std::memory_order_relaxed);
  if (answer_on_the_spot()) return send_reply();
  make_call();
  const bool waits = !is_inflated_ && hub_.handler.answers_at_once(call_.method, call_.path);
  if (waits) {
    call_handler();
    return reply_.parts ? begin_stream() : send_reply();
  }
  if (!is_inflated_ && hub_.may_run_here(call_.path, call_.body.size())) return answer_here();

  enter(Phase::computing, kNotTimed);
  ++hub_.in_flight;
  is_counted_ = true;
  if (!hub_.pool.submit(shared_from_this())) {
    is_counted_ = false;
    --hub_.in_flight;
    write_refusal(reply_, {503, "this server has more requests waiting than it may"},
                  hub_.handler.is_container_path(call_.path));
    return send_reply();
  }
  watch_for_end();
  return false;
}

/// What the transport answers itself.
bool Connection::answer_on_the_spot() {
  const Request& request = reader_.request();
  if (request.method == "OPTIONS") {
    reply_.status = 204;
    reply_.route = "options";
    reply_.headers.push_back({"Allow", "GET, HEAD, POST, PATCH, DELETE, OPTIONS"});
    return true;
  }
  if (request.path == "/metrics" && (request.method == "GET" || request.method == "HEAD")) {
    reply_.route = "metrics";
    reply_.content_type = "text/plain; version=0.0.4; charset=utf-8";
    hub_.append_metrics(reply_.body);
    return true;
  }
  if (hub_.is_draining && hub_.handler.answers_at_once("GET", request.path)) {
    write_refusal(reply_, {503, "this server is shutting down"},
                  hub_.handler.is_container_path(request.path));
    reply_.route = "health";
    return true;
  }
  return false;
}

bool Connection::answer_here() {
  enter(Phase::computing, kNotTimed);
  ++hub_.in_flight;
  is_counted_ = true;
  hub_.leave_io();
  call_handler();
  hub_.return_to_io();
  if (phase_ == Phase::closed) return false;
  if (std::exchange(is_counted_, false)) --hub_.in_flight;
  return reply_.parts ? begin_stream() : send_reply();
}

void Connection::make_call() noexcept {
  const Request& request = reader_.request();
  call_.method = request.method == "HEAD" ? std::string_view("GET") : request.method;
  call_.path = request.path;
  call_.query = request.query;
  call_.headers = request.headers;
  call_.body = request.body;
  call_.authority = hub_.authority;
  call_.cancelled = &cancelled_;
  const auto time = hub_.options.request_time;
  call_.deadline = time.count() == 0 ? Clock::time_point::max() : received_at_ + time;
}

void Connection::call_handler() noexcept {
  const Clock::time_point begin = Clock::now();
  try {
    hub_.handler.handle(call_, reply_);
    const Clock::duration took = Clock::now() - begin;
    // A stream is made while it is written, and that is nobody's guess.
    hub_.costs.learn(call_.path, reply_.parts ? CostTable::kUnknown : took);
    // A handler that doesn't tell decoding, predicting and encoding apart.
    const service::CallTimes& times = reply_.times;
    const bool is_one_time = (times.decode + times.predict + times.encode).count() == 0;
    if (is_one_time && reply_.instance_count != 0) reply_.times.predict = took;
  } catch (...) {
    write_refusal(reply_, {500, "a defect of this server"},
                  hub_.handler.is_container_path(call_.path));
  }
}

/// On a thread of the pool.
void Connection::run() noexcept {
  const Clock::time_point begin = Clock::now();
  queued_ = begin - received_at_;
  const bool container = hub_.handler.is_container_path(call_.path);
  Refusal refusal;
  if (begin > call_.deadline) refusal = {504, "the request waited longer than it may take"};
  if (!refusal && is_inflated_) {
    try {
      refusal = inflate_body(call_.body, {.bytes = hub_.options.bounds.body_bytes}, inflated_);
    } catch (...) {
      refusal = {503, "there is no memory for the request's body"};
    }
    call_.body = inflated_;
  }
  if (refusal) write_refusal(reply_, refusal, container);
  else if (!cancelled_.load(std::memory_order_relaxed)) call_handler();
  asio::post(hub_.io, [self = shared_from_this()] { self->on_computed(); });
}

void Connection::on_computed() {
  if (phase_ == Phase::closed) return;
  if (std::exchange(is_counted_, false)) --hub_.in_flight;
  ++read_ticket_;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  if (reply_.parts ? begin_stream() : send_reply()) advance();
}

/// Notices a client that goes away while its answer is computed. One that only has shut its sending
/// side looks the same; it still gets what is made.
void Connection::watch_for_end() {
  if (input_begin_ != input_end_) return;
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this(), ticket = ++read_ticket_](
                         const boost::system::error_code& ec) { self->on_readable(ticket, ec); });
}

void Connection::on_readable(std::uint64_t ticket, const boost::system::error_code& ec) {
  if (ticket != read_ticket_ || ec) return;
  if (phase_ != Phase::computing && phase_ != Phase::streaming) return;
  char byte = 0;
  const ssize_t count =
      ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT | MSG_NOSIGNAL);
  const bool is_gone = count == 0 || (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  if (is_gone) cancelled_.store(true, std::memory_order_relaxed);
}

bool Connection::begin_stream() {
  if (reader_.request().method == "HEAD") {
    reply_.parts.reset();
    return send_reply();
  }
  const Framing framing = stream_framing(reader_.request());
  keeps_alive_ = keeps_alive_ && framing == Framing::chunked;
  head_.clear();
  append_head(framing);
  enter(Phase::streaming, kNotTimed);
  ++hub_.in_flight;
  is_counted_ = true;
  if (!hub_.start_stream(shared_from_this())) {
    is_counted_ = false;
    --hub_.in_flight;
    write_refusal(reply_, {503, "this server writes as many streams as it may"},
                  hub_.handler.is_container_path(call_.path));
    return send_reply();
  }
  watch_for_end();
  return false;
}

/// On the stream's own thread.
void Connection::run_stream() noexcept {
  const Framing framing = stream_framing(reader_.request());
  const StreamEnd end = write_stream(socket_.native_handle(), head_, reply_, framing,
                                     hub_.options.write_time, cancelled_);
  asio::post(hub_.io,
             [self = shared_from_this(), end] { self->on_streamed(end.is_whole, end.body_bytes); });
}

void Connection::on_streamed(bool is_whole, std::size_t bytes) {
  if (std::exchange(is_counted_, false)) --hub_.in_flight;
  ++read_ticket_;
  reply_.parts.reset();
  phase_ = Phase::writing;
  record(bytes);
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  if (!is_whole) {
    close();
  } else if (end_request()) {
    advance();
  }
}

}  // namespace trivet::http
