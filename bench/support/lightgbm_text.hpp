// SPDX-License-Identifier: Apache-2.0
// Generated forests in LightGBM's own text.
#pragma once

#include <string>

#include "support/models.hpp"

namespace trivet::bench {

/// The text that LightGBM 4 saves for a binary booster: all of its lines, doubles with 17 digits,
/// splits numbered in the order in which they were made. It reads it; so does LocalModel::load.
[[nodiscard]] std::string to_lightgbm_text(const Forest& forest);

}  // namespace trivet::bench
