// SPDX-License-Identifier: Apache-2.0
// What all imputers have.
#pragma once

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// A value as cells of this element have it: the code of a text in the column, or the number. None
/// is NaN: JSON's null is both.
[[nodiscard]] Result<double> read_mark(const PickleView& view, const Element& element,
                                       Sketch& sketch);

/// Behind the imputed rows, if the imputer has an `indicator_`: 1 where a value was missing in
/// `rows`, for the features that the indicator was fitted with.
[[nodiscard]] Result<Matrix> with_indicator(const PickleView& estimator, Matrix imputed,
                                            const Matrix& rows, Sketch& sketch);

}  // namespace trivet::sklearn
