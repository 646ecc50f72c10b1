// SPDX-License-Identifier: Apache-2.0
// Many explanations as one picture: a dot an instance and feature, output under output.
#include "cli/explanation_swarm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/explanation_summary.hpp"
#include "cli/picture_parts.hpp"
#include "cli/svg.hpp"

namespace trivet::cli {
namespace {

constexpr std::size_t kMostDots = 1500;  // a feature

/// The dots of one output.
class SwarmPicture {
 public:
  SwarmPicture(std::string output, std::size_t instances)
      : output_(std::move(output)), instances_(instances) {}

  void add(const Value& attribution, const Value& instance, const Signature& signature);
  /// Means and the order of features, after the last add().
  void finish();

  [[nodiscard]] double height() const {
    return kPlotTop + kRowHeight * static_cast<double>(features_.size()) + kBelowPlot;
  }
  [[nodiscard]] const std::string& output() const noexcept { return output_; }
  [[nodiscard]] std::string description() const;
  void draw(double top, SvgPage& page) const;

 private:
  struct Dot {
    double moves;
    double value;  // NaN: none, or no number
  };
  struct Feature {
    std::string name;
    double mean_size = 0;
    std::vector<Dot> dots;
  };

  void draw_feature(const Feature& feature, const PictureScale& scale, double middle,
                    SvgPage& page) const;
  static void draw_legend(double top, SvgPage& page);
  [[nodiscard]] PictureScale scale() const;
  /// Every how many-th instance is drawn.
  [[nodiscard]] std::size_t every() const {
    return std::max<std::size_t>(1, (explained_ + kMostDots - 1) / kMostDots);
  }
  [[nodiscard]] std::string counted() const;

  std::string output_;
  std::size_t instances_;  // of the request
  std::size_t explained_ = 0;
  std::vector<Feature> features_;  // the largest first
};

void SwarmPicture::add(const Value& attribution, const Value& instance,
                       const Signature& signature) {
  const std::vector<NamedNumber> numbers =
      flat_attributions(*attribution.find("featureAttributions"));
  if (features_.empty()) features_.resize(numbers.size());
  for (std::size_t i = 0; i < std::min(numbers.size(), features_.size()); ++i) {
    Feature& feature = features_[i];
    feature.name = numbers[i].name;
    const Value* value = value_of_feature(instance, feature.name, i, numbers.size(), signature);
    const bool is_number = value != nullptr && value->is_number();
    feature.dots.push_back({numbers[i].number, is_number
                                                   ? value->as_number()
                                                   : std::numeric_limits<double>::quiet_NaN()});
    feature.mean_size += std::fabs(numbers[i].number);
  }
  ++explained_;
}

void SwarmPicture::finish() {
  for (Feature& feature : features_) {
    feature.mean_size /= static_cast<double>(std::max<std::size_t>(1, feature.dots.size()));
  }
  std::stable_sort(features_.begin(), features_.end(),
                   [](const Feature& a, const Feature& b) { return a.mean_size > b.mean_size; });
  if (features_.size() > kDrawnFeatures) features_.resize(kDrawnFeatures);
}

std::string SwarmPicture::counted() const {
  std::string text = std::to_string(explained_);
  if (explained_ != instances_) text += " of " + std::to_string(instances_);
  return text + (instances_ == 1 ? " instance" : " instances");
}

std::string SwarmPicture::description() const {
  std::string text = "Attributions of " + output_ + " over " + counted() + ", ";
  text += every() == 1 ? "a dot each" : "a dot for one of every " + std::to_string(every());
  text += ". Largest mean sizes:";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, features_.size()); ++i) {
    text += " " + features_[i].name + " " + in_short(features_[i].mean_size) + ".";
  }
  return text;
}

/// Dots that would lie on each other step aside, up and down in turns.
void SwarmPicture::draw_feature(const Feature& feature, const PictureScale& scale, double middle,
                                SvgPage& page) const {
  double low = HUGE_VAL;
  double high = -HUGE_VAL;
  for (const Dot& dot : feature.dots) {
    low = std::fmin(low, dot.value);
    high = std::fmax(high, dot.value);
  }
  constexpr double kBin = 3;
  constexpr double kMostAside = kRowHeight / 2 - 3;
  std::map<long, std::size_t> sizes;
  const auto bin_of = [&](const Dot& dot) { return std::lround(scale.at(dot.moves) / kBin); };
  for (std::size_t i = 0; i < feature.dots.size(); i += every()) ++sizes[bin_of(feature.dots[i])];
  std::map<long, std::size_t> placed;
  for (std::size_t i = 0; i < feature.dots.size(); i += every()) {
    const Dot& dot = feature.dots[i];
    const std::size_t n = placed[bin_of(dot)]++;
    const double most = static_cast<double>(sizes[bin_of(dot)]) / 2;
    const double step = std::min(2.6, kMostAside / std::max(1.0, most));
    const double aside = step * static_cast<double>((n + 1) / 2) * (n % 2 == 0 ? 1 : -1);
    const double x = scale.at(dot.moves);
    if (std::isnan(dot.value)) page.dot(x, middle + aside, 2.6, Ink::unknown);
    else page.dot(x, middle + aside, 2.6, high > low ? (dot.value - low) / (high - low) : 0.5);
  }
}

