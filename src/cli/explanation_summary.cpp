// SPDX-License-Identifier: Apache-2.0
// Many explanations at a glance: means by feature, as numbers and as bars.
#include "cli/explanation_summary.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "cli/console.hpp"

namespace trivet::cli {
namespace {

constexpr std::size_t kBarColumns = 40;

constexpr std::size_t kLongestName = 40;  // letters, in bars

/// A number, or the pairs of a feature with all others.
struct FlatCell {
  std::string name;
  const Value* value;
};

/// Elements of lists by their position.
void append_flat(const Value& value, const std::string& name, std::vector<FlatCell>& out) {
  const Value::List* list = value.as_list();
  if (list == nullptr) {
    out.push_back({name, &value});
    return;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    append_flat((*list)[i], name + "[" + std::to_string(i) + "]", out);
  }
}

std::vector<FlatCell> flat_cells(const Value& object) {
  std::vector<FlatCell> cells;
  if (object.as_object() == nullptr) return cells;
  for (const Member& member : *object.as_object()) append_flat(member.value, member.name, cells);
  return cells;
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

std::string member_text(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr || value->as_text() == nullptr ? std::string() : *value->as_text();
}

Value index_of(const Value& attribution) {
  const Value* index = attribution.find("outputIndex");
  return index == nullptr ? Value() : *index;
}

/// The outputs in the order in which they are met, found again by their index.
class OutputSums {
 public:
  explicit OutputSums(std::vector<OutputSummary>& outputs) : outputs_(outputs) {}

  void add(const Value& attribution) {
    OutputSummary& output = find(attribution);
    FeatureSums(output.features).add(*attribution.find("featureAttributions"));
    output.baseline_output += member_number(attribution, "baselineOutputValue");
    output.instance_output += member_number(attribution, "instanceOutputValue");
    output.is_exact = output.is_exact && member_number(attribution, "approximationError") == 0;
    ++output.instances;
  }

 private:
  OutputSummary& find(const Value& attribution) {
    const Value index = index_of(attribution);
    const auto [place, is_new] = places_.emplace(index.to_json(), outputs_.size());
    if (!is_new) return outputs_[place->second];
    OutputSummary& output = outputs_.emplace_back();
    output.index = index;
    output.name = member_text(attribution, "outputName");
    output.display_name = member_text(attribution, "outputDisplayName");
    output.label = output_label(attribution);
    return output;
  }

  std::vector<OutputSummary>& outputs_;
  std::unordered_map<std::string, std::size_t> places_;
};

void divide(OutputSummary& output) {
  const auto count = static_cast<double>(output.instances);
  output.baseline_output /= count;
  output.instance_output /= count;
  for (FeatureSummary& feature : output.features) {
    feature.mean /= count;
    feature.mean_size /= count;
  }
}

/// A scalar output has no index and is alone.
double first_index(const OutputSummary& output) {
  const Value::List* index = output.index.as_list();
  return index == nullptr || index->empty() ? -1 : index->front().as_number();
}

Value mean_attribution(const OutputSummary& output) {
  Value::Object means;
  for (const FeatureSummary& feature : output.features) {
    means.push_back({feature.name, Value(feature.mean)});
  }
  Value::Object mean{{"baselineOutputValue", Value(output.baseline_output)},
                     {"instanceOutputValue", Value(output.instance_output)},
                     {"featureAttributions", Value(std::move(means))}};
  if (!output.index.is_null()) mean.push_back({"outputIndex", output.index});
  if (!output.display_name.empty()) {
    mean.push_back({"outputDisplayName", Value(output.display_name)});
  }
  mean.push_back({"outputName", Value(output.name)});
  return Value(std::move(mean));
}

Value mean_sizes(const OutputSummary& output) {
  Value::Object sizes;
  for (const FeatureSummary& feature : output.features) {
    sizes.push_back({feature.name, Value(feature.mean_size)});
  }
  return Value(std::move(sizes));
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
      feature.name = shortened(printable(feature.name), kLongestName);
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

std::string count_of_instances(const ExplanationSummary& summary, const OutputSummary& output) {
  const std::string all =
      std::to_string(summary.instances) + (summary.instances == 1 ? " instance" : " instances");
  if (output.instances == summary.instances) return all;
  return std::to_string(output.instances) + " of " + all;
}

std::string output_bars(const ExplanationSummary& summary, std::size_t at, bool colour) {
  const OutputSummary& output = summary.outputs[at];
  std::vector<FeatureSummary> features = output.features;
  std::stable_sort(features.begin(), features.end(),
                   [](const auto& a, const auto& b) { return a.mean_size > b.mean_size; });
  const std::size_t others =
      features.size() > kDrawnFeatures ? features.size() - kDrawnFeatures : 0;
  features.resize(features.size() - others);
  std::string page = count_of_instances(summary, output) + ", " + printable(output.label) + ": " +
                     in_short(output.baseline_output) + " at the baseline, " +
                     in_short(output.instance_output) + " on average" +
                     (output.is_exact ? "" : ", sampled") + "\n\n";
  page += BarChart(std::move(features), colour).draw();
  if (others != 0) page += "  and " + std::to_string(others) + " smaller ones\n";
  return page;
}

}  // namespace

std::string in_short(double number) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof(text), number, std::chars_format::general, 4).ptr;
  return std::string(text, end);
}

std::string shortened(std::string_view name, std::size_t most) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(name[i]) & 0xC0) != 0x80;
    if (begins && letters++ == most) return std::string(name.substr(0, i)) + "…";
  }
  return std::string(name);
}

