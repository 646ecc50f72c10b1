// SPDX-License-Identifier: Apache-2.0
// Sockets to listen on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::http {

/// A socket of the system that listens; whoever has it closes it.
struct ListeningSocket {
  int descriptor = -1;
  int family = 0;
};

struct Listening {
  std::vector<ListeningSocket> sockets;
  std::string host;  ///< as an authority says it: `127.0.0.1`, `[::1]`
  std::uint16_t port = 0;
};

/// `localhost` is 127.0.0.1 and, where that works, ::1 at the same port. Other names are addresses
/// written as digits, `[::1]` and `::1` alike. Errors: invalid_argument, io_failed.
[[nodiscard]] Result<Listening> listen_on(const std::string& host, std::uint16_t port);
/// A Unix socket that only this user may open. One left over by a process that is gone is
/// replaced. Errors: invalid_argument for a path that is too long, io_failed.
[[nodiscard]] Result<Listening> listen_on_path(const std::string& path);

}  // namespace trivet::http
