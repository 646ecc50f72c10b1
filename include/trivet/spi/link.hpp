// SPDX-License-Identifier: Apache-2.0
// Output transforms: from margins to what a framework's predict gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "trivet/export.hpp"

namespace trivet::inline v0::spi {

/// The transform of one row of margins, computed in the width of the margins. Which framework
/// uses which is in `docs/numbers.md`.
enum class LinkKind : std::uint8_t {
  identity,
  logistic,          ///< 1 / (1 + exp(-slope·x))
  logistic_clamped,  ///< XGBoost ≥ 1.6: exp(min(-x, 88.7)) + 1 + 1e-16, all f32
  exponential,       ///< exp(x)
  softmax,           ///< over the row; exps in the width, their sum in f64
  step,              ///< 1 where x > 0, else 0
  ordered_softplus,  ///< running sum of 1e-6 + softplus (XGBoost expectiles)
  sorted,            ///< the row in ascending order (XGBoost quantiles from 3.5 on)
  log1p_exp,         ///< log(1 + exp(x))
  signed_square,     ///< sign(x)·x²
};

struct Link {
  LinkKind kind = LinkKind::identity;
  double slope = 1;
  double divisor = 1;  ///< margins are divided by it first (LightGBM's random forests)
};

/// Applies a link to `rows` rows of `width` margins in place. Uses the C library's exp and log in
/// the width of the margins, one element at a time: the same bits for any number of rows.
TRIVET_EXPORT void apply_link(const Link& link, std::span<float> margins,
                              std::size_t width) noexcept;
TRIVET_EXPORT void apply_link(const Link& link, std::span<double> margins,
                              std::size_t width) noexcept;
/// The position of the first greatest margin of a row. NaN never wins, unless it is first.
[[nodiscard]] TRIVET_EXPORT std::size_t first_maximum(std::span<const float> row) noexcept;
[[nodiscard]] TRIVET_EXPORT std::size_t first_maximum(std::span<const double> row) noexcept;

}  // namespace trivet::inline v0::spi
