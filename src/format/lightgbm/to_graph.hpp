// SPDX-License-Identifier: Apache-2.0
// From what a file says to the Graph that backends run.
#pragma once

#include "format/lightgbm/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::lightgbm {

/// One input, one forest and two answers: `prediction`, which is what Booster.predict gives, and
/// `raw_score`. Checks what one part of the file says about another.
[[nodiscard]] Result<spi::Graph> to_graph(Model model);

}  // namespace trivet::lightgbm
