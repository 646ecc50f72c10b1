// SPDX-License-Identifier: Apache-2.0
// Newton's method on the Legendre polynomial, by its three-term recurrence.
#include "base/gauss_legendre.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace trivet::base {

void fill_gauss_legendre(std::span<double> points, std::span<double> weights) noexcept {
  const std::size_t n = points.size();
  const auto degree = static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (degree + 0.5));
    double slope = 1;
    for (int round = 0; round < 100; ++round) {
      double before = 1;
      double here = x;
      for (std::size_t j = 2; j <= n; ++j) {
        const auto order = static_cast<double>(j);
        const double next = ((2 * order - 1) * x * here - (order - 1) * before) / order;
        before = here;
        here = next;
      }
      slope = degree * (x * here - before) / (x * x - 1);
      const double change = here / slope;
      x -= change;
      if (std::fabs(change) < 1e-16) break;
    }
    points[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
}

}  // namespace trivet::base
