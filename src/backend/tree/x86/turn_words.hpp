// SPDX-License-Identifier: Apache-2.0
// All tests of small trees for rows in AVX-512 registers: values by permutes, a bit a test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "backend/tree/game_words.hpp"

namespace trivet::tree::x86 {

/// Whether this processor has what fill_turns needs.
[[nodiscard]] bool has_turn_words() noexcept;

/// Writes the word of each of these trees for each row: `words[i * stride + r]` for trees[i] and
/// row `r`. Requires has_turn_words().
void fill_turns(const GameWords<float>& table, std::span<const std::uint32_t> trees,
                std::span<const float* const> rows, std::uint64_t* words,
                std::size_t stride) noexcept;
void fill_turns(const GameWords<double>& table, std::span<const std::uint32_t> trees,
                std::span<const double* const> rows, std::uint64_t* words,
                std::size_t stride) noexcept;

}  // namespace trivet::tree::x86
