// SPDX-License-Identifier: Apache-2.0
// From what a file says to the Graph that backends run.
#pragma once

#include <cstddef>
#include <optional>

#include "format/xgboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::xgboost {

/// One input, one node (a forest or a linear map) and up to three answers: `prediction`, which is
/// what Booster.predict gives, `margin`, and for several classes `probabilities`. Checks what one
/// part of the file says about another.
[[nodiscard]] Result<spi::Graph> to_graph(Model model);

/// The trees up to the best iteration; nothing without trees or without such an iteration.
[[nodiscard]] std::optional<std::size_t> best_tree_count(const Model& model);

}  // namespace trivet::xgboost
