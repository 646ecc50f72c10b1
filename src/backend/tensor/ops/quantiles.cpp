// SPDX-License-Identifier: Apache-2.0
// Operators between numbers, their ranks among quantiles, and the normal distribution, in float64.
// NaN stays.
//
//   quantile_rank    constants quantiles (float64: those of all columns one behind the other, each
//                    ascending), references (float64, as many a column, ascending); attribute
//                    margin: x among its column's quantiles, as the mean of the interpolations from
//                    below and from above; 0 or 1 within the margin of an end or beyond it
//   rank_quantile    the same constants and attribute: the way back
//   normal_quantile  the number that so much of the standard normal distribution lies below
//   normal_share     how much of the standard normal distribution lies below x
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "backend/tensor/attributes.hpp"
#include "backend/tensor/op_table.hpp"
#include "backend/tensor/row_map.hpp"
#include "base/try.hpp"

namespace trivet::tensor {
namespace {

/// `from` ascends; x lies between from[i] and from[i + 1]. numpy.interp's arithmetic.
double between(const double* from, const double* to, std::size_t i, double x) noexcept {
  if (x == from[i]) return to[i];
  const double slope = (to[i + 1] - to[i]) / (from[i + 1] - from[i]);
  const double y = slope * (x - from[i]) + to[i];
  return std::isnan(y) ? slope * (x - from[i + 1]) + to[i + 1] : y;
}

/// Among equal ones of `from`, the last one counts.
double interpolate_up(std::span<const double> from, const double* to, double x) noexcept {
  const auto above = std::upper_bound(from.begin(), from.end(), x);
  if (above == from.begin()) return to[0];
  if (above == from.end()) return to[from.size() - 1];
  return between(from.data(), to, static_cast<std::size_t>(above - from.begin()) - 1, x);
}

/// Among equal ones of `from`, the first one counts: numpy.interp over the negated lists.
double interpolate_down(std::span<const double> from, const double* to, double x) noexcept {
  const auto at = std::lower_bound(from.begin(), from.end(), x);
  if (at == from.begin()) return to[0];
  if (at == from.end()) return to[from.size() - 1];
  const auto i = static_cast<std::size_t>(at - from.begin());
  if (x == from[i]) return to[i];
  const double slope = (to[i - 1] - to[i]) / (from[i - 1] - from[i]);
  return slope * (x - from[i]) + to[i];
}

/// Which end a number counts as: −1, 0 for none, 1.
int end_of(double x, double least, double greatest, double margin) noexcept {
  if (margin == 0) return x == least ? -1 : x == greatest ? 1 : 0;
  if (x - margin < least) return -1;
  return x + margin > greatest ? 1 : 0;
}

struct QuantileMap {
  std::span<const double> quantiles;
  std::span<const double> references;
  std::size_t width;
  double margin;

