// SPDX-License-Identifier: Apache-2.0
// Names and sizes of element types.
#include "trivet/tensor.hpp"

#include <array>

namespace trivet::inline v0 {
namespace {

struct DTypeRow {
  std::string_view name;
  std::size_t size;
};

// In the order of the enumerators.
constexpr std::array<DTypeRow, 13> kDTypeTable{{
    {"float32", 4},
    {"float64", 8},
    {"int8", 1},
    {"int16", 2},
    {"int32", 4},
    {"int64", 8},
    {"uint8", 1},
    {"uint16", 2},
    {"uint32", 4},
    {"uint64", 8},
    {"boolean", 1},
    {"text", 0},
    {"bytes", 0},
}};
static_assert(static_cast<std::size_t>(DType::bytes) + 1 == kDTypeTable.size());

}  // namespace

std::size_t size_of(DType dtype) noexcept {
  return kDTypeTable[static_cast<std::size_t>(dtype)].size;
}

std::string_view dtype_name(DType dtype) noexcept {
  return kDTypeTable[static_cast<std::size_t>(dtype)].name;
}

}  // namespace trivet::inline v0
