// SPDX-License-Identifier: Apache-2.0
// The LightGBM format: model texts of 2.x to 4.x and JSON dumps.
#pragma once

#include <memory>

#include "trivet/spi/format.hpp"

namespace trivet::lightgbm {

/// Recognises a model text or a JSON dump by its first bytes and reads it into a Graph of one
/// node. `docs/formats.md` says what is understood and what is refused.
[[nodiscard]] std::unique_ptr<spi::Format> make_lightgbm_format();

}  // namespace trivet::lightgbm
