// SPDX-License-Identifier: Apache-2.0
// Explanations as pictures: one as the way from the baseline to the answer, many as a swarm.
#include "cli/explanation_picture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <string_view>
#include <vector>

#include "cli/explanation_summary.hpp"
#include "cli/svg.hpp"

namespace trivet::cli {
namespace {

constexpr double kPageWidth = 780;
constexpr double kPlotLeft = 230;
constexpr double kPlotRight = 690;
constexpr double kPlotTop = 78;
constexpr double kRowHeight = 28;
constexpr double kBarHeight = 18;
constexpr double kBelowPlot = 58;
constexpr std::size_t kLongestName = 30;  // letters
constexpr std::size_t kMostDots = 1500;   // a feature

/// Left to right for numbers from low to high, with a round step between ticks.
class Scale {
 public:
  Scale(double low, double high) : low_(low), high_(high) {
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
  [[nodiscard]] double at(double x) const {
    return kPlotLeft + (x - low_) / (high_ - low_) * (kPlotRight - kPlotLeft);
  }
  [[nodiscard]] std::vector<double> ticks() const {
    std::vector<double> found;
    for (double i = std::ceil(low_ / step_); i * step_ <= high_ && found.size() < 20; ++i) {
      found.push_back(i * step_ + 0.0);
    }
    return found;
  }

 private:
  double low_;
  double high_;
  double step_ = 1;
};

std::string shortened(std::string_view name, std::size_t most = kLongestName) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(name[i]) & 0xC0) != 0x80;
    if (begins && letters++ == most) return std::string(name.substr(0, i)) + "…";
  }
  return std::string(name);
}

std::string with_sign(double x) { return (x >= 0 ? "+" : "") + in_short(x); }

/// What an instance holds for a feature, as far as the feature is one of its values.
const Value* value_of_feature(const Value& instance, const std::string& feature, std::size_t at,
                              std::size_t feature_count, const Signature& signature) {
  if (instance.as_object() != nullptr) return instance.find(feature);
  const Value::List* list = instance.as_list();
  if (list == nullptr) return nullptr;
  const auto column = signature.find_column(feature);
  if (column && *column < list->size()) return &(*list)[*column];
  return list->size() == feature_count ? &(*list)[at] : nullptr;
}

std::string value_text(const Value& value) {
  if (value.as_text() != nullptr) return *value.as_text();
  if (value.is_number()) return in_short(value.as_number());
  return value.as_list() != nullptr || value.as_object() != nullptr ? std::string()
                                                                    : value.to_json();
}

double number_in(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr ? 0 : value->as_number();
}

std::string output_of(const Value& attribution) {
  for (const char* member : {"outputDisplayName", "outputName"}) {
    const Value* name = attribution.find(member);
    if (name != nullptr && name->as_text() != nullptr && !name->as_text()->empty()) {
      return *name->as_text();
    }
  }
  return "the output";
}

void draw_axis(const Scale& scale, double bottom, SvgPage& page) {
  for (const double tick : scale.ticks()) {
    page.line(scale.at(tick), kPlotTop - 6, scale.at(tick), bottom, Ink::grid);
    page.text(scale.at(tick), bottom + 16, in_short(tick), Anchor::middle, Ink::faint, 11);
  }
}

/// The way from the baseline to one answer.
class ForcePicture {
 public:
  ForcePicture(const Value& attribution, const Value& instance, const Signature& signature);
  [[nodiscard]] std::string draw() const;

 private:
  struct Part {
    std::string name;   // with the feature's value
    std::string label;  // the same in less room
    double moves = 0;
  };

  [[nodiscard]] Scale scale() const;
  [[nodiscard]] std::string description() const;
  void draw_ends(const Scale& scale, double bottom, SvgPage& page) const;

  std::string output_;
  double baseline_;
  double answer_;
  std::vector<Part> parts_;  // the largest first
};

