// SPDX-License-Identifier: Apache-2.0
// Bodies that are written as they come into being, on the thread that waits for their parts.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "http/answer_head.hpp"
#include "service/call.hpp"

namespace trivet::http {

struct StreamEnd {
  bool is_whole = false;  ///< every byte is out: another request may follow
  std::size_t body_bytes = 0;
};

/// Writes `head`, the reply's body and all its parts to a socket that doesn't block. `patience`:
/// how long the client may take no byte. Sets `cancelled` when it has gone.
[[nodiscard]] StreamEnd write_stream(int socket, std::string_view head, service::Reply& reply,
                                     Framing framing, std::chrono::milliseconds patience,
                                     std::atomic<bool>& cancelled) noexcept;

}  // namespace trivet::http