std::vector<NamedNumber> flat_attributions(const Value& feature_attributions) {
  const std::vector<FlatCell> cells = flat_cells(feature_attributions);
  std::vector<NamedNumber> numbers;
  const bool has_pairs = !cells.empty() && cells.front().value->as_object() != nullptr;
  if (!has_pairs) {
    for (const FlatCell& cell : cells) numbers.push_back({cell.name, cell.value->as_number()});
    return numbers;
  }
  std::vector<std::vector<FlatCell>> rows;
  for (const FlatCell& cell : cells) rows.push_back(flat_cells(*cell.value));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i; j < rows[i].size(); ++j) {
      const double other_half = j == i ? 0.0 : rows[j][i].value->as_number();
      numbers.push_back(
          {cells[i].name + "·" + cells[j].name, rows[i][j].value->as_number() + other_half});
    }
  }
  return numbers;
}

std::string output_label(const Value& attribution) {
  const std::string display = member_text(attribution, "outputDisplayName");
  if (!display.empty()) return display;
  std::string name = member_text(attribution, "outputName");
  if (name.empty()) name = "the output";
  const Value index = index_of(attribution);
  return index.is_null() ? name : name + index.to_json();
}

ExplanationSummary summarize(const Value& response) {
  ExplanationSummary summary;
  OutputSums sums(summary.outputs);
  for (const Value& explanation : *response.find("explanations")->as_list()) {
    ++summary.instances;
    for (const Value& attribution : *explanation.find("attributions")->as_list()) {
      sums.add(attribution);
    }
  }
  for (OutputSummary& output : summary.outputs) divide(output);
  std::stable_sort(summary.outputs.begin(), summary.outputs.end(),
                   [](const auto& a, const auto& b) { return first_index(a) < first_index(b); });
  return summary;
}

Value to_value(const ExplanationSummary& summary) {
  Value::List means;
  Value::List sizes;
  Value::List counts;
  for (const OutputSummary& output : summary.outputs) {
    means.push_back(mean_attribution(output));
    sizes.push_back(mean_sizes(output));
    counts.push_back(Value(static_cast<std::int64_t>(output.instances)));
  }
  return Value(Value::Object{{"meanAttributions", Value(std::move(means))},
                             {"meanAbsoluteAttributions", Value(std::move(sizes))},
                             {"instancesByOutput", Value(std::move(counts))},
                             {"instances", Value(static_cast<std::int64_t>(summary.instances))}});
}

std::string draw_bars(const ExplanationSummary& summary, bool colour) {
  std::string page;
  const std::size_t drawn = std::min(kDrawnOutputs, summary.outputs.size());
  for (std::size_t i = 0; i < drawn; ++i) page += output_bars(summary, i, colour) + "\n";
  if (drawn < summary.outputs.size()) {
    page += "and " + std::to_string(summary.outputs.size() - drawn) +
            " more outputs, which --json has too\n\n";
  }
  return page + "mean size of the attributions, in brackets their mean\n";
}

}  // namespace trivet::cli
