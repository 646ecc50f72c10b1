// SPDX-License-Identifier: Apache-2.0
// Regressors that are a line or two: isotonic regression, partial least squares.
#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The points between which an isotonic regression interpolates, of float64: rows are converted to
/// the type of the points.
Result<std::vector<double>> read_points(const PickleView& view) {
  const artifact::NumpyArray* const array = view.array();
  if (array != nullptr && array->type->item_bytes != sizeof(double)) {
    return view.refuse("a regression of numbers that are no float64", "one of float64");
  }
  Result<std::vector<double>> points = view.doubles();
  if (!points || !points->empty()) return points;
  return view.fail(view.description(), "the points of a fitted regression");
}

Result<Answers> bind_isotonic(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const bool is_nan = has_text(estimator, "out_of_bounds", "nan");
  if (!is_nan && !has_text(estimator, "out_of_bounds", "clip")) {
    return estimator.refuse("out_of_bounds that fails for some rows", "'clip' or 'nan'");
  }
  const auto at = find_any(estimator, {"X_thresholds_", "_necessary_X_"});
  const auto to = find_any(estimator, {"y_thresholds_", "_necessary_y_"});
  if (!at || !to) return estimator.fail("no thresholds", "X_thresholds_ and y_thresholds_");
  Result<std::vector<double>> points = read_points(*at);
  if (!points) return points.error();
  Result<std::vector<double>> values = read_vector(*to, points->size());
  if (!values) return values.error();
  const auto falls = [](double a, double b) { return !(a < b); };
  if (std::adjacent_find(points->begin(), points->end(), falls) != points->end()) {
    return at->fail("thresholds that do not rise", "thresholds that rise");
  }
  TRIVET_TRY(sketch.take_numbers(rows, 1, TakesMissing::no, estimator));
  const bool is_flat = points->size() == 1;  // scikit-learn's function of one point has no bounds
  spi::Operator op{"interpolate", {}, {}};
  op.attributes.emplace_back("outside", is_nan && !is_flat ? "nan" : "nearest");
  op.constants.push_back(make_constant(
      "counts", std::vector<std::int32_t>{static_cast<std::int32_t>(points->size())}));
  op.constants.push_back(make_constant("x", std::move(*points)));
  op.constants.push_back(make_constant("y", std::move(*values)));
  const spi::ValueId inputs[] = {rows.value};
  const spi::ValueId value = sketch.add_operator(std::move(op), inputs, 1);
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = value, .is_scalar = true});
  return answers;
}

/// coef_ by rows of targets: transposed since 1.3, since 1.1 under another name.
Result<Table> read_latent_map(const PickleView& estimator, std::size_t width) {
  const auto hidden = estimator.find("_coef_");
  const Result<PickleView> view =
      hidden ? Result<PickleView>(*hidden) : estimator.attribute("coef_");
  if (!view) return view.error();
  Result<Table> map = read_table(*view);
  if (!map) return map;
  constexpr Version kFirstTransposed = 103;
  if (!hidden && version_of(estimator) < kFirstTransposed) {
    Table turned{map->columns, map->rows, std::vector<double>(map->cells.size())};
    for (std::size_t i = 0; i < map->cells.size(); ++i) {
      turned.cells[i % map->columns * map->rows + i / map->columns] = map->cells[i];
    }
    *map = std::move(turned);
  }
  if (map->columns == width && map->rows > 0) return map;
  return view->fail(view->description(), text::message("a map of {} features", width));
}

Result<std::vector<double>> read_first(const PickleView& estimator,
                                       std::initializer_list<std::string_view> names,
                                       std::size_t size) {
  const auto view = find_any(estimator, names);
  if (!view) return estimator.fail("no vector", std::string(*names.begin()));
  return read_vector(*view, size);
}

/// Since 1.5 the map has the scale of the features within.
Result<Answers> bind_latent(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("x_rotations_");
  if (!view) return view.error();
  const Result<Table> rotations = read_table(*view);
  if (!rotations) return rotations.error();
  const std::size_t width = rotations->rows;
  TRIVET_TRY(sketch.take_numbers(rows, width, TakesMissing::no, *view));
  const Result<Table> map = read_latent_map(estimator, width);
  if (!map) return map.error();
  const Result<std::vector<double>> mean = read_first(estimator, {"_x_mean", "x_mean_"}, width);
  if (!mean) return mean.error();
  const Result<std::vector<double>> scale = read_first(estimator, {"_x_std", "x_std_"}, width);
  if (!scale) return scale.error();
  Result<std::vector<double>> start =
      read_first(estimator, {"intercept_", "_y_mean", "y_mean_"}, map->rows);
  if (!start) return start.error();
  constexpr Version kFirstScaled = 105;
  const Matrix even = add_scale(*mean, *scale, rows, sketch);
  const Matrix centred = version_of(estimator) < kFirstScaled
                             ? even
                             : add_scale(*mean, std::vector<double>(width, 1), rows, sketch);
  const bool is_scalar = map->rows == 1 && flag_or(estimator, "_predict_1d", false);
  Answers answers;
  answers.methods.push_back(
      {.method = "predict",
       .value = add_rows_product(sketch, centred.value, *map, std::move(*start)),
       .is_scalar = is_scalar});
  Table axes{rotations->columns, width, std::vector<double>(rotations->cells.size())};
  for (std::size_t i = 0; i < axes.cells.size(); ++i) {
    axes.cells[i % axes.rows * width + i / axes.rows] = rotations->cells[i];
  }
  answers.transform = as_rows(add_rows_product(sketch, even.value, axes, {}), sketch);
  return answers;
}

constexpr EstimatorRow kPlainRegressors[] = {
    {"sklearn.isotonic", "IsotonicRegression", bind_isotonic},
    {"sklearn.cross_decomposition._pls", "PLSRegression", bind_latent},
    {"sklearn.cross_decomposition._pls", "PLSCanonical", bind_latent},
    {"sklearn.cross_decomposition._pls", "CCA", bind_latent},
    {"sklearn.cross_decomposition._cca", "CCA", bind_latent},
    {"sklearn.cross_decomposition.pls_", "PLSRegression", bind_latent},
    {"sklearn.cross_decomposition.pls_", "PLSCanonical", bind_latent},
    {"sklearn.cross_decomposition._pls_", "PLSRegression", bind_latent},
    {"sklearn.cross_decomposition._pls_", "PLSCanonical", bind_latent},
};

}  // namespace

std::span<const EstimatorRow> plain_regressors() noexcept { return kPlainRegressors; }

}  // namespace trivet::sklearn
