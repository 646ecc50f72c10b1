// SPDX-License-Identifier: Apache-2.0
// One tree as text: `trivet inspect MODEL --tree N`.
#pragma once

#include <cstddef>
#include <string>

#include "trivet/local_model.hpp"
#include "trivet/result.hpp"

namespace trivet::cli {

/// Draws tree `number`, counted over all forests of the model. What stands deeper than
/// kDrawnDepth is only counted. Errors: invalid_argument when there is no such tree.
[[nodiscard]] Result<std::string> draw_tree(const LocalModel& model, std::size_t number,
                                            bool colour);

inline constexpr std::size_t kDrawnDepth = 40;

}  // namespace trivet::cli
