// SPDX-License-Identifier: Apache-2.0
// The category texts of a model.
#pragma once

#include <vector>

#include "format/xgboost/write_document.hpp"
#include "trivet/signature.hpp"

namespace trivet::xgboost {

/// The member `cats`, if a column has categories. XGBoost reads it from 3.1 on; those before pass
/// over it in JSON, and know no typed list of bytes in UBJSON.
void write_categories(const std::vector<Column>& columns, DocumentWriter& out);

}  // namespace trivet::xgboost
