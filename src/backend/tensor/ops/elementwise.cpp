// SPDX-License-Identifier: Apache-2.0
// Operators on single numbers, and on the numbers of a row. One input, one output, both float64 of
// one width.
//
//   negate       -x
//   sigmoid      1 / (1 + exp(-x))
//   log_sigmoid  log(sigmoid(x)), without its loss of digits
//   log_softmax  x - log(Σ exp(x)) over the row
//   greater      1 where x > threshold (attribute), else 0
#include <algorithm>
#include <cmath>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

Status check_elementwise(const KernelSpec& spec) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::float64 &&
                    spec.outputs[0].dtype == DType::float64 &&
                    spec.inputs[0].width == spec.outputs[0].width;
  if (fits) return {};
  return spec.fail(text::message("{} inputs, {} outputs", spec.inputs.size(), spec.outputs.size()),
                   "one of each, float64 of one width");
}

/// `RowFunction` takes one row in and one out.
template <class RowFunction>
class RowKernel final : public Kernel {
 public:
  RowKernel(std::size_t width, RowFunction function) : width_(width), function_(function) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const double* row = static_cast<const double*>(in.data) + r * in.stride;
      function_(std::span(row, width_), out + r * width_);
    }
  }

 private:
  std::size_t width_;
  RowFunction function_;
};

template <class RowFunction>
Result<std::unique_ptr<const Kernel>> prepare_rows(const KernelSpec& spec, RowFunction function) {
  if (Status fits = check_elementwise(spec); !fits) return std::move(fits).error();
  return std::unique_ptr<const Kernel>(
      std::make_unique<RowKernel<RowFunction>>(spec.inputs[0].width, function));
}

template <class Function>
Result<std::unique_ptr<const Kernel>> prepare_numbers(const KernelSpec& spec, Function function) {
  return prepare_rows(spec, [function](std::span<const double> row, double* out) {
    std::transform(row.begin(), row.end(), out, function);
  });
}

Result<std::unique_ptr<const Kernel>> prepare_negate(const KernelSpec& spec) {
  return prepare_numbers(spec, [](double x) { return -x; });
}

Result<std::unique_ptr<const Kernel>> prepare_sigmoid(const KernelSpec& spec) {
  return prepare_numbers(spec, [](double x) { return 1 / (1 + std::exp(-x)); });
}

Result<std::unique_ptr<const Kernel>> prepare_log_sigmoid(const KernelSpec& spec) {
  return prepare_numbers(spec, [](double x) {
    return x < 0 ? x - std::log1p(std::exp(x)) : -std::log1p(std::exp(-x));
  });
}

Result<std::unique_ptr<const Kernel>> prepare_log_softmax(const KernelSpec& spec) {
  return prepare_rows(spec, [](std::span<const double> row, double* out) {
    const double greatest = row.empty() ? 0 : *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (const double x : row) sum += std::exp(x - greatest);
    const double log_sum = std::log(sum);
    std::transform(row.begin(), row.end(), out, [=](double x) { return x - greatest - log_sum; });
  });
}

Result<std::unique_ptr<const Kernel>> prepare_greater(const KernelSpec& spec) {
  const Result<double> threshold = Attributes(spec).number("threshold");
  if (!threshold) return threshold.error();
  return prepare_numbers(spec, [border = *threshold](double x) { return x > border ? 1.0 : 0.0; });
}

constexpr OpRow kElementwiseOps[] = {
    {"negate", prepare_negate},           {"sigmoid", prepare_sigmoid},
    {"log_sigmoid", prepare_log_sigmoid}, {"log_softmax", prepare_log_softmax},
    {"greater", prepare_greater},
};

}  // namespace

std::span<const OpRow> elementwise_ops() noexcept { return kElementwiseOps; }

}  // namespace trivet::tensor
