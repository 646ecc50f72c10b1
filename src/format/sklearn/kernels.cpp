// SPDX-License-Identifier: Apache-2.0
// Kernels: by their names, and as the objects that Gaussian processes are made of.
//
// Formulas: C. E. Rasmussen, C. K. I. Williams, Gaussian Processes for Machine Learning (2006),
// chapter 4, in scikit-learn's parameters.
#include "format/sklearn/kernels.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kStepLimit = 200;  // few bytes can name a kernel again and again
constexpr std::size_t kKernelDepth = 32;

Result<double> positive_parameter(const PickleView& kernel, std::string_view name) {
  const Result<PickleView> view = kernel.attribute(name);
  if (!view) return view.error();
  const Result<double> number = view->number();
  if (!number || *number > 0) return number;
  return view->fail(text::message("{}", *number), "a number above 0");
}

/// Appends the steps of one object; sums and products call it again.
class ProcessKernel {
 public:
  ProcessKernel(PairSteps& steps, std::size_t width) : steps_(steps), width_(width) {}

  [[nodiscard]] Status append(const PickleView& kernel, std::size_t depth);

 private:
  [[nodiscard]] Status append_both(const PickleView& kernel, std::string_view step,
                                   std::size_t depth);
  [[nodiscard]] Status append_power(const PickleView& kernel, std::size_t depth);
  [[nodiscard]] Status append_leaf(const PickleView& kernel, std::string_view name);
  [[nodiscard]] Status append_rbf(const PickleView& kernel);
  [[nodiscard]] Status append_matern(const PickleView& kernel);
  [[nodiscard]] Status append_rational(const PickleView& kernel);
  [[nodiscard]] Status append_sine(const PickleView& kernel);
  [[nodiscard]] Status append_pairwise(const PickleView& kernel);
  [[nodiscard]] Result<std::vector<double>> read_scales(const PickleView& kernel) const;
  /// Σ ((x − y) / length scale)²: one for all columns, or one for each.
  void add_scaled_distance(const std::vector<double>& scales);

  PairSteps& steps_;
  std::size_t width_;
};

Status ProcessKernel::append(const PickleView& kernel, std::size_t depth) {
  if (depth > kKernelDepth || steps_.size() > kStepLimit) {
    return kernel.refuse("a kernel of more parts",
                         text::message("at most {} steps, {} deep", kStepLimit, kKernelDepth));
  }
  const artifact::PickleName* const name = kernel.name();
  if (name == nullptr || name->module != "sklearn.gaussian_process.kernels") {
    return kernel.refuse(kernel.description(), "a kernel of sklearn.gaussian_process");
  }
  if (name->name == "Sum") return append_both(kernel, "add", depth);
  if (name->name == "Product") return append_both(kernel, "multiply", depth);
  if (name->name == "Exponentiation") return append_power(kernel, depth);
  return append_leaf(kernel, name->name);
}

Status ProcessKernel::append_both(const PickleView& kernel, std::string_view step,
                                  std::size_t depth) {
  for (const std::string_view side : {"k1", "k2"}) {
    const Result<PickleView> part = kernel.attribute(side);
    if (!part) return part.error();
    TRIVET_TRY(append(*part, depth + 1));
  }
  steps_.add(step);
  return {};
}

Status ProcessKernel::append_power(const PickleView& kernel, std::size_t depth) {
  const Result<PickleView> inner = kernel.attribute("kernel");
  if (!inner) return inner.error();
  const Result<PickleView> view = kernel.attribute("exponent");
  if (!view) return view.error();
  const Result<double> exponent = view->number();
  if (!exponent) return exponent.error();
  TRIVET_TRY(append(*inner, depth + 1));
  steps_.add("power", {*exponent});
  return {};
}

Status ProcessKernel::append_leaf(const PickleView& kernel, std::string_view name) {
  if (name == "RBF") return append_rbf(kernel);
  if (name == "Matern") return append_matern(kernel);
  if (name == "RationalQuadratic") return append_rational(kernel);
  if (name == "ExpSineSquared") return append_sine(kernel);
  if (name == "PairwiseKernel") return append_pairwise(kernel);
  const bool is_dot = name == "DotProduct";
  const bool is_noise = name == "WhiteKernel";
  if (!is_dot && !is_noise && name != "ConstantKernel") {
    return kernel.refuse(kernel.description(), "a kernel that gives one number for two rows");
  }
  const Result<PickleView> view = kernel.attribute(is_dot     ? "sigma_0"
                                                   : is_noise ? "noise_level"
                                                              : "constant_value");
  if (!view) return view.error();
  const Result<double> number = view->number();
  if (!number) return number.error();
  if (is_dot) steps_.add("dot").add("affine", {1, *number * *number});
  else steps_.add(is_noise ? "noise" : "constant", {*number});
  return {};
}

Result<std::vector<double>> ProcessKernel::read_scales(const PickleView& kernel) const {
  const Result<PickleView> view = kernel.attribute("length_scale");
  if (!view) return view.error();
  Result<std::vector<double>> scales = view->doubles();
  if (!scales || scales->size() == 1 || scales->size() == width_) return scales;
  return view->fail(view->description(), text::message("one number, or {}", width_));
}

