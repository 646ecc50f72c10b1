// SPDX-License-Identifier: Apache-2.0
// Strides with AVX-512: all tests of four levels of a tree by a permute and a comparison.
#pragma once

#include <cstddef>

#include "backend/tree/stride_forest.hpp"

namespace trivet::tree::x86 {

[[nodiscard]] bool has_stride_walk() noexcept;
/// For rows of so many floats, padded to whole registers. What walk_strides finds, too.
[[nodiscard]] StrideWalk stride_walk(std::size_t columns) noexcept;

}  // namespace trivet::tree::x86
