// SPDX-License-Identifier: Apache-2.0
// Who may ask: hosts, origins, content types, the token. Decided on a request's head, before its
// body is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace trivet::http {

struct AccessRules {
  /// Names and addresses that a Host may have, without ports. A name that a web page's owner can
  /// point to this machine must not pass (DNS rebinding).
  std::vector<std::string> hosts;
  /// Listening on every address: any address written as digits is one of ours.
  bool any_address = false;
  /// No rule on Host, and none on the token: inside a container, on a Unix socket.
  bool any_host = false;
  std::string token;  ///< empty: none is asked for
  bool allow_gzip = false;
};

/// `takes_any_type`: the body goes to a model as it is.
[[nodiscard]] Refusal check_access(const Request& request, const AccessRules& rules,
                                   bool takes_any_type);

/// The host of `HOST`, `HOST:PORT` or `[HOST]:PORT`, brackets included.
[[nodiscard]] std::string_view host_without_port(std::string_view authority) noexcept;
/// In a time that doesn't tell where they differ.
[[nodiscard]] bool is_same_secret(std::string_view a, std::string_view b) noexcept;
/// 127.0.0.0/8, ::1 or localhost.
[[nodiscard]] bool is_loopback(std::string_view host) noexcept;

}  // namespace trivet::http
