// SPDX-License-Identifier: Apache-2.0
// Terms and the columns that they count in.
#pragma once

#include <cstdint>

#include "artifact/pickle_view.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::sklearn {

/// Puts `vocabulary_` into the constants of an operator: characters, ends, places. Returns how many
/// columns there are: as many as terms.
[[nodiscard]] Result<std::uint32_t> read_vocabulary(const artifact::PickleView& estimator,
                                                    spi::Operator& op);

/// `n_features` of a vectorizer that hashes.
[[nodiscard]] Result<std::uint32_t> read_hashed_width(const artifact::PickleView& estimator);

}  // namespace trivet::sklearn
