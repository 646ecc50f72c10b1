// SPDX-License-Identifier: Apache-2.0
// KNNImputer.
#include <cmath>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/imputers.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The training rows, NaN where a value was missing whatever stood for it there.
Result<Table> read_donors(const PickleView& estimator) {
  const Result<PickleView> view = estimator.attribute("_fit_X");
  if (!view) return view.error();
  Result<Table> donors = read_table(*view);
  if (!donors) return donors.error();
  const Result<PickleView> mask = estimator.attribute("_mask_fit_X");
  if (!mask) return mask.error();
  const Result<std::vector<std::uint8_t>> flags = mask->flags();
  if (!flags) return flags.error();
  if (flags->size() != donors->cells.size() || flags->empty()) {
    return mask->fail(mask->description(), "a flag for each cell of _fit_X");
  }
  for (std::size_t i = 0; i < flags->size(); ++i) {
    if ((*flags)[i] != 0) donors->cells[i] = std::numeric_limits<double>::quiet_NaN();
  }
  return donors;
}

/// Whatever stands for a missing value becomes NaN.
Result<Matrix> mark_missing(const PickleView& estimator, const Matrix& rows, Sketch& sketch) {
  constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();
  const Result<PickleView> view = estimator.attribute("missing_values");
  if (!view) return view.error();
  const Result<double> mark = view->is_none() ? Result<double>(kAbsent) : view->number();
  if (!mark) return mark.error();
  if (std::isnan(*mark)) return rows;
  for (const Element& element : rows.elements) sketch.forbid_missing(element);
  spi::Operator op{"impute", {}, {}};
  op.constants.push_back(make_constant("missing", std::vector<double>(rows.width(), *mark)));
  op.constants.push_back(make_constant("fill", std::vector<double>(rows.width(), kAbsent)));
  return sketch.add_columnwise(std::move(op), rows);
}

Result<spi::Operator> neighbor_operator(const PickleView& estimator) {
  if (!has_text(estimator, "metric", "nan_euclidean")) {
    return estimator.refuse("another `metric`", "'nan_euclidean'");
  }
  const bool is_weighed = has_text(estimator, "weights", "distance");
  if (!is_weighed && !has_text(estimator, "weights", "uniform")) {
    return estimator.refuse("another `weights`", "'uniform' or 'distance'");
  }
  const Result<PickleView> view = estimator.attribute("n_neighbors");
  if (!view) return view.error();
  const Result<std::size_t> count = read_count(*view);
  if (!count) return count.error();
  if (*count == 0) return view->fail("0", "at least 1");
  // Up to 1.5, rows that share no value with the request still counted among equal ones.
  constexpr Version kFirstWithoutStrangers = 106;
  const bool leaves_strangers = is_weighed || version_of(estimator) >= kFirstWithoutStrangers;
  spi::Operator op{"fill_from_neighbors", {}, {}};
  op.attributes.emplace_back("count", static_cast<double>(*count));
  op.attributes.emplace_back("weights", std::string(is_weighed ? "distance" : "uniform"));
  op.attributes.emplace_back("strangers", std::string(leaves_strangers ? "leave" : "take"));
  return op;
}

/// Features that had no value at all are dropped, or kept as zeros.
std::vector<std::uint32_t> kept_features(const PickleView& estimator, const Table& donors) {
  const bool keeps_all = flag_or(estimator, "keep_empty_features", false);
  std::vector<std::uint32_t> places;
  for (std::uint32_t c = 0; c < donors.columns; ++c) {
    bool has_value = keeps_all;
    for (std::size_t r = 0; r < donors.rows && !has_value; ++r) {
      has_value = !std::isnan(donors.cells[r * donors.columns + c]);
    }
    if (has_value) places.push_back(c);
  }
  return places;
}

Result<Answers> bind_knn_imputer(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Table> donors = read_donors(estimator);
  if (!donors) return donors.error();
  TRIVET_TRY(sketch.take_numbers(rows, donors->columns, TakesMissing::yes, estimator));
  const Result<Matrix> marked = mark_missing(estimator, rows, sketch);
  if (!marked) return marked.error();
  Result<spi::Operator> op = neighbor_operator(estimator);
  if (!op) return op.error();
  const std::vector<std::uint32_t> places = kept_features(estimator, *donors);
  op->constants.push_back(make_constant("donors", std::move(donors->cells)));
  // What fills a gap is made of the whole row.
  const std::vector<Element> elements(rows.width(), Element{.may_be_missing = false});
  const Matrix filled = sketch.add_mapping(std::move(*op), *marked, elements);
  Result<Matrix> out =
      with_indicator(estimator, sketch.add_selection(filled, places), rows, sketch);
  if (!out) return out.error();
  return Answers{.methods = {}, .transform = std::move(*out)};
}

constexpr EstimatorRow kKnnImputers[] = {
    {"sklearn.impute._knn", "KNNImputer", bind_knn_imputer},
};

}  // namespace

std::span<const EstimatorRow> knn_imputers() noexcept { return kKnnImputers; }

}  // namespace trivet::sklearn
