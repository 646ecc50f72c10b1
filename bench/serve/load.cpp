// SPDX-License-Identifier: Apache-2.0
// Asks one server the same request over and over, on so many connections at once, one thread.
// usage: load PORT PATH BODY_FILE CONNECTIONS SECONDS
// Prints one JSON line: requests a second, p50, p99 and p99.9 in microseconds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

struct Connection {
  int socket = -1;
  std::string input;
  Clock::time_point asked;
};

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    fail("connect");
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

/// Bytes of the first whole answer in `input`; 0 when it isn't there yet.
std::size_t answer_size(std::string_view input) {
  const std::size_t head = input.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t at = input.find("Content-Length: ");
  if (at == std::string_view::npos) at = input.find("content-length: ");
  if (at == std::string_view::npos || at > head) return head + 4;
  const std::size_t size = head + 4 + std::strtoul(input.data() + at + 16, nullptr, 10);
  return input.size() < size ? 0 : size;
}

class Load {
 public:
  Load(std::uint16_t port, std::string request, std::size_t connections)
      : request_(std::move(request)), epoll_(::epoll_create1(0)) {
    for (std::size_t i = 0; i < connections; ++i) {
      connections_.push_back({connect_to(port), {}, {}});
      epoll_event event{EPOLLIN, {.u64 = i}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket, &event);
    }
  }

  void run(double seconds) {
    times_.clear();
    const auto begin = Clock::now();
    const auto end = begin + std::chrono::duration<double>(seconds);
    for (Connection& connection : connections_) ask(connection);
    std::size_t open = connections_.size();
    while (open != 0) {
      epoll_event events[64];
      const int count = ::epoll_wait(epoll_, events, 64, 10'000);
      if (count <= 0) fail("no answer");
      for (int i = 0; i < count; ++i) {
        Connection& connection = connections_[events[i].data.u64];
        if (!read(connection)) continue;
        if (Clock::now() < end) ask(connection);
        else --open;
      }
    }
    seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
  }

  void print() {
    std::sort(times_.begin(), times_.end());
    const auto at = [&](double share) {
      return times_[static_cast<std::size_t>(share * static_cast<double>(times_.size() - 1))] / 1e3;
    };
    std::printf(
        "{\"requests\":%zu,\"per_second\":%.0f,\"p50\":%.2f,\"p99\":%.2f,\"p999\":%.2f,"
        "\"errors\":%zu}\n",
        times_.size(), static_cast<double>(times_.size()) / seconds_, at(0.5), at(0.99), at(0.999),
        errors_);
  }

 private:
  void ask(Connection& connection) {
    connection.asked = Clock::now();
    const ssize_t sent = ::send(connection.socket, request_.data(), request_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request_.size())) fail("send");
  }

  /// True when the answer is whole.
  bool read(Connection& connection) {
    char buffer[64 << 10];
    const ssize_t count = ::recv(connection.socket, buffer, sizeof buffer, 0);
    if (count <= 0) fail("recv");
    connection.input.append(buffer, static_cast<std::size_t>(count));
    const std::size_t size = answer_size(connection.input);
    if (size == 0) return false;
    times_.push_back(static_cast<double>((Clock::now() - connection.asked).count()));
    if (connection.input.compare(9, 3, "200") != 0) ++errors_;
    connection.input.erase(0, size);
    return true;
  }

  std::string request_;
  int epoll_;
  std::vector<Connection> connections_;
  std::vector<double> times_;  // ns
  double seconds_ = 0;
  std::size_t errors_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: load PORT PATH BODY_FILE CONNECTIONS SECONDS\n");
    return 2;
  }
  std::ifstream file(argv[3], std::ios::binary);
  const std::string body((std::istreambuf_iterator<char>(file)), {});
  const std::string request = std::string("POST ") + argv[2] +
                              " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                              "Content-Length: " +
                              std::to_string(body.size()) + "\r\n\r\n" + body;
  Load load(static_cast<std::uint16_t>(std::atoi(argv[1])), request,
            static_cast<std::size_t>(std::atoi(argv[4])));
  const double seconds = std::atof(argv[5]);
  load.run(std::min(1.0, seconds / 4));  // warm
  load.run(seconds);
  load.print();
  return 0;
}
