// SPDX-License-Identifier: Apache-2.0
// What selectors of features keep.
#pragma once

#include <vector>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// A flag for each feature: it is kept.
using Support = std::vector<bool>;

/// The features that are kept, in their order. The rows have as many as there are flags.
[[nodiscard]] Result<Matrix> add_support(const Support& support, TakesMissing missing, Matrix& rows,
                                         Sketch& sketch, const PickleView& estimator);

/// Whether a selector around this estimator passes missing values on, as that one does.
[[nodiscard]] TakesMissing missing_rule_of(const PickleView& estimator);

/// How much each feature counts for a fitted estimator: the size of its coefficients, or what its
/// trees gained by it. Errors: unsupported_model for other estimators.
[[nodiscard]] Result<std::vector<double>> read_importances(const PickleView& estimator,
                                                           double norm_order);

/// numpy's median and mean of at least one number; percentile by linear interpolation.
[[nodiscard]] double median_of(std::vector<double> numbers);
[[nodiscard]] double mean_of(const std::vector<double>& numbers);
[[nodiscard]] double percentile_of(std::vector<double> numbers, double percent);

}  // namespace trivet::sklearn
