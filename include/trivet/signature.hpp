// SPDX-License-Identifier: Apache-2.0
// What a model takes and gives: columns, outputs, parameters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/tensor.hpp"
#include "trivet/value.hpp"

namespace trivet::inline v0 {

/// What one value of a column may be.
enum class ColumnType : std::uint8_t {
  number,    ///< a JSON number; `"NaN"` where missing is allowed
  category,  ///< text that stands for a code, the number that a row holds: see CategoryCode
  text,      ///< any UTF-8 string
  bytes,     ///< `{"b64": …}`
};

/// `"number"`, `"category"`, `"text"`, `"bytes"`: the words of the sidecar.
[[nodiscard]] TRIVET_EXPORT std::string_view column_type_name(ColumnType type) noexcept;

/// What happens to category text that the model has never seen.
enum class UnknownCategory : std::uint8_t {
  error,
  missing,
  own_code,  ///< the number of known categories, which no category has (scikit-learn's encoders)
};

/// How the text of a category becomes its code.
enum class CategoryCode : std::uint8_t {
  position,   ///< its position in `Column::categories`; others are unknown
  city_hash,  ///< the low 32 bits of its CityHash64 (version 1), signed: any text, and whole
              ///< numbers by their decimal text (CatBoost). Needs cells of float64
};

/// How many values an instance gives for a column, and what cells of a row they take.
enum class ColumnForm : std::uint8_t {
  single,    ///< one value, in one cell
  list,      ///< as many numbers as the column has cells
  pairs,     ///< [position, number] pairs in any order, positions counting from 0; the last one
             ///< counts of several for one position, and cells without one are missing
  bag,       ///< any number of categories: a cell for each with how often it is there, and one cell
             ///< behind them with how many values there are, unknown ones included
  members,   ///< an object with members of any name, in a text column: numbers, and texts that join
             ///< their names to become the name of a 1
  anything,  ///< any JSON, which nobody reads: the whole instance, of a model's only column
};

/// What JSON values of another kind than the column's stand for.
enum class Coercion : std::uint8_t {
  none,    ///< little: a boolean for 0 or 1 in a number column
  python,  ///< what Python makes of them: a number for the text that `float` reads, a category for
           ///< `str` of any scalar (1 for "1", 1.0 for "1.0", true for "True", null for "None")
};

/// One value of each instance, or one list of them.
struct Column {
  std::string name;  ///< empty when the model has no names
  ColumnType type = ColumnType::number;
  /// Position = the code that the model was trained with.
  std::vector<std::string> categories = {};
  UnknownCategory unknown_category = UnknownCategory::error;
  CategoryCode category_code = CategoryCode::position;
  bool accepts_codes = false;  ///< a category column that also takes the code as a number
  bool accepts_missing = true;
  std::optional<Value> baseline = {};  ///< from the sidecar: the value that stands for "absent"
  ColumnForm form = ColumnForm::single;
  std::uint32_t cells = 1;  ///< of a row that the column takes
  Coercion coercion = Coercion::none;
  std::optional<double> empty_text = {};  ///< what "" stands for in a number column
  /// The only numbers that JSON may give for a number column; empty: any (scikit-learn's encoders
  /// of numbers, which refuse those that they were not fitted with).
  std::vector<double> numbers = {};
  /// JSON may give a number column no numbers beyond ±this; infinity: any, infinities included
  /// (scikit-learn refuses infinities, and its trees what float32 can't hold).
  double greatest = std::numeric_limits<double>::infinity();
  std::string separator = {};  ///< of members: what stands between a name and its text
};

/// An answer that JSON gives as an object with three members of these names: the class with the
/// greatest score (the first of equal ones), the list of classes, the list of scores.
struct ClassObject {
  std::string predicted;
  std::string values;
  std::string scores;
  std::vector<Value> classes;  ///< one for each score
};

/// One named answer of a model.
struct Output {
  std::string name;
  DType dtype = DType::float32;
  std::vector<std::int64_t> shape;   ///< of one instance's answer; empty for a single number
  std::vector<std::string> classes;  ///< label of each score, where the model has labels
  /// Where there are some, the answer's numbers are positions in this list: JSON gives the labels
  /// themselves (texts, whole numbers, numbers or booleans), rows of a typed call the positions.
  std::vector<Value> labels = {};
  /// Where it is set, a request that names no output gets such objects; all others get the scores.
  std::optional<ClassObject> object = {};

  /// Numbers in one instance's answer.
  [[nodiscard]] std::size_t width() const noexcept {
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    return count;
  }
};

/// One value of a request parameter and the output that it asks for, for instance
/// `output_margin = true` → `margin`.
struct ParameterRule {
  std::string parameter;
  Value value;
  std::string output;
};

/// The whole of it. A plain value; LocalModel::signature() hands out a constant one.
struct TRIVET_EXPORT Signature {
  std::vector<Column> columns;
  DType cell_type = DType::float32;  ///< float32 or float64: what a row's numbers are rounded to
  std::vector<Output> outputs;       ///< the first one is what a plain request gets
  std::vector<ParameterRule> parameters;
  bool accepts_columns_by_position = true;  ///< instances may be lists

  [[nodiscard]] std::size_t column_count() const noexcept { return columns.size(); }
  /// Numbers in a row: the columns of a matrix that a typed call takes. As many as there are
  /// columns unless some take several cells. O(columns).
  [[nodiscard]] std::size_t cell_count() const noexcept;
  /// The position of the column; nothing when there is none of that name. O(columns): resolve
  /// names once, not per row.
  [[nodiscard]] std::optional<std::size_t> find_column(std::string_view name) const noexcept;
  /// The position of the output; nothing when there is none of that name.
  [[nodiscard]] std::optional<std::size_t> find_output(std::string_view name) const noexcept;
};

}  // namespace trivet::inline v0
