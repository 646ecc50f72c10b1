// SPDX-License-Identifier: Apache-2.0
// What pictures of explanations share: the page's measures, its scale, the values of features.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/svg.hpp"
#include "trivet/signature.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {

inline constexpr double kPageWidth = 780;
inline constexpr double kPlotLeft = 230;
inline constexpr double kPlotRight = 690;
inline constexpr double kPlotTop = 78;  ///< below the top of a picture
inline constexpr double kRowHeight = 28;
inline constexpr double kBelowPlot = 58;
inline constexpr std::size_t kLongestDrawnName = 30;  ///< letters

/// Left to right for numbers from low to high, with a round step between ticks.
class PictureScale {
 public:
  PictureScale(double low, double high);

  [[nodiscard]] double at(double x) const noexcept;
  [[nodiscard]] std::vector<double> ticks() const;

 private:
  double low_;
  double high_;
  double step_ = 1;
};

/// Ticks with their numbers, from the top of a plot to its bottom.
void draw_axis(const PictureScale& scale, double top, double bottom, SvgPage& page);

/// What an instance holds for a feature, as far as the feature is one of its values; null: nothing.
/// The feature is the one at `at` of `feature_count`.
[[nodiscard]] const Value* value_of_feature(const Value& instance, const std::string& feature,
                                            std::size_t at, std::size_t feature_count,
                                            const Signature& signature);

}  // namespace trivet::cli
