// SPDX-License-Identifier: Apache-2.0
// Looks an operator up in all families.
#include "backend/tensor/op_table.hpp"

namespace trivet::tensor {

const OpRow* find_op(std::string_view name) noexcept {
  for (const std::span<const OpRow> family :
       {elementwise_ops(), layout_ops(), category_ops(), column_ops(), encode_ops(), combine_ops(),
         interpolate_ops(), vote_ops(), row_ops(), decision_ops(), density_ops(), row_feature_ops(), power_ops(), quantile_ops(), spline_ops(), neighbor_fill_ops()}) {
    for (const OpRow& row : family) {
      if (row.name == name) return &row;
    }
  }
  return nullptr;
}

}  // namespace trivet::tensor
