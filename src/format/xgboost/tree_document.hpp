// SPDX-License-Identifier: Apache-2.0
// One tree of a JSON or UBJSON model, from its arrays into the builder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/document_cursor.hpp"
#include "format/xgboost/model.hpp"

namespace trivet::xgboost {

/// Reads tree after tree into arrays that it reuses, and adds them to the model's builder. Linear
/// in the bytes of the tree.
class TreeDocument {
 public:
  explicit TreeDocument(Model& model) noexcept : model_(model) {}

  /// The cursor stands on the object of the tree number `index`.
  [[nodiscard]] Status read(base::DocumentCursor& cursor, std::size_t index);

 private:
  [[nodiscard]] Status read_member(base::DocumentCursor& cursor, std::string_view key);
  [[nodiscard]] Status read_parameter(base::DocumentCursor& cursor, std::string_view key);
  void clear();
  [[nodiscard]] Status check_sizes(const base::DocumentCursor& cursor) const;
  [[nodiscard]] Status check_leaves(const base::DocumentCursor& cursor);
  [[nodiscard]] Status check_categories(const base::DocumentCursor& cursor);
  [[nodiscard]] Status add_nodes();
  [[nodiscard]] Status add_split(std::size_t node);
  [[nodiscard]] Status add_vector_leaf(std::size_t node);
  [[nodiscard]] Result<std::span<const std::int32_t>> codes_of(std::size_t node);
  [[nodiscard]] Error fail_node(std::size_t node, std::string found, std::string expected) const;

  Model& model_;
  bool base_weights_needed_ = true;   ///< they hold the leaves of vector trees up to 3.1
  std::uint64_t category_words_ = 0;  ///< of the whole forest

  std::vector<std::int32_t> left_;
  std::vector<std::int32_t> right_;
  std::vector<std::int32_t> feature_;
  std::vector<float> condition_;  ///< the leaf's value where `left_` is -1
  std::vector<std::uint8_t> default_left_;
  std::vector<std::uint8_t> split_type_;
  std::vector<float> cover_;
  std::vector<float> gain_;
  std::vector<float> base_weights_;
  std::vector<float> leaf_weights_;
  std::vector<std::int32_t> categories_;
  std::vector<std::int32_t> category_nodes_;
  std::vector<std::int64_t> category_begin_;
  std::vector<std::int64_t> category_size_;
  std::optional<std::int64_t> id_;
  std::optional<std::int64_t> node_count_;
  std::int64_t leaf_width_ = 1;

  std::span<const float> vector_leaves_;  ///< rows of leaf_width_ values
  bool leaf_rows_by_node_ = false;
  std::size_t next_category_node_ = 0;
  std::vector<double> leaf_row_;
  std::vector<bool> leaf_row_taken_;  // by row of leaf_weights
};

}  // namespace trivet::xgboost
