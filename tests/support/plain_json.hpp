// SPDX-License-Identifier: Apache-2.0
// A plain JSON reader and writer for tests, so that the library's own is never its own judge.
#pragma once

#include <string>
#include <string_view>

#include "trivet/value.hpp"

namespace trivet::test {

/// The value of a JSON text, by recursive descent and the C library's strtod. Whole numbers
/// without a point or exponent become integers where they fit. Throws std::runtime_error with a
/// byte offset.
[[nodiscard]] Value parse_plain_json(std::string_view text);

/// JSON text that reads back as the same value: numbers with 17 digits, non-finite ones as the
/// strings "NaN", "Infinity", "-Infinity".
[[nodiscard]] std::string to_plain_json(const Value& value);

}  // namespace trivet::test
