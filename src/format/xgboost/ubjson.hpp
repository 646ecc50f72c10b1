// SPDX-License-Identifier: Apache-2.0
// A DocumentCursor over UBJSON, the binary twin of JSON that XGBoost writes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/document_cursor.hpp"
#include "trivet/result.hpp"

namespace trivet::xgboost {

/// Opens a UBJSON document (draft 12, https://ubjson.org) for one pass. Counted and typed
/// containers are understood, high-precision numbers (`H`) are refused. The bytes must outlive the
/// cursor. Skipping a typed list costs nothing; reading one is one pass over its bytes.
[[nodiscard]] std::unique_ptr<base::DocumentCursor> open_ubjson(std::span<const std::byte> bytes);

}  // namespace trivet::xgboost