  [[nodiscard]] std::span<const double> own(std::size_t column) const noexcept {
    return quantiles.subspan(column * references.size(), references.size());
  }
};

struct QuantileRank : QuantileMap {
  void operator()(const double* row, double* out) const noexcept {
    for (std::size_t c = 0; c < width; ++c) out[c] = rank(own(c), row[c]);
  }
  [[nodiscard]] double rank(std::span<const double> list, double x) const noexcept {
    if (std::isnan(x)) return x;
    const int end = end_of(x, list.front(), list.back(), margin);
    if (end != 0) return end < 0 ? 0 : 1;
    const double up = interpolate_up(list, references.data(), x);
    return 0.5 * (up + interpolate_down(list, references.data(), x));
  }
};

struct RankQuantile : QuantileMap {
  void operator()(const double* row, double* out) const noexcept {
    for (std::size_t c = 0; c < width; ++c) out[c] = quantile(own(c), row[c]);
  }
  [[nodiscard]] double quantile(std::span<const double> list, double x) const noexcept {
    if (std::isnan(x)) return x;
    const int end = end_of(x, 0, 1, margin);
    if (end != 0) return end < 0 ? list.front() : list.back();
    return interpolate_up(references, list.data(), x);
  }
};

bool has_nan(std::span<const double> numbers) noexcept {
  return std::any_of(numbers.begin(), numbers.end(), [](double x) { return std::isnan(x); });
}

Result<QuantileMap> read_quantiles(const KernelSpec& spec) {
  TRIVET_TRY(check_equal_widths(spec));
  const Attributes attributes(spec);
  const auto quantiles = attributes.constant<double>("quantiles");
  if (!quantiles) return quantiles.error();
  const auto references = attributes.constant<double>("references");
  if (!references) return references.error();
  const Result<double> margin = attributes.number("margin");
  if (!margin) return margin.error();
  const std::size_t width = spec.inputs[0].width;
  const bool fits = !references->empty() && quantiles->size() % references->size() == 0 &&
                    quantiles->size() / references->size() == width && *margin >= 0;
  if (!fits) {
    return spec.fail(
        text::message("{} quantiles, {} references", quantiles->size(), references->size()),
        text::message("as many of both for each of {} columns", width));
  }
  // Rounding may have left quantiles a step out of order; a search in them still ends.
  if (has_nan(*quantiles)) return spec.fail("a quantile that is NaN", "numbers");
  if (has_nan(*references) || !std::is_sorted(references->begin(), references->end())) {
    return spec.fail("references in another order", "ascending ones");
  }
  return QuantileMap{*quantiles, *references, width, *margin};
}

Result<std::unique_ptr<const Kernel>> prepare_quantile_rank(const KernelSpec& spec) {
  const Result<QuantileMap> map = read_quantiles(spec);
  if (!map) return map.error();
  return make_row_map(spec, QuantileRank{*map});
}

Result<std::unique_ptr<const Kernel>> prepare_rank_quantile(const KernelSpec& spec) {
  const Result<QuantileMap> map = read_quantiles(spec);
  if (!map) return map.error();
  return make_row_map(spec, RankQuantile{*map});
}

// --- the normal distribution

/// Σ coefficient · x^i, from the lowest power on.
template <std::size_t count>
double polynomial_at(const double (&coefficients)[count], double x) noexcept {
  double sum = 0;
  for (std::size_t i = count; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

/// Wichura, "The percentage points of the normal distribution", Applied Statistics 37 (1988),
/// algorithm AS 241, 16 digits: the coefficients of its quotients of polynomials.
constexpr double kNormalNearTop[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                     1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                     4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                     3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr double kNormalNearBottom[] = {1.0,
                                        4.2313330701600911252e+1,
                                        6.8718700749205790830e+2,
                                        5.3941960214247511077e+3,
                                        2.1213794301586595867e+4,
                                        3.9307895800092710610e+4,
                                        2.8729085735721942674e+4,
                                        5.2264952788528545610e+3};
constexpr double kNormalMiddleTop[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                       5.76949722146069140550e0,  3.64784832476320460504e0,
                                       1.27045825245236838258e0,  2.41780725177450611770e-1,
                                       2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double kNormalMiddleBottom[] = {1.0,
                                          2.05319162663775882187e0,
                                          1.67638483018380384940e0,
                                          6.89767334985100004550e-1,
                                          1.48103976427480074590e-1,
                                          1.51986665636164571966e-2,
                                          5.47593808499534494600e-4,
                                          1.05075007164441684324e-9};
constexpr double kNormalFarTop[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                    1.78482653991729133580e0,  2.96560571828504891230e-1,
                                    2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                    2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double kNormalFarBottom[] = {1.0,
                                       5.99832206555887937690e-1,
                                       1.36929880922735805310e-1,
                                       1.48753612908506148525e-2,
                                       7.86869131145613259100e-4,
                                       1.84631831751005468180e-5,
                                       1.42151175831644588870e-7,
                                       2.04426310338993978564e-15};

double normal_quantile_of(double share) noexcept {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!(share >= 0 && share <= 1)) return std::numeric_limits<double>::quiet_NaN();
  if (share == 0 || share == 1) return share == 0 ? -kInfinity : kInfinity;
  const double offset = share - 0.5;
  if (std::fabs(offset) <= 0.425) {
    const double r = 0.180625 - offset * offset;
    return offset * polynomial_at(kNormalNearTop, r) / polynomial_at(kNormalNearBottom, r);
  }
  const double r = std::sqrt(-std::log(offset < 0 ? share : 1 - share));
  const double size =
      r <= 5
          ? polynomial_at(kNormalMiddleTop, r - 1.6) / polynomial_at(kNormalMiddleBottom, r - 1.6)
          : polynomial_at(kNormalFarTop, r - 5) / polynomial_at(kNormalFarBottom, r - 5);
  return offset < 0 ? -size : size;
}

double normal_share_of(double x) noexcept {
  constexpr double kHalfRoot = 0.70710678118654752440;
  const double z = x * kHalfRoot;
  if (std::fabs(z) < 1) return 0.5 + 0.5 * std::erf(z);
  const double tail = 0.5 * std::erfc(std::fabs(z));
  return z > 0 ? 1 - tail : tail;
}

struct EachNumber {
  std::size_t width;
  double (*function)(double) noexcept;

  void operator()(const double* row, double* out) const noexcept {
    for (std::size_t c = 0; c < width; ++c) out[c] = function(row[c]);
  }
};

Result<std::unique_ptr<const Kernel>> prepare_normal_quantile(const KernelSpec& spec) {
  TRIVET_TRY(check_equal_widths(spec));
  return make_row_map(spec, EachNumber{spec.inputs[0].width, normal_quantile_of});
}

Result<std::unique_ptr<const Kernel>> prepare_normal_share(const KernelSpec& spec) {
  TRIVET_TRY(check_equal_widths(spec));
  return make_row_map(spec, EachNumber{spec.inputs[0].width, normal_share_of});
}

constexpr OpRow kQuantileOps[] = {
    {"quantile_rank", prepare_quantile_rank},
    {"rank_quantile", prepare_rank_quantile},
    {"normal_quantile", prepare_normal_quantile},
    {"normal_share", prepare_normal_share},
};

}  // namespace

std::span<const OpRow> quantile_ops() noexcept { return kQuantileOps; }

}  // namespace trivet::tensor
