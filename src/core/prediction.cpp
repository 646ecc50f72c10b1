// SPDX-License-Identifier: Apache-2.0
// Reading and copying answers.
#include "trivet/prediction.hpp"

#include <cstring>

namespace trivet::inline v0 {
namespace {

template <class T>
double widened_element(const void* data, std::size_t i) noexcept {
  return static_cast<double>(static_cast<const T*>(data)[i]);
}

}  // namespace

double OutputView::at(std::size_t row, std::size_t i) const noexcept {
  assert(row < row_count && i < width());
  const std::size_t at = row * width() + i;
  switch (output->dtype) {
    case DType::float32: return widened_element<float>(data, at);
    case DType::float64: return widened_element<double>(data, at);
    case DType::int8: return widened_element<std::int8_t>(data, at);
    case DType::int16: return widened_element<std::int16_t>(data, at);
    case DType::int32: return widened_element<std::int32_t>(data, at);
    case DType::int64: return widened_element<std::int64_t>(data, at);
    case DType::uint8: return widened_element<std::uint8_t>(data, at);
    case DType::uint16: return widened_element<std::uint16_t>(data, at);
    case DType::uint32: return widened_element<std::uint32_t>(data, at);
    case DType::uint64: return widened_element<std::uint64_t>(data, at);
    case DType::boolean: return widened_element<bool>(data, at);
    case DType::text:
    case DType::bytes: break;  // not numbers; no backend makes such an output
  }
  return 0;
}

Predictions::Predictions(const OutputView& view)
    : output_(*view.output), row_count_(view.row_count) {
  const std::size_t size = row_count_ * output_.width() * size_of(output_.dtype);
  storage_.resize((size + sizeof(double) - 1) / sizeof(double));
  if (size != 0) std::memcpy(storage_.data(), view.data, size);
}

}  // namespace trivet::inline v0
