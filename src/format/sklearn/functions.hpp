// SPDX-License-Identifier: Apache-2.0
// NumPy's functions of one number, as models hold them.
#pragma once

#include <string_view>

#include "format/sklearn/attributes.hpp"

namespace trivet::sklearn {

/// The operator that a function is. Errors: unsupported_model for any other function.
[[nodiscard]] Result<std::string_view> read_function(const PickleView& function);

}  // namespace trivet::sklearn
