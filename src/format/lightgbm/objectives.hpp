// SPDX-License-Identifier: Apache-2.0
// What each training objective means for prediction.
#pragma once

#include "format/lightgbm/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/link.hpp"

namespace trivet::lightgbm {

/// The output transform of the model's objective; the identity when it has none, as LightGBM does
/// for a custom one. Errors: unsupported_model for a name that no LightGBM knows, invalid_model
/// for a parameter that is missing or impossible.
[[nodiscard]] Result<spi::Link> link_of_objective(const Model& model);

}  // namespace trivet::lightgbm
