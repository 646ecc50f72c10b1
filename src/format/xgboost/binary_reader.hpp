// SPDX-License-Identifier: Apache-2.0
// The legacy binary, written by XGBoost up to 3.0 and read by it no longer since 3.1.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "format/xgboost/model.hpp"

namespace trivet::xgboost {

/// True when a file that begins so is a legacy binary: by its magic, or, as most have none, by the
/// names of an objective and a booster where they must stand. Needs the first 300 bytes.
[[nodiscard]] bool looks_like_binary(std::string_view head) noexcept;

/// Reads the whole file. Errors carry the byte, or the tree and node.
[[nodiscard]] Status read_binary(std::span<const std::byte> bytes, Model& model);

}  // namespace trivet::xgboost
