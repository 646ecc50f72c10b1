// SPDX-License-Identifier: Apache-2.0
// Many explanations at a glance: means by feature, as numbers and as bars.
#include "cli/explanation_summary.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "cli/console.hpp"

namespace trivet::cli {
namespace {

constexpr std::size_t kBarColumns = 40;

/// Elements of lists by their position, pairs of features by both names.
void append_flat(const Value& value, const std::string& name, std::vector<NamedNumber>& out) {
  if (const Value::List* list = value.as_list()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      append_flat((*list)[i], name + "[" + std::to_string(i) + "]", out);
    }
  } else if (const Value::Object* object = value.as_object()) {
    for (const Member& member : *object) {
      append_flat(member.value, name.empty() ? member.name : name + "·" + member.name, out);
    }
  } else {
    out.push_back({name, value.as_number()});
  }
}

/// Adds up feature by feature; the first attribution names them all.
class FeatureSums {
 public:
  explicit FeatureSums(std::vector<FeatureSummary>& features) : features_(features) {}

  void add(const Value& attributions) {
    std::vector<NamedNumber> numbers = flat_attributions(attributions);
    if (features_.empty()) features_.resize(numbers.size());
    for (std::size_t i = 0; i < std::min(numbers.size(), features_.size()); ++i) {
      features_[i].name = std::move(numbers[i].name);
      features_[i].mean += numbers[i].number;
      features_[i].mean_size += std::fabs(numbers[i].number);
    }
  }

 private:
  std::vector<FeatureSummary>& features_;
};

double member_number(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr ? 0 : value->as_number();
}

void add_attribution(const Value& attribution, FeatureSums& sums, ExplanationSummary& summary) {
  sums.add(*attribution.find("featureAttributions"));
  summary.baseline_output += member_number(attribution, "baselineOutputValue");
  summary.instance_output += member_number(attribution, "instanceOutputValue");
  summary.is_exact = summary.is_exact && member_number(attribution, "approximationError") == 0;
  const Value* name = attribution.find("outputName");
  if (name != nullptr && name->as_text() != nullptr) summary.output_name = *name->as_text();
  ++summary.attributions;
}

/// Letters of UTF-8, which is what a terminal's columns count.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

/// A bar of `share` of the full length, in eighths of a column.
std::string bar(double share) {
  constexpr std::string_view kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(share * kBarColumns * 8 + 0.5);
  std::string drawn;
  for (std::size_t i = 0; i < eighths / 8; ++i) drawn += "█";
  drawn += kEighths[eighths % 8];
  return drawn;
}

/// Rows of names, bars and numbers.
class BarChart {
 public:
  BarChart(std::vector<FeatureSummary> features, bool colour)
      : features_(std::move(features)), colour_(colour) {
    for (FeatureSummary& feature : features_) {
      feature.name = printable(feature.name);
      name_columns_ = std::max(name_columns_, columns_of(feature.name));
      largest_ = std::max(largest_, feature.mean_size);
    }
  }

  [[nodiscard]] std::string draw() const {
    std::string page;
    for (const FeatureSummary& feature : features_) add_row(feature, page);
    return page;
  }

 private:
  void add_row(const FeatureSummary& feature, std::string& page) const {
    const std::string drawn = largest_ > 0 ? bar(feature.mean_size / largest_) : "";
    page += "  " + feature.name;
    page.append(name_columns_ - columns_of(feature.name) + 2, ' ');
    const bool raises = feature.mean >= 0;
    if (colour_) page += raises ? "\x1b[31m" : "\x1b[34m";
    page += drawn;
    if (colour_) page += "\x1b[0m";
    page.append(kBarColumns - std::min(kBarColumns, columns_of(drawn)) + 2, ' ');
    page +=
        in_short(feature.mean_size) + "  (" + (raises ? "+" : "") + in_short(feature.mean) + ")\n";
  }

  std::vector<FeatureSummary> features_;
  bool colour_;
  std::size_t name_columns_ = 0;
  double largest_ = 0;
};

}  // namespace

std::string in_short(double number) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof(text), number, std::chars_format::general, 4).ptr;
  return std::string(text, end);
}

std::vector<NamedNumber> flat_attributions(const Value& feature_attributions) {
  std::vector<NamedNumber> numbers;
  append_flat(feature_attributions, "", numbers);
  return numbers;
}

ExplanationSummary summarize(const Value& response) {
  ExplanationSummary summary;
  FeatureSums sums(summary.features);
  for (const Value& explanation : *response.find("explanations")->as_list()) {
    ++summary.instances;
    for (const Value& attribution : *explanation.find("attributions")->as_list()) {
      add_attribution(attribution, sums, summary);
    }
  }
  const auto count = static_cast<double>(std::max<std::size_t>(1, summary.attributions));
  summary.baseline_output /= count;
  summary.instance_output /= count;
  for (FeatureSummary& feature : summary.features) {
    feature.mean /= count;
    feature.mean_size /= count;
  }
  return summary;
}

Value to_value(const ExplanationSummary& summary) {
  Value::Object means;
  Value::Object sizes;
  for (const FeatureSummary& feature : summary.features) {
    means.push_back({feature.name, Value(feature.mean)});
    sizes.push_back({feature.name, Value(feature.mean_size)});
  }
  const Value mean(Value::Object{{"baselineOutputValue", Value(summary.baseline_output)},
                                 {"instanceOutputValue", Value(summary.instance_output)},
                                 {"featureAttributions", Value(std::move(means))},
                                 {"outputName", Value(summary.output_name)}});
  return Value(Value::Object{{"meanAttributions", Value(Value::List{mean})},
                             {"meanAbsoluteAttributions", Value(std::move(sizes))},
                             {"instances", Value(static_cast<std::int64_t>(summary.instances))}});
}

std::string draw_bars(const ExplanationSummary& summary, bool colour) {
  std::vector<FeatureSummary> features = summary.features;
  std::stable_sort(features.begin(), features.end(),
                   [](const auto& a, const auto& b) { return a.mean_size > b.mean_size; });
  const std::size_t others =
      features.size() > kDrawnFeatures ? features.size() - kDrawnFeatures : 0;
  features.resize(features.size() - others);
  std::string page = std::to_string(summary.instances) +
                     (summary.instances == 1 ? " instance" : " instances") + ", " +
                     printable(summary.output_name) + ": " + in_short(summary.baseline_output) +
                     " at the baseline, " + in_short(summary.instance_output) + " on average" +
                     (summary.is_exact ? "" : ", sampled") + "\n\n";
  page += BarChart(std::move(features), colour).draw();
  if (others != 0) page += "  and " + std::to_string(others) + " smaller ones\n";
  return page + "\nmean size of the attributions, in brackets their mean\n";
}

}  // namespace trivet::cli
