// SPDX-License-Identifier: Apache-2.0
// One instance of a request into one row of a batch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "json/column_index.hpp"
#include "json/indexed_text.hpp"
#include "json/simdjson.hpp"
#include "trivet/batch.hpp"
#include "trivet/result.hpp"
#include "trivet/signature.hpp"

namespace trivet::json {

/// Reads lists, objects by column name and bare values; JSON numbers are rounded to doubles and
/// then to the batch's cells, as Python and NumPy do. Allocates nothing once warm. Places in
/// errors start at the instance.
class RowReader {
 public:
  explicit RowReader(IndexedText& text) noexcept : text_(text) {}

  /// Gets to know the columns: O(columns) for a signature that it hasn't seen just before, which
  /// must not have changed since.
  void prepare(const Signature& signature);
  /// Appends a row. Requires that prepare() saw the batch's signature.
  [[nodiscard]] Status read(ondemand::value instance, Batch& batch);

 private:
  /// What is asked of a column for each value.
  struct Plan {
    ColumnType type;
    bool takes_numbers;  // numbers go straight into the cell of the column's position
    bool takes_missing;
    bool has_nan_category;  // a category is spelled like the word for missing
    bool hashes_text;       // any text is a category, and a whole number by its text
    bool takes_codes;       // a category's code stands for it
    ColumnForm form;
    Coercion coercion;
    double greatest;
  };

  template <class Cell>
  [[nodiscard]] Status read_row(ondemand::value& instance, std::span<Cell> cells);
  template <class Cell>
  [[nodiscard]] Status read_list(ondemand::value& instance, std::span<Cell> cells);
  template <class Cell>
  [[nodiscard]] Status read_object(ondemand::value& instance, std::span<Cell> cells);

  [[nodiscard]] Status find_column(ondemand::field& member, std::size_t& column);
  /// Any value, into the batch. Places in errors start at the row, and at the value.
  [[nodiscard]] Status read_value(ondemand::value& value, std::size_t column);
  [[nodiscard]] Status read_typed(ondemand::value& value, std::size_t column);
  [[nodiscard]] Status read_number(ondemand::value& value, std::string_view token,
                                   std::size_t column);
  [[nodiscard]] Status read_category(ondemand::value& value, std::string_view token,
                                     std::size_t column);
  [[nodiscard]] Status read_integer_category(std::string_view token, std::size_t column);
  [[nodiscard]] Status read_text(ondemand::value& value, std::string_view token,
                                 std::size_t column);
  [[nodiscard]] Status read_bytes(ondemand::value& value, std::string_view token,
                                  std::size_t column);
  /// Any value as the number of a cell.
  [[nodiscard]] Status number_of(ondemand::value& value, std::string_view token, std::size_t column,
                                 double& out);
  [[nodiscard]] bool number_of_text(std::string_view content, std::size_t column,
                                    double& out) const;
  [[nodiscard]] Status read_elements(ondemand::value& value, std::string_view token,
                                     std::size_t column);
  [[nodiscard]] Status read_members(ondemand::value& value, std::string_view token,
                                    std::size_t column);
  [[nodiscard]] Status read_member(ondemand::value& value, std::size_t column);
  [[nodiscard]] Status add_named_text(ondemand::value& value, std::size_t column);
  [[nodiscard]] Status read_list_number(ondemand::value& item, std::size_t column,
                                        std::size_t index);
  [[nodiscard]] Status read_pair(ondemand::value& item, std::size_t column);
  [[nodiscard]] Status read_pair_position(std::string_view token, std::size_t column,
                                          std::size_t& position) const;
  [[nodiscard]] Status read_bag_value(ondemand::value& item, std::size_t column);
  [[nodiscard]] Status read_python_category(ondemand::value& value, std::size_t column);
  /// The text of a value, or what Python's str makes of it; valid until the next value.
  [[nodiscard]] Status text_of_scalar(ondemand::value& value, std::size_t column,
                                      std::string_view& out);
  [[nodiscard]] Status spell_number(ondemand::value& value, std::string_view token);
  [[nodiscard]] Status store_b64(ondemand::value& value, std::size_t column);

  [[nodiscard]] Error unwanted(std::string_view token, std::size_t column) const;
  [[nodiscard]] Error not_a_number(std::string_view token, std::size_t column) const;
  [[nodiscard]] Error unknown_column(std::string_view name) const;
  [[nodiscard]] Error missing_columns(std::size_t found) const;
  [[nodiscard]] Error at_column(const Error& error, std::size_t column) const;

  IndexedText& text_;
  const Signature* signature_ = nullptr;
  std::size_t column_count_ = 0;
  std::vector<Plan> plans_;
  ColumnIndex columns_;
  std::vector<std::uint64_t> seen_;  // by column: the number of the last object that had it
  std::uint64_t object_number_ = 0;
  std::string bytes_;                        // decoded base64
  std::string scalar_text_;                  // of a number, boolean or null
  std::unordered_set<std::string> members_;  // names so far
  std::string member_name_;                  // of a member, and what its text adds

  // The instance being read.
  Batch* batch_ = nullptr;
  std::size_t row_ = 0;
  bool by_name_ = false;
  bool is_b64_object_ = false;  // the object is itself the one bytes column's value
};

}  // namespace trivet::json
