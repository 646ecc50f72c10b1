// SPDX-License-Identifier: Apache-2.0
// The operators behind tests on categorical features.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "format/catboost/columns.hpp"
#include "format/catboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::catboost {

/// A table and the features whose values come from it, by position in Model::ctrs.
struct TableGroup {
  std::size_t table = 0;
  std::vector<std::size_t> features;
};

/// Adds an operator `category_index`: where a column's code stands among `codes`, counted from the
/// beginning of each of `width` equal chunks. Returns its value.
spi::ValueId add_category_index(spi::Graph& graph, std::uint32_t column,
                                std::span<const std::int32_t> codes, std::uint32_t width);

/// Finds each feature's table. Errors: a feature without table, a table of another kind.
[[nodiscard]] Result<std::vector<TableGroup>> group_by_table(const Model& model);

/// Adds an operator `combination_statistic` for one table. Returns its value, a column for each of
/// the group's features. The table's numbers go into the operator.
[[nodiscard]] Result<spi::ValueId> add_table_operator(spi::Graph& graph, Model& model,
                                                      const ColumnPlan& columns,
                                                      const TableGroup& group);

}  // namespace trivet::catboost
