// SPDX-License-Identifier: Apache-2.0
// How much each column matters to a model's forests, as their training saw it.
#pragma once

#include <cstddef>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/local_model.hpp"
#include "trivet/result.hpp"

namespace trivet::inline v0 {

/// One column's share in all tests of a model's forests. Means, which some frameworks show, are
/// these sums divided by `splits`.
struct FeatureImportance {
  std::size_t column = 0;  ///< position in Signature::columns
  std::size_t splits = 0;  ///< tests on it: XGBoost's "weight", LightGBM's "split"
  double gain = 0;         ///< sum of their gains: "total_gain", LightGBM's "gain"
  double cover = 0;        ///< sum of the training weight that came by: "total_cover"
};

/// The columns that are tested at all, the greatest gain first, then the most splits. Empty for a
/// model without forests, or whose forests stand behind other operators. Gains are 0 unless the
/// model was loaded with LoadOptions::gains and its file has them; covers likewise where the file
/// has none; gains and covers that are no finite numbers don't count. O(nodes). Any thread. Errors:
/// out_of_memory.
[[nodiscard]] TRIVET_EXPORT Result<std::vector<FeatureImportance>> feature_importance(
    const LocalModel& model);

}  // namespace trivet::inline v0
