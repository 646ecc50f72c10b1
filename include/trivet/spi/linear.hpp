// SPDX-License-Identifier: Apache-2.0
// The Linear node of the Graph: y = link(x W + b).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "trivet/spi/link.hpp"
#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::inline v0::spi {

/// In which order the terms of a row are added.
enum class LinearOrder : std::uint8_t {
  free,        ///< the framework promises none: the fastest product
  by_feature,  ///< start, then feature 0, 1, …, each product and sum rounded (XGBoost gblinear)
};

/// What a missing value does to a linear model.
enum class LinearMissing : std::uint8_t {
  absent_term,  ///< its term is left out (XGBoost gblinear)
  propagate,    ///< NaN in, NaN out
};

/// A dense linear map. `weights` has feature_count × output_count entries, feature-major.
struct Linear {
  std::uint32_t feature_count = 0;
  std::uint32_t output_count = 1;
  Numbers weights;
  std::vector<double> start;  ///< one an output, exact in the weights' width; empty: zeros
  LinearOrder order = LinearOrder::free;
  LinearMissing missing = LinearMissing::propagate;
  Link link;
};

}  // namespace trivet::inline v0::spi
