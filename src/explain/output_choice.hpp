// SPDX-License-Identifier: Apache-2.0
// Which elements of an answer are explained.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "trivet/attribution.hpp"

namespace trivet::explain {

/// How many of an answer of `width` elements.
[[nodiscard]] std::size_t outputs_per_row(const ExplanationParameters& parameters,
                                          std::size_t width);
/// The elements of one answer to explain.
void choose_outputs(const ExplanationParameters& parameters, std::span<const double> answer,
                    std::vector<std::uint32_t>& chosen);

}  // namespace trivet::explain
