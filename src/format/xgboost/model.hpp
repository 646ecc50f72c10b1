// SPDX-License-Identifier: Apache-2.0
// What the readers of all encodings gather from a file, in whatever order the file says it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/spi/tree_builder.hpp"

namespace trivet::xgboost {

/// The XGBoost that wrote the file.
struct Version {
  std::int64_t major = -1;  ///< -1: the file doesn't say; 0: before 1.0
  std::int64_t minor = 0;
  std::int64_t patch = -1;  ///< -1: not told (legacy binary)

  [[nodiscard]] bool known() const noexcept { return major >= 0; }
  /// A file that doesn't tell counts as written by today's.
  [[nodiscard]] bool at_least(std::int64_t wanted_major, std::int64_t wanted_minor) const noexcept {
    return !known() || major > wanted_major || (major == wanted_major && minor >= wanted_minor);
  }
  [[nodiscard]] std::string text() const;
};

enum class Encoding : std::uint8_t { json, ubjson, binary };

/// `xgboost-json`, `xgboost-ubjson`, `xgboost-binary`.
[[nodiscard]] std::string_view encoding_name(Encoding encoding) noexcept;

/// The parts of a file that an error may be about after they were read.
enum class Part : std::uint8_t {
  model,
  learner_parameters,
  base_score,
  feature_count,
  class_count,
  objective,
  booster,
  trees,
  tree_count,
  tree_groups,
  tree_weights,
  linear_weights,
  rounds,
  feature_names,
  feature_types,
  categories,
};

/// The categories of one column, in the order of their codes: code `i` is what `run` holds from
/// `offsets[i]` to `offsets[i + 1]`. No offsets: the file has no texts.
struct ColumnCategories {
  std::vector<std::int32_t> offsets;
  std::string run;
  bool numeric = false;  ///< the categories are numbers, which are not kept
};

/// The whole of a file, but for the trees, which go straight into the builder.
struct Model {
  Encoding encoding = Encoding::json;
  std::string_view root;          ///< JSON pointer of the model in its document: "" or "/Model"
  bool nested_trees = false;      ///< DART up to 3.2 has its trees in an object `gbtree`
  bool weights_in_model = false;  ///< DART from 3.4 on has its weights beside the trees
  Version version;

  std::optional<std::vector<float>> base_score;
  bool base_is_margin = false;      ///< it was transformed before it was written (before 1.0)
  std::uint64_t feature_count = 0;  ///< 0: the file doesn't say
  std::int64_t class_count = 0;     ///< 0 unless multi-class
  std::int64_t target_count = 1;
  std::string objective;
  std::string booster;  ///< gbtree, dart or gblinear

  spi::TrainingFacts facts = spi::TrainingFacts::cover;  ///< what the builder is to keep
  std::optional<spi::TreeEnsembleBuilder> trees;
  std::size_t file_bytes = 0;  ///< 0: not told
  std::uint32_t leaf_width = 1;
  std::uint64_t features_used = 0;         ///< 1 + the highest feature that a split names
  std::optional<std::int64_t> tree_count;  ///< as the file states it
  std::vector<std::int32_t> tree_groups;   ///< the output that each tree adds to
  std::vector<float> tree_weights;         ///< DART; may be shorter than the trees
  std::int64_t parallel_trees = 1;
  std::vector<std::int32_t> rounds;  ///< first tree of each round and the end; may be empty
  std::optional<std::vector<float>> linear_weights;

  std::vector<std::string> feature_names;
  std::vector<std::string> feature_types;
  std::vector<ColumnCategories> categories;
  std::string best_iteration;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;

  /// Where the part stands in the file.
  [[nodiscard]] std::string place(Part part) const;
  [[nodiscard]] Error fail(Part part, std::string found, std::string expected) const;
  /// Outputs a row has: classes, targets, or one.
  [[nodiscard]] std::int64_t output_count() const noexcept;
  /// Starts the forest at its first tree; an error when later ones have other leaves.
  [[nodiscard]] Status expect_leaf_width(std::uint32_t width);
};

/// No file makes a model wider than this, so that a few bytes can't ask for all memory.
inline constexpr std::int64_t kOutputLimit = 1 << 16;
inline constexpr std::uint64_t kFeatureLimit = 1 << 20;

}  // namespace trivet::xgboost
