// SPDX-License-Identifier: Apache-2.0
// Steps of JSON pointers, for places in errors.
#pragma once

#include <string>
#include <string_view>

namespace trivet::text {

/// Appends `/` and one step, `/` and `~` in it escaped. For people: long keys are cut, control
/// characters shown as escapes.
void append_pointer_step(std::string& pointer, std::string_view key);

/// One step by itself.
[[nodiscard]] std::string pointer_step(std::string_view key);

}  // namespace trivet::text
