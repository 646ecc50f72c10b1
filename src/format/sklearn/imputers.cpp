// SPDX-License-Identifier: Apache-2.0
// SimpleImputer and MissingIndicator.
#include "format/sklearn/imputers.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// What stands for a missing value in each element, and what takes its place.
struct Filling {
  std::vector<double> missing;
  std::vector<double> fill;
};

/// Whether element `c` is filled with a text.
bool is_text(const PickleView& statistics, std::size_t c) {
  return c < statistics.size() && statistics.item(c).kind() == artifact::PickleKind::text;
}

Result<std::vector<double>> read_fill(const PickleView& statistics, const Matrix& rows,
                                      Sketch& sketch) {
  const artifact::NumpyArray* const array = statistics.array();
  if (array != nullptr && array->type->kind != artifact::NumpyKind::object) {
    for (const Element& element : rows.elements) {
      TRIVET_TRY(sketch.take_number(element, statistics));
    }
    return read_vector(statistics, rows.width());
  }
  if (statistics.size() != rows.width()) {
    return statistics.fail(statistics.description(), text::message("{} values", rows.width()));
  }
  std::vector<double> fill;
  for (std::size_t c = 0; c < rows.width(); ++c) {
    if (!is_text(statistics, c)) TRIVET_TRY(sketch.take_number(rows.elements[c], statistics));
    const Result<double> mark = read_mark(statistics.item(c), rows.elements[c], sketch);
    if (!mark) return mark.error();
    fill.push_back(*mark);
  }
  return fill;
}

Result<Filling> read_filling(const PickleView& estimator, const PickleView& statistics,
                             const Matrix& rows, Sketch& sketch) {
  Result<std::vector<double>> fill = read_fill(statistics, rows, sketch);
  if (!fill) return fill.error();
  Filling filling{{}, std::move(*fill)};
  const Result<PickleView> missing = estimator.attribute("missing_values");
  if (!missing) return missing.error();
  for (const Element& element : rows.elements) {
    const Result<double> mark = read_mark(*missing, element, sketch);
    if (!mark) return mark.error();
    if (!std::isnan(*mark)) sketch.forbid_missing(element);
    filling.missing.push_back(*mark);
  }
  return filling;
}

Matrix add_impute(Filling filling, const PickleView& statistics, const Matrix& rows,
                  Sketch& sketch) {
  std::vector<Element> elements = rows.elements;
  for (std::size_t c = 0; c < elements.size(); ++c) {
    elements[c].may_be_missing = false;
    elements[c].is_filled_cell = elements[c].is_cell && !is_text(statistics, c);
    elements[c].is_cell = elements[c].is_cell && is_text(statistics, c);
  }
  spi::Operator op{"impute", {}, {}};
  op.constants.push_back(make_constant("missing", std::move(filling.missing)));
  op.constants.push_back(make_constant("fill", std::move(filling.fill)));
  return sketch.add_mapping(std::move(op), rows, std::move(elements));
}

/// Columns that had no value when the imputer was fitted have no statistic and are dropped.
Matrix without_empty_columns(const PickleView& estimator, std::span<const double> fill,
                             const Matrix& rows, Sketch& sketch) {
  const bool keeps = flag_or(estimator, "keep_empty_features", false) ||
                     has_text(estimator, "strategy", "constant");
  std::vector<std::uint32_t> places;
  for (std::uint32_t c = 0; c < rows.width(); ++c) {
    if (keeps || !std::isnan(fill[c])) places.push_back(c);
  }
  return sketch.add_selection(rows, places);
}

