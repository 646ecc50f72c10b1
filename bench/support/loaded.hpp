// SPDX-License-Identifier: Apache-2.0
// A generated forest, loaded: what the benchmarks of prediction share.
#pragma once

#include <string>
#include <vector>

#include "support/models.hpp"
#include "trivet/local_model.hpp"

namespace trivet::bench {

/// A forest under the name that benchmarks give it.
struct ModelCase {
  const char* name;  ///< `gbdt_100x6`: 100 trees of depth 6
  ForestShape shape;
};

/// A forest, the model that was loaded from its bytes, and rows for it.
struct Loaded {
  Forest forest;
  LocalModel model;
  std::vector<float> rows;  ///< kRowCount of them
};

inline constexpr std::size_t kRowCount = 10'000;

/// Makes and loads it; ends the program with the error's text when that fails. One cell in twenty
/// is missing.
[[nodiscard]] Loaded load(const ModelCase& model);

}  // namespace trivet::bench
