// SPDX-License-Identifier: Apache-2.0
// What an estimator becomes: nodes of the graph, and answers to the methods that it has.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "artifact/pickle_view.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"
#include "trivet/value.hpp"

namespace trivet::sklearn {

using artifact::PickleView;

class Sketch;

/// One number of a row on its way through the estimators.
struct Element {
  std::uint32_t column = spi::kNoColumn;  ///< the input's column, when it is made of that one alone
  bool is_cell = false;         ///< it is that column's cell, or the code of another of its texts
  bool is_filled_cell = false;  ///< it is that column's cell, or what stands for a missing one
  bool may_be_missing = true;
  std::size_t is_code_below = 0;  ///< not 0: a whole number from 0 to below this
};

/// What scikit-learn calls X: rows of float64, or text as codes of categories.
struct Matrix {
  spi::ValueId value = 0;
  std::vector<Element> elements;
  bool is_open = false;  ///< the input, before anybody has said how wide it is
  /// Of sparse rows whose elements are no columns: how many there are, without a list of them, as a
  /// file of few bytes may ask for many.
  std::uint32_t unlisted = 0;

  [[nodiscard]] std::uint32_t width() const noexcept {
    return unlisted != 0 ? unlisted : static_cast<std::uint32_t>(elements.size());
  }
};

/// What a method gives: `predict`, `predict_proba`, ….
struct Answer {
  std::string_view method;
  spi::ValueId value = 0;
  bool is_scalar = false;          ///< a number a row, not a list of one
  std::vector<Value> labels = {};  ///< the numbers are positions among these
};

/// The methods of one estimator, and where it is a transformer, what it passes on.
struct Answers {
  std::vector<Answer> methods;
  std::optional<Matrix> transform;

  [[nodiscard]] const Answer* find(std::string_view method) const noexcept {
    for (const Answer& answer : methods) {
      if (answer.method == method) return &answer;
    }
    return nullptr;
  }
};

/// Turns a fitted estimator into nodes that take `rows`. Pulls the attributes that it knows and
/// ignores the others. Errors: invalid_model for attributes that don't fit each other,
/// unsupported_model for what this class can do and trivet can't.
using Bind = Result<Answers> (*)(const PickleView& estimator, Matrix& rows, Sketch& sketch);

/// A class under one of the names that it has had.
struct EstimatorRow {
  std::string_view module;
  std::string_view name;
  Bind bind;
  bool takes_sparse = false;  ///< for the others, sparse rows are made dense
};

}  // namespace trivet::sklearn
