// SPDX-License-Identifier: Apache-2.0
// Decimal texts as doubles, for files that hold little else.
#pragma once

#include <string_view>

namespace trivet::base {

/// Reads a text that is one number, as std::from_chars does: the nearest double, ties to even.
/// False when all of it is no number, or one beyond the doubles. Twice as fast for the texts that
/// occur. 8 bytes behind the text must be readable; they mean nothing.
[[nodiscard]] bool read_padded_double(std::string_view text, double& out) noexcept;

}  // namespace trivet::base
