// SPDX-License-Identifier: Apache-2.0
// Operators that make one row of float64 out of one row, as a function of the two.
#pragma once

#include <memory>
#include <utility>

#include "backend/tensor/kernel.hpp"
#include "text/message.hpp"
#include "trivet/tensor.hpp"

namespace trivet::tensor {

/// One input and one output, both float64. Errors: invalid_model for others.
[[nodiscard]] inline Status check_row_map(const KernelSpec& spec) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::float64 &&
                    spec.outputs[0].dtype == DType::float64;
  if (fits) return {};
  return spec.fail(text::message("{} inputs, {} outputs", spec.inputs.size(), spec.outputs.size()),
                   "one of each, float64");
}

/// The same, with as many columns out as in.
[[nodiscard]] inline Status check_equal_widths(const KernelSpec& spec) {
  if (Status fits = check_row_map(spec); !fits) return fits;
  if (spec.inputs[0].width == spec.outputs[0].width) return {};
  return spec.fail(text::message("an output of {}", spec.outputs[0].width),
                   text::message("of {}, as the input", spec.inputs[0].width));
}

/// `Function` takes the row and where its row of the output stands.
template <class Function>
class RowMapKernel final : public Kernel {
 public:
  RowMapKernel(std::size_t out_width, Function function)
      : out_width_(out_width), function_(std::move(function)) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += out_width_) {
      function_(static_cast<const double*>(in.data) + r * in.stride, out);
    }
  }

 private:
  std::size_t out_width_;
  Function function_;
};

/// Requires check_row_map.
template <class Function>
[[nodiscard]] std::unique_ptr<const Kernel> make_row_map(const KernelSpec& spec,
                                                         Function function) {
  return std::make_unique<RowMapKernel<Function>>(spec.outputs[0].width, std::move(function));
}

}  // namespace trivet::tensor
