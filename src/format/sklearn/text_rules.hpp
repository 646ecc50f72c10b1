// SPDX-License-Identifier: Apache-2.0
// How a vectorizer takes texts apart.
#pragma once

#include "artifact/pickle_view.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::sklearn {

/// Writes the analyzer of a vectorizer into the attributes of an operator of terms. Returns how
/// many terms a text has for each of its bytes at most. Errors: unsupported_model for functions of
/// the user's own, and for patterns that linear time is not enough for.
[[nodiscard]] Result<std::uint32_t> read_text_rules(const artifact::PickleView& vectorizer,
                                                    spi::Operator& op);

}  // namespace trivet::sklearn
