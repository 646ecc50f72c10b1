// SPDX-License-Identifier: Apache-2.0
// NumPy's functions of one number, as models hold them.
#pragma once

#include <span>
#include <string_view>

#include "artifact/pickle_names.hpp"
#include "format/sklearn/attributes.hpp"

namespace trivet::sklearn {

/// The operator that a function is. Errors: unsupported_model for any other function.
[[nodiscard]] Result<std::string_view> read_function(const PickleView& function);

/// Errors: unsupported_model when the attribute holds further arguments of a function.
[[nodiscard]] Status refuse_arguments(const PickleView& transformer, std::string_view name);

/// The names that those functions have had.
[[nodiscard]] std::span<const artifact::PickleName> function_names();

}  // namespace trivet::sklearn