ForcePicture::ForcePicture(const Value& attribution, const Value& instance,
                           const Signature& signature)
    : output_(output_of(attribution)),
      baseline_(number_in(attribution, "baselineOutputValue")),
      answer_(number_in(attribution, "instanceOutputValue")) {
  const std::vector<NamedNumber> numbers =
      flat_attributions(*attribution.find("featureAttributions"));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::string& name = numbers[i].name;
    const Value* value = value_of_feature(instance, name, i, numbers.size(), signature);
    std::string text = value == nullptr ? std::string() : value_text(*value);
    if (!text.empty()) text = " = " + shortened(text, kLongestName / 2);
    const std::size_t room = kLongestName - std::min(kLongestName / 2 + 3, text.size());
    parts_.push_back({name + text, shortened(name, room) + text, numbers[i].number});
  }
  std::stable_sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
    return std::fabs(a.moves) > std::fabs(b.moves);
  });
  if (parts_.size() <= kDrawnFeatures) return;
  const std::string others = std::to_string(parts_.size() - kDrawnFeatures + 1) + " smaller ones";
  Part rest{others, others, 0};
  for (std::size_t i = kDrawnFeatures - 1; i < parts_.size(); ++i) rest.moves += parts_[i].moves;
  parts_.resize(kDrawnFeatures - 1);
  parts_.push_back(std::move(rest));
}

Scale ForcePicture::scale() const {
  double low = std::min(baseline_, answer_);
  double high = std::max(baseline_, answer_);
  double at = answer_;
  for (const Part& part : parts_) {
    at -= part.moves;
    low = std::min(low, at);
    high = std::max(high, at);
  }
  return {low, high};
}

std::string ForcePicture::description() const {
  std::string text = output_ + " is " + in_short(answer_) + ", against " + in_short(baseline_) +
                     " at the baseline.";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, parts_.size()); ++i) {
    text += " " + parts_[i].name + ": " + with_sign(parts_[i].moves) + ".";
  }
  return text;
}

void ForcePicture::draw_ends(const Scale& scale, double bottom, SvgPage& page) const {
  page.line(scale.at(answer_), kPlotTop - 10, scale.at(answer_), bottom, Ink::ink, true);
  page.line(scale.at(baseline_), kPlotTop - 6, scale.at(baseline_), bottom, Ink::ink, true);
  page.text(scale.at(answer_), kPlotTop - 16, in_short(answer_), Anchor::middle);
  page.text(scale.at(baseline_), bottom + 38, "baseline " + in_short(baseline_), Anchor::middle,
            Ink::faint, 12);
}

std::string ForcePicture::draw() const {
  const double bottom = kPlotTop + kRowHeight * static_cast<double>(parts_.size());
  SvgPage page(kPageWidth, bottom + kBelowPlot, "What moved " + output_, description());
  page.text(24, 30, output_ + ": " + in_short(answer_), Anchor::start, Ink::ink, 17);
  page.text(24, 50, with_sign(answer_ - baseline_) + " from the baseline", Anchor::start,
            Ink::faint, 12);
  const Scale scale = this->scale();
  draw_axis(scale, bottom, page);
  draw_ends(scale, bottom, page);
  double at = answer_;
  double y = kPlotTop + (kRowHeight - kBarHeight) / 2;
  for (const Part& part : parts_) {
    const double from = at - part.moves;
    const Ink ink = part.moves >= 0 ? Ink::raises : Ink::lowers;
    page.text(kPlotLeft - 14, y + 13, part.label, Anchor::end);
    page.arrow(scale.at(from), scale.at(at), y, kBarHeight, ink,
               part.name + ": " + with_sign(part.moves));
    page.text(kPlotRight + 12, y + 13, with_sign(part.moves), Anchor::start, ink, 12);
    page.line(scale.at(from), y + kBarHeight, scale.at(from), y + kRowHeight, Ink::faint);
    at = from;
    y += kRowHeight;
  }
  return std::move(page).finish();
}

/// A dot an instance and feature.
class SwarmPicture {
 public:
  SwarmPicture(const Value& response, const Value::List& instances, const Signature& signature);
  [[nodiscard]] std::string draw() const;

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

  void add(const Value& attribution, const Value& instance, const Signature& signature);
  void draw_feature(const Feature& feature, const Scale& scale, double middle, SvgPage& page) const;
  static void draw_legend(SvgPage& page);
  [[nodiscard]] std::string description() const;

  std::string output_;
  std::size_t instances_;
  std::vector<Feature> features_;  // the largest first
};

