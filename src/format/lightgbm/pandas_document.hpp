// SPDX-License-Identifier: Apache-2.0
// The categories of a data frame, which Python's wrapper adds to texts and dumps.
#pragma once

#include <vector>

#include "base/document_cursor.hpp"
#include "format/lightgbm/model.hpp"

namespace trivet::lightgbm {

/// Reads a list of lists of categories; the cursor stands on the outer one. Errors: invalid_model
/// for another shape or texts that aren't UTF-8.
[[nodiscard]] Status read_pandas_columns(base::DocumentCursor& cursor,
                                         std::vector<PandasColumn>& out);

}  // namespace trivet::lightgbm
