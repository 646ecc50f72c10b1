// SPDX-License-Identifier: Apache-2.0
// A small HTTP/1.1 client for generators that ask another server.
#pragma once

#include <memory>

#include "service/http_client.hpp"

namespace trivet::http {

/// One connection a call, no redirects, no TLS; waits are bounded and look for cancelling.
[[nodiscard]] std::unique_ptr<service::HttpClient> make_http_client();

}  // namespace trivet::http
