// SPDX-License-Identifier: Apache-2.0
// What any document's texts must be.
#include "base/document_cursor.hpp"

#include "base/utf8.hpp"

namespace trivet::base {

Status DocumentCursor::into_text(std::string& out) {
  const Result<std::string_view> read = text();
  if (!read) return read.error();
  const std::size_t bad = find_invalid_utf8(*read);
  if (bad < read->size()) {
    return fail("a text that isn't UTF-8 from its byte " + std::to_string(bad) + " on", "UTF-8");
  }
  out = *read;
  return {};
}

Result<float> DocumentCursor::narrow_number() {
  const Result<double> wide = number();
  if (!wide) return wide.error();
  return static_cast<float>(*wide);
}

}  // namespace trivet::base
