// SPDX-License-Identifier: Apache-2.0
// Looks an operator up in all families.
#include "backend/tensor/op_table.hpp"

namespace trivet::tensor {
namespace {

using Family = std::span<const OpRow> (*)() noexcept;

// One line each.
// clang-format off
constexpr Family kFamilies[] = {
    category_ops,
    class_pair_ops,
    column_ops,
    combine_ops,
    density_ops,
    elementwise_ops,
    encode_ops,
    interpolate_ops,
    laplace_ops,
    layout_ops,
    member_ops,
    neighbor_fill_ops,
    neighbour_ops,
    power_ops,
    quantile_ops,
    row_feature_ops,
    row_ops,
    sparse_ops,
    spline_ops,
    term_ops,
    vote_ops,
};
// clang-format on

}  // namespace

const OpRow* find_op(std::string_view name) noexcept {
  for (const Family family : kFamilies) {
    for (const OpRow& row : family()) {
      if (row.name == name) return &row;
    }
  }
  return nullptr;
}

}  // namespace trivet::tensor
