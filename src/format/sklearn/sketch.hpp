// SPDX-License-Identifier: Apache-2.0
// The graph while estimators are read into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "format/sklearn/estimator.hpp"

namespace trivet::sklearn {

using spi::make_constant;

/// What an estimator does with values that are missing.
enum class TakesMissing : std::uint8_t { no, yes };

/// The greatest numbers that an estimator takes. scikit-learn refuses infinities, and in front of
/// trees what rounds to one as float32: from 2^128 − 2^103 on.
inline constexpr double kGreatestDouble = std::numeric_limits<double>::max();
inline constexpr double kGreatestFloat = 0x1.fffffefffffffp127;
inline constexpr double kInfinitiesToo = std::numeric_limits<double>::infinity();

/// What an encoder does with text that it was not fitted with.
enum class UnknownText : std::uint8_t { refused, kept };

/// Columns are made when the first estimator says how many it takes; what they hold is settled by
/// whoever reads them. One thread at a time.
class Sketch {
 public:
  Sketch();

  /// Reads an estimator of any known class that takes these rows.
  [[nodiscard]] Result<Answers> bind(const PickleView& estimator, Matrix& rows);
  /// Few bytes can ask for wide rows again and again: an error beyond what any model needs.
  [[nodiscard]] Status check_size(const PickleView& where) const;
  /// Counts numbers of a row that are made beside those of matrices, and checks.
  [[nodiscard]] Status charge(std::size_t elements, const PickleView& where);
  /// The file makes so many cells of `stored` ones at `where`: zeros of a sparse matrix, tables
  /// that it names again and again. Errors: unsupported_model for a small file that makes too many.
  [[nodiscard]] Status charge_cells(std::size_t made, std::size_t stored, const PickleView& where);
  /// The input, open.
  [[nodiscard]] Matrix input() const;

  // --- what estimators say of the rows that they take

  /// The rows have this many elements. Errors: invalid_model when they have not.
  [[nodiscard]] Status expect_width(Matrix& rows, std::size_t width, const PickleView& where);
  /// As many as this count says.
  [[nodiscard]] Status expect_width(Matrix& rows, const PickleView& count);
  /// As many as the first of these attributes says. Errors: also where there is none of them.
  [[nodiscard]] Status expect_width(Matrix& rows, const PickleView& estimator,
                                    std::initializer_list<std::string_view> counts);
  /// Nobody knows how wide they are, and whoever takes them reads none.
  void open_unread(Matrix& rows);
  /// Also, they are numbers from -greatest to greatest.
  [[nodiscard]] Status take_numbers(Matrix& rows, std::size_t width, TakesMissing missing,
                                    const PickleView& where, double greatest = kGreatestDouble);
  /// As many numbers as there are: rows that are still open are as wide as `n_features_in_` says.
  [[nodiscard]] Status take_all_numbers(Matrix& rows, TakesMissing missing,
                                        const PickleView& estimator);
  /// One element is such a number. Errors: unsupported_model for one that an encoder takes as text.
  [[nodiscard]] Status take_number(const Element& element, const PickleView& where,
                                   double greatest = kGreatestDouble);
  /// Codes of texts in an element that is a cell of the input: the same for every encoder of that
  /// column. Errors: unsupported_model for an element that is none.
  [[nodiscard]] Result<std::vector<double>> take_texts(const Element& element,
                                                       std::span<const std::string> texts,
                                                       UnknownText unknown,
                                                       const PickleView& where);
  /// Requests with other numbers in a cell of the input are refused.
  [[nodiscard]] Status allow_numbers(const Element& element, std::span<const double> numbers,
                                     const PickleView& where);
  /// Requests with a missing value there are refused, as far as it is still one by then.
  void forbid_missing(const Element& element) noexcept;

  /// The rows are one column of texts: its value. Errors: unsupported_model for an element that is
  /// no cell of the input, or a cell that others take as something else.
  [[nodiscard]] Result<spi::ValueId> take_document(Matrix& rows, const PickleView& where);
  /// The same for objects of members, whose texts join their names by the separator.
  [[nodiscard]] Result<spi::ValueId> take_members(Matrix& rows, std::string_view separator,
                                                  const PickleView& where);

