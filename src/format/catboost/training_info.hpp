// SPDX-License-Identifier: Apache-2.0
// Reads what a file says of the training: the loss, the classes, the version.
#pragma once

#include <string_view>

#include "base/document_cursor.hpp"
#include "format/catboost/model.hpp"
#include "trivet/result.hpp"

namespace trivet::catboost {

/// One entry of the file's list of texts; many of them hold JSON. Unknown keys are passed over.
[[nodiscard]] Status read_info_text(std::string_view key, std::string_view text,
                                    TrainingInfo& info);
/// The same where the entry is a value of a document.
[[nodiscard]] Status read_info_value(std::string_view key, base::DocumentCursor& cursor,
                                     TrainingInfo& info);

}  // namespace trivet::catboost