SwarmPicture::SwarmPicture(const Value& response, const Value::List& instances,
                           const Signature& signature)
    : instances_(instances.size()) {
  const Value::List& explanations = *response.find("explanations")->as_list();
  for (std::size_t r = 0; r < explanations.size(); ++r) {
    for (const Value& attribution : *explanations[r].find("attributions")->as_list()) {
      if (output_.empty()) output_ = output_of(attribution);
      add(attribution, r < instances.size() ? instances[r] : Value(), signature);
    }
  }
  for (Feature& feature : features_) {
    feature.mean_size /= static_cast<double>(std::max<std::size_t>(1, feature.dots.size()));
  }
  std::stable_sort(features_.begin(), features_.end(),
                   [](const Feature& a, const Feature& b) { return a.mean_size > b.mean_size; });
  if (features_.size() > kDrawnFeatures) features_.resize(kDrawnFeatures);
}

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
}

/// Dots that would lie on each other step aside, up and down in turns.
void SwarmPicture::draw_feature(const Feature& feature, const Scale& scale, double middle,
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
  const std::size_t every = (feature.dots.size() + kMostDots - 1) / kMostDots;
  for (std::size_t i = 0; i < feature.dots.size(); i += every) ++sizes[bin_of(feature.dots[i])];
  std::map<long, std::size_t> placed;
  for (std::size_t i = 0; i < feature.dots.size(); i += every) {
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

void SwarmPicture::draw_legend(SvgPage& page) {
  constexpr double kY = 30;
  constexpr int kDots = 9;
  page.text(kPlotRight - 126, kY + 4, "low value", Anchor::end, Ink::faint, 11);
  for (int i = 0; i < kDots; ++i) {
    page.dot(kPlotRight - 116 + 8.0 * i, kY, 3.2, static_cast<double>(i) / (kDots - 1));
  }
  page.text(kPlotRight - 42, kY + 4, "high value", Anchor::start, Ink::faint, 11);
}

std::string SwarmPicture::description() const {
  std::string text = "Attributions of " + output_ + " over " + std::to_string(instances_) +
                     " instances, a dot each. Largest mean sizes:";
  for (std::size_t i = 0; i < std::min<std::size_t>(3, features_.size()); ++i) {
    text += " " + features_[i].name + " " + in_short(features_[i].mean_size) + ".";
  }
  return text;
}

std::string SwarmPicture::draw() const {
  const double bottom = kPlotTop + kRowHeight * static_cast<double>(features_.size());
  SvgPage page(kPageWidth, bottom + kBelowPlot, "What moves " + output_, description());
  page.text(24, 30, output_, Anchor::start, Ink::ink, 17);
  page.text(24, 50, std::to_string(instances_) + " instances, the largest mean sizes first",
            Anchor::start, Ink::faint, 12);
  draw_legend(page);
  double low = 0;
  double high = 0;
  for (const Feature& feature : features_) {
    for (const Dot& dot : feature.dots) {
      low = std::min(low, dot.moves);
      high = std::max(high, dot.moves);
    }
  }
  const Scale scale(low, high);
  draw_axis(scale, bottom, page);
  page.line(scale.at(0), kPlotTop - 6, scale.at(0), bottom, Ink::faint);
  double middle = kPlotTop + kRowHeight / 2;
  for (const Feature& feature : features_) {
    page.text(kPlotLeft - 14, middle + 4, shortened(feature.name), Anchor::end);
    draw_feature(feature, scale, middle, page);
    page.text(kPlotRight + 12, middle + 4, in_short(feature.mean_size), Anchor::start, Ink::faint,
              12);
    middle += kRowHeight;
  }
  page.text((kPlotLeft + kPlotRight) / 2, bottom + 38, "how far a feature moved the output",
            Anchor::middle, Ink::faint, 12);
  page.text(kPlotRight + 12, kPlotTop - 12, "mean size", Anchor::start, Ink::faint, 11);
  return std::move(page).finish();
}

}  // namespace

std::string draw_explanations(const Value& response, const Value& request,
                              const Signature& signature) {
  const Value::List& explanations = *response.find("explanations")->as_list();
  const Value* instances = request.find("instances");
  const bool has_instances = instances != nullptr && instances->as_list() != nullptr;
  const Value::List rows = has_instances ? *instances->as_list() : Value::List();
  if (explanations.size() != 1) return SwarmPicture(response, rows, signature).draw();
  const Value& first = explanations.front().find("attributions")->as_list()->front();
  return ForcePicture(first, rows.empty() ? Value() : rows.front(), signature).draw();
}

}  // namespace trivet::cli
