// SPDX-License-Identifier: Apache-2.0
// MurmurHash3, x86, 32 bits: the hash by which scikit-learn gives a text its column.
#pragma once

#include <cstdint>
#include <string_view>

namespace trivet::base {

/// The same on every machine. O(text).
[[nodiscard]] std::uint32_t murmur_hash3(std::string_view text, std::uint32_t seed) noexcept;

}  // namespace trivet::base
