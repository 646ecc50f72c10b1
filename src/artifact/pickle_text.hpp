// SPDX-License-Identifier: Apache-2.0
// Texts as pickle's line-based opcodes spell them.
#pragma once

#include <string>
#include <string_view>

namespace trivet::artifact {

/// True when decode_raw_unicode would give the same bytes.
[[nodiscard]] bool is_plain_ascii(std::string_view line) noexcept;
/// Python's raw-unicode-escape as UTF-8: Latin-1, with \uXXXX and \UXXXXXXXX. Halves of surrogate
/// pairs come out as three bytes each, which no reader of UTF-8 takes.
[[nodiscard]] bool decode_raw_unicode(std::string_view line, std::string& out);
/// A Python 2 string literal in quotes, as repr wrote it.
[[nodiscard]] bool decode_python2_literal(std::string_view line, std::string& out);
/// UTF-8 as Latin-1 bytes; false for characters beyond.
[[nodiscard]] bool encode_latin1(std::string_view text, std::string& out);

}  // namespace trivet::artifact
