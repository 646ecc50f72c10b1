// SPDX-License-Identifier: Apache-2.0
// Which elements of an answer are explained.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trivet/attribution.hpp"
#include "trivet/result.hpp"

namespace trivet::explain {

/// Numbers that the attributions of one call may have: 1 GiB of them.
inline constexpr std::size_t kMostAttributions = std::size_t{1} << 27;

/// How many of an answer of `width` elements.
[[nodiscard]] std::size_t outputs_per_row(const ExplanationParameters& parameters,
                                          std::size_t width);
/// Whether rows × answers × numbers stays within `most`. Checked before memory is spent: a short
/// request may ask for many. Errors: invalid_request.
[[nodiscard]] Status check_attribution_count(std::size_t rows, std::size_t answers,
                                             std::size_t numbers,
                                             std::size_t most = kMostAttributions);
/// The elements of one answer to explain. Without indices NaN counts as greater than any number.
void choose_outputs(const ExplanationParameters& parameters, std::span<const double> answer,
                    std::vector<std::uint32_t>& chosen);

}  // namespace trivet::explain
