// SPDX-License-Identifier: Apache-2.0
// The XGBoost format: JSON, UBJSON and the legacy binary, of every version.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "trivet/spi/format.hpp"

namespace trivet::xgboost {

/// Recognises a booster by its first bytes, whatever the file is called, and reads it into a Graph
/// of one node. `docs/formats.md` says what is understood and what is refused.
[[nodiscard]] std::unique_ptr<spi::Format> make_xgboost_format();

/// A booster, and how many of its trees there were at its best iteration.
struct BoosterGraph {
  spi::Graph graph;
  std::optional<std::size_t> best_trees;  ///< nothing where training didn't watch for it
};

/// Reads what that format reads. XGBoost's wrappers for scikit-learn answer with the trees up to
/// the best iteration, the booster itself with all.
[[nodiscard]] Result<BoosterGraph> read_booster(std::span<const std::byte> bytes);

}  // namespace trivet::xgboost
