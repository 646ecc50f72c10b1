// SPDX-License-Identifier: Apache-2.0
// `trivet.json`: what the artefact can't say of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"
#include "trivet/value.hpp"

namespace trivet::core {

/// What the sidecar is called, beside the artefact.
inline constexpr std::string_view kSidecarName = "trivet.json";

/// The shapes of an answer that a `predictionSchemaUri` asks for.
enum class PredictionSchema : std::uint8_t { none, tabular_classification, tabular_regression };

/// What is added to the value to get the bounds of the interval, in the value's own unit: the lower
/// one is negative unless the model answers too low nearly always.
struct PredictionInterval {
  double coverage = 0.95;
  double lower_residual = 0;
  double upper_residual = 0;
};

/// A column as the sidecar describes it.
struct SidecarColumn : Column {
  bool has_type = false;  ///< else it is what the model says
};

/// The sidecar's fields, checked on their own but not yet against a model.
struct Sidecar {
  std::string file_name{kSidecarName};  ///< without its folders: how errors call it
  std::vector<std::string> warnings;    ///< what is read and yet may surprise
  std::string display_name;
  PredictionSchema schema = PredictionSchema::none;
  std::vector<SidecarColumn> columns;
  std::string target;
  std::vector<std::string> classes;
  std::optional<PredictionInterval> interval;
  std::optional<double> missing;  ///< in number columns stands for a missing value, as NaN does
  std::string signature_name;
  Value explanation_spec;  ///< an object, kept as it is for those who explain
  Value forecaster;        ///< likewise, for those who forecast
};

/// Reads the text of a sidecar. Unknown members are errors: a misspelt name must not be lost.
/// Errors: invalid_model, with `trivet.json: /signature/columns/2` as the place; the file's name is
/// the last part of `path`.
[[nodiscard]] Result<Sidecar> parse_sidecar(std::string_view json,
                                            std::string_view path = kSidecarName);

/// Checks a sidecar against a graph and writes its names, categories, classes and warnings into it.
/// Errors: invalid_model, with places as above.
[[nodiscard]] Status apply_sidecar(const Sidecar& sidecar, spi::Graph& graph);

}  // namespace trivet::core
