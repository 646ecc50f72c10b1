// SPDX-License-Identifier: Apache-2.0
// gzip bodies, where the operator allowed them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace trivet::http {

struct InflateBounds {
  std::size_t bytes = 64u << 20;  ///< of what comes out
  std::size_t ratio = 100;        ///< of what comes out to what went in, above the first 64 KiB
};

/// Replaces `out` by what the gzip stream `compressed` holds. Refusals: 400 where it is damaged or
/// not whole, 413 beyond the bounds; memory stays within twice the bound.
[[nodiscard]] Refusal inflate_body(std::string_view compressed, const InflateBounds& bounds,
                                   std::string& out);

}  // namespace trivet::http
