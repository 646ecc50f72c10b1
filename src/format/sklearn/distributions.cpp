// SPDX-License-Identifier: Apache-2.0
// PowerTransformer and QuantileTransformer, in both directions.
#include "format/sklearn/distributions.hpp"

#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

// --- powers

Result<std::string_view> power_method(const PickleView& estimator) {
  const Result<PickleView> view = estimator.attribute("method");
  if (!view) return view.error();
  const Result<std::string_view> method = view->text();
  if (!method) return method.error();
  if (*method == "yeo-johnson" || *method == "box-cox") return *method;
  return view->refuse(text::quoted(*method), "'yeo-johnson' or 'box-cox'");
}

spi::Operator power_operator(bool is_box_cox, Direction direction, Version version) {
  constexpr Version kFirstExactYeoJohnson = 109;
  constexpr Version kFirstExactBoxCox = 106;
  const bool is_inverse = direction == Direction::inverse;
  std::string name = is_box_cox ? "box_cox" : "yeo_johnson";
  if (is_inverse) name += "_inverse";
  spi::Operator op{std::move(name), {}, {}};
  const bool has_form = is_box_cox == is_inverse;
  if (!has_form) return op;
  const bool is_exact = version >= (is_box_cox ? kFirstExactBoxCox : kFirstExactYeoJohnson);
  op.attributes.emplace_back("form", std::string(is_exact ? "exponential" : "power"));
  return op;
}

Result<Answers> bind_power(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("lambdas_");
  if (!view) return view.error();
  const Result<std::vector<double>> lambdas = view->doubles();
  if (!lambdas) return lambdas.error();
  TRIVET_TRY(sketch.take_numbers(rows, lambdas->size(), TakesMissing::yes, *view));
  Result<Matrix> raised = add_power(estimator, Direction::forward, rows, sketch);
  if (!raised) return raised.error();
  if (!flag_or(estimator, "standardize", true)) {
    return Answers{.methods = {}, .transform = std::move(*raised)};
  }
  const Result<PickleView> scaler = estimator.attribute("_scaler");
  if (!scaler) return scaler.error();
  return sketch.bind(*scaler, *raised);
}

// --- quantiles

/// Those of each feature one behind the other.
struct QuantileTable {
  std::vector<double> quantiles;
  std::vector<double> references;
  std::size_t features = 0;
};

Result<QuantileTable> read_quantile_table(const PickleView& estimator) {
  const Result<PickleView> references = estimator.attribute("references_");
  if (!references) return references.error();
  Result<std::vector<double>> shares = references->doubles();
  if (!shares) return shares.error();
  const Result<PickleView> quantiles = estimator.attribute("quantiles_");
  if (!quantiles) return quantiles.error();
  const Result<Table> table = read_table(*quantiles);
  if (!table) return table.error();
  if (table->rows != shares->size() || table->rows == 0 || table->columns == 0) {
    return quantiles->fail(quantiles->description(),
                           text::message("{} quantiles of each feature", shares->size()));
  }
  QuantileTable out{{}, std::move(*shares), table->columns};
  out.quantiles.reserve(table->cells.size());
  for (std::size_t c = 0; c < table->columns; ++c) {
    for (std::size_t r = 0; r < table->rows; ++r) {
      out.quantiles.push_back(table->cells[r * table->columns + c]);
    }
  }
  return out;
}

Matrix add_ends(double least, double greatest, const Matrix& rows, Sketch& sketch) {
  spi::Operator op{"clip", {}, {}};
  op.attributes.emplace_back("least", least);
  op.attributes.emplace_back("greatest", greatest);
  return sketch.add_columnwise(std::move(op), rows);
}

constexpr double kMargin = 1e-7;

/// What the normal distribution makes of ranks, without the infinite ends: the numbers that the
/// margin and all but the margin, a rounding step less, are the shares of.
Matrix add_normal(const Matrix& ranks, Sketch& sketch) {
  constexpr double kLeast = -5.199337582605575;
  constexpr double kGreatest = 5.19933758270342;
  const Matrix normal = sketch.add_columnwise({"normal_quantile", {}, {}}, ranks);
  return add_ends(kLeast, kGreatest, normal, sketch);
}

Result<Answers> bind_quantiles(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<QuantileTable> table = read_quantile_table(estimator);
  if (!table) return table.error();
  TRIVET_TRY(sketch.take_numbers(rows, table->features, TakesMissing::yes, estimator));
  Result<Matrix> out = add_quantiles(estimator, Direction::forward, rows, sketch);
  if (!out) return out.error();
  return Answers{.methods = {}, .transform = std::move(*out)};
}

constexpr EstimatorRow kDistributions[] = {
    {"sklearn.preprocessing._data", "PowerTransformer", bind_power},
    {"sklearn.preprocessing.data", "PowerTransformer", bind_power},
    {"sklearn.preprocessing._data", "QuantileTransformer", bind_quantiles},
    {"sklearn.preprocessing.data", "QuantileTransformer", bind_quantiles},
};

}  // namespace

Result<Matrix> add_power(const PickleView& estimator, Direction direction, const Matrix& rows,
                         Sketch& sketch) {
  const Result<std::string_view> method = power_method(estimator);
  if (!method) return method.error();
  Result<std::vector<double>> lambdas = read_vector(estimator, "lambdas_", rows.width());
  if (!lambdas) return lambdas.error();
  spi::Operator op = power_operator(*method == "box-cox", direction, version_of(estimator));
  op.constants.push_back(make_constant("lambdas", std::move(*lambdas)));
  return sketch.add_columnwise(std::move(op), rows);
}

Result<Matrix> add_quantiles(const PickleView& estimator, Direction direction, const Matrix& rows,
                             Sketch& sketch) {
  Result<QuantileTable> table = read_quantile_table(estimator);
  if (!table) return table.error();
  if (table->features != rows.width()) {
    return estimator.fail(text::message("quantiles of {} features", table->features),
                          text::message("of {}", rows.width()));
  }
  const bool is_normal = has_text(estimator, "output_distribution", "normal");
  if (!is_normal && !has_text(estimator, "output_distribution", "uniform")) {
    return estimator.refuse("another `output_distribution`", "'uniform' or 'normal'");
  }
  // Up to 0.20 the uniform distribution had the margin, too.
  constexpr Version kFirstWithoutMargin = 21;
  const bool has_margin = is_normal || version_of(estimator) < kFirstWithoutMargin;
  const bool is_forward = direction == Direction::forward;
  spi::Operator op{is_forward ? "quantile_rank" : "rank_quantile", {}, {}};
  op.attributes.emplace_back("margin", has_margin ? kMargin : 0.0);
  op.constants.push_back(make_constant("quantiles", std::move(table->quantiles)));
  op.constants.push_back(make_constant("references", std::move(table->references)));
  if (is_forward) {
    const Matrix ranks = sketch.add_columnwise(std::move(op), rows);
    if (is_normal) return add_normal(ranks, sketch);
    return has_margin ? add_ends(kMargin, 1 - kMargin, ranks, sketch) : ranks;
  }
  if (!is_normal) return sketch.add_columnwise(std::move(op), rows);
  const Matrix shares = sketch.add_columnwise({"normal_share", {}, {}}, rows);
  return sketch.add_columnwise(std::move(op), shares);
}

std::span<const EstimatorRow> distribution_estimators() noexcept { return kDistributions; }

}  // namespace trivet::sklearn
