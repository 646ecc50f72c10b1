// SPDX-License-Identifier: Apache-2.0
// What forests, linear maps and links mean, written down once more and as plainly as possible.
#pragma once

#include <span>
#include <vector>

#include "support/random_forest.hpp"
#include "trivet/spi/linear.hpp"
#include "trivet/spi/link.hpp"

namespace trivet::test {

/// The number of the leaf that a row ends in, as the plan numbers it. Rows are given in double and
/// rounded to the forest's input width first.
[[nodiscard]] std::uint32_t leaf_of(const PlannedForest& forest, const PlannedTree& tree,
                                    std::span<const double> row);

/// The margins of a row, one an output, widened from the accumulator's width.
[[nodiscard]] std::vector<double> margins_of(const PlannedForest& forest,
                                             std::span<const double> row);

/// The margins of a linear map with LinearOrder::by_feature, widened from the weights' width.
[[nodiscard]] std::vector<double> margins_of(const spi::Linear& linear,
                                             std::span<const double> row);

/// A row of margins behind a link, computed in `width`.
[[nodiscard]] std::vector<double> linked(const spi::Link& link, std::vector<double> margins,
                                         spi::FloatWidth width);

/// The first position of the greatest margin; NaN wins only in front.
[[nodiscard]] double first_greatest(const std::vector<double>& margins);

}  // namespace trivet::test
