// SPDX-License-Identifier: Apache-2.0
// The handler, the client and the running server of the tests here. (Where only cases tagged
// [threads] are built, their files are found by that word, and this one is needed, too.)
#include "unit/http/served.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

#include "catch.hpp"

namespace served {
namespace {

class TestParts final : public trivet::service::BodyParts {
 public:
  TestParts(TestHandler& handler, int count) : handler_(&handler), left_(count) {}
  bool next(std::string& part, const std::atomic<bool>& cancelled) override {
    if (cancelled) {
      ++handler_->cancellations;
      return false;
    }
    if (left_ == 0) return false;
    if (left_ > 0) --left_;
    ++handler_->parts_made;
    part = "part;";
    if (left_ < 0) part.assign(16 << 10, 'x');
    return true;
  }

 private:
  TestHandler* handler_;
  int left_;
};

}  // namespace

void TestHandler::handle(const trivet::service::Call& call, trivet::service::Reply& reply) {
  reply.route = "test";
  const int number = std::atoi(std::string(call.query).c_str());
  if (call.path == "/health") {
    reply.body = "{}";
  } else if (call.path == "/sleep") {
    std::this_thread::sleep_for(milliseconds(number));
    reply.body = "slept";
  } else if (call.path == "/wait") {
    ++waiting;
    while (!released && !*call.cancelled) std::this_thread::sleep_for(milliseconds(1));
    if (*call.cancelled) ++cancellations;
    --waiting;
    reply.body = "waited";
  } else if (call.path == "/stream") {
    reply.content_type = "text/event-stream";
    reply.body = "begin;";
    reply.parts = std::make_unique<TestParts>(*this, call.query == "forever" ? -1 : number);
  } else if (call.path == "/large") {
    reply.body.assign(static_cast<std::size_t>(number), 'y');
  } else if (call.path == "/throw") {
    throw std::runtime_error("/secret/path");
  } else if (call.path == "/headers") {
    reply.headers.push_back({"X-Split", "a\r\nX-Evil: 1"});
    reply.headers.push_back({"Content-Length", "1000000"});
    reply.headers.push_back({"Bad Name", "b"});
  } else {
    reply.body = call.body;
    if (const auto type = call.header("content-type")) reply.content_type = *type;
  }
}

bool TestHandler::answers_at_once(std::string_view /*method*/,
                                  std::string_view path) const noexcept {
  return path == "/health";
}

bool TestHandler::is_container_path(std::string_view path) const noexcept {
  return path == "/predict";
}

Client::Client(std::uint16_t port, milliseconds patience) : patience_(patience) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
}

Client::Client(const std::string& unix_path) : patience_(5000) {
  socket_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, unix_path.c_str(), unix_path.size());
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) close();
}

Client::~Client() { close(); }

void Client::close() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
}

void Client::abort() {
  const linger reset{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close();
}

void Client::shut_sending() { ::shutdown(socket_, SHUT_WR); }

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// More input; false at the end, after an error and when patience is at its end.
bool Client::fill() {
  pollfd waited{socket_, POLLIN, 0};
  if (socket_ < 0 || ::poll(&waited, 1, static_cast<int>(patience_.count())) <= 0) return false;
  char buffer[16 << 10];
  const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
  if (count <= 0) {
    has_ended_ = true;
    return false;
  }
  input_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

std::string Client::read_all() {
  while (fill()) {
  }
  return std::exchange(input_, {});
}

bool Client::read_sized_body(std::string& answer, std::size_t size) {
  while (input_.size() < size)
    if (!fill()) return false;
  answer += input_.substr(0, size);
  input_.erase(0, size);
  return true;
}

bool Client::read_chunks(std::string& answer) {
  for (;;) {
    std::size_t end = 0;
    while ((end = input_.find("\r\n")) == std::string::npos)
      if (!fill()) return false;
    const std::size_t size = std::strtoul(input_.c_str(), nullptr, 16);
    input_.erase(0, end + 2);
    std::string chunk;
    if (!read_sized_body(chunk, size + 2)) return false;
    answer += chunk.substr(0, size);
    if (size == 0) return true;
  }
}

std::string Client::read_answer() {
  std::size_t end = 0;
  while ((end = input_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return {};
  std::string answer = input_.substr(0, end + 4);
  input_.erase(0, end + 4);
  if (answer.starts_with("HTTP/1.1 100 ")) return answer;
  if (answer.find("Transfer-Encoding: chunked") != std::string::npos)
    return read_chunks(answer) ? answer : std::string();
  const std::size_t length = answer.find("Content-Length: ");
  const std::size_t size =
      length == std::string::npos ? 0 : std::strtoul(answer.c_str() + length + 16, nullptr, 10);
  return read_sized_body(answer, size) ? answer : std::string();
}

int status_of(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::atoi(std::string(answer.substr(9, 3)).c_str()) : 0;
}

std::string_view body_of(std::string_view answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string_view() : answer.substr(end + 4);
}

std::string request(std::string_view method, std::string_view path, std::string_view body,
                    std::string_view more_fields) {
  std::string text =
      std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return text + std::string(more_fields) + "\r\n" + std::string(body);
}

trivet::http::ServerOptions Running::quick() {
  trivet::http::ServerOptions options;
  options.port = 0;
  options.threads = 4;
  options.header_time = milliseconds(300);
  options.body_time = milliseconds(300);
  options.idle_time = milliseconds(5000);
  options.write_time = milliseconds(1000);
  options.shutdown_time = milliseconds(500);
  return options;
}

Running::Running(trivet::http::ServerOptions options)
    : server(std::make_unique<trivet::http::Server>(handler, std::move(options))) {
  const auto bound = server->start();
  INFO((bound ? std::string() : bound.error().message()));
  REQUIRE(bound);
  port = bound->port;
}

Running::~Running() { handler.release(); }

std::string Running::ask(std::string_view bytes) const {
  Client client(port);
  client.send(bytes);
  return client.read_answer();
}

std::string Running::metrics() const { return ask(request("GET", "/metrics")); }

}  // namespace served
