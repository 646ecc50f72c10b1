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
  /// The tree with its splits and leaves numbered apart.
  struct OrderedArrays {
    std::vector<std::int32_t> number;  ///< of each node: a split, or ~leaf
    std::vector<std::uint32_t> feature;
    std::vector<float> cut;
    std::vector<std::int32_t> left;
    std::vector<std::int32_t> right;
    std::vector<spi::NodeFlags> flags;
    std::vector<float> leaf;
    std::vector<float> split_cover;
    std::vector<float> leaf_cover;
    std::vector<float> split_gain;
    std::vector<float> leaf_gain;  ///< says nothing
    std::size_t split_count = 0;
  };

  [[nodiscard]] Status read_member(base::DocumentCursor& cursor, std::string_view key);
  [[nodiscard]] Status read_parameter(base::DocumentCursor& cursor, std::string_view key);
  void clear();
  [[nodiscard]] Status check_sizes(const base::DocumentCursor& cursor) const;
  [[nodiscard]] Status check_leaves(const base::DocumentCursor& cursor);
  [[nodiscard]] Status check_categories(const base::DocumentCursor& cursor);
  /// True when the tree could be added at once: numeric tests, plain leaves, no node deleted, all
  /// behind their parents. What is wrong with any other is found node by node.
  [[nodiscard]] bool add_whole();
  void expect_trees_like_this();
  void number_nodes();
  [[nodiscard]] bool gather_splits();
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

  OrderedArrays ordered_;
  std::span<const float> vector_leaves_;  ///< rows of leaf_width_ values
  bool leaf_rows_by_node_ = false;
  std::size_t next_category_node_ = 0;
  std::vector<double> leaf_row_;
  std::vector<bool> leaf_row_taken_;  // by row of leaf_weights
};

}  // namespace trivet::xgboost