/// 1 where a value is missing, in the features that had such values.
Result<Matrix> add_indicator(const PickleView& indicator, const Matrix& rows, Sketch& sketch) {
  const Result<PickleView> list = indicator.attribute("features_");
  if (!list) return list.error();
  const Result<std::vector<std::int64_t>> features = list->integers();
  if (!features) return features.error();
  std::vector<std::uint32_t> places;
  for (const std::int64_t feature : *features) {
    if (feature < 0 || feature >= static_cast<std::int64_t>(rows.width())) {
      return list->fail(text::message("feature {}", feature),
                        text::message("one of {}", rows.width()));
    }
    places.push_back(static_cast<std::uint32_t>(feature));
  }
  const Matrix chosen = sketch.add_selection(rows, places);
  std::vector<double> missing;
  const Result<PickleView> mark = indicator.attribute("missing_values");
  if (!mark) return mark.error();
  std::vector<Element> elements = chosen.elements;
  for (Element& element : elements) {
    const Result<double> number = read_mark(*mark, element, sketch);
    if (!number) return number.error();
    missing.push_back(*number);
    element.is_cell = element.is_filled_cell = false;
    element.may_be_missing = false;
  }
  spi::Operator op{"is_missing", {}, {}};
  op.constants.push_back(make_constant("missing", std::move(missing)));
  return sketch.add_mapping(std::move(op), chosen, std::move(elements));
}

Result<Answers> bind_imputer(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> statistics = estimator.attribute("statistics_");
  if (!statistics) return statistics.error();
  const artifact::NumpyArray* const array = statistics->array();
  if (array == nullptr) return statistics->fail(statistics->description(), "an array");
  TRIVET_TRY(sketch.expect_width(rows, array->cell_count(), *statistics));
  Result<Filling> filling = read_filling(estimator, *statistics, rows, sketch);
  if (!filling) return filling.error();
  const std::vector<double> fill = filling->fill;
  const Matrix filled = add_impute(std::move(*filling), *statistics, rows, sketch);
  Matrix kept = without_empty_columns(estimator, fill, filled, sketch);
  Result<Matrix> out = with_indicator(estimator, std::move(kept), rows, sketch);
  if (!out) return out.error();
  return Answers{.methods = {}, .transform = std::move(*out)};
}

Result<Answers> bind_indicator(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  if (rows.is_open) {
    TRIVET_TRY(sketch.expect_width(rows, estimator, {"n_features_in_", "_n_features"}));
  }
  TRIVET_TRY(sketch.take_numbers(rows, rows.width(), TakesMissing::yes, estimator));
  Result<Matrix> flags = add_indicator(estimator, rows, sketch);
  if (!flags) return flags.error();
  return Answers{.methods = {}, .transform = std::move(*flags)};
}

constexpr EstimatorRow kImputerEstimators[] = {
    {"sklearn.impute._base", "SimpleImputer", bind_imputer},
    {"sklearn.impute", "SimpleImputer", bind_imputer},
    {"sklearn.impute._base", "MissingIndicator", bind_indicator},
    {"sklearn.impute", "MissingIndicator", bind_indicator},
};

}  // namespace

Result<double> read_mark(const PickleView& view, const Element& element, Sketch& sketch) {
  if (view.is_none()) return kMissing;
  if (view.kind() != artifact::PickleKind::text) return view.number();
  const Result<std::string_view> text = view.text();
  if (!text) return text.error();
  const std::string texts[] = {std::string(*text)};
  const Result<std::vector<double>> codes =
      sketch.take_texts(element, texts, UnknownText::kept, view);
  if (!codes) return codes.error();
  return codes->front();
}

Result<Matrix> with_indicator(const PickleView& estimator, Matrix imputed, const Matrix& rows,
                              Sketch& sketch) {
  const auto indicator = estimator.find("indicator_");
  if (!indicator || indicator->is_none()) return imputed;
  Result<Matrix> flags = add_indicator(*indicator, rows, sketch);
  if (!flags) return flags.error();
  const Matrix blocks[] = {std::move(imputed), std::move(*flags)};
  return sketch.add_concatenation(blocks);
}

std::span<const EstimatorRow> imputer_estimators() noexcept { return kImputerEstimators; }

}  // namespace trivet::sklearn
