// SPDX-License-Identifier: Apache-2.0
// One client: reads requests, has them answered, writes the answers, one after the other.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/answer_head.hpp"
#include "http/compute_pool.hpp"
#include "http/request_reader.hpp"
#include "http/server_hub.hpp"
#include "service/call.hpp"

namespace trivet::http {

/// Every function runs with the hub's baton, but for those that say otherwise.
class Connection final : public std::enable_shared_from_this<Connection>, public ComputeTask {
 public:
  Connection(Server::Hub& hub, Socket socket);

  void start();
  /// Closes what has taken too long.
  void check_deadline(Clock::time_point now);
  /// Between two requests, with nothing read of the next one.
  [[nodiscard]] bool is_idle() const noexcept { return phase_ == Phase::idle; }
  void close() noexcept;
  /// The call, on a thread of the pool and without the baton.
  void run() noexcept override;
  /// A streamed answer, on a thread of its own and without the baton.
  void run_stream() noexcept;

  std::size_t place = 0;  ///< in the hub's list

 private:
  enum class Phase : std::uint8_t {
    idle,
    head,
    body,
    computing,
    streaming,
    writing,
    lingering,
    closed
  };

  void enter(Phase phase, Clock::duration time) noexcept;
  void read_more();
  void on_read(std::uint64_t ticket, const boost::system::error_code& ec, std::size_t count);
  void advance();
  /// These three return whether there is more to do at once.
  [[nodiscard]] bool step();
  [[nodiscard]] bool answer();
  [[nodiscard]] bool send_reply();
  [[nodiscard]] bool admit_head();
  [[nodiscard]] bool charge_body();
  void make_room();

  [[nodiscard]] bool answer_here();
  [[nodiscard]] bool answer_on_the_spot();
  void call_handler() noexcept;
  void make_call() noexcept;
  void watch_for_end();
  void on_readable(std::uint64_t ticket, const boost::system::error_code& ec);
  void on_computed();
  [[nodiscard]] bool begin_stream();
  void on_streamed(bool is_whole, std::size_t bytes);
  void refuse(const Refusal& refusal);
  void append_head(Framing framing);
  void write_rest(std::size_t written);
  void on_written(const boost::system::error_code& ec, std::size_t written);
  [[nodiscard]] bool end_request();
  void record(std::size_t bytes_out);
  void linger();

  Server::Hub& hub_;
  Socket socket_;
  RequestReader reader_;
  std::vector<char> input_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  Phase phase_ = Phase::idle;
  bool is_admitted_ = false;  ///< its head passed the rules
  bool keeps_alive_ = true;
  bool is_inflated_ = false;  ///< has to be
  bool is_counted_ = false;   ///< in Hub::in_flight
  Clock::time_point phase_begin_;
  Clock::time_point deadline_;
  Clock::time_point received_at_;
  Clock::duration queued_{0};
  std::size_t in_burst_ = 0;
  std::size_t charged_ = 0;  ///< of Hub::body_memory
  std::size_t lingered_ = 0;
  std::uint64_t read_ticket_ = 0;  ///< what is read for another one came too late

  service::Call call_;
  service::Reply reply_;
  std::string inflated_;
  std::string head_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace trivet::http
