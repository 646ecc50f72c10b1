// SPDX-License-Identifier: Apache-2.0
// A DocumentCursor over JSON text: how model files in JSON are read.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/document_cursor.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::json {

/// Opens a JSON text for one pass. 64 bytes behind it must be readable (Artifact::read sees to
/// that); the text must outlive the cursor. A byte order mark is skipped. Memory: 4 bytes a
/// structural character, while the cursor lives.
[[nodiscard]] Result<std::unique_ptr<base::DocumentCursor>> open_document(
    std::span<const std::byte> text);

/// The label of a class, which keeps its kind: a text, a whole number of 64 bits, another number, a
/// boolean.
[[nodiscard]] Result<Value> read_label(base::DocumentCursor& cursor);

}  // namespace trivet::json
