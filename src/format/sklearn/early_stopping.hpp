// SPDX-License-Identifier: Apache-2.0
// Boosters that answer with the trees up to their best iteration.
#pragma once

#include <cstddef>

#include "artifact/pickle_view.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::sklearn {

/// Drops all trees of the graph's forest behind the first ones. Errors: unsupported_model for a
/// forest that averages its trees.
[[nodiscard]] Status keep_first_trees(spi::Graph& booster, std::size_t trees,
                                      const artifact::PickleView& where);

}  // namespace trivet::sklearn
