// SPDX-License-Identifier: Apache-2.0
// The XGBoost format: JSON, UBJSON and the legacy binary, of every version.
#pragma once

#include <memory>

#include "trivet/spi/format.hpp"

namespace trivet::xgboost {

/// Recognises a booster by its first bytes, whatever the file is called, and reads it into a Graph
/// of one node. `docs/formats.md` says what is understood and what is refused.
[[nodiscard]] std::unique_ptr<spi::Format> make_xgboost_format();

}  // namespace trivet::xgboost
