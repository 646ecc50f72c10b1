// SPDX-License-Identifier: Apache-2.0
// Numbers as Python's `str` and `float` write and read them.
#pragma once

#include <string>
#include <string_view>

namespace trivet::text {

/// Appends `str(value)` of a Python float: `1.0`, `1e+16`, `nan`, `-inf`.
void append_python_float(std::string& out, double value);

/// What `float(text)` gives: blanks around it, a sign, underscores between digits, `nan`, `inf` and
/// `infinity` in any letter case. False when Python would refuse it, for digits other than ASCII's
/// and for numbers beyond double's range.
[[nodiscard]] bool parse_python_float(std::string_view text, double& out);

}  // namespace trivet::text
