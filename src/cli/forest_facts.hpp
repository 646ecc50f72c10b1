// SPDX-License-Identifier: Apache-2.0
// What `trivet inspect` says of a model's forests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "trivet/spi/graph.hpp"

namespace trivet::cli {

/// One tree among those of all forests of a graph.
struct TreePlace {
  const spi::TreeEnsemble* forest = nullptr;  ///< null: no tree of that number
  std::size_t tree = 0;                       ///< its position in the forest
  spi::ValueId input = 0;                     ///< the value that the forest tests
};
[[nodiscard]] TreePlace find_tree(const spi::Graph& graph, std::size_t number) noexcept;

/// What becomes of missing values in some columns.
struct MissingRule {
  std::string words;
  std::vector<std::uint32_t> columns;  ///< ascending; those that trees test
};

struct ForestFacts {
  std::size_t leaves = 0;
  std::size_t depth = 0;  ///< tests on the longest way from a root to a leaf
  std::vector<MissingRule> missing;
};
/// O(nodes + columns).
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
