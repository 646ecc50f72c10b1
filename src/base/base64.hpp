// SPDX-License-Identifier: Apache-2.0
// Base64 of the standard alphabet, RFC 4648 section 4.
#pragma once

#include <string>
#include <string_view>

namespace trivet::base {

/// Appends the decoded bytes; false when the text is not base64. Padding is optional but must be
/// right where present; non-zero spare bits are taken (public samples of the service have them).
[[nodiscard]] bool decode_base64(std::string_view text, std::string& out);
/// Appends the text of the bytes, padded.
void encode_base64(std::string_view bytes, std::string& out);

}  // namespace trivet::base
