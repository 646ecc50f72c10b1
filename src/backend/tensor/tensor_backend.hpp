// SPDX-License-Identifier: Apache-2.0
// The backend of Operator nodes.
#pragma once

#include <memory>

#include "trivet/spi/backend.hpp"

namespace trivet::tensor {

/// The backend `tensor`: the operators of op_table.hpp, joined into programs.
[[nodiscard]] std::unique_ptr<spi::Backend> make_tensor_backend();

}  // namespace trivet::tensor
