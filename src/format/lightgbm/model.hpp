// SPDX-License-Identifier: Apache-2.0
// What the readers of both encodings gather from a file, in whatever order the file says it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/spi/tree_builder.hpp"

namespace trivet::lightgbm {

enum class Encoding : std::uint8_t { text, json };

/// `lightgbm-text`, `lightgbm-json`.
[[nodiscard]] std::string_view encoding_name(Encoding encoding) noexcept;

/// What `feature_infos` says about a feature.
struct FeatureInfo {
  enum class Kind : std::uint8_t { unused, numeric, categorical };
  Kind kind = Kind::unused;
  std::int64_t greatest_code = -1;  ///< that training showed; categorical features only
};

/// The categories of one category column of the data frame that the model was trained on, in the
/// order of their codes.
struct PandasColumn {
  std::vector<std::string> categories;
  bool all_texts = true;  ///< else some are numbers or booleans, kept as JSON spells them
  bool is_usable = true;  ///< false: something that is no category
};

/// The whole of a file, but for the trees, which go straight into the builder.
struct Model {
  explicit Model(bool keep_gains);

  Encoding encoding = Encoding::text;
  std::string version;  ///< of the file format: v2, v3, v4; empty: the file doesn't say
  std::optional<std::int64_t> class_count;
  std::optional<std::int64_t> trees_per_round;
  std::optional<std::int64_t> max_feature;  ///< the number of the last feature
  std::optional<std::string> objective;     ///< the name and its parameters, as the file has it
  bool average_output = false;
  std::vector<std::string> feature_names;
  std::vector<FeatureInfo> features;  ///< empty: the file doesn't say
  bool is_monotone = false;           ///< trained under monotone constraints
  /// Where a model text has each of the header's fields that it has. Names are literals.
  std::map<std::string_view, std::size_t> header_lines;

  spi::TreeEnsembleBuilder trees;
  bool keeps_gains;
  std::size_t linear_trees = 0;

  std::vector<PandasColumn> pandas;
  std::string boosting;              ///< `[boosting: dart]` among the parameters
  std::string categorical_features;  ///< `[categorical_feature: 0,3]`, if it is told
  std::vector<std::string> notes;
  std::vector<std::string> warnings;

  /// Where the header's field of that name stands in the file.
  [[nodiscard]] std::string place(std::string_view field) const;
  [[nodiscard]] Error fail(std::string_view field, std::string found, std::string expected) const;
  /// Outputs a row has. Requires class_count.
  [[nodiscard]] std::int64_t output_count() const noexcept;
};

/// No file makes a model wider than this, so that a few bytes can't ask for all memory.
inline constexpr std::int64_t kOutputLimit = 1 << 16;
inline constexpr std::int64_t kFeatureLimit = 1 << 20;

}  // namespace trivet::lightgbm
