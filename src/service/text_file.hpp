// SPDX-License-Identifier: Apache-2.0
// Whole files that the operator named.
#pragma once

#include <string>
#include <string_view>

#include "trivet/result.hpp"

namespace trivet::service {

/// Up to 256 MiB. Errors: invalid_argument, with the path as the place.
[[nodiscard]] Result<std::string> read_text_file(std::string_view path);

}  // namespace trivet::service