void ProcessKernel::add_scaled_distance(const std::vector<double>& scales) {
  if (scales.size() == 1) {
    steps_.add("squared_distance").add("affine", {1 / (scales[0] * scales[0]), 0});
    return;
  }
  std::vector<double> factors;
  for (const double scale : scales) factors.push_back(1 / scale);
  steps_.add("scaled_squared_distance", factors);
}

Status ProcessKernel::append_rbf(const PickleView& kernel) {
  const Result<std::vector<double>> scales = read_scales(kernel);
  if (!scales) return scales.error();
  add_scaled_distance(*scales);
  steps_.add("affine", {-0.5, 0}).add("exp");
  return {};
}

/// For nu of 0.5, 1.5 and 2.5 the Bessel function is a polynomial times exp(−t).
Status ProcessKernel::append_matern(const PickleView& kernel) {
  const Result<std::vector<double>> scales = read_scales(kernel);
  if (!scales) return scales.error();
  const Result<double> nu = positive_parameter(kernel, "nu");
  if (!nu) return nu.error();
  add_scaled_distance(*scales);
  if (std::isinf(*nu)) {
    steps_.add("affine", {-0.5, 0}).add("exp");
    return {};
  }
  steps_.add("sqrt");
  if (*nu == 0.5) {
    steps_.add("affine", {-1, 0}).add("exp");
    return {};
  }
  if (*nu != 1.5 && *nu != 2.5) {
    constexpr double kMostNu = 100;
    if (*nu > kMostNu)
      return kernel.refuse(text::message("nu {}", *nu), "at most 100, or infinity");
    steps_.add("bessel", {*nu});
    return {};
  }
  const double root = std::sqrt(2 * *nu);
  steps_.add("affine", {root, 1});
  if (*nu == 2.5) {
    add_scaled_distance(*scales);
    steps_.add("affine", {5.0 / 3, 0}).add("add");
  }
  add_scaled_distance(*scales);
  steps_.add("sqrt").add("affine", {-root, 0}).add("exp").add("multiply");
  return {};
}

Status ProcessKernel::append_rational(const PickleView& kernel) {
  const Result<double> scale = positive_parameter(kernel, "length_scale");
  if (!scale) return scale.error();
  const Result<double> alpha = positive_parameter(kernel, "alpha");
  if (!alpha) return alpha.error();
  steps_.add("squared_distance").add("affine", {1 / (2 * *alpha * *scale * *scale), 1});
  steps_.add("power", {-*alpha});
  return {};
}

Status ProcessKernel::append_sine(const PickleView& kernel) {
  const Result<double> scale = positive_parameter(kernel, "length_scale");
  if (!scale) return scale.error();
  const Result<double> period = positive_parameter(kernel, "periodicity");
  if (!period) return period.error();
  steps_.add("squared_distance").add("sqrt").add("affine", {std::numbers::pi / *period, 0});
  steps_.add("sin").add("affine", {1 / *scale, 0}).add("power", {2});
  steps_.add("affine", {-2, 0}).add("exp");
  return {};
}

Status ProcessKernel::append_pairwise(const PickleView& kernel) {
  const Result<PickleView> metric = kernel.attribute("metric");
  if (!metric) return metric.error();
  const auto extra = kernel.find("pairwise_kernels_kwargs");
  if (extra && !extra->is_none() && extra->size() != 0) {
    return extra->refuse("parameters of a pairwise kernel", "None");
  }
  const Result<PairSteps> steps = read_pairwise_kernel(kernel, *metric, width_);
  if (!steps) return steps.error();
  steps_.append(*steps);
  return {};
}

}  // namespace

Result<PairSteps> read_pairwise_kernel(const PickleView& holder, const PickleView& name,
                                       std::size_t width) {
  const Result<std::string_view> text =
      name.kind() == artifact::PickleKind::text ? name.text() : std::string_view();
  if (!text) return text.error();
  const Result<double> gamma = number_or(holder, "gamma", 1 / static_cast<double>(width));
  if (!gamma) return gamma.error();
  const Result<double> coef0 = number_or(holder, "coef0", 1);
  if (!coef0) return coef0.error();
  const Result<double> degree = number_or(holder, "degree", 3);
  if (!degree) return degree.error();
  std::optional<PairSteps> steps = find_kernel(*text, {*gamma, *coef0, *degree});
  if (steps) return std::move(*steps);
  return name.refuse(
      text->empty() ? name.description() : text::message("the kernel {}", text::quoted(*text)),
      "linear, polynomial, rbf, sigmoid, laplacian or cosine");
}

Result<PairSteps> read_process_kernel(const PickleView& kernel, std::size_t width) {
  PairSteps steps;
  TRIVET_TRY(ProcessKernel(steps, width).append(kernel, 0));
  return steps;
}

}  // namespace trivet::sklearn
