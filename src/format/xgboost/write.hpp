// SPDX-License-Identifier: Apache-2.0
// From a Graph to a file that XGBoost loads.
#pragma once

#include <string>

#include "format/xgboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::xgboost {

/// A model in JSON or UBJSON, laid out so that XGBoost 2 and 3 read it. Errors: unsupported_model
/// for a graph that XGBoost would answer otherwise, as far as that shows without reading the file.
[[nodiscard]] Result<std::string> write_model(const spi::Graph& graph, Encoding encoding);

}  // namespace trivet::xgboost
