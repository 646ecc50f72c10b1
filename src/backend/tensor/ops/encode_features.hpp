// SPDX-License-Identifier: Apache-2.0
// The operator that makes features out of a row's columns.
#pragma once

#include <memory>

#include "backend/tensor/kernel.hpp"

namespace trivet::tensor {

[[nodiscard]] Result<std::unique_ptr<const Kernel>> prepare_encode_features(const KernelSpec& spec);

}  // namespace trivet::tensor
