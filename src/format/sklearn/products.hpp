// SPDX-License-Identifier: Apache-2.0
// Linear maps between other steps.
#pragma once

#include <vector>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// rows · weightsᵀ + start, where weights has a row for each output; no start is all zeros.
/// Requires that the value is as wide as weights has columns.
spi::ValueId add_rows_product(Sketch& sketch, spi::ValueId rows, const Table& weights,
                              std::vector<double> start);

}  // namespace trivet::sklearn
