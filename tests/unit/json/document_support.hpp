// SPDX-License-Identifier: Apache-2.0
// Cursors over JSON texts, for tests.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/document_cursor.hpp"
#include "json/document.hpp"
#include "trivet/result.hpp"

namespace trivet::test {

/// A text with the readable bytes behind it that a cursor wants, and its cursor.
class Document {
 public:
  explicit Document(std::string_view text, char padding = '\0')
      : bytes_(std::string(text) + std::string(64, padding)),
        opened_(
            json::open_document({reinterpret_cast<const std::byte*>(bytes_.data()), text.size()})) {
  }

  [[nodiscard]] bool is_open() const { return opened_.has_value(); }
  [[nodiscard]] const Error& error() const { return opened_.error(); }
  base::DocumentCursor& operator*() { return **opened_; }
  base::DocumentCursor* operator->() { return opened_->get(); }

 private:
  std::string bytes_;
  Result<std::unique_ptr<base::DocumentCursor>> opened_;
};

}  // namespace trivet::test
