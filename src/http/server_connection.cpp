// SPDX-License-Identifier: Apache-2.0
// The life of a connection.
#include "http/server_connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <cstring>
#include <utility>

namespace trivet::http {
namespace {

using ErrorCode = boost::system::error_code;

constexpr std::size_t kFirstInput = 4 << 10;
constexpr std::size_t kMostInput = 64 << 10;
/// What a client may still send after the last answer before it is cut off.
constexpr std::size_t kMostLingered = 4 << 20;
constexpr std::chrono::milliseconds kLingerTime(2000);
constexpr std::chrono::milliseconds kLingerTimeDraining(200);
constexpr std::chrono::seconds kRateGrace(2);
/// An answer's string keeps this much between requests.
constexpr std::size_t kKeptReply = 256 << 10;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// Methods that a handler may know; it says itself which path takes which.
[[nodiscard]] Refusal check_method(std::string_view method) noexcept {
  constexpr std::array<std::string_view, 7> kKnown = {"GET",    "POST", "HEAD",   "PATCH",
                                                      "DELETE", "PUT",  "OPTIONS"};
  if (std::find(kKnown.begin(), kKnown.end(), method) != kKnown.end()) return {};
  if (method == "TRACE") return {405, "this server does not trace"};
  return {501, "this server does not know the request's method"};
}

}  // namespace

Connection::Connection(Server::Hub& hub, Socket socket)
    : hub_(hub), socket_(std::move(socket)), reader_(hub.options.bounds), input_(kFirstInput) {}

void Connection::start() {
  enter(Phase::idle, hub_.options.idle_time);
  read_more();
}

void Connection::enter(Phase phase, Clock::duration time) noexcept {
  phase_ = phase;
  phase_begin_ = Clock::now();
  deadline_ = time == Clock::duration::max() ? Clock::time_point::max() : phase_begin_ + time;
}

void Connection::close() noexcept {
  if (phase_ == Phase::closed) return;
  cancelled_.store(true, std::memory_order_relaxed);
  if (phase_ == Phase::streaming) {
    // The stream's thread has the descriptor; it finds it shut, and then comes back here.
    ::shutdown(socket_.native_handle(), SHUT_RDWR);
    return;
  }
  const bool was_asked = phase_ != Phase::idle && phase_ != Phase::lingering;
  if (was_asked) hub_.metrics.count_dropped();
  if (std::exchange(is_counted_, false)) --hub_.in_flight;
  hub_.body_memory -= std::exchange(charged_, 0);
  phase_ = Phase::closed;
  ErrorCode ignored;
  socket_.close(ignored);
  hub_.remove(*this);
}

void Connection::check_deadline(Clock::time_point now) {
  const bool too_slow =
      phase_ == Phase::body && now - phase_begin_ > kRateGrace &&
      static_cast<double>(reader_.request().body.size()) <
          static_cast<double>(hub_.options.body_rate) *
              std::chrono::duration<double>(now - phase_begin_ - kRateGrace).count();
  if (now < deadline_ && !too_slow) return;
  if (phase_ == Phase::head) refuse({408, "the request's head did not come in time"});
  else if (phase_ == Phase::body) refuse({408, "the request's body did not come in time"});
  else close();
}

// ---- Reading.

void Connection::make_room() {
  if (input_begin_ == input_end_) {
    input_begin_ = input_end_ = 0;
  } else if (input_begin_ != 0) {
    std::memmove(input_.data(), input_.data() + input_begin_, input_end_ - input_begin_);
    input_end_ -= std::exchange(input_begin_, 0);
  }
  // Bodies are read in large pieces; a head may fill what its bound allows, and a bit to see so.
  const std::size_t most = std::max(kMostInput, hub_.options.bounds.header_bytes + 1024);
  if (input_end_ == input_.size() || (phase_ == Phase::body && input_.size() < kMostInput))
    input_.resize(std::min(most, std::max(input_.size() * 2, input_end_ + 1)));
}

void Connection::read_more() {
  make_room();
  socket_.async_read_some(
      asio::buffer(input_.data() + input_end_, input_.size() - input_end_),
      [self = shared_from_this(), ticket = ++read_ticket_](const ErrorCode& ec, std::size_t count) {
        self->on_read(ticket, ec, count);
      });
}

void Connection::on_read(std::uint64_t ticket, const ErrorCode& ec, std::size_t count) {
  if (ticket != read_ticket_ || phase_ == Phase::closed) return;
  if (ec == asio::error::eof && (phase_ == Phase::head || phase_ == Phase::body))
    return refuse({400, "the request ends before it is whole"});
  if (ec) return close();
  if (phase_ == Phase::lingering) {
    lingered_ += count;
    return lingered_ > kMostLingered ? close() : read_more();
  }
  input_end_ += count;
  if (phase_ == Phase::idle) enter(Phase::head, hub_.options.header_time);
  in_burst_ = 0;
  advance();
}

void Connection::advance() {
  while (step()) {
  }
}

bool Connection::step() {
  if (in_burst_ >= hub_.options.burst) {
    in_burst_ = 0;
    asio::post(hub_.io, [self = shared_from_this()] {
      if (self->phase_ != Phase::closed) self->advance();
    });
    return false;
  }
  std::size_t taken = 0;
  const std::string_view input(input_.data() + input_begin_, input_end_ - input_begin_);
  const RequestReader::Step step = reader_.read(input, taken);
  input_begin_ += taken;
  switch (step) {
    case RequestReader::Step::more:
      if (charge_body()) read_more();
      return false;
    case RequestReader::Step::refused: refuse(reader_.refusal()); return false;
    case RequestReader::Step::head: return admit_head();
    case RequestReader::Step::done: break;
  }
  if (!charge_body() || (!is_admitted_ && !admit_head())) return false;
  return answer();
}

/// What is decided before a body is read; false when the request is refused.
bool Connection::admit_head() {
  const Request& request = reader_.request();
  Refusal refusal = check_method(request.method);
  if (!refusal)
    refusal = check_access(request, hub_.rules, hub_.handler.takes_any_type(request.path));
  if (refusal) {
    refuse(refusal);
    return false;
  }
  is_admitted_ = true;
  is_inflated_ = hub_.rules.allow_gzip && request.has_body &&
                 !request.field("content-encoding").empty() &&
                 !is_same_word(request.field("content-encoding"), "identity");
  if (!request.has_body) return true;
  enter(Phase::body, hub_.options.body_time);
  if (request.expects_continue && input_begin_ == input_end_) {
    ErrorCode ec;
    // Fits into any socket's buffer, as nothing is on its way there.
    socket_.write_some(asio::buffer(kContinue.data(), kContinue.size()), ec);
    if (ec) {
      close();
      return false;
    }
  }
  return true;
}

/// Counts what the body holds by now against what all bodies may.
bool Connection::charge_body() {
  const std::size_t holds = reader_.request().body.size();
  hub_.body_memory += holds - charged_;
  charged_ = holds;
  if (hub_.body_memory <= hub_.options.body_memory) return true;
  refuse({503, "this server holds as many request bodies as it may"});
  return false;
}

// ---- Writing.

void Connection::refuse(const Refusal& refusal) {
  ++read_ticket_;
  ErrorCode ignored;
  socket_.cancel(ignored);
  received_at_ = phase_begin_;
  queued_ = {};
  keeps_alive_ = false;
  const std::string_view path = reader_.request().path;
  write_refusal(reply_, refusal, !path.empty() && hub_.handler.is_container_path(path));
  static_cast<void>(send_reply());
}

void Connection::append_head(Framing framing) {
  append_answer_head(head_, reply_,
                     {.framing = framing,
                      .body_bytes = reply_.body.size(),
                      .keep_alive = keeps_alive_,
                      .is_http_1_0 = reader_.request().minor_version == 0,
                      .queued = queued_,
                      .date = hub_.date,
                      .shows_times = hub_.options.shows_times && reply_.route != "refused"});
}

/// Mostly the socket takes all of it at once, and the next request may be looked at.
bool Connection::send_reply() {
  const bool is_head = reader_.request().method == "HEAD";
  head_.clear();
  append_head(Framing::length);
  record(reply_.body.size());
  if (is_head || reply_.status == 204) reply_.body.clear();
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head_),
                                                     asio::buffer(reply_.body)};
  ErrorCode ec;
  const std::size_t written = socket_.write_some(buffers, ec);
  if (ec && ec != asio::error::would_block) {
    close();
    return false;
  }
  if (written == head_.size() + reply_.body.size()) return end_request();
  enter(Phase::writing, hub_.options.write_time);
  write_rest(written);
  return false;
}

