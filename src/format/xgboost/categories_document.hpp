// SPDX-License-Identifier: Apache-2.0
// The categories that a model of 3.1 or later keeps from its data frame.
#pragma once

#include <vector>

#include "base/document_cursor.hpp"
#include "format/xgboost/model.hpp"

namespace trivet::xgboost {

/// The object `cats`: one entry a column in `enc`. Offsets ascend from 0 to the end of the run.
[[nodiscard]] Status read_categories(base::DocumentCursor& cursor,
                                     std::vector<ColumnCategories>& columns);

}  // namespace trivet::xgboost
