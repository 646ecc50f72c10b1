// SPDX-License-Identifier: Apache-2.0
// CityHash64, version 1 (2011): the hash by which CatBoost knows a category's text.
#pragma once

#include <cstdint>
#include <string_view>

namespace trivet::base {

/// Version 1.0 of the algorithm, which later ones don't agree with. The same on every machine.
[[nodiscard]] std::uint64_t city_hash64(std::string_view text) noexcept;

/// A category's code: the low 32 bits of the hash, as a signed number.
[[nodiscard]] inline std::int32_t city_hash_code(std::string_view text) noexcept {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(city_hash64(text)));
}

}  // namespace trivet::base
