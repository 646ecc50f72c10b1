// SPDX-License-Identifier: Apache-2.0
// The operator combination_statistic, and what operators on codes share.
#pragma once

#include <cstdint>
#include <optional>

#include "backend/tensor/kernel.hpp"

namespace trivet::tensor {

/// The code that a cell holds; nothing for fractions, NaN and what 32 bits don't hold.
[[nodiscard]] inline std::optional<std::int32_t> as_category_code(double cell) noexcept {
  if (!(cell >= -2147483648.0 && cell <= 2147483647.0)) return std::nullopt;
  const auto code = static_cast<std::int32_t>(cell);
  if (static_cast<double>(code) != cell) return std::nullopt;
  return code;
}

[[nodiscard]] Result<std::unique_ptr<const Kernel>> prepare_combination_statistic(
    const KernelSpec& spec);

}  // namespace trivet::tensor
