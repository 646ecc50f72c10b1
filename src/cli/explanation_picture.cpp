// SPDX-License-Identifier: Apache-2.0
// Explanations as pictures: one as the way from the baseline to the answer, many as a swarm.
#include "cli/explanation_picture.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "cli/explanation_summary.hpp"
#include "cli/explanation_swarm.hpp"
#include "cli/picture_parts.hpp"
#include "cli/svg.hpp"

namespace trivet::cli {
namespace {

constexpr double kBarHeight = 18;

std::string with_sign(double x) { return (x >= 0 ? "+" : "") + in_short(x); }

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

  [[nodiscard]] PictureScale scale() const;
  [[nodiscard]] std::string description() const;
  void draw_ends(const PictureScale& scale, double bottom, SvgPage& page) const;

  std::string output_;
  double baseline_;
  double answer_;
  std::vector<Part> parts_;  // the largest first
};

ForcePicture::ForcePicture(const Value& attribution, const Value& instance,
                           const Signature& signature)
    : output_(output_label(attribution)),
      baseline_(number_in(attribution, "baselineOutputValue")),
      answer_(number_in(attribution, "instanceOutputValue")) {
  const std::vector<NamedNumber> numbers =
      flat_attributions(*attribution.find("featureAttributions"));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::string& name = numbers[i].name;
    const Value* value = value_of_feature(instance, name, i, numbers.size(), signature);
    std::string text = value == nullptr ? std::string() : value_text(*value);
    if (!text.empty()) text = " = " + shortened(text, kLongestDrawnName / 2);
    const std::size_t room = kLongestDrawnName - std::min(kLongestDrawnName / 2 + 3, text.size());
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

PictureScale ForcePicture::scale() const {
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

void ForcePicture::draw_ends(const PictureScale& scale, double bottom, SvgPage& page) const {
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
  const PictureScale scale = this->scale();
  draw_axis(scale, kPlotTop, bottom, page);
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

}  // namespace

std::string draw_explanations(const Value& response, const Value& request,
                              const Signature& signature) {
  const Value::List& explanations = *response.find("explanations")->as_list();
  const Value* instances = request.find("instances");
  const bool has_instances = instances != nullptr && instances->as_list() != nullptr;
  const Value::List rows = has_instances ? *instances->as_list() : Value::List();
  if (explanations.size() != 1) return draw_swarms(explanations, rows, signature);
  const Value& first = explanations.front().find("attributions")->as_list()->front();
  return ForcePicture(first, rows.empty() ? Value() : rows.front(), signature).draw();
}

}  // namespace trivet::cli
