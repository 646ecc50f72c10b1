// SPDX-License-Identifier: Apache-2.0
// `assets/N_….txt`: how the N-th column of a model becomes features.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/result.hpp"

namespace trivet::bqml {

/// In the order in which BigQuery ML's predictor looks for them: of several for one column the
/// first one counts.
enum class Encoding : std::uint8_t {
  categorical_one_hot,
  categorical_target,
  categorical_label,
  array_one_hot,
  array_target,
  array_struct,
  array_numerical,
};

/// What a file's name says: column and encoding. Nothing for names of other files.
struct VocabularyName {
  std::size_t column = 0;
  Encoding encoding = Encoding::categorical_label;
};
[[nodiscard]] std::optional<VocabularyName> parse_vocabulary_name(std::string_view file_name);

/// What a file holds. Of the members those count that its encoding has.
struct Vocabulary {
  std::vector<std::string> categories;  ///< a position for each line
  std::vector<double> targets;          ///< `width` numbers for each category
  std::size_t width = 0;                ///< numbers of a category; elements of a list
};
/// Places in errors are lines.
[[nodiscard]] Result<Vocabulary> read_vocabulary(std::string_view text, Encoding encoding);

}  // namespace trivet::bqml
