// SPDX-License-Identifier: Apache-2.0
// The message ExplanationParameters out of the service's JSON.
#pragma once

#include <string_view>

#include "trivet/attribution.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::explain {

/// Places in errors begin with `pointer`.
[[nodiscard]] Status read_spec_parameters(const Value& value, std::string_view pointer,
                                          ExplanationParameters& out);

}  // namespace trivet::explain
