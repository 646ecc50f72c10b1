// SPDX-License-Identifier: Apache-2.0
// What a JSON model says of a split beside the number of its condition.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/document_cursor.hpp"
#include "format/catboost/model.hpp"

namespace trivet::catboost {

/// Reads one member of a split into the claim; others than those that repeat the condition are
/// left alone.
[[nodiscard]] Status read_split_claim(base::DocumentCursor& cursor, std::string_view key,
                                      SplitClaim& claim);

/// An error when a claim says something else than the condition that the split names. CatBoost
/// goes by the number alone; a file in which they disagree was changed behind its back. Numbers
/// out of range are left to make_forest.
[[nodiscard]] Status check_split_claims(const Model& model);

}  // namespace trivet::catboost
