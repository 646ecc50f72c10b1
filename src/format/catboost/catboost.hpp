// SPDX-License-Identifier: Apache-2.0
// CatBoost models: `.cbm` and JSON.
#pragma once

#include <memory>

#include "trivet/spi/format.hpp"

namespace trivet::catboost {

/// The format `catboost`.
[[nodiscard]] std::unique_ptr<spi::Format> make_catboost_format();

}  // namespace trivet::catboost
