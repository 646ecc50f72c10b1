// SPDX-License-Identifier: Apache-2.0
// Scaled rows against the formula, at widths around those of vectors.
#include "backend/tensor/scale_kernels.hpp"

#include <cstring>
#include <limits>
#include <vector>

#include "catch.hpp"
#include "support/random_forest.hpp"

namespace trivet::tensor {
namespace {

std::vector<double> random_numbers(test::Random& random, std::size_t count) {
  std::vector<double> numbers(count);
  for (double& x : numbers) x = random.between(-10, 10);
  return numbers;
}

}  // namespace

TEST_CASE("scale: every width and every gap between rows gives the formula's bits",
          "[backend][tensor]") {
  constexpr std::size_t kRows = 7;
  test::Random random(4);
  for (std::size_t width = 1; width <= 19; ++width) {
    for (const std::size_t gap : {0u, 1u, 5u}) {
      INFO(width << " columns, " << gap << " numbers between rows");
      const std::size_t stride = width + gap;
      std::vector<double> cells = random_numbers(random, kRows * stride);
      cells[0] = std::numeric_limits<double>::infinity();
      const std::vector<double> shift = random_numbers(random, width);
      std::vector<double> divisor = random_numbers(random, width);
      divisor.back() = 0;
      std::vector<double> wanted;
      for (std::size_t r = 0; r < kRows; ++r) {
        for (std::size_t c = 0; c < width; ++c) {
          wanted.push_back((cells[r * stride + c] - shift[c]) / divisor[c]);
        }
      }
      constexpr double kUntouched = 77;
      std::vector<double> found(kRows * width + 1, kUntouched);
      scale_rows({cells.data(), stride, kRows, found.data()}, shift, divisor);
      CHECK(std::memcmp(found.data(), wanted.data(), wanted.size() * sizeof(double)) == 0);
      CHECK(found.back() == kUntouched);
    }
  }
}

}  // namespace trivet::tensor
