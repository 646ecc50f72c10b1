// SPDX-License-Identifier: Apache-2.0
// What a parsed head must hold to be one request, and no two readers may disagree about where it
// ends (RFC 9112; request smuggling).
#pragma once

#include <string_view>

#include "http/request.hpp"

namespace trivet::http {

/// Reads version-dependent and framing fields of `request` (Host, Content-Length,
/// Transfer-Encoding, Expect) and its target. `target` and the headers are in place; fills path,
/// query, host, content_length, is_chunked, has_body, expects_continue.
[[nodiscard]] Refusal apply_head_rules(std::string_view target, const RequestBounds& bounds,
                                       Request& request) noexcept;

}  // namespace trivet::http
