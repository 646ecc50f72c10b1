// SPDX-License-Identifier: Apache-2.0
// What pictures of explanations share: the page's measures, its scale, the values of features.
#include "cli/picture_parts.hpp"

#include <cmath>

#include "cli/explanation_summary.hpp"

namespace trivet::cli {

PictureScale::PictureScale(double low, double high) : low_(low), high_(high) {
  if (!(high_ > low_)) {
    low_ -= 0.5;
    high_ += 0.5;
  }
  const double margin = 0.04 * (high_ - low_);
  low_ -= margin;
  high_ += margin;
  const double rough = (high_ - low_) / 6;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double times = rough / power;
  step_ = power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
}

double PictureScale::at(double x) const noexcept {
  return kPlotLeft + (x - low_) / (high_ - low_) * (kPlotRight - kPlotLeft);
}

std::vector<double> PictureScale::ticks() const {
  std::vector<double> found;
  for (double i = std::ceil(low_ / step_); i * step_ <= high_ && found.size() < 20; ++i) {
    found.push_back(i * step_ + 0.0);
  }
  return found;
}

void draw_axis(const PictureScale& scale, double top, double bottom, SvgPage& page) {
  for (const double tick : scale.ticks()) {
    page.line(scale.at(tick), top - 6, scale.at(tick), bottom, Ink::grid);
    page.text(scale.at(tick), bottom + 16, in_short(tick), Anchor::middle, Ink::faint, 11);
  }
}

const Value* value_of_feature(const Value& instance, const std::string& feature, std::size_t at,
                              std::size_t feature_count, const Signature& signature) {
  if (instance.as_object() != nullptr) return instance.find(feature);
  const Value::List* list = instance.as_list();
  if (list == nullptr) return nullptr;
  const auto column = signature.find_column(feature);
  if (column && *column < list->size()) return &(*list)[*column];
  return list->size() == feature_count ? &(*list)[at] : nullptr;
}

}  // namespace trivet::cli
