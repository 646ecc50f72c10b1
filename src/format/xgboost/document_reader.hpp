// SPDX-License-Identifier: Apache-2.0
// The schema of JSON and UBJSON models.
#pragma once

#include "base/document_cursor.hpp"
#include "format/xgboost/model.hpp"

namespace trivet::xgboost {

/// Reads a model, or a memory snapshot of one, in one pass and in any order of keys. Unknown keys
/// are skipped. The cursor stands on the root. Checks each value; what one value says about
/// another is checked when the Graph is made.
[[nodiscard]] Status read_document(base::DocumentCursor& cursor, Model& model);

}  // namespace trivet::xgboost
