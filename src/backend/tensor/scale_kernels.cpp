// SPDX-License-Identifier: Apache-2.0
// Rows scaled column by column: divisions are nearly all that it costs, so the width of vectors is
// what counts.
#include "backend/tensor/scale_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "backend/tensor/scale_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace trivet::tensor::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Four columns at once: where eight are two halves to the divider, they leave more for the rest.
void ScaleRows(const RowsToScale& rows, const double* shift, const double* divisor,
               std::size_t width) {
  const hn::CappedTag<double, 4> d;
  const std::size_t whole = width - width % hn::Lanes(d);
  const double* row = rows.cells;
  double* out = rows.out;
  for (std::size_t r = 0; r < rows.count; ++r, row += rows.stride, out += width) {
    for (std::size_t c = 0; c < whole; c += hn::Lanes(d)) {
      const auto shifted = hn::Sub(hn::LoadU(d, row + c), hn::LoadU(d, shift + c));
      hn::StoreU(hn::Div(shifted, hn::LoadU(d, divisor + c)), d, out + c);
    }
    for (std::size_t c = whole; c < width; ++c) out[c] = (row[c] - shift[c]) / divisor[c];
  }
}

}  // namespace trivet::tensor::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace trivet::tensor {

HWY_EXPORT(ScaleRows);

void scale_rows(const RowsToScale& rows, std::span<const double> shift,
                std::span<const double> divisor) noexcept {
  HWY_DYNAMIC_DISPATCH(ScaleRows)(rows, shift.data(), divisor.data(), shift.size());
}

}  // namespace trivet::tensor
#endif  // HWY_ONCE
