// SPDX-License-Identifier: Apache-2.0
// Look-ups in a signature.
#include "trivet/signature.hpp"

#include <array>

namespace trivet::inline v0 {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 4> kColumnTypeNames{"number", "category", "text", "bytes"};

template <class Named>
std::optional<std::size_t> position_of_name(const std::vector<Named>& items,
                                            std::string_view name) noexcept {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace

std::string_view column_type_name(ColumnType type) noexcept {
  return kColumnTypeNames[static_cast<std::size_t>(type)];
}

std::size_t Signature::cell_count() const noexcept {
  std::size_t count = 0;
  for (const Column& column : columns) count += column.cells;
  return count;
}

std::optional<std::size_t> Signature::find_column(std::string_view name) const noexcept {
  return position_of_name(columns, name);
}

std::optional<std::size_t> Signature::find_output(std::string_view name) const noexcept {
  return position_of_name(outputs, name);
}

}  // namespace trivet::inline v0
