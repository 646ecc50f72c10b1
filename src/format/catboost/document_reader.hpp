// SPDX-License-Identifier: Apache-2.0
// Reads CatBoost's JSON encoding.
#pragma once

#include "base/document_cursor.hpp"
#include "format/catboost/model.hpp"
#include "trivet/result.hpp"

namespace trivet::catboost {

/// What `save_model(format="json")` writes, members in any order. Requires that the cursor stands
/// on the root.
[[nodiscard]] Status read_document(base::DocumentCursor& cursor, Model& model);

}  // namespace trivet::catboost
