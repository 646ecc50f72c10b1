// SPDX-License-Identifier: Apache-2.0
// How many baselines a request may put in the place of the deployed ones.
#pragma once

#include <cstddef>

#include "trivet/attribution.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::core {

/// What a request's forests may take, compiled for each of its baselines: 512 MiB a session.
inline constexpr std::size_t kMostOverrideBytes = std::size_t{1} << 29;

/// Whether a spec that a request asks for stays within kMostOverrideBytes; one baseline always
/// does. Checked before anything is compiled. Errors: invalid_argument.
[[nodiscard]] Status check_override(const spi::Graph& graph, const ExplanationSpec& spec);

}  // namespace trivet::core
