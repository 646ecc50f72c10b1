// SPDX-License-Identifier: Apache-2.0
// Many explanations at a glance: means by feature, as numbers and as bars.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/value.hpp"

namespace trivet::cli {

/// A feature's number; elements of lists and pairs of features have names of their own. A pair's is
/// that of both of its halves together.
struct NamedNumber {
  std::string name;
  double number = 0;
};
/// The numbers of `featureAttributions`, in their order.
[[nodiscard]] std::vector<NamedNumber> flat_attributions(const Value& feature_attributions);

/// At most so many letters of UTF-8, and an ellipsis for the others.
[[nodiscard]] std::string shortened(std::string_view name, std::size_t most);

/// A number with four digits that count.
[[nodiscard]] std::string in_short(double number);

/// One feature or group over all attributions; elements of a list count one by one.
struct FeatureSummary {
  std::string name;
  double mean = 0;
  double mean_size = 0;  ///< of its absolute values
};

/// One output over all instances that it was explained for.
struct OutputSummary {
  std::vector<FeatureSummary> features;  ///< in the order of the specification
  std::size_t instances = 0;
  double baseline_output = 0;  ///< means, as those of the features
  double instance_output = 0;
  std::string name;
  std::string display_name;
  Value index;  ///< null for an output that is one number
  std::string label;
  bool is_exact = true;
};

struct ExplanationSummary {
  std::vector<OutputSummary> outputs;  ///< by their index
  std::size_t instances = 0;
};

/// What people call the output of an attribution: its display name, or its name and index.
[[nodiscard]] std::string output_label(const Value& attribution);

/// Sums up the answer to a request to explain. Requires that it is one. O(answer).
[[nodiscard]] ExplanationSummary summarize(const Value& response);

/// As `ModelExplanation` has it, an entry an output, with the mean sizes beside.
[[nodiscard]] Value to_value(const ExplanationSummary& summary);

/// The largest mean sizes as bars, at most kDrawnFeatures of each of at most kDrawnOutputs outputs.
[[nodiscard]] std::string draw_bars(const ExplanationSummary& summary, bool colour);

inline constexpr std::size_t kDrawnOutputs = 10;
inline constexpr std::size_t kDrawnFeatures = 20;

}  // namespace trivet::cli
