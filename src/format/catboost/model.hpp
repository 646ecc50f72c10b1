// SPDX-License-Identifier: Apache-2.0
// What the readers of both encodings gather from a file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trivet/error.hpp"
#include "trivet/value.hpp"

namespace trivet::catboost {

enum class Encoding : std::uint8_t { cbm, json };

/// `catboost-cbm`, `catboost-json`.
[[nodiscard]] std::string_view encoding_name(Encoding encoding) noexcept;

/// What stands for NaN before it is compared, where training saw NaN at all.
enum class NanTreatment : std::uint8_t {
  as_is,     ///< NaN: every test is false
  as_false,  ///< minus infinity
  as_true,   ///< plus infinity
};

struct FloatFeature {
  std::int32_t index = -1;       ///< among the numeric features
  std::int32_t flat_index = -1;  ///< among all columns
  bool has_nans = false;
  NanTreatment nan_treatment = NanTreatment::as_is;
  std::vector<float> borders;
  std::string name;
};

struct CategoricalFeature {
  std::int32_t index = -1;  ///< among the categorical features
  std::int32_t flat_index = -1;
  std::string name;
};

/// A categorical feature whose codes the trees test directly.
struct OneHotFeature {
  std::int32_t index = -1;  ///< of the categorical feature
  std::vector<std::int32_t> codes;
};

/// How counts become a number, in the order of the file's enumeration.
enum class CtrType : std::uint8_t {
  borders,                      ///< share of targets above a border
  buckets,                      ///< share of targets in a bucket
  binarized_target_mean_value,  ///< mean of the targets' buckets
  float_target_mean_value,      ///< mean of the targets
  counter,                      ///< how often the combination came, by a common denominator
  feature_freq,                 ///< the same, by the number of rows
};

/// `Borders`, `Buckets`, …; nothing for a number beyond the last one.
[[nodiscard]] std::optional<std::string_view> ctr_type_name(std::int64_t type) noexcept;
[[nodiscard]] std::optional<CtrType> find_ctr_type(std::string_view name) noexcept;
/// True for the two types that have sums beside counts.
[[nodiscard]] bool is_mean(CtrType type) noexcept;

/// `x > border` of a numeric feature, as part of a combination.
struct FloatElement {
  std::int32_t index = 0;
  float border = 0;
  friend bool operator==(const FloatElement&, const FloatElement&) = default;
};
/// `x = code` of a categorical feature, as part of a combination.
struct CodeElement {
  std::int32_t index = 0;
  std::int32_t code = 0;
  friend bool operator==(const CodeElement&, const CodeElement&) = default;
};

/// Which values together are one key of a table.
struct Combination {
  std::vector<std::int32_t> categories;  ///< categorical features by index
  std::vector<FloatElement> floats;
  std::vector<CodeElement> codes;
  friend bool operator==(const Combination&, const Combination&) = default;
};

/// What tells tables apart.
struct CtrKey {
  Combination combination;
  CtrType type = CtrType::borders;
  std::int32_t classifier = 0;  ///< which binarisation of the target
  std::string name;             ///< JSON: the table's name, which stands for the fields above
  friend bool operator==(const CtrKey&, const CtrKey&) = default;
};

/// A feature whose value comes from a table: `((good + prior) / (total + prior weight) + shift) ·
/// scale`, all in float32.
struct CtrFeature {
  CtrKey key;
  std::int32_t target_border = 0;
  float prior = 0;
  float prior_weight = 1;
  float shift = 0;
  float scale = 1;
  std::vector<float> borders;
};

/// What training counted for each combination of values: entry `i` is `stride` numbers from
/// `values[i · stride]`. A mean has the sum of the targets and a count, a counter one count, the
/// others a count for each class of the target.
struct CtrTable {
  CtrKey key;
  std::int32_t denominator = 0;  ///< of counters
  std::size_t stride = 0;
  std::vector<std::uint64_t> hashes;
  std::vector<double> values;
};

/// What a JSON model says of a split beside its condition's number.
struct SplitClaim {
  enum class Kind : std::uint8_t { none, numeric, one_hot, table };
  Kind kind = Kind::none;               ///< none: it isn't said
  std::optional<std::int32_t> feature;  ///< among the numeric, or the categorical features
  std::optional<float> border;
  std::optional<std::int32_t> code;
};

/// What the file says of the training, as far as answers depend on it.
struct TrainingInfo {
  std::string version;
  std::string loss;
  bool has_classes = false;         ///< it states parameters of classes
  std::vector<Value> class_names;   ///< texts, integers, numbers or booleans
  std::string class_label_type;     ///< Integer, Float, String, Boolean; empty in old files
  std::vector<double> class_codes;  ///< where there are no names: the labels as numbers
  std::int64_t class_count = 0;
  std::optional<double> probability_threshold;
  bool cuts_targets_differently = false;  ///< tables of one type binarise the target in two ways
};

/// The whole of a file. Trees of both kinds stand one after the other in shared arrays, as in the
/// binary encoding. A tree is oblivious when `steps` is empty.
struct Model {
  Encoding encoding = Encoding::cbm;
  std::size_t file_bytes = 0;
  TrainingInfo info;

  std::vector<FloatFeature> floats;
  std::vector<CategoricalFeature> categories;
  std::vector<OneHotFeature> one_hots;
  std::vector<CtrFeature> ctrs;
  std::vector<CtrTable> tables;

  /// Distances to the children inside the tree; 0: this side ends in the node's own leaf.
  struct Step {
    std::uint32_t left = 0;
    std::uint32_t right = 0;
  };
  bool oblivious = true;
  std::int64_t output_count = 1;
  std::vector<std::int32_t> tree_sizes;     ///< tests (oblivious) or nodes of each tree
  std::vector<std::int32_t> tree_splits;    ///< conditions by number, all trees'
  std::vector<SplitClaim> split_claims;     ///< one a split, or none
  std::vector<Step> steps;                  ///< one a node
  std::vector<std::uint32_t> leaf_of_node;  ///< first of the leaf's values
  std::vector<double> leaf_values;
  std::vector<double> leaf_weights;  ///< one a leaf, or none
  double scale = 1;
  std::vector<double> bias;  ///< one an output, or none; with several outputs also a single 0

  std::vector<std::string> warnings;
};

/// Conditions are numbered over all features: borders of numeric features first, then codes of
/// one-hot features, then borders of table features.
inline constexpr std::int64_t kOutputLimit = 1 << 16;
inline constexpr std::int64_t kColumnLimit = 1 << 20;
inline constexpr std::int32_t kDepthLimit = 16;  ///< of oblivious trees; CatBoost's own

[[nodiscard]] inline Error broken_model(std::string where, std::string found,
                                        std::string expected) {
  return {Errc::invalid_model, std::move(where), std::move(found), std::move(expected)};
}

}  // namespace trivet::catboost