void Connection::write_rest(std::size_t written) {
  const std::size_t of_head = std::min(written, head_.size());
  const std::size_t of_body = written - of_head;
  const std::array<asio::const_buffer, 2> buffers = {
      asio::buffer(head_.data() + of_head, head_.size() - of_head),
      asio::buffer(reply_.body.data() + of_body, reply_.body.size() - of_body)};
  socket_.async_write_some(
      buffers, [self = shared_from_this(), written](const ErrorCode& ec, std::size_t count) {
        self->on_written(ec, written + count);
      });
}

void Connection::on_written(const ErrorCode& ec, std::size_t written) {
  if (phase_ != Phase::writing) return;
  if (ec) return close();
  if (written < head_.size() + reply_.body.size()) {
    enter(Phase::writing, hub_.options.write_time);
    write_rest(written);
  } else if (end_request()) {
    advance();
  }
}

void Connection::record(std::size_t bytes_out) {
  const Request& request = reader_.request();
  const Answered answered{.route = reply_.route,
                          .status = reply_.status,
                          .bytes_in = request.body.size(),
                          .bytes_out = bytes_out,
                          .instances = reply_.instance_count,
                          .total = Clock::now() - received_at_,
                          .queued = queued_,
                          .times = reply_.times};
  hub_.metrics.count(answered);
  if (hub_.log.is_on())
    hub_.log.add(std::chrono::system_clock::now(), request.method, request.path, answered);
}

/// True when bytes of a next request are there.
bool Connection::end_request() {
  hub_.body_memory -= std::exchange(charged_, 0);
  if (!keeps_alive_) {
    linger();
    return false;
  }
  if (reply_.body.capacity() > kKeptReply) std::string().swap(reply_.body);
  if (inflated_.capacity() > 0) std::string().swap(inflated_);
  reader_.next();
  is_admitted_ = false;
  if (input_begin_ != input_end_) {
    enter(Phase::head, hub_.options.header_time);
    return true;
  }
  if (hub_.is_draining) {
    close();
    return false;
  }
  if (input_.size() > kMostInput) input_ = std::vector<char>(kFirstInput);
  enter(Phase::idle, hub_.options.idle_time);
  read_more();
  return false;
}

/// Ends our side, and reads on until the client has ended its own: closing at once would take
/// the answer back where bytes of the client are still unread (RFC 9112, 9.6).
void Connection::linger() {
  ErrorCode ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  input_begin_ = input_end_ = 0;
  enter(Phase::lingering, hub_.is_draining ? kLingerTimeDraining : kLingerTime);
  if (ec) return close();
  read_more();
}

}  // namespace trivet::http
