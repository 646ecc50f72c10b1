// SPDX-License-Identifier: Apache-2.0
// The quadrature of Gauss and Legendre.
#pragma once

#include <span>

namespace trivet::base {

/// Fills in points on [0, 1] and their weights, as many of one as of the other. The rule of n
/// points is exact for polynomials below degree 2n. O(n²).
void fill_gauss_legendre(std::span<double> points, std::span<double> weights) noexcept;

}  // namespace trivet::base
