// SPDX-License-Identifier: Apache-2.0
// PowerTransformer and QuantileTransformer, in both directions.
#pragma once

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

enum class Direction : std::uint8_t { forward, inverse };

/// Without the scaler behind it.
[[nodiscard]] Result<Matrix> add_power(const PickleView& estimator, Direction direction,
                                       const Matrix& rows, Sketch& sketch);
[[nodiscard]] Result<Matrix> add_quantiles(const PickleView& estimator, Direction direction,
                                           const Matrix& rows, Sketch& sketch);

}  // namespace trivet::sklearn
