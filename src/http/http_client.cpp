// SPDX-License-Identifier: Apache-2.0
// The client over Beast: one thread, its own context a call.
#include "http/http_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "text/message.hpp"

namespace trivet::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using service::Code;
using service::Done;
using service::Failure;
using service::Outcome;

constexpr std::size_t kClientPieceBytes = std::size_t{16} << 10;
constexpr std::chrono::milliseconds kClientLook{50};

/// An exchange: connected, sent, its answer being read.
class ClientExchange final : public service::HttpAnswer {
 public:
  explicit ClientExchange(service::HttpPost request)
      : request_(std::move(request)), stream_(context_), resolver_(context_) {
    parser_.body_limit(boost::none);
  }

  Outcome<Done> send(const std::atomic<bool>& cancelled);
  [[nodiscard]] int status() const noexcept override {
    return static_cast<int>(parser_.get().result_int());
  }
  Outcome<bool> read(std::string& piece, const std::atomic<bool>& cancelled) override;

 private:
  /// Runs the context until `error` is set by the operation that was begun.
  [[nodiscard]] Outcome<Done> wait(std::optional<error_code>& error,
                                   const std::atomic<bool>& cancelled,
                                   std::chrono::milliseconds time, std::string_view what);

  service::HttpPost request_;
  asio::io_context context_{1};
  beast::tcp_stream stream_;
  asio::ip::tcp::resolver resolver_;
  beast::flat_buffer buffer_;
  beast::http::response_parser<beast::http::buffer_body> parser_;
};

Outcome<Done> ClientExchange::wait(std::optional<error_code>& error,
                                   const std::atomic<bool>& cancelled,
                                   std::chrono::milliseconds time, std::string_view what) {
  const auto end = std::chrono::steady_clock::now() + time;
  std::optional<Failure> stopped;
  while (!error) {
    context_.restart();
    (void)context_.run_for(kClientLook);
    if (error || stopped) continue;
    if (cancelled.load(std::memory_order_relaxed)) {
      stopped = Failure(Code::cancelled, "The operation was cancelled.");
    } else if (std::chrono::steady_clock::now() > end) {
      stopped = Failure(Code::deadline_exceeded, text::message("{}: {} did not answer in {} ms",
                                                               what, request_.host, time.count()));
    } else {
      continue;
    }
    resolver_.cancel();
    stream_.cancel();
  }
  if (stopped) return *std::move(stopped);
  if (!*error || *error == beast::http::error::need_buffer ||
      *error == beast::http::error::end_of_stream) {
    return Done();
  }
  return Failure(Code::unavailable, text::message("{}: http://{}:{}: {}", what, request_.host,
                                                  request_.port, error->message()));
}

Outcome<Done> ClientExchange::send(const std::atomic<bool>& cancelled) {
  std::optional<error_code> error;
  asio::ip::tcp::resolver::results_type addresses;
  resolver_.async_resolve(request_.host, std::to_string(request_.port),
                          [&](error_code e, asio::ip::tcp::resolver::results_type found) {
                            addresses = std::move(found);
                            error = e;
                          });
  if (auto done = wait(error, cancelled, request_.connect_time, "resolve"); !done) return done;
  error.reset();
  stream_.async_connect(addresses, [&](error_code e, const auto&) { error = e; });
  if (auto done = wait(error, cancelled, request_.connect_time, "connect"); !done) return done;

  beast::http::request<beast::http::string_body> message(beast::http::verb::post, request_.target,
                                                         11);
  const bool is_v6 = request_.host.find(':') != std::string::npos;
  message.set(beast::http::field::host, text::message("{}{}{}:{}", is_v6 ? "[" : "", request_.host,
                                                      is_v6 ? "]" : "", request_.port));
  message.set(beast::http::field::content_type, "application/json");
  message.set(beast::http::field::accept, request_.accept);
  message.set(beast::http::field::user_agent, "trivet");
  message.set(beast::http::field::connection, "close");
  message.body() = std::move(request_.body);
  message.prepare_payload();
  error.reset();
  beast::http::async_write(stream_, message, [&](error_code e, std::size_t) { error = e; });
  if (auto done = wait(error, cancelled, request_.idle_time, "write"); !done) return done;
  error.reset();
  beast::http::async_read_header(stream_, buffer_, parser_,
                                 [&](error_code e, std::size_t) { error = e; });
  return wait(error, cancelled, request_.idle_time, "read");
}

Outcome<bool> ClientExchange::read(std::string& piece, const std::atomic<bool>& cancelled) {
  piece.clear();
  while (piece.empty()) {
    if (parser_.is_done()) return false;
    piece.resize(kClientPieceBytes);
    auto& body = parser_.get().body();
    body.data = piece.data();
    body.size = piece.size();
    body.more = true;
    std::optional<error_code> error;
    beast::http::async_read_some(stream_, buffer_, parser_,
                                 [&](error_code e, std::size_t) { error = e; });
    auto done = wait(error, cancelled, request_.idle_time, "read");
    piece.resize(piece.size() - parser_.get().body().size);
    if (!done) return std::move(done).failure();
    if (*error == beast::http::error::end_of_stream && piece.empty()) return false;
  }
  return true;
}

class BeastClient final : public service::HttpClient {
 public:
  Outcome<std::unique_ptr<service::HttpAnswer>> post(
      const service::HttpPost& request, const std::atomic<bool>& cancelled) const override {
    try {
      auto exchange = std::make_unique<ClientExchange>(request);
      auto sent = exchange->send(cancelled);
      if (!sent) return std::move(sent).failure();
      std::unique_ptr<service::HttpAnswer> answer = std::move(exchange);
      return answer;
    } catch (const std::exception& error) {
      return Failure(Code::unavailable, error.what());
    }
  }
};

}  // namespace

std::unique_ptr<service::HttpClient> make_http_client() { return std::make_unique<BeastClient>(); }

}  // namespace trivet::http
