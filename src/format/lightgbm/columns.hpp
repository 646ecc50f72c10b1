// SPDX-License-Identifier: Apache-2.0
// The columns of a model: how many, their names, their categories.
#pragma once

#include <vector>

#include "format/lightgbm/model.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"

namespace trivet::lightgbm {

/// One column a feature. Takes names and categories out of the model; leaves notes and warnings.
///
/// The categories of a data frame stand in the file without their columns' names. They belong to
/// the categorical features in order, when there are as many of them and the codes of each fit;
/// else no column takes texts, and a warning says so. Errors: lists of another length than there
/// are features.
[[nodiscard]] Result<std::vector<Column>> take_columns(Model& model);

}  // namespace trivet::lightgbm
