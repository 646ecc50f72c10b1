// SPDX-License-Identifier: Apache-2.0
// Reads the features and the tables of a JSON model.
#pragma once

#include <cstdint>
#include <vector>

#include "base/document_cursor.hpp"
#include "format/catboost/model.hpp"
#include "trivet/result.hpp"

namespace trivet::catboost {

/// The whole number that is next; an error when it doesn't fit.
[[nodiscard]] Result<std::int32_t> read_int32(base::DocumentCursor& cursor);
/// The member `features_info`.
[[nodiscard]] Status read_features_info(base::DocumentCursor& cursor, Model& model);
/// The member `ctr_data`.
[[nodiscard]] Status read_ctr_data(base::DocumentCursor& cursor, std::vector<CtrTable>& tables);

}  // namespace trivet::catboost
