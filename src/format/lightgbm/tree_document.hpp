// SPDX-License-Identifier: Apache-2.0
// One tree of a JSON dump: nodes inside each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/document_cursor.hpp"
#include "format/lightgbm/model.hpp"
#include "format/lightgbm/tree_arrays.hpp"

namespace trivet::lightgbm {

/// Reads items of `tree_info`, with one set of arrays for all.
class TreeDocument {
 public:
  TreeDocument(base::DocumentCursor& cursor, Model& model) noexcept
      : cursor_(cursor), model_(model) {}

  /// The cursor stands on an item of `tree_info`; its tree is in the model afterwards. Recursion is
  /// bounded by the cursor's kMaxDepth.
  [[nodiscard]] Status read();
  /// The first tree's number in the model that was dumped.
  [[nodiscard]] std::int64_t first_index() const noexcept { return first_index_; }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// What a node of the file says; positions are in nodes_, sets in tree_.
  struct DumpedNode {
    std::int64_t feature = -1;
    double threshold = 0;
    std::uint32_t parts = 0;  // members that were there, a bit each
    bool is_categorical = false;
    bool default_left = false;
    std::int32_t missing_type = -1;
    double gain = 0;
    std::int64_t count = 0;
    std::size_t set = kNone;
    std::size_t left = kNone;
    std::size_t right = kNone;
    bool is_leaf = false;
    double value = 0;
    bool is_linear = false;
    double constant = 0;
    std::size_t first_term = 0;
    std::size_t end_term = 0;
    std::size_t first_coefficient = 0;
    std::size_t end_coefficient = 0;
    std::int32_t number = 0;  // in the arrays; ~leaf for leaves
  };

  [[nodiscard]] Status check_index();
  [[nodiscard]] Status read_node(std::size_t& at);
  [[nodiscard]] Status take_once(std::size_t at, std::string_view key);
  [[nodiscard]] Status read_member(std::size_t at, std::string_view key);
  [[nodiscard]] Status read_leaf_member(std::size_t at, std::string_view key);
  [[nodiscard]] Status check_node(std::size_t at) const;
  [[nodiscard]] Status check_leaf(const DumpedNode& node) const;
  [[nodiscard]] Status check_split(const DumpedNode& node) const;
  [[nodiscard]] Status read_threshold(std::size_t at);
  [[nodiscard]] Status read_codes(std::string_view text);
  [[nodiscard]] Status read_decision_type(DumpedNode& node);
  [[nodiscard]] Status read_missing_type(DumpedNode& node);
  [[nodiscard]] Status into_number(double& out);
  [[nodiscard]] Status into_integer(std::int64_t& out);
  void number_nodes();
  void append_split(const DumpedNode& node);
  void append_leaf(const DumpedNode& node);

  base::DocumentCursor& cursor_;
  Model& model_;
  TreeArrays tree_;
  std::vector<DumpedNode> nodes_;
  std::vector<std::int32_t> term_features_;
  std::vector<double> coefficients_;
  std::int64_t first_index_ = 0;
};

}  // namespace trivet::lightgbm
