// SPDX-License-Identifier: Apache-2.0
// Binding.
#include "http/listen.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "text/message.hpp"

namespace trivet::http {
namespace {

/// Enough that a burst of clients is not turned away before it is looked at.
constexpr int kBacklog = 1024;

[[nodiscard]] Error listen_failed(const std::string& where, std::string_view what) {
  return Error(Errc::io_failed, where,
               text::message("{}: {}", what, std::generic_category().message(errno)),
               "an address that is free and that this user may listen on");
}

/// A descriptor that is closed unless it is taken.
class OwnedSocket {
 public:
  explicit OwnedSocket(int descriptor) noexcept : descriptor_(descriptor) {}
  OwnedSocket(const OwnedSocket&) = delete;
  OwnedSocket& operator=(const OwnedSocket&) = delete;
  ~OwnedSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] int take() noexcept { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] int family() const noexcept { return storage.ss_family; }
  [[nodiscard]] const sockaddr* get() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage);
  }
};

/// An address written as digits.
[[nodiscard]] bool parse_address(std::string host, std::uint16_t port, SocketAddress& out) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  sockaddr_in four{};
  sockaddr_in6 six{};
  if (::inet_pton(AF_INET, host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    out.size = sizeof four;
    std::memcpy(&out.storage, &four, sizeof four);
    return true;
  }
  if (::inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) != 1) return false;
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  out.size = sizeof six;
  std::memcpy(&out.storage, &six, sizeof six);
  return true;
}

[[nodiscard]] Result<int> listen_at(const SocketAddress& address, const std::string& where) {
  OwnedSocket socket(::socket(address.family(), SOCK_STREAM, 0));
  if (socket.get() < 0) return listen_failed(where, "no socket");
  ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.family() == AF_INET6)
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(socket.get(), address.get(), address.size) != 0)
    return listen_failed(where, "bind failed");
  if (::listen(socket.get(), kBacklog) != 0) return listen_failed(where, "listen failed");
  return socket.take();
}

[[nodiscard]] std::uint16_t bound_port(int socket) noexcept {
  SocketAddress address;
  address.size = sizeof address.storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0)
    return 0;
  // The port stands at the same place in both families.
  sockaddr_in four{};
  std::memcpy(&four, &address.storage, sizeof four);
  return ntohs(four.sin_port);
}

/// Whether a socket file has nobody behind it.
[[nodiscard]] bool is_left_over(const sockaddr_un& address) noexcept {
  struct stat status {};
  if (::lstat(address.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const OwnedSocket probe(::socket(AF_UNIX, SOCK_STREAM, 0));
  return probe.get() >= 0 &&
         ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
         errno == ECONNREFUSED;
}

}  // namespace

Result<Listening> listen_on(const std::string& host, std::uint16_t port) {
  const bool is_local = host == "localhost";
  const std::string written = is_local ? "127.0.0.1" : host;
  SocketAddress address;
  if (!parse_address(written, port, address))
    return Error(Errc::invalid_argument, "host", text::quoted(host),
                 "localhost, or an address written as digits");
  Result<int> first = listen_at(address, text::message("{}:{}", host, port));
  if (!first) return std::move(first).error();

  Listening listening;
  listening.sockets.push_back({*first, address.family()});
  listening.port = bound_port(*first);
  const bool needs_brackets = address.family() == AF_INET6 && !written.starts_with('[');
  listening.host = needs_brackets ? "[" + written + "]" : written;
  if (is_local && parse_address("::1", listening.port, address)) {
    if (Result<int> second = listen_at(address, "[::1]"))
      listening.sockets.push_back({*second, AF_INET6});
  }
  return listening;
}

Result<Listening> listen_on_path(const std::string& path) {
  SocketAddress address;
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof local.sun_path)
    return Error(Errc::invalid_argument, "unix socket", text::quoted(path),
                 text::message("a path of 1 to {} bytes", sizeof local.sun_path - 1));
  std::memcpy(local.sun_path, path.data(), path.size());
  address.size = sizeof local;
  std::memcpy(&address.storage, &local, sizeof local);
  if (is_left_over(local)) ::unlink(path.c_str());

  // Made with the permissions that it keeps: there is no moment when others could connect.
  const mode_t before = ::umask(0077);
  Result<int> descriptor = listen_at(address, path);
  ::umask(before);
  if (!descriptor) return std::move(descriptor).error();
  Listening listening;
  listening.sockets.push_back({*descriptor, AF_UNIX});
  listening.host = path;
  return listening;
}

}  // namespace trivet::http
