// SPDX-License-Identifier: Apache-2.0
// Pieces of a message, in their order.
#pragma once

#include <string>
#include <vector>

namespace trivet::test {

/// The pieces of a line like `2 columns … 3`, which must all be in a message, in this order.
[[nodiscard]] std::vector<std::string> said_pieces(const std::string& says);
/// True when `text` holds the pieces one after the other.
[[nodiscard]] bool says_all(const std::string& text, const std::string& says);

}  // namespace trivet::test
