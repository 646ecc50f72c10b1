// SPDX-License-Identifier: Apache-2.0
// Reads CatBoost's binary encoding, `.cbm`.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "format/catboost/model.hpp"
#include "trivet/result.hpp"

namespace trivet::catboost {

inline constexpr std::string_view kCbmMagic = "CBM1";

/// `CBM1`, the size of the core, the core (a FlatBuffers table), then the parts that it names: of
/// these, the tables of counts.
[[nodiscard]] Status read_cbm(std::span<const std::byte> bytes, Model& model);

}  // namespace trivet::catboost
