// SPDX-License-Identifier: Apache-2.0
// The backend of Linear nodes.
#pragma once

#include <memory>

#include "trivet/spi/backend.hpp"

namespace trivet::linear {

[[nodiscard]] std::unique_ptr<spi::Backend> make_linear_backend();

}  // namespace trivet::linear
