// SPDX-License-Identifier: Apache-2.0
// Explanations as pictures: one as the way from the baseline to the answer, many as a swarm.
#pragma once

#include <string>

#include "trivet/signature.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {

/// The first attribution of the one instance as arrows, one a feature, from the answer's largest
/// part down; of several instances a dot for each by feature, coloured by the feature's value.
/// Requires the answer to a request to explain; `request` is that request, `signature` the model's.
[[nodiscard]] std::string draw_explanations(const Value& response, const Value& request,
                                            const Signature& signature);

}  // namespace trivet::cli
