// SPDX-License-Identifier: Apache-2.0
// The schema of JSON dumps, as Booster.dump_model gives them.
#pragma once

#include "base/document_cursor.hpp"
#include "format/lightgbm/model.hpp"

namespace trivet::lightgbm {

/// Reads a dump in one pass and in any order of keys. Unknown keys are skipped. The cursor stands
/// on the root. What one part says about another is checked when the Graph is made.
[[nodiscard]] Status read_document(base::DocumentCursor& cursor, Model& model);

}  // namespace trivet::lightgbm
