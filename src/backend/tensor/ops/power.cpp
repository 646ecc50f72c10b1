// SPDX-License-Identifier: Apache-2.0
// Power transformations of Yeo and Johnson, and of Box and Cox, in float64; each column by its own
// constant lambdas. NaN stays.
//
//   yeo_johnson          attribute form: power, as ((x + 1)^λ − 1) / λ, or exponential, which keeps
//                        the digits of small numbers
//   yeo_johnson_inverse
//   box_cox              (x^λ − 1) / λ, log x for λ = 0; NaN where x is not positive
//   box_cox_inverse      attribute form: power, as (x · λ + 1)^(1 / λ), or exponential
#include <cmath>
#include <limits>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/row_map.hpp"
#include "base/try.hpp"

namespace trivet::tensor {
namespace {

constexpr double kSmallestStep = std::numeric_limits<double>::epsilon();
constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// ((x + 1)^p − 1) / p for x not below 0.
double raised(double x, double power) noexcept {
  if (std::fabs(power) < kSmallestStep) return std::log1p(x);
  return (std::pow(x + 1, power) - 1) / power;
}

double raised_exactly(double x, double power) noexcept {
  if (std::fabs(power) < kSmallestStep) return std::log1p(x);
  return std::expm1(power * std::log1p(x)) / power;
}

/// NaN takes the second branch and stays.
double yeo_johnson_of(double x, double lambda) noexcept {
  return x >= 0 ? raised(x, lambda) : -raised(-x, 2 - lambda);
}

double exact_yeo_johnson_of(double x, double lambda) noexcept {
  return x >= 0 ? raised_exactly(x, lambda) : -raised_exactly(-x, 2 - lambda);
}

double yeo_johnson_inverse_of(double x, double lambda) noexcept {
  if (x >= 0) {
    if (std::fabs(lambda) < kSmallestStep) return std::exp(x) - 1;
    return std::pow(x * lambda + 1, 1 / lambda) - 1;
  }
  if (std::fabs(lambda - 2) > kSmallestStep) {
    return 1 - std::pow(-(2 - lambda) * x + 1, 1 / (2 - lambda));
  }
  return 1 - std::exp(-x);
}

double box_cox_of(double x, double lambda) noexcept {
  constexpr double kNearZero = 1e-19;
  constexpr double kMostExponent = 709.78;  // of what e can be raised to
  if (!(x > 0)) return kNoNumber;
  if (std::fabs(lambda) < kNearZero) return std::log(x);
  if (lambda * std::log(x) < kMostExponent) return std::expm1(lambda * std::log(x)) / lambda;
  return std::copysign(1.0, lambda) * std::exp(lambda * std::log(x) - std::log(std::fabs(lambda))) -
         1 / lambda;
}

double box_cox_inverse_of(double x, double lambda) noexcept {
  return lambda == 0 ? std::exp(x) : std::pow(x * lambda + 1, 1 / lambda);
}

double exact_box_cox_inverse_of(double x, double lambda) noexcept {
  return lambda == 0 ? std::exp(x) : std::exp(std::log1p(lambda * x) / lambda);
}

using PowerFunction = double (*)(double x, double lambda) noexcept;

struct PowerMap {
  std::span<const double> lambdas;
  PowerFunction function;

  void operator()(const double* row, double* out) const noexcept {
    for (std::size_t c = 0; c < lambdas.size(); ++c) out[c] = function(row[c], lambdas[c]);
  }
};

Result<std::unique_ptr<const Kernel>> prepare_power(const KernelSpec& spec,
                                                    PowerFunction function) {
  TRIVET_TRY(check_equal_widths(spec));
  const auto lambdas = Attributes(spec).constant<double>("lambdas");
  if (!lambdas) return lambdas.error();
  if (lambdas->size() != spec.inputs[0].width) {
    return spec.fail(text::message("{} lambdas", lambdas->size()),
                     text::message("{}, one a column", spec.inputs[0].width));
  }
  return make_row_map(spec, PowerMap{*lambdas, function});
}

Result<std::unique_ptr<const Kernel>> prepare_power_form(const KernelSpec& spec,
                                                         PowerFunction by_power,
                                                         PowerFunction by_exponential) {
  const Result<std::string_view> form = Attributes(spec).text("form");
  if (!form) return form.error();
  if (*form == "power") return prepare_power(spec, by_power);
  if (*form == "exponential") return prepare_power(spec, by_exponential);
  return spec.fail(text::message("the form {}", text::quoted(*form)), "power or exponential");
}

Result<std::unique_ptr<const Kernel>> prepare_yeo_johnson(const KernelSpec& spec) {
  return prepare_power_form(spec, yeo_johnson_of, exact_yeo_johnson_of);
}

Result<std::unique_ptr<const Kernel>> prepare_yeo_johnson_inverse(const KernelSpec& spec) {
  return prepare_power(spec, yeo_johnson_inverse_of);
}

Result<std::unique_ptr<const Kernel>> prepare_box_cox(const KernelSpec& spec) {
  return prepare_power(spec, box_cox_of);
}

Result<std::unique_ptr<const Kernel>> prepare_box_cox_inverse(const KernelSpec& spec) {
  return prepare_power_form(spec, box_cox_inverse_of, exact_box_cox_inverse_of);
}

constexpr OpRow kPowerOps[] = {
    {"yeo_johnson", prepare_yeo_johnson},
    {"yeo_johnson_inverse", prepare_yeo_johnson_inverse},
    {"box_cox", prepare_box_cox},
    {"box_cox_inverse", prepare_box_cox_inverse},
};

}  // namespace

std::span<const OpRow> power_ops() noexcept { return kPowerOps; }

}  // namespace trivet::tensor
