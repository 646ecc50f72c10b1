// SPDX-License-Identifier: Apache-2.0
// Many explanations as one picture: a dot an instance and feature, output under output.
#pragma once

#include <string>

#include "trivet/signature.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {

/// The outputs that were explained, at most kDrawnOutputs of them, one under the other, each with
/// dots by feature, coloured by the feature's value. `instances` are those of the request.
[[nodiscard]] std::string draw_swarms(const Value::List& explanations, const Value::List& instances,
                                      const Signature& signature);

}  // namespace trivet::cli
