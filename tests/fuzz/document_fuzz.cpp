// SPDX-License-Identifier: Apache-2.0
// Any bytes as a model file in JSON: read, read wrongly, skipped.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/document_cursor.hpp"
#include "base/try.hpp"
#include "json/document.hpp"
#include "json/syntax.hpp"

namespace {

using trivet::Result;
using trivet::Status;
using trivet::base::DocumentCursor;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Reads values in ways that the length of their keys chooses, so that an input can ask for each.
class Walk {
 public:
  explicit Walk(DocumentCursor& cursor) : cursor_(cursor) {}

  Status value(std::size_t way) {
    const Result<DocumentCursor::Kind> kind = cursor_.kind();
    TRIVET_TRY(kind);
    switch (*kind) {
      case DocumentCursor::Kind::list: return list(way);
      case DocumentCursor::Kind::object:
        return cursor_.members(
            [&](std::string_view key) { return key.empty() ? Status() : value(key.size()); });
      case DocumentCursor::Kind::text: return status_of(cursor_.text());
      case DocumentCursor::Kind::number:
        if (way % 2 == 0 && cursor_.integer()) return {};
        return status_of(cursor_.number());
      case DocumentCursor::Kind::boolean:
        if (way % 2 == 0) return status_of(cursor_.flag());
        break;
      case DocumentCursor::Kind::null: break;
    }
    if (way % 3 == 0) return status_of(cursor_.text());  // refused
    return {};
  }

 private:
  template <class T>
  static Status status_of(const Result<T>& result) {
    if (!result) return result.error();
    return {};
  }

  Status list(std::size_t way) {
    switch (way) {
      case 1: return cursor_.floats(floats_);
      case 2: return cursor_.integers(integers_);
      case 3: return cursor_.wide_integers(wide_);
      case 4: return cursor_.flags(flags_);
      case 5: return {};
      default: return cursor_.items([&](std::size_t index) { return value(index); });
    }
  }

  DocumentCursor& cursor_;
  std::vector<float> floats_;
  std::vector<std::int32_t> integers_;
  std::vector<std::int64_t> wide_;
  std::vector<std::uint8_t> flags_;
};

void read(std::string_view text, char padding, bool is_json) {
  const std::string bytes = std::string(text) + std::string(64, padding);
  auto cursor =
      trivet::json::open_document({reinterpret_cast<const std::byte*>(bytes.data()), text.size()});
  if (!cursor) return;
  const Status walked = Walk(**cursor).value(0);
  require(!walked || !(*cursor)->end() || is_json);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view content = text;
  if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
  const bool is_json = !trivet::json::find_syntax_error(content);
  read(text, '\0', is_json);
  // What stands behind a file means nothing.
  if (!text.empty()) read(text, text.back(), is_json);
  return 0;
}
