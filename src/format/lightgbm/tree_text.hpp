// SPDX-License-Identifier: Apache-2.0
// One `Tree=` block of a model text.
#pragma once

#include <cstdint>
#include <vector>

#include "format/lightgbm/model.hpp"
#include "format/lightgbm/text_lines.hpp"
#include "format/lightgbm/tree_arrays.hpp"

namespace trivet::lightgbm {

/// Reads blocks one after the other, with one set of arrays for all.
class TreeText {
 public:
  explicit TreeText(Model& model) noexcept : model_(model) {}

  /// The lines stand on `Tree=`; afterwards on the empty line that ends the block. The tree is in
  /// the model then.
  [[nodiscard]] Status read(TextLines& lines);
  /// Of the tree that was read last.
  [[nodiscard]] std::size_t leaf_count() const noexcept { return tree_.leaf_value.size(); }

 private:
  enum class Field : std::uint8_t;
  struct FieldName;
  static const FieldName kFields[];

  [[nodiscard]] Status read_field(const TextLines& lines, Field field);
  [[nodiscard]] Status finish(const TextLines& lines);
  [[nodiscard]] Status make_sets();
  [[nodiscard]] Status append_codes(std::size_t set, std::size_t begin, std::size_t end);
  [[nodiscard]] bool has(Field field) const noexcept;
  [[nodiscard]] std::string place() const;

  Model& model_;
  TreeArrays tree_;
  std::uint32_t seen_ = 0;  // a bit a field
  std::int64_t leaf_count_ = 0;
  std::int64_t set_count_ = 0;
  std::vector<std::int32_t> set_bounds_;
  std::vector<std::uint32_t> set_words_;
};

}  // namespace trivet::lightgbm
