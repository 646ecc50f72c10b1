// SPDX-License-Identifier: Apache-2.0
// Blocks of columns that transformers put side by side.
#pragma once

#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// A block times the factor that `transformer_weights` has for its transformer's name.
[[nodiscard]] Result<Matrix> weigh_block(const PickleView& estimator, const PickleView& name,
                                         const Matrix& block, Sketch& sketch);

}  // namespace trivet::sklearn
