// SPDX-License-Identifier: Apache-2.0
// The version of the library that a program runs with.
#pragma once

#include <string_view>

#include "trivet/export.hpp"

namespace trivet::inline v0 {

/// The version as `MAJOR.MINOR.PATCH`, taken from the build's `project()` line. Constant, from any
/// thread.
[[nodiscard]] TRIVET_EXPORT std::string_view version() noexcept;

}  // namespace trivet::inline v0
