// SPDX-License-Identifier: Apache-2.0
// Sums of a kernel over the rows of the training: kernel ridge and Gaussian process regression.
#include <cmath>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/kernels.hpp"
#include "format/sklearn/pair_steps.hpp"
#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The weights of the kept rows: a column for each target.
struct DualWeights {
  Table cells;
  bool is_vector = false;
};

Result<DualWeights> read_dual_weights(const PickleView& view, std::size_t rows) {
  Result<Table> table = read_table(view);
  if (!table) return table.error();
  const artifact::NumpyArray* const array = view.array();
  const bool is_vector = array == nullptr || array->shape.size() < 2;
  if (is_vector) std::swap(table->rows, table->columns);
  if (table->rows == rows && table->columns > 0) return DualWeights{std::move(*table), is_vector};
  return view.fail(view.description(), text::message("weights of {} rows", rows));
}

/// Σ weight · function of the row and each kept row, for each target.
Result<spi::ValueId> add_dual_sums(const PairSteps& function, Table kept, Table weights,
                                   const Matrix& rows, Sketch& sketch) {
  const auto targets = static_cast<std::uint32_t>(weights.columns);
  std::vector<std::uint32_t> places(weights.cells.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = static_cast<std::uint32_t>(i % targets);
  }
  spi::Operator op = function.make_operator("pair_sums", std::move(kept.cells));
  op.constants.push_back(make_constant("weights", std::move(weights.cells)));
  op.constants.push_back(make_constant("places", std::move(places)));
  op.constants.push_back(make_constant("start", std::vector<double>(targets, 0)));
  const spi::ValueId inputs[] = {rows.value};
  return sketch.add_operator(std::move(op), inputs, targets);
}

Answers predicted(spi::ValueId value, bool is_scalar) {
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = value, .is_scalar = is_scalar});
  return answers;
}

Result<Answers> bind_kernel_ridge(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> fit = estimator.attribute("X_fit_");
  if (!fit) return fit.error();
  Result<Table> kept = read_kept_rows(*fit, sketch);
  if (!kept) return kept.error();
  TRIVET_TRY(sketch.take_numbers(rows, kept->columns, TakesMissing::no, *fit));
  const Result<PickleView> kernel = estimator.attribute("kernel");
  if (!kernel) return kernel.error();
  const Result<PairSteps> function = read_pairwise_kernel(estimator, *kernel, kept->columns);
  if (!function) return function.error();
  const Result<PickleView> dual = estimator.attribute("dual_coef_");
  if (!dual) return dual.error();
  Result<DualWeights> weights = read_dual_weights(*dual, kept->rows);
  if (!weights) return weights.error();
  const bool is_scalar = weights->is_vector;
  const Result<spi::ValueId> sums =
      add_dual_sums(*function, std::move(*kept), std::move(weights->cells), rows, sketch);
  if (!sums) return sums.error();
  return predicted(*sums, is_scalar);
}

/// A number, or one for each target; `otherwise` where versions before did not have it.
Result<std::vector<double>> read_target_numbers(const PickleView& estimator, std::string_view name,
                                                double otherwise, std::size_t targets) {
  const auto view = estimator.find(name);
  if (!view) return std::vector<double>(targets, otherwise);
  Result<std::vector<double>> numbers = view->doubles();
  if (!numbers) return numbers;
  if (numbers->size() == 1) numbers->resize(targets, numbers->front());
  if (numbers->size() == targets) return numbers;
  return view->fail(view->description(), text::message("{} numbers", targets));
}

Result<Answers> bind_process_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> fit = estimator.attribute("X_train_");
  if (!fit) return fit.error();
  Result<Table> kept = read_kept_rows(*fit, sketch);
  if (!kept) return kept.error();
  TRIVET_TRY(sketch.take_numbers(rows, kept->columns, TakesMissing::no, *fit));
  const Result<PickleView> kernel = estimator.attribute("kernel_");
  if (!kernel) return kernel.error();
  const Result<PairSteps> function = read_process_kernel(*kernel, kept->columns);
  if (!function) return function.error();
  const Result<PickleView> alpha = estimator.attribute("alpha_");
  if (!alpha) return alpha.error();
  Result<DualWeights> weights = read_dual_weights(*alpha, kept->rows);
  if (!weights) return weights.error();
  const bool is_scalar = weights->is_vector || weights->cells.columns == 1;
  const bool is_list = !weights->is_vector && version_of(estimator) < 101;
  const std::size_t targets = weights->cells.columns;
  Result<std::vector<double>> mean = read_target_numbers(estimator, "_y_train_mean", 0, targets);
  if (!mean) return mean.error();
  Result<std::vector<double>> scale = read_target_numbers(estimator, "_y_train_std", 1, targets);
  if (!scale) return scale.error();
  const Result<spi::ValueId> sums =
      add_dual_sums(*function, std::move(*kept), std::move(weights->cells), rows, sketch);
  if (!sums) return sums.error();
  return predicted(add_affine(sketch, *sums, std::move(*scale), std::move(*mean)),
                   is_scalar && !is_list);
}

constexpr EstimatorRow kKernelModels[] = {
    {"sklearn.kernel_ridge", "KernelRidge", bind_kernel_ridge},
    {"sklearn.gaussian_process._gpr", "GaussianProcessRegressor", bind_process_regressor},
    {"sklearn.gaussian_process.gpr", "GaussianProcessRegressor", bind_process_regressor},
};

}  // namespace

std::span<const EstimatorRow> kernel_models() noexcept { return kKernelModels; }

}  // namespace trivet::sklearn
