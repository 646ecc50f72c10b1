// SPDX-License-Identifier: Apache-2.0
// Which columns a ColumnTransformer means.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "format/sklearn/attributes.hpp"

namespace trivet::sklearn {

/// Positions among `width` columns: from positions (negative ones from the end), names, a mask, a
/// slice of either, or one of them alone. `names` may be empty.
[[nodiscard]] Result<std::vector<std::uint32_t>> read_places(const PickleView& columns,
                                                             std::size_t width,
                                                             std::span<const std::string> names);

}  // namespace trivet::sklearn
