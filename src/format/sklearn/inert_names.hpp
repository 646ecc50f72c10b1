// SPDX-License-Identifier: Apache-2.0
// Names that models hold and predictions never ask for.
#pragma once

#include <span>

#include "artifact/pickle_names.hpp"

namespace trivet::sklearn {

/// Losses, links, parts of trees, what scorers and searches leave behind.
[[nodiscard]] std::span<const artifact::PickleName> inert_names() noexcept;

}  // namespace trivet::sklearn
