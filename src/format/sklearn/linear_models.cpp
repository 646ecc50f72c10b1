// SPDX-License-Identifier: Apache-2.0
// Coefficients as a Linear node, and the regressors that are no more than that.
#include "format/sklearn/linear_models.hpp"

#include <array>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// Numbers of an array, or of a sparse matrix as `sparsify()` makes it.
Result<Table> read_coefficients(const PickleView& view) {
  Result<Table> table = read_table(view);
  if (!table) return table.error();
  constexpr std::size_t kOutputLimit = 1u << 16;
  if (table->rows == 0 || table->rows > kOutputLimit || table->columns == 0) {
    return view.fail(view.description(), "outputs × features");
  }
  return table;
}

/// One an output; 0.0 stands for all of them without fit_intercept.
Result<std::vector<double>> read_intercept(const PickleView& view, std::size_t outputs) {
  Result<std::vector<double>> numbers = view.doubles();
  if (!numbers) return numbers.error();
  if (numbers->size() == 1) numbers->resize(outputs, numbers->front());
  if (numbers->size() == outputs) return numbers;
  return view.fail(view.description(), text::message("{} numbers, one an output", outputs));
}

}  // namespace

Result<LinearMap> read_linear(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> coefficients = estimator.attribute("coef_");
  if (!coefficients) return coefficients.error();
  const Result<Table> table = read_coefficients(*coefficients);
  if (!table) return table.error();
  TRIVET_TRY(sketch.take_numbers(rows, table->columns, TakesMissing::no, *coefficients));
  const Result<PickleView> intercept = estimator.attribute("intercept_");
  if (!intercept) return intercept.error();
  Result<std::vector<double>> start = read_intercept(*intercept, table->rows);
  if (!start) return start.error();
  LinearMap map;
  map.features = static_cast<std::uint32_t>(table->columns);
  map.outputs = static_cast<std::uint32_t>(table->rows);
  map.is_vector = coefficients->array() != nullptr && coefficients->array()->shape.size() == 1;
  map.body.feature_count = map.features;
  map.body.output_count = map.outputs;
  map.body.start = std::move(*start);
  map.body.weights.width = spi::FloatWidth::f64;
  for (std::size_t f = 0; f < table->columns; ++f) {
    for (std::size_t k = 0; k < table->rows; ++k) {
      map.body.weights.push_back(table->cells[k * table->columns + f]);
    }
  }
  return map;
}

spi::ValueId add_linear(LinearMap map, const Matrix& rows, Sketch& sketch) {
  const spi::ValueId margin = sketch.add_value("margin", DType::float64, map.outputs);
  sketch.add_node({.body = std::move(map.body),
                   .inputs = {rows.value},
                   .outputs = {{spi::Port::margin, margin}}});
  return margin;
}

namespace {

Result<Answers> bind_linear(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<LinearMap> map = read_linear(estimator, rows, sketch);
  if (!map) return map.error();
  const bool is_scalar = map->is_vector;
  Answers answers;
  answers.methods.push_back({.method = "predict",
                             .value = add_linear(std::move(*map), rows, sketch),
                             .is_scalar = is_scalar});
  return answers;
}

/// Support vector and stochastic machines keep one output as a row and answer with numbers.
Result<Answers> bind_scalar_linear(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Answers> answers = bind_linear(estimator, rows, sketch);
  if (!answers) return answers.error();
  answers->methods.front().is_scalar = true;
  return answers;
}

/// Regressors whose mean is the exponential of the linear map.
Result<Answers> bind_log_linear(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<LinearMap> map = read_linear(estimator, rows, sketch);
  if (!map) return map.error();
  if (map->outputs != 1) return estimator.fail("several outputs", "one");
  map->body.link.kind = spi::LinkKind::exponential;
  const spi::ValueId mean = sketch.add_value("predict", DType::float64, 1);
  sketch.add_node({.body = std::move(map->body),
                   .inputs = {rows.value},
                   .outputs = {{spi::Port::linked, mean}}});
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = mean, .is_scalar = true});
  return answers;
}

/// The link is the identity for powers up to 0, unless it is named.
Result<Answers> bind_tweedie(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> power = estimator.attribute("power");
  if (!power) return power.error();
  const Result<double> exponent = power->number();
  if (!exponent) return exponent.error();
  const bool is_auto = has_text(estimator, "link", "auto");
  const bool is_log = is_auto ? *exponent > 0 : has_text(estimator, "link", "log");
  return is_log ? bind_log_linear(estimator, rows, sketch) : bind_linear(estimator, rows, sketch);
}

