// SPDX-License-Identifier: Apache-2.0
// From a Graph to a model text that LightGBM loads.
#pragma once

#include <string>

#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::lightgbm {

/// A model text of version v4, which LightGBM 4 writes. LightGBM 2 and 3 read it as well, but for
/// linear trees, which came with 3.2. Errors:
/// unsupported_model for a graph that LightGBM would answer otherwise, as far as that shows
/// without reading the text.
[[nodiscard]] Result<std::string> write_text(const spi::Graph& graph);

}  // namespace trivet::lightgbm
