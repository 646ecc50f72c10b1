// SPDX-License-Identifier: Apache-2.0
// `builtin:echo`: a model that answers each instance with itself.
#pragma once

#include "trivet/local_model.hpp"

namespace trivet::service {

/// Refuses the instance `"boom"` with the text `boom`.
[[nodiscard]] LocalModel make_echo_model();

}  // namespace trivet::service