/// RANSAC answers with the estimator that it found.
Result<Answers> bind_ransac(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> found = estimator.attribute("estimator_");
  if (!found) return found.error();
  return sketch.bind(*found, rows);
}

constexpr EstimatorRow kLinearRegressors[] = {
    {"sklearn.linear_model._base", "LinearRegression", bind_linear, true},
    {"sklearn.linear_model.base", "LinearRegression", bind_linear, true},
    {"sklearn.linear_model._ridge", "Ridge", bind_linear, true},
    {"sklearn.linear_model._ridge", "RidgeCV", bind_linear, true},
    {"sklearn.linear_model.ridge", "Ridge", bind_linear, true},
    {"sklearn.linear_model.ridge", "RidgeCV", bind_linear, true},
    {"sklearn.linear_model._coordinate_descent", "Lasso", bind_linear, true},
    {"sklearn.linear_model._coordinate_descent", "LassoCV", bind_linear, true},
    {"sklearn.linear_model._coordinate_descent", "ElasticNet", bind_linear, true},
    {"sklearn.linear_model._coordinate_descent", "ElasticNetCV", bind_linear, true},
    {"sklearn.linear_model._coordinate_descent", "MultiTaskLasso", bind_linear, true},
    {"sklearn.linear_model._coordinate_descent", "MultiTaskLassoCV", bind_linear, true},
    {"sklearn.linear_model._coordinate_descent", "MultiTaskElasticNet", bind_linear, true},
    {"sklearn.linear_model._coordinate_descent", "MultiTaskElasticNetCV", bind_linear, true},
    {"sklearn.linear_model.coordinate_descent", "Lasso", bind_linear, true},
    {"sklearn.linear_model.coordinate_descent", "LassoCV", bind_linear, true},
    {"sklearn.linear_model.coordinate_descent", "ElasticNet", bind_linear, true},
    {"sklearn.linear_model.coordinate_descent", "ElasticNetCV", bind_linear, true},
    {"sklearn.linear_model._least_angle", "Lars", bind_linear, true},
    {"sklearn.linear_model._least_angle", "LarsCV", bind_linear, true},
    {"sklearn.linear_model._least_angle", "LassoLars", bind_linear, true},
    {"sklearn.linear_model._least_angle", "LassoLarsCV", bind_linear, true},
    {"sklearn.linear_model._least_angle", "LassoLarsIC", bind_linear, true},
    {"sklearn.linear_model._omp", "OrthogonalMatchingPursuit", bind_linear, true},
    {"sklearn.linear_model._omp", "OrthogonalMatchingPursuitCV", bind_linear, true},
    {"sklearn.linear_model._bayes", "BayesianRidge", bind_linear, true},
    {"sklearn.linear_model._bayes", "ARDRegression", bind_linear, true},
    {"sklearn.linear_model.bayes", "BayesianRidge", bind_linear, true},
    {"sklearn.linear_model.bayes", "ARDRegression", bind_linear, true},
    {"sklearn.linear_model._huber", "HuberRegressor", bind_linear, true},
    {"sklearn.linear_model.huber", "HuberRegressor", bind_linear, true},
    {"sklearn.linear_model._theil_sen", "TheilSenRegressor", bind_linear, true},
    {"sklearn.linear_model.theil_sen", "TheilSenRegressor", bind_linear, true},
    {"sklearn.linear_model._quantile", "QuantileRegressor", bind_linear, true},
    {"sklearn.linear_model._stochastic_gradient", "SGDRegressor", bind_scalar_linear, true},
    {"sklearn.linear_model.stochastic_gradient", "SGDRegressor", bind_scalar_linear, true},
    {"sklearn.linear_model._passive_aggressive", "PassiveAggressiveRegressor", bind_scalar_linear,
     true},
    {"sklearn.linear_model.passive_aggressive", "PassiveAggressiveRegressor", bind_scalar_linear,
     true},
    {"sklearn.svm._classes", "LinearSVR", bind_scalar_linear, true},
    {"sklearn.svm.classes", "LinearSVR", bind_scalar_linear, true},
    {"sklearn.linear_model._glm.glm", "PoissonRegressor", bind_log_linear, true},
    {"sklearn.linear_model._glm.glm", "GammaRegressor", bind_log_linear, true},
    {"sklearn.linear_model._glm.glm", "TweedieRegressor", bind_tweedie, true},
    {"sklearn.linear_model._ransac", "RANSACRegressor", bind_ransac},
    {"sklearn.linear_model.ransac", "RANSACRegressor", bind_ransac},
};

}  // namespace

std::span<const EstimatorRow> linear_regressors() noexcept { return kLinearRegressors; }

}  // namespace trivet::sklearn
