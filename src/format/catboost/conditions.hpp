// SPDX-License-Identifier: Apache-2.0
// The tests that trees are made of, and the operators that compute what they test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/catboost/columns.hpp"
#include "format/catboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::catboost {

/// One test: `x > border`, or membership of `x` in the set {code}, sends a row right.
struct Condition {
  std::uint32_t feature = 0;  ///< column of the forest's input
  bool is_category = false;
  bool missing_left = true;
  float border = 0;
  std::int32_t code = 0;
};

/// What the forest reads and which tests its trees may name, by number.
struct ConditionPlan {
  spi::ValueId input = 0;
  std::uint32_t width = 0;
  std::vector<Condition> conditions;
};

/// Numbers the conditions, and adds to the graph the operators that turn its input row into the
/// forest's: the row itself, positions of known codes, values from tables. A model that tests
/// numbers alone needs none, and the forest reads the graph's input. Requires that the graph's
/// input is there.
[[nodiscard]] Result<ConditionPlan> plan_conditions(Model& model, const ColumnPlan& columns,
                                                    spi::Graph& graph);

}  // namespace trivet::catboost
