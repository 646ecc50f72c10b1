// SPDX-License-Identifier: Apache-2.0
// Where scratch buffers may start.
#pragma once

#include <cstddef>

namespace trivet::base {

/// One cache line: every buffer in scratch memory starts at a multiple of it.
inline constexpr std::size_t kAlignment = 64;

/// The next multiple of kAlignment.
[[nodiscard]] constexpr std::size_t aligned(std::size_t size) noexcept {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace trivet::base
