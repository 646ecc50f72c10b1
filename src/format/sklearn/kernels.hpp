// SPDX-License-Identifier: Apache-2.0
// Kernels: by their names, and as the objects that Gaussian processes are made of.
#pragma once

#include <cstddef>

#include "format/sklearn/attributes.hpp"
#include "format/sklearn/pair_steps.hpp"

namespace trivet::sklearn {

/// A kernel by its name, with gamma, degree and coef0 of `holder`, an estimator, a kernel or a
/// dict. Errors: unsupported_model for a function of the user's, or one that refuses some rows.
[[nodiscard]] Result<PairSteps> read_pairwise_kernel(const PickleView& holder,
                                                     const PickleView& name, std::size_t width);

/// An object of sklearn.gaussian_process.kernels, for rows of this width. Errors: invalid_model,
/// unsupported_model for other objects.
[[nodiscard]] Result<PairSteps> read_process_kernel(const PickleView& kernel, std::size_t width);

}  // namespace trivet::sklearn
