// SPDX-License-Identifier: Apache-2.0
// A model of any encoding as a Graph.
#pragma once

#include "format/catboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::catboost {

[[nodiscard]] Result<spi::Graph> to_graph(Model model);

}  // namespace trivet::catboost
