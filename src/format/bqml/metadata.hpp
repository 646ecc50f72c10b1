// SPDX-License-Identifier: Apache-2.0
// `assets/model_metadata.json`: what kind of model it is, its columns and classes.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::bqml {

inline constexpr std::string_view kMetadataFile = "assets/model_metadata.json";

struct Feature {
  std::string name;
  std::string encode_type;     ///< empty when the file names none
  std::optional<double> mean;  ///< what an empty text stands for
};

struct Metadata {
  std::string model_type;
  std::string label;
  std::vector<Feature> features;  ///< in the order of `feature_names`
  std::vector<Value> classes;     ///< of classifiers, in the order of their scores

  [[nodiscard]] bool is_classifier() const noexcept { return model_type.ends_with("_classifier"); }
};

/// Requires 64 readable bytes behind the text. Places in errors are JSON pointers.
[[nodiscard]] Result<Metadata> read_metadata(std::span<const std::byte> text);

}  // namespace trivet::bqml
