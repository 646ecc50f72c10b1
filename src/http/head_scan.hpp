// SPDX-License-Identifier: Apache-2.0
// The raw lines of a request's head, looked at before anybody parses them.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/request.hpp"

namespace trivet::http {

/// Finds the end of a head in bytes that come in pieces, and refuses what parsers read differently:
/// lines that don't end in CR LF, NUL, stray CR, folded fields, blanks before a colon, too much of
/// anything. Each byte is looked at once, however the pieces are cut.
class HeadScan {
 public:
  explicit HeadScan(const RequestBounds& bounds) noexcept : bounds_(&bounds) {}

  enum class Step : unsigned char { more, complete, refused };
  /// `input` begins where the request does and only grows from call to call.
  [[nodiscard]] Step scan(std::string_view input) noexcept;

  /// Of a complete head, its empty line included.
  [[nodiscard]] std::size_t end() const noexcept { return line_begin_; }
  /// Where the request line begins: one empty line before it is left over from a body that was
  /// longer than announced (RFC 9112, 2.2).
  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
  [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }

 private:
  Step refuse(int status, std::string_view text) noexcept;
  Step check_growing(std::string_view input) noexcept;
  Step end_line(std::string_view line) noexcept;
  Step check_field(std::string_view line) noexcept;
  /// Without its line end: the target, a method and a version.
  [[nodiscard]] std::size_t longest_request_line() const noexcept {
    return bounds_->target_bytes + 64;
  }

  const RequestBounds* bounds_;
  std::size_t begin_ = 0;
  std::size_t line_begin_ = 0;
  std::size_t scanned_ = 0;
  std::size_t line_count_ = 0;  ///< the request line is the first
  Refusal refusal_;
};

}  // namespace trivet::http
