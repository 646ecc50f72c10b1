// SPDX-License-Identifier: Apache-2.0
// The way back through a transformer.
#pragma once

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// What `inverse_transform` makes of rows that the transformer gave. Errors: unsupported_model for
/// transformers without an inverse that is known.
[[nodiscard]] Result<Matrix> add_inverse(const PickleView& transformer, const Matrix& rows,
                                         Sketch& sketch);

}  // namespace trivet::sklearn
