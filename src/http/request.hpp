// SPDX-License-Identifier: Apache-2.0
// A request as it was read off the wire, the bounds of reading one, and how it is refused.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "service/call.hpp"

namespace trivet::http {

/// What one request may take of us. All of it is checked before memory is spent.
struct RequestBounds {
  std::size_t header_bytes = 65536;  ///< request line and header fields
  std::size_t target_bytes = 16384;
  std::size_t field_count = 100;
  std::size_t body_bytes = 64u << 20;
  std::size_t chunk_count = 65536;      ///< of a chunked body
  std::size_t chunk_line_bytes = 4096;  ///< of a chunk's size with its extensions; of the trailer
};

/// Why the transport itself says no: an HTTP status and a constant text. `status` 0: it doesn't.
struct Refusal {
  int status = 0;
  std::string_view text;
  explicit operator bool() const noexcept { return status != 0; }
};

/// Views are into the reader that made it.
struct Request {
  std::string_view method;
  std::string_view path;   ///< begins with one slash; `*` of `OPTIONS *`
  std::string_view query;  ///< behind the `?`
  std::string_view host;   ///< of the Host field or of an absolute target; may be empty in 1.0
  std::vector<service::HeaderView> headers;
  std::string body;
  std::size_t content_length = 0;  ///< as announced; of chunked bodies what came so far
  int minor_version = 1;           ///< HTTP/1.0 or 1.1
  bool is_chunked = false;
  bool has_body = false;
  bool keep_alive = true;
  bool expects_continue = false;

  /// The first field of that name (any case), empty when there is none.
  [[nodiscard]] std::string_view field(std::string_view name) const noexcept;
};

/// Equal but for the case of ASCII letters.
[[nodiscard]] bool is_same_word(std::string_view a, std::string_view b) noexcept;
/// Without blanks and tabs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

}  // namespace trivet::http