void SwarmPicture::draw_legend(double top, SvgPage& page) {
  const double y = top + 30;
  constexpr int kDots = 9;
  page.text(kPlotRight - 126, y + 4, "low value", Anchor::end, Ink::faint, 11);
  for (int i = 0; i < kDots; ++i) {
    page.dot(kPlotRight - 116 + 8.0 * i, y, 3.2, static_cast<double>(i) / (kDots - 1));
  }
  page.text(kPlotRight - 42, y + 4, "high value", Anchor::start, Ink::faint, 11);
}

PictureScale SwarmPicture::scale() const {
  double low = 0;
  double high = 0;
  for (const Feature& feature : features_) {
    for (const Dot& dot : feature.dots) {
      low = std::min(low, dot.moves);
      high = std::max(high, dot.moves);
    }
  }
  return {low, high};
}

void SwarmPicture::draw(double top, SvgPage& page) const {
  const double plot = top + kPlotTop;
  const double bottom = plot + kRowHeight * static_cast<double>(features_.size());
  page.text(24, top + 30, shortened(output_, kLongestDrawnName), Anchor::start, Ink::ink, 17);
  const std::string shown =
      every() == 1 ? "" : ", one of every " + std::to_string(every()) + " as a dot";
  page.text(24, top + 50, counted() + shown + ", the largest mean sizes first", Anchor::start,
            Ink::faint, 12);
  draw_legend(top, page);
  const PictureScale scale = this->scale();
  draw_axis(scale, plot, bottom, page);
  page.line(scale.at(0), plot - 6, scale.at(0), bottom, Ink::faint);
  double middle = plot + kRowHeight / 2;
  for (const Feature& feature : features_) {
    page.text(kPlotLeft - 14, middle + 4, shortened(feature.name, kLongestDrawnName), Anchor::end);
    draw_feature(feature, scale, middle, page);
    page.text(kPlotRight + 12, middle + 4, in_short(feature.mean_size), Anchor::start, Ink::faint,
              12);
    middle += kRowHeight;
  }
  page.text((kPlotLeft + kPlotRight) / 2, bottom + 38,
            "how far a feature moved " + shortened(output_, kLongestDrawnName), Anchor::middle,
            Ink::faint, 12);
  page.text(kPlotRight + 12, plot - 12, "mean size", Anchor::start, Ink::faint, 11);
}

/// The pictures of all outputs, by their index.
std::vector<SwarmPicture> swarms_of(const Value::List& explanations, const Value::List& instances,
                                    const Signature& signature) {
  std::map<double, SwarmPicture> by_index;
  for (std::size_t r = 0; r < explanations.size(); ++r) {
    const Value& instance = r < instances.size() ? instances[r] : Value();
    for (const Value& attribution : *explanations[r].find("attributions")->as_list()) {
      const Value* index = attribution.find("outputIndex");
      const bool has_index = index != nullptr && !index->as_list()->empty();
      const double at = has_index ? index->as_list()->front().as_number() : -1;
      const auto place =
          by_index.try_emplace(at, output_label(attribution), explanations.size()).first;
      place->second.add(attribution, instance, signature);
    }
  }
  std::vector<SwarmPicture> swarms;
  for (auto& [index, swarm] : by_index) {
    swarm.finish();
    swarms.push_back(std::move(swarm));
  }
  return swarms;
}

}  // namespace

std::string draw_swarms(const Value::List& explanations, const Value::List& instances,
                        const Signature& signature) {
  const std::vector<SwarmPicture> swarms = swarms_of(explanations, instances, signature);
  const std::size_t drawn = std::min(kDrawnOutputs, swarms.size());
  double height = 0;
  std::string names;
  std::string description;
  for (std::size_t i = 0; i < drawn; ++i) {
    height += swarms[i].height();
    names += (i == 0 ? "" : ", ") + swarms[i].output();
    description += (i == 0 ? "" : " ") + swarms[i].description();
  }
  if (drawn < swarms.size()) {
    description += " " + std::to_string(swarms.size() - drawn) + " more outputs are not drawn.";
  }
  SvgPage page(kPageWidth, height, "What moves " + names, description);
  double top = 0;
  for (std::size_t i = 0; i < drawn; ++i) {
    swarms[i].draw(top, page);
    top += swarms[i].height();
  }
  return std::move(page).finish();
}

}  // namespace trivet::cli
