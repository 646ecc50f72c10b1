// SPDX-License-Identifier: Apache-2.0
// The columns of a model, and the operator that makes the booster's features out of them.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "format/bqml/metadata.hpp"
#include "format/bqml/vocabulary.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::bqml {

/// The vocabularies of one column by their encodings.
using ColumnVocabularies = std::map<Encoding, Vocabulary>;

/// Puts columns and steps of `encode_features` together, one column after the other.
class Encoder {
 public:
  /// Features come to no more than that: what lengths in files promise is never allocated.
  explicit Encoder(std::size_t feature_limit) noexcept : feature_limit_(feature_limit) {}

  /// The column after those before. Errors: invalid_model, when the metadata and the vocabularies
  /// contradict each other.
  [[nodiscard]] Status add_column(const Feature& feature, std::size_t position,
                                  ColumnVocabularies vocabularies);
  [[nodiscard]] std::size_t feature_count() const noexcept { return feature_columns_.size(); }
  [[nodiscard]] std::uint32_t cell_count() const noexcept {
    return static_cast<std::uint32_t>(cell_count_);
  }

  [[nodiscard]] std::vector<Column> take_columns() noexcept { return std::move(columns_); }
  /// The column of each feature; features up to `width` that no column makes have none.
  [[nodiscard]] std::vector<std::uint32_t> take_feature_columns(std::size_t width);
  [[nodiscard]] spi::Operator take_operator();

 private:
  void add_number(const Feature& feature);
  void add_category(const Feature& feature, Encoding encoding, Vocabulary& vocabulary);
  void add_bag(const Feature& feature, Encoding encoding, Vocabulary& vocabulary);
  void add_list(const Feature& feature, Encoding encoding, const Vocabulary& vocabulary);
  void add_step(std::string_view kind, std::size_t width, std::size_t categories);
  void push_column(Column column);
  void add_encoded(const Feature& feature, Encoding encoding, Vocabulary& vocabulary);

  std::size_t feature_limit_;
  std::vector<std::uint32_t> feature_columns_;
  std::size_t cell_count_ = 0;
  std::vector<Column> columns_;
  Value::List kinds_;
  Value::List cells_;
  Value::List widths_;
  Value::List categories_;
  std::vector<double> tables_;
};

}  // namespace trivet::bqml
