// SPDX-License-Identifier: Apache-2.0
// Operators on single numbers, and on the numbers of a row. One input, one output, both float64 of
// one width.
//
//   negate       -x
//   sigmoid      1 / (1 + exp(-x))
//   log_sigmoid  log(sigmoid(x)), without its loss of digits
//   log_softmax  x - log(Σ exp(x)) over the row
//   softmax      exp(x - greatest) / Σ exp(x - greatest) over the row
//   divide_by_sum  x / Σ x over the row; equal shares where the sum is 0
//   share_of_sum  x / Σ x over the row; x itself where the sum is 0
//   greater, greater_equal  1 where x > (>=) threshold (attribute), else 0
//   relu         x where x > 0, else 0
//   clipped_share  (x between -1 and 1, plus 1) / 2
//   power_of_two  2^x
//   log1p, expm1, log, log2, log10, sqrt, cbrt, exp, exp2, sin, cos, tan, asin, acos, atan, sinh,
//   cosh, tanh, asinh, acosh, atanh, abs, square, sign, floor, ceil, rint, trunc
//                the C library's and NumPy's functions of these names
//   reciprocal   1 / x
//   logit        log(x / (1 - x))
//   to_radians, to_degrees  x * (pi / 180), x * (180 / pi)
//   same         x
//   complement_pair  1 - x and x: an output of two columns for an input of one, in its width
//   subtract_mean  x minus the mean of the row
//   round_to_float32  the float32 next to x, as float64
//   widen        float32 in, float64 out
//   first_greatest  the place of the first greatest number of a row; also of float32
#include <algorithm>
#include <cmath>
#include <numbers>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "text/message.hpp"
#include "trivet/spi/link.hpp"

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

Result<std::unique_ptr<const Kernel>> prepare_softmax(const KernelSpec& spec) {
  return prepare_rows(spec, [](std::span<const double> row, double* out) {
    const double greatest = row.empty() ? 0 : *std::max_element(row.begin(), row.end());
    double sum = 0;
    for (std::size_t i = 0; i < row.size(); ++i) sum += out[i] = std::exp(row[i] - greatest);
    for (std::size_t i = 0; i < row.size(); ++i) out[i] /= sum;
  });
}

Result<std::unique_ptr<const Kernel>> prepare_divide_by_sum(const KernelSpec& spec) {
  return prepare_rows(spec, [](std::span<const double> row, double* out) {
    double sum = 0;
    for (const double x : row) sum += x;
    const double equal_share = 1 / static_cast<double>(row.size());
    std::transform(row.begin(), row.end(), out,
                   [=](double x) { return sum == 0 ? equal_share : x / sum; });
  });
}

Result<std::unique_ptr<const Kernel>> prepare_share_of_sum(const KernelSpec& spec) {
  return prepare_rows(spec, [](std::span<const double> row, double* out) {
    double sum = 0;
    for (const double x : row) sum += x;
    std::transform(row.begin(), row.end(), out, [=](double x) { return sum == 0 ? x : x / sum; });
  });
}

Result<std::unique_ptr<const Kernel>> prepare_greater(const KernelSpec& spec) {
  const Result<double> threshold = Attributes(spec).number("threshold");
  if (!threshold) return threshold.error();
  return prepare_numbers(spec, [border = *threshold](double x) { return x > border ? 1.0 : 0.0; });
}

Result<std::unique_ptr<const Kernel>> prepare_greater_equal(const KernelSpec& spec) {
  const Result<double> threshold = Attributes(spec).number("threshold");
  if (!threshold) return threshold.error();
  return prepare_numbers(spec, [border = *threshold](double x) { return x >= border ? 1.0 : 0.0; });
}

Result<std::unique_ptr<const Kernel>> prepare_clipped_share(const KernelSpec& spec) {
  return prepare_numbers(spec, [](double x) { return (std::clamp(x, -1.0, 1.0) + 1) / 2; });
}

/// One of the C library's functions, or as plain as they are.
template <double (*function)(double)>
Result<std::unique_ptr<const Kernel>> prepare_function(const KernelSpec& spec) {
  return prepare_numbers(spec, [](double x) { return function(x); });
}

double relu_of(double x) noexcept { return x > 0 ? x : std::isnan(x) ? x : 0; }
double square_of(double x) noexcept { return x * x; }
/// Beyond float32's range infinity.
double nearest_float32(double x) noexcept { return static_cast<double>(static_cast<float>(x)); }
double reciprocal_of(double x) noexcept { return 1 / x; }
double logit_of(double x) noexcept { return std::log(x / (1 - x)); }
double radians_of(double x) noexcept { return x * (std::numbers::pi / 180); }
double degrees_of(double x) noexcept { return x * (180 / std::numbers::pi); }
double same_of(double x) noexcept { return x; }
double sign_of(double x) noexcept { return x > 0 ? 1 : x < 0 ? -1 : x; }

template <class T>
class PairKernel final : public Kernel {
 public:
  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<T*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const T x = static_cast<const T*>(in.data)[r * in.stride];
      *out++ = 1 - x;
      *out++ = x;
    }
  }
};

bool is_float(DType dtype) noexcept { return dtype == DType::float32 || dtype == DType::float64; }

