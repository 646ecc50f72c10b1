// SPDX-License-Identifier: Apache-2.0
// Columns by name, for rows that come as objects.
#include "json/column_index.hpp"

#include <bit>
#include <functional>
#include <string>

namespace trivet::json {

void ColumnIndex::build(const std::vector<Column>& columns) {
  columns_ = &columns;
  has_names_ = false;
  slots_.assign(std::bit_ceil(columns.size() * 2 + 1), 0);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::string& name = columns[c].name;
    if (name.empty() || find(name) != kNone) continue;  // of equal names the first one counts
    has_names_ = true;
    std::size_t slot = std::hash<std::string_view>{}(name) & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(c + 1);
  }
  spell(columns);
  order_ = spelled_;
}

void ColumnIndex::spell(const std::vector<Column>& columns) {
  letters_.clear();
  for (const Column& column : columns) letters_ += column.name + '"';
  spelled_.clear();
  std::string_view rest = letters_;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const std::string& name = columns[c].name;
    const bool is_plain = !name.empty() && name.find_first_of("\"\\") == std::string::npos;
    spelled_.push_back({is_plain ? rest.substr(0, name.size() + 1) : std::string_view(), c});
    rest.remove_prefix(name.size() + 1);
  }
}

std::size_t ColumnIndex::find(std::string_view name) const noexcept {
  if (name.empty()) return kNone;
  std::size_t slot = std::hash<std::string_view>{}(name) & (slots_.size() - 1);
  while (slots_[slot] != 0) {
    const std::size_t column = slots_[slot] - 1;
    if ((*columns_)[column].name == name) return column;
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return kNone;
}

void ColumnIndex::learn(std::size_t position, std::size_t column) noexcept {
  if (position < order_.size()) order_[position] = spelled_[column];
}

}  // namespace trivet::json
