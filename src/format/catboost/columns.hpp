// SPDX-License-Identifier: Apache-2.0
// The columns of a model, and which of them each feature is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "format/catboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"

namespace trivet::catboost {

/// Features know their columns; what the file says elsewhere knows features by index.
struct ColumnPlan {
  std::uint32_t count = 0;
  std::map<std::int32_t, const FloatFeature*> floats;  ///< by index; into the model
  std::map<std::int32_t, std::uint32_t> categories;    ///< by index; the column

  [[nodiscard]] bool has_categories() const noexcept { return !categories.empty(); }
};

/// Errors: columns that two features claim, indices out of range. The model must outlive the plan.
[[nodiscard]] Result<ColumnPlan> plan_columns(const Model& model);
/// The columns themselves. A file may claim a column far behind all others: ask for them when
/// everything else is proved. Requires that plan_columns took the model.
[[nodiscard]] std::vector<Column> make_columns(Model& model);

}  // namespace trivet::catboost
