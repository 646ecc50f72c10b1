// SPDX-License-Identifier: Apache-2.0
// The columns of a model: how many, their names, their categories.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/xgboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"

namespace trivet::xgboost {

/// The number of columns. Old files may leave it out; then names or trees tell. Errors: no
/// features at all, more than kFeatureLimit.
[[nodiscard]] Result<std::size_t> count_features(Model& model);

/// `count` columns, one a feature. Takes names and categories out of the model; leaves notes and
/// warnings. A column whose categories are texts takes these texts, and their codes as a matrix has
/// them; where the file keeps no texts, rows hold codes. Errors: lists of another length than there
/// are features, texts that aren't UTF-8.
[[nodiscard]] Result<std::vector<Column>> take_columns(Model& model, std::size_t count);

}  // namespace trivet::xgboost
