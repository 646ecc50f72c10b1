// SPDX-License-Identifier: Apache-2.0
// Numbers as JSON text, the way Python's json.dumps prints them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trivet::text {

/// Appends the shortest text that reads back as the same double, with `.0` when it would look like
/// an integer; NaN and infinities as the JSON strings `"NaN"`, `"Infinity"`, `"-Infinity"`.
void append_number(std::string& out, double value);
/// The double that the float widens to, which is what `numpy.tolist()` prints.
void append_number(std::string& out, float value);
void append_integer(std::string& out, std::int64_t value);
/// Whether a text reads as a number, so that a number might mean it.
[[nodiscard]] bool reads_as_number(std::string_view text) noexcept;

}  // namespace trivet::text
