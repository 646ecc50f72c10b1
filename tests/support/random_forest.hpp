// SPDX-License-Identifier: Apache-2.0
// Seeded random forests over everything a TreeEnsemble can say, and rows that sit on their cuts.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "trivet/result.hpp"
#include "trivet/spi/tree_builder.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::test {

/// One node as a file would have it.
struct PlannedNode {
  bool is_leaf = true;
  std::uint32_t feature = 0;
  double cut = 0;  ///< already a number of the forest's width
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  bool missing_left = false;
  spi::Missing missing = spi::Missing::nan;
  bool is_categorical = false;
  std::vector<std::int32_t> codes;
  std::vector<double> values;  ///< of a leaf, already numbers of the forest's width
};

/// Node 0 is the root; nodes that nothing leads to are there to be dropped.
struct PlannedTree {
  std::vector<PlannedNode> nodes;
  std::vector<std::uint32_t> order;  ///< in which the nodes are given to the builder
};

/// A forest before it is built: what the builder gets and what the oracle reads.
struct PlannedForest {
  std::string name;  ///< for the messages of failing checks
  spi::FloatWidth width = spi::FloatWidth::f32;
  std::uint32_t leaf_width = 1;
  spi::TreeEnsembleBuilder::Header header;
  std::vector<PlannedTree> trees;
};

/// What a random forest may hold. The defaults are the widest choice.
struct ForestLimits {
  std::uint32_t trees = 24;
  std::uint32_t features = 12;
  std::uint32_t depth = 9;
};

/// The forest of a seed: the same on every machine, whatever its standard library.
[[nodiscard]] PlannedForest random_forest(std::uint64_t seed, const ForestLimits& limits = {});

/// Passes the plan through the builder, nodes in each tree's own order.
[[nodiscard]] Result<spi::TreeEnsemble> build(const PlannedForest& forest);

/// Rows that are hard for this forest: values on its cuts, one step beside them in either width,
/// zeros of both signs, tiny and huge numbers, infinities, NaN, category codes of all kinds.
/// Row-major, as wide as the forest has features.
[[nodiscard]] std::vector<double> edge_rows(const PlannedForest& forest, std::size_t rows,
                                            std::uint64_t seed);

/// Random numbers that are the same with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// 0 … bound - 1.
  [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(engine_() % bound);
  }
  [[nodiscard]] bool one_in(std::uint32_t bound) { return below(bound) == 0; }
  /// Between low and high.
  [[nodiscard]] double between(double low, double high) {
    return low + (high - low) * (static_cast<double>(engine_() >> 11) * 0x1p-53);
  }
  template <class T>
  [[nodiscard]] const T& pick(const std::vector<T>& items) {
    return items[below(static_cast<std::uint32_t>(items.size()))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace trivet::test
