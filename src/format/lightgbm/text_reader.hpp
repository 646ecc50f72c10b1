// SPDX-License-Identifier: Apache-2.0
// Model texts, as Booster.save_model writes them.
#pragma once

#include <string_view>

#include "format/lightgbm/model.hpp"
#include "trivet/result.hpp"

namespace trivet::lightgbm {

/// Reads a text, without a byte order mark, in one pass. 64 bytes behind it must be readable.
/// Unknown lines are skipped. What one part says about another is checked when the Graph is made.
/// Errors name the line.
[[nodiscard]] Status read_text(std::string_view text, Model& model);

}  // namespace trivet::lightgbm
