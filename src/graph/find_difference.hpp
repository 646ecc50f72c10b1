// SPDX-License-Identifier: Apache-2.0
// Whether two graphs give the same answers, by what they hold.
#pragma once

#include <optional>
#include <string>

#include "trivet/spi/graph.hpp"

namespace trivet::graph {

/// One thing in which two graphs differ.
struct Difference {
  std::string where;     ///< `tree 3, split 5: cut`
  std::string original;  ///< what the one holds
  std::string copy;      ///< what the other holds
};

/// The first thing because of which `copy` might answer a row otherwise than `original` does;
/// nothing when it answers every row that `original` answers with the same bits. Trees are compared
/// from their roots, so the numbers of nodes don't count, unless the graph answers with leaves.
/// What the original has of cover, gains and column names must be in the copy; where it came from,
/// class labels and baselines are not looked at. All NaN are alike. Operators are not compared: a
/// graph with one differs from every other. O(nodes + words of category sets).
[[nodiscard]] std::optional<Difference> find_difference(const spi::Graph& original,
                                                        const spi::Graph& copy);

}  // namespace trivet::graph
