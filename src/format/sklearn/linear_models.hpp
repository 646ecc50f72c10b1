// SPDX-License-Identifier: Apache-2.0
// Coefficients as a Linear node.
#pragma once

#include <cstdint>
#include <vector>

#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// A node for x · coef_ᵀ + intercept_.
struct LinearMap {
  std::uint32_t features = 0;
  std::uint32_t outputs = 0;
  bool is_vector = false;  ///< coef_ has one dimension: a number a row, not a list of one
  spi::Linear body;
};

/// Reads `coef_` and `intercept_` and takes the rows.
[[nodiscard]] Result<LinearMap> read_linear(const PickleView& estimator, Matrix& rows,
                                            Sketch& sketch);
/// Adds the node with its margins as a value.
spi::ValueId add_linear(LinearMap map, const Matrix& rows, Sketch& sketch);

}  // namespace trivet::sklearn