Result<std::unique_ptr<const Kernel>> prepare_complement_pair(const KernelSpec& spec) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    is_float(spec.inputs[0].dtype) && spec.inputs[0].width == 1 &&
                    spec.outputs[0].dtype == spec.inputs[0].dtype && spec.outputs[0].width == 2;
  if (!fits) return spec.fail("other widths", "one column of floats in, two out");
  std::unique_ptr<const Kernel> kernel = std::make_unique<PairKernel<double>>();
  if (spec.inputs[0].dtype == DType::float32) kernel = std::make_unique<PairKernel<float>>();
  return kernel;
}

Result<std::unique_ptr<const Kernel>> prepare_subtract_mean(const KernelSpec& spec) {
  return prepare_rows(spec, [](std::span<const double> row, double* out) {
    double sum = 0;
    for (const double x : row) sum += x;
    const double mean = sum / static_cast<double>(row.size());
    std::transform(row.begin(), row.end(), out, [=](double x) { return x - mean; });
  });
}

class WidenKernel final : public Kernel {
 public:
  explicit WidenKernel(std::size_t width) : width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r, out += width_) {
      const float* row = static_cast<const float*>(in.data) + r * in.stride;
      std::copy(row, row + width_, out);
    }
  }

 private:
  std::size_t width_;
};

Result<std::unique_ptr<const Kernel>> prepare_widen(const KernelSpec& spec) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    spec.inputs[0].dtype == DType::float32 &&
                    spec.outputs[0].dtype == DType::float64 &&
                    spec.inputs[0].width == spec.outputs[0].width;
  if (!fits) return spec.fail("other widths or types", "columns of float32 in, float64 out");
  return std::unique_ptr<const Kernel>(std::make_unique<WidenKernel>(spec.inputs[0].width));
}

template <class T>
class FirstGreatestKernel final : public Kernel {
 public:
  explicit FirstGreatestKernel(std::size_t width) : width_(width) {}

  void run(const spi::RunRequest& request) const noexcept override {
    const spi::InputBuffer in = request.inputs[0];
    auto* out = static_cast<double*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const std::span<const T> row(static_cast<const T*>(in.data) + r * in.stride, width_);
      *out++ = static_cast<double>(spi::first_maximum(row));
    }
  }

 private:
  std::size_t width_;
};

Result<std::unique_ptr<const Kernel>> prepare_first_greatest(const KernelSpec& spec) {
  const bool fits = spec.inputs.size() == 1 && spec.outputs.size() == 1 &&
                    is_float(spec.inputs[0].dtype) && spec.inputs[0].width > 0 &&
                    spec.outputs[0].dtype == DType::float64 && spec.outputs[0].width == 1;
  if (!fits) return spec.fail("other widths", "columns of floats in, one of float64 out");
  const std::size_t width = spec.inputs[0].width;
  std::unique_ptr<const Kernel> kernel = std::make_unique<FirstGreatestKernel<double>>(width);
  if (spec.inputs[0].dtype == DType::float32) {
    kernel = std::make_unique<FirstGreatestKernel<float>>(width);
  }
  return kernel;
}

constexpr OpRow kElementwiseOps[] = {
    {"negate", prepare_negate},
    {"sigmoid", prepare_sigmoid},
    {"log_sigmoid", prepare_log_sigmoid},
    {"log_softmax", prepare_log_softmax},
    {"softmax", prepare_softmax},
    {"divide_by_sum", prepare_divide_by_sum},
    {"share_of_sum", prepare_share_of_sum},
    {"greater", prepare_greater},
    {"greater_equal", prepare_greater_equal},
    {"clipped_share", prepare_clipped_share},
    {"complement_pair", prepare_complement_pair},
    {"first_greatest", prepare_first_greatest},
    {"subtract_mean", prepare_subtract_mean},
    {"widen", prepare_widen},
    {"round_to_float32", prepare_function<nearest_float32>},
    {"power_of_two", prepare_function<std::exp2>},
    {"log1p", prepare_function<std::log1p>},
    {"expm1", prepare_function<std::expm1>},
    {"log", prepare_function<std::log>},
    {"log2", prepare_function<std::log2>},
    {"log10", prepare_function<std::log10>},
    {"relu", prepare_function<relu_of>},
    {"sqrt", prepare_function<std::sqrt>},
    {"cbrt", prepare_function<std::cbrt>},
    {"exp", prepare_function<std::exp>},
    {"exp2", prepare_function<std::exp2>},
    {"sin", prepare_function<std::sin>},
    {"cos", prepare_function<std::cos>},
    {"tan", prepare_function<std::tan>},
    {"asin", prepare_function<std::asin>},
    {"acos", prepare_function<std::acos>},
    {"atan", prepare_function<std::atan>},
    {"sinh", prepare_function<std::sinh>},
    {"cosh", prepare_function<std::cosh>},
    {"tanh", prepare_function<std::tanh>},
    {"asinh", prepare_function<std::asinh>},
    {"acosh", prepare_function<std::acosh>},
    {"atanh", prepare_function<std::atanh>},
    {"abs", prepare_function<std::fabs>},
    {"square", prepare_function<square_of>},
    {"sign", prepare_function<sign_of>},
    {"floor", prepare_function<std::floor>},
    {"ceil", prepare_function<std::ceil>},
    {"rint", prepare_function<std::rint>},
    {"trunc", prepare_function<std::trunc>},
    {"reciprocal", prepare_function<reciprocal_of>},
    {"logit", prepare_function<logit_of>},
    {"to_radians", prepare_function<radians_of>},
    {"to_degrees", prepare_function<degrees_of>},
    {"same", prepare_function<same_of>},
};

}  // namespace

std::span<const OpRow> elementwise_ops() noexcept { return kElementwiseOps; }

}  // namespace trivet::tensor
