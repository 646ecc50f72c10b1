// SPDX-License-Identifier: Apache-2.0
// Whether two forests give the same margins, and the parts of it that linear maps need too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/find_difference.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::graph {

/// Equal, sign of zero included, or both NaN.
[[nodiscard]] bool same_bits(double a, double b) noexcept;
[[nodiscard]] Difference number_difference(std::string where, double original, double copy);
/// Lists of one number an output, of which an empty one stands for zeros.
[[nodiscard]] std::optional<Difference> compare_per_output(std::string_view name,
                                                           const std::vector<double>& original,
                                                           const std::vector<double>& copy,
                                                           std::size_t output_count);
[[nodiscard]] std::optional<Difference> compare_links(const spi::Link& original,
                                                      const spi::Link& copy);
/// As find_difference; `with_numbers` when leaves must have the same numbers too.
[[nodiscard]] std::optional<Difference> compare_forests(const spi::TreeEnsemble& original,
                                                        const spi::TreeEnsemble& copy,
                                                        bool with_numbers);

}  // namespace trivet::graph
