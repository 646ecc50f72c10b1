// SPDX-License-Identifier: Apache-2.0
// Why a model answered as it did: what to explain, and the service's Attribution and Explanation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::inline v0 {

/// Baseline Shapley values by paths from the baseline to the instance. Paths are only walked where
/// no exact way is known.
struct SampledShapleyAttribution {
  std::int32_t path_count = 0;  ///< 1 … 50
};
/// Gradients along the straight line from the baseline to the instance.
struct IntegratedGradientsAttribution {
  std::int32_t step_count = 0;      ///< 1 … 100
  Value smooth_grad_config = {};    ///< an object, or null
  Value blur_baseline_config = {};  ///< likewise
};
/// For images only, which no model here takes yet.
struct XraiAttribution {
  std::int32_t step_count = 0;  ///< 1 … 100
  Value smooth_grad_config = {};
  Value blur_baseline_config = {};
};
/// Neighbours of the instance, which need a search index that no model here has yet.
struct ExamplesExplanation {
  Value config;  ///< the message `Examples` as it was given
};

/// Which values of its own a framework would give.
enum class FrameworkValues : std::uint8_t {
  contributions,  ///< XGBoost's `pred_contribs`, LightGBM's `pred_contrib`, CatBoost's ShapValues
  approximate,    ///< XGBoost's `approx_contribs`
  interactions,   ///< XGBoost's `pred_interactions`
};
/// What the model's own framework says of its margin, to compare with it: another question, whose
/// "baseline" is the mean over the training rows. An extension; for forests.
struct FrameworkAttribution {
  FrameworkValues values = FrameworkValues::contributions;
};

/// The message `ExplanationParameters`: one method, and which elements of the output to explain.
struct ExplanationParameters {
  std::variant<std::monostate, SampledShapleyAttribution, IntegratedGradientsAttribution,
               XraiAttribution, ExamplesExplanation, FrameworkAttribution>
      method;
  std::optional<std::int32_t> top_k;  ///< so many of the greatest outputs; -1: all
  /// These elements in this order, whatever `top_k` says; one number for each dimension.
  std::vector<std::vector<std::int32_t>> output_indices;
};

/// How an input's numbers belong to features.
enum class FeatureEncoding : std::uint8_t {
  identity,                ///< every element is a feature of its own, kept in the input's shape
  bag_of_features,         ///< an element for each name of the mapping
  bag_of_features_sparse,  ///< likewise, with mostly zeros
  indicator,               ///< likewise, with zeros and ones
  combined_embedding,
  concat_embedding,
};

/// The message `ExplanationMetadata.InputMetadata`.
struct ExplanationInput {
  std::string name;  ///< a column, or any name for a whole row given as a list
  std::vector<Value> input_baselines;
  FeatureEncoding encoding = FeatureEncoding::identity;
  std::vector<std::string> index_feature_mapping;
  std::string group_name;  ///< inputs of one group share one attribution
  std::string modality;
  std::string input_tensor_name;
  std::string encoded_tensor_name;
  std::string indices_tensor_name;
  std::string dense_shape_tensor_name;
  std::vector<Value> encoded_baselines;
  Value feature_value_domain;
  Value visualization;
};

/// The message `ExplanationMetadata.OutputMetadata`.
struct ExplanationOutput {
  std::string name;
  Value index_display_name_mapping;  ///< a list of texts shaped like the output, or null
  std::string display_name_mapping_key;
  std::string output_tensor_name;
};

/// The message `ExplanationMetadata`: what goes into the model, and the one output to explain.
struct ExplanationMetadata {
  std::vector<ExplanationInput> inputs;
  std::vector<ExplanationOutput> outputs;
};

/// How a deployed model explains its answers: the message `ExplanationSpec`.
struct TRIVET_EXPORT ExplanationSpec {
  ExplanationParameters parameters;
  ExplanationMetadata metadata;

  /// From the service's JSON, names in lowerCamelCase or as the protos have them. Unknown members,
  /// numbers out of bounds, more than one method and not exactly one output are errors:
  /// invalid_argument, with a JSON pointer as the place.
  [[nodiscard]] static Result<ExplanationSpec> parse(std::string_view json);
  [[nodiscard]] static Result<ExplanationSpec> from_value(const Value& value);
  /// From an `explanation_metadata.json`, which had inputs and outputs and no parameters: those
  /// become sampled Shapley with 25 paths.
  [[nodiscard]] static Result<ExplanationSpec> from_old_metadata(const Value& value);
};

/// How the features of one instance moved one output away from its baseline: the message
/// `Attribution` of the service's `explanation.proto`, field by field. For exact methods the
/// feature attributions add up to `instance_output_value - baseline_output_value`.
struct Attribution {
  double baseline_output_value = 0;  ///< the output at the baseline; the average over several
  double instance_output_value = 0;
  Value feature_attributions;  ///< an object by input name, each in the input's own shape
  std::vector<std::int32_t> output_index;  ///< which element of the output; empty for a number
  std::string output_display_name;
  double approximation_error = 0;  ///< 0 when exact
  std::string output_name;
};

/// The attributions of one instance, one an explained output: the message `Explanation`.
struct Explanation {
  std::vector<Attribution> attributions;
};

/// The attributions of many rows as plain numbers. Row `r`, its `k`-th explained output and player
/// `p` stand at `(r * outputs_per_row + k) * players.size() + p`; what is one number an explained
/// output at `r * outputs_per_row + k`. Of interactions the players are pairs of features, `a·b`,
/// the pairs of the first feature first. A view into the Session that made it; valid until that
/// session's next call.
struct AttributionView {
  std::span<const std::string> players;  ///< features and groups, in the order of the spec
  std::size_t row_count = 0;
  std::size_t outputs_per_row = 0;
  std::span<const double> attributions;
  std::span<const std::int32_t> output_positions;  ///< of the explained elements
  std::span<const double> baseline_outputs;
  std::span<const double> instance_outputs;
  std::span<const double> approximation_errors;
};

/// How a model will answer to a spec.
struct ExplanationPlan {
  std::string name;    ///< `"tree-walk"`, `"enumeration"`, …
  bool exact = false;  ///< before rows are seen: each row's error has the last word
};

}  // namespace trivet::inline v0
