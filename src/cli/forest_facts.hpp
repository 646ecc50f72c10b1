// SPDX-License-Identifier: Apache-2.0
// What `trivet inspect` says of a model's forests.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "trivet/spi/graph.hpp"

namespace trivet::cli {

/// One tree among those of all forests of a graph.
struct TreePlace {
  const spi::TreeEnsemble* forest = nullptr;  ///< null: no tree of that number
  std::size_t tree = 0;                       ///< its position in the forest
  bool on_columns = false;  ///< the forest tests the caller's columns, not what operators made
};
[[nodiscard]] TreePlace find_tree(const spi::Graph& graph, std::size_t number) noexcept;

struct ForestFacts {
  std::size_t leaves = 0;
  std::size_t depth = 0;             ///< tests on the longest way from a root to a leaf
  std::vector<std::string> missing;  ///< the rules for missing values, in words
};
/// O(nodes).
[[nodiscard]] ForestFacts gather_facts(const spi::Graph& graph);

/// The nodes below (and with) each split of one tree, by number in the tree, and the greatest
/// depth.
struct TreeShape {
  std::vector<std::size_t> nodes_below;
  std::size_t depth = 0;
};
/// O(nodes of the tree), on the heap: trees may be as deep as they are large.
[[nodiscard]] TreeShape measure_tree(const spi::TreeEnsemble& forest, std::size_t tree);

}  // namespace trivet::cli
