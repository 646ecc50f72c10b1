// SPDX-License-Identifier: Apache-2.0
// Output transforms, each in the float width and order of operations of its framework.
#include "trivet/spi/link.hpp"

#include <algorithm>
#include <cmath>

namespace trivet::inline v0::spi {
namespace {

/// XGBoost's sigmoid since 1.6: the clamp keeps exp finite, the 1e-16 is its guard against a
/// division by zero (lost in the rounding, but part of the sum).
float clamped_sigmoid(float x) noexcept {
  const float power = std::exp(std::min(-x, 88.7F));
  return 1.0F / (power + 1.0F + 1e-16F);
}
double clamped_sigmoid(double x) noexcept { return 1.0 / (std::exp(-x) + 1.0); }

template <class T>
T softplus(T x) noexcept {
  return x > T(0) ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

template <class T>
void apply_softmax(std::span<T> row) noexcept {
  T greatest = row[0];
  for (const T x : row) greatest = std::fmax(x, greatest);
  double sum = 0;
  for (T& x : row) {
    x = std::exp(x - greatest);
    sum += static_cast<double>(x);
  }
  for (T& x : row) x /= static_cast<T>(sum);
}

/// Margins of a quantile-like model become an ascending sequence: the first is itself, each next
/// one lies a softplus above (XGBoost, objective/expectile_obj.cc).
template <class T>
void apply_ordered_softplus(std::span<T> row) noexcept {
  constexpr T kGap = T(1e-6);
  T running = row[0];
  for (std::size_t i = 1; i < row.size(); ++i) {
    running += kGap + softplus(row[i]);
    row[i] = running;
  }
}

template <class T, class F>
void for_each_margin(std::span<T> margins, F&& transform) noexcept {
  for (T& x : margins) x = transform(x);
}

template <class T, class F>
void for_each_margin_row(std::span<T> margins, std::size_t width, F&& transform) noexcept {
  if (width == 0) return;
  for (std::size_t at = 0; at + width <= margins.size(); at += width) {
    transform(margins.subspan(at, width));
  }
}

template <class T>
void apply_any_link(const Link& link, std::span<T> margins, std::size_t width) noexcept {
  const T slope = static_cast<T>(link.slope);
  if (link.divisor != 1) {
    for_each_margin(margins, [by = static_cast<T>(link.divisor)](T x) { return x / by; });
  }
  switch (link.kind) {
    case LinkKind::identity: return;
    case LinkKind::logistic:
      return for_each_margin(margins, [=](T x) { return T(1) / (T(1) + std::exp(-slope * x)); });
    case LinkKind::logistic_clamped:
      return for_each_margin(margins, [](T x) { return clamped_sigmoid(x); });
    case LinkKind::exponential: return for_each_margin(margins, [](T x) { return std::exp(x); });
    case LinkKind::softmax:
      return for_each_margin_row(margins, width, [](std::span<T> row) { apply_softmax(row); });
    case LinkKind::step:
      return for_each_margin(margins, [](T x) { return x > T(0) ? T(1) : T(0); });
    case LinkKind::ordered_softplus:
      return for_each_margin_row(margins, width,
                                 [](std::span<T> row) { apply_ordered_softplus(row); });
    case LinkKind::sorted:
      return for_each_margin_row(margins, width, [](std::span<T> row) {
        // NaN has no place in an order; such a row stays as it is.
        if (std::none_of(row.begin(), row.end(), [](T x) { return std::isnan(x); })) {
          std::sort(row.begin(), row.end());
        }
      });
    case LinkKind::log1p_exp:
      return for_each_margin(margins, [](T x) { return std::log1p(std::exp(x)); });
    case LinkKind::signed_square:
      return for_each_margin(margins, [](T x) { return std::copysign(x * x, x); });
  }
}

template <class T>
std::size_t first_maximum_of(std::span<const T> row) noexcept {
  std::size_t best = 0;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if (row[i] > row[best]) best = i;
  }
  return best;
}

}  // namespace

void apply_link(const Link& link, std::span<float> margins, std::size_t width) noexcept {
  apply_any_link(link, margins, width);
}
void apply_link(const Link& link, std::span<double> margins, std::size_t width) noexcept {
  apply_any_link(link, margins, width);
}

std::size_t first_maximum(std::span<const float> row) noexcept { return first_maximum_of(row); }
std::size_t first_maximum(std::span<const double> row) noexcept { return first_maximum_of(row); }

}  // namespace trivet::inline v0::spi