  // --- nodes

  spi::ValueId add_value(std::string name, DType dtype, std::uint32_t width);
  /// A linear map of sparse rows becomes operators.
  void add_node(spi::Node node);
  /// An operator with one output of float64.
  spi::ValueId add_operator(spi::Operator op, std::span<const spi::ValueId> inputs,
                            std::uint32_t width);
  /// One that makes each element out of the element at its place.
  Matrix add_columnwise(spi::Operator op, const Matrix& rows);
  /// One that makes these elements out of rows.
  Matrix add_mapping(spi::Operator op, const Matrix& rows, std::vector<Element> elements);
  [[nodiscard]] const spi::GraphValue& value(spi::ValueId id) const noexcept {
    return graph_.values[id];
  }
  /// Some elements, in this order; `rows` itself when they are all of them.
  Matrix add_selection(const Matrix& rows, std::span<const std::uint32_t> elements);
  /// One that makes sparse rows, see spi::GraphValue::sparse_factor.
  Matrix add_sparse(spi::Operator op, std::span<const spi::ValueId> inputs, std::uint32_t width,
                    std::uint32_t factor);
  /// The rows without being sparse; themselves when they are not.
  Matrix to_dense(const Matrix& rows);
  /// Side by side.
  Matrix add_concatenation(std::span<const Matrix> blocks);

  /// The nodes of another graph, which takes these rows; gives back its outputs, whose values are
  /// this graph's. Errors: unsupported_model for columns that rows of numbers can't fill.
  [[nodiscard]] Result<std::vector<spi::GraphOutput>> add_graph(spi::Graph inner, Matrix& rows,
                                                                const PickleView& where);

  /// As a line of `inspect`.
  void note(std::string text) { graph_.provenance.notes.push_back(std::move(text)); }

  /// The graph that answers these methods. Errors: unsupported_model.
  [[nodiscard]] Result<spi::Graph> finish(const PickleView& root, const Answers& answers) &&;

 private:
  enum class Use : std::uint8_t { none, number, text, document };
  /// What is known of a column besides what the graph says.
  struct ColumnUse {
    Use use = Use::none;
    std::size_t strict_size = 0;  ///< an encoder of so many texts refuses all others
    std::unordered_map<std::string, std::size_t> code_of;  ///< of each category's text
  };

  [[nodiscard]] Status adopt_columns(spi::Graph& inner, Matrix& rows, const PickleView& where);
  [[nodiscard]] Status open_input(Matrix& rows, std::size_t width, const PickleView& where);
  [[nodiscard]] Status name_columns(const PickleView& estimator, Matrix& rows);
  [[nodiscard]] bool is_named() const noexcept {
    return !graph_.input.columns.empty() && !graph_.input.columns.front().name.empty();
  }
  /// A cell that goes on as it is, so it is a number.
  void pass_number(const Element& element);
  [[nodiscard]] Status settle_columns();
  void push_node(spi::Node node);
  void add_sparse_linear(spi::Node node);
  [[nodiscard]] std::optional<Matrix> concatenate_sparse(std::span<const Matrix> blocks);
  void put_operators_first();
  void add_output(const Answer& answer);
  void name_scores(const std::vector<Value>& labels);

  spi::Graph graph_;
  std::vector<ColumnUse> uses_;
  std::size_t depth_ = 0;
  std::size_t element_count_ = 0;  // of all rows that were made
  std::unordered_set<artifact::PickleId> bound_;
  std::optional<Error> conflict_;                   // of the uses of a column
  std::unordered_set<artifact::PickleId> counted_;  // whose cells are stored
  std::size_t stored_cells_ = 0;
  std::size_t made_cells_ = 0;    // beyond those
  std::size_t repeat_count_ = 0;  // of estimators that were bound before
  std::vector<bool> is_late_;     // by value: behind a node that is no operator
};

}  // namespace trivet::sklearn
