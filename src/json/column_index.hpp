// SPDX-License-Identifier: Apache-2.0
// Columns by name, for rows that come as objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/signature.hpp"

namespace trivet::json {

/// Finds columns by name in O(1), and remembers which column stood where in the row before: most
/// senders keep one order, so a comparison with that name settles it. Speaks of the signature that
/// it was built for, which must outlive it.
class ColumnIndex {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  void build(const std::vector<Column>& columns);

  [[nodiscard]] std::size_t find(std::string_view name) const noexcept;

  /// A column and how JSON writes its name, closing quote included; empty when that needs escapes.
  struct Spelled {
    std::string_view name;
    std::size_t column = kNone;
  };
  /// What the `position`-th member of the row before was.
  [[nodiscard]] Spelled guess(std::size_t position) const noexcept {
    return position < order_.size() ? order_[position] : Spelled{};
  }
  /// Requires a column that is there.
  void learn(std::size_t position, std::size_t column) noexcept;

  [[nodiscard]] bool has_names() const noexcept { return has_names_; }

 private:
  void spell(const std::vector<Column>& columns);

  const std::vector<Column>* columns_ = nullptr;
  std::vector<std::uint32_t> slots_;  // open addressing; a column's position plus one, 0 for none
  std::string letters_;               // of all spelled names
  std::vector<Spelled> spelled_;      // by column
  std::vector<Spelled> order_;        // by position of the member
  bool has_names_ = false;
};

}  // namespace trivet::json
