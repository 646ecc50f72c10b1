// SPDX-License-Identifier: Apache-2.0
// Chunks to a socket, one by one.
#include "http/stream_writer.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>

namespace trivet::http {
namespace {

class PartWriter {
 public:
  PartWriter(int socket, std::chrono::milliseconds patience) noexcept
      : socket_(socket), patience_(static_cast<int>(patience.count())) {}

  /// Several pieces with one system call where the socket has room.
  [[nodiscard]] bool write(std::array<std::string_view, 3> pieces) noexcept {
    std::size_t at = 0;
    while (at < pieces.size()) {
      std::array<iovec, 3> vectors{};
      for (std::size_t i = at; i < pieces.size(); ++i)
        vectors[i - at] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
      msghdr message{};
      message.msg_iov = vectors.data();
      message.msg_iovlen = pieces.size() - at;
      const ssize_t sent = ::sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0) {
        if (errno == EINTR) continue;
        if ((errno != EAGAIN && errno != EWOULDBLOCK) || !wait_for_room()) return false;
        continue;
      }
      auto left = static_cast<std::size_t>(sent);
      while (at < pieces.size() && left >= pieces[at].size()) left -= pieces[at++].size();
      if (at < pieces.size()) pieces[at].remove_prefix(left);
    }
    return true;
  }

  [[nodiscard]] bool write_part(std::string_view part, Framing framing) noexcept {
    if (part.empty()) return true;
    if (framing != Framing::chunked) return write({part, {}, {}});
    std::array<char, 20> line{};
    char* end = std::to_chars(line.data(), line.data() + 16, part.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    const std::string_view size(line.data(), static_cast<std::size_t>(end - line.data()));
    return write({size, part, "\r\n"});
  }

 private:
  [[nodiscard]] bool wait_for_room() noexcept {
    pollfd waited{socket_, POLLOUT, 0};
    const int ready = ::poll(&waited, 1, patience_);
    return ready > 0 && (waited.revents & POLLOUT) != 0;
  }

  int socket_;
  int patience_;
};

/// False when the client is gone or a part could not be made.
[[nodiscard]] bool write_parts(PartWriter& writer, service::Reply& reply, Framing framing,
                               StreamEnd& end, std::atomic<bool>& cancelled) {
  std::string part;
  while (reply.parts->next(part, cancelled)) {
    if (cancelled.load(std::memory_order_relaxed)) return false;
    if (!writer.write_part(part, framing)) return false;
    end.body_bytes += part.size();
    part.clear();
  }
  return !cancelled.load(std::memory_order_relaxed);
}

}  // namespace

StreamEnd write_stream(int socket, std::string_view head, service::Reply& reply, Framing framing,
                       std::chrono::milliseconds patience, std::atomic<bool>& cancelled) noexcept {
  PartWriter writer(socket, patience);
  StreamEnd end;
  try {
    end.is_whole = writer.write({head, {}, {}}) && writer.write_part(reply.body, framing);
    end.body_bytes = reply.body.size();
    end.is_whole = end.is_whole && write_parts(writer, reply, framing, end, cancelled);
    if (end.is_whole && framing == Framing::chunked)
      end.is_whole = writer.write({"0\r\n\r\n", {}, {}});
  } catch (...) {
    // The head is out: all that is left is to break off, which a client sees.
    end.is_whole = false;
  }
  if (!end.is_whole) cancelled.store(true, std::memory_order_relaxed);
  return end;
}

}  // namespace trivet::http
