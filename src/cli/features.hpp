// SPDX-License-Identifier: Apache-2.0
// What the trees of a model test, in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "trivet/spi/graph.hpp"

namespace trivet::cli {

/// One number that a forest tests: a column, or what an operator makes of some.
struct Feature {
  std::string name;                    ///< `age`, `colour[red]`, `share_above(f0, f1; …)`
  std::vector<std::uint32_t> columns;  ///< the caller's columns that it is made of
  std::vector<std::string> codes;      ///< what a code in a set of categories stands for
  bool can_be_missing = true;
};

/// The features that `value` of the graph holds, one for each of its numbers. Features of operators
/// that are not known here are `f` and their position, without columns. O(values of the graph).
[[nodiscard]] std::vector<Feature> describe_features(const spi::Graph& graph, spi::ValueId value);

}  // namespace trivet::cli
