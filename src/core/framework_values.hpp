// SPDX-License-Identifier: Apache-2.0
// Finds the forest of a model whose framework would be asked for its own attributions.
#pragma once

#include <cstddef>

#include "core/plan.hpp"
#include "core/profile.hpp"
#include "core/sidecar.hpp"
#include "explain/contributions.hpp"
#include "explain/players.hpp"

namespace trivet::core {

struct GraphView;

/// A forest, and where a row stands as it reads it.
struct FrameworkForest {
  explain::ContributionSource source;
  std::size_t output = 0;  ///< one that needs the forest
  spi::ValueId input = 0;
};

/// For a bound spec whose method is FrameworkAttribution. Errors: unsupported_model.
[[nodiscard]] Result<std::unique_ptr<const FrameworkForest>> find_framework_forest(
    const GraphView& model, const explain::BoundSpec& spec);

}  // namespace trivet::core
