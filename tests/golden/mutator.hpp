// SPDX-License-Identifier: Apache-2.0
// Damaged copies of model files.
#pragma once

#include <cstdint>
#include <string>

namespace trivet::test {

/// The `number`-th damaged copy of a file: bits flipped, bytes changed, inserted, removed, moved,
/// numbers replaced by those that readers trip over; one damage or several. Always the same for
/// the same bytes and number.
[[nodiscard]] std::string mutated(const std::string& bytes, std::uint64_t number);

}  // namespace trivet::test
