// SPDX-License-Identifier: Apache-2.0
// PCA and TruncatedSVD: rows times components.
//
// PCA up to 1.4 takes the mean away first; from 1.5 on it takes the mean's own product away.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

Result<Table> read_components(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("components_");
  if (!view) return view.error();
  Result<Table> components = read_table(*view);
  if (!components) return components.error();
  constexpr std::size_t kComponentLimit = 1u << 16;
  if (components->rows == 0 || components->rows > kComponentLimit) {
    return view->fail(view->description(), "components × features");
  }
  TRIVET_TRY(sketch.take_numbers(rows, components->columns, TakesMissing::no, *view));
  return components;
}

/// −mean · componentsᵀ.
std::vector<double> minus_product(const Table& components, std::span<const double> mean) {
  std::vector<double> out(components.rows, 0);
  for (std::size_t k = 0; k < components.rows; ++k) {
    for (std::size_t f = 0; f < components.columns; ++f) {
      out[k] -= mean[f] * components.cells[k * components.columns + f];
    }
  }
  return out;
}

Result<Matrix> whiten(const PickleView& estimator, const Matrix& rows, Sketch& sketch) {
  Result<std::vector<double>> scale = read_vector(estimator, "explained_variance_", rows.width());
  if (!scale) return scale.error();
  const double least = std::numeric_limits<double>::epsilon();
  for (double& variance : *scale) variance = std::max(std::sqrt(variance), least);
  return add_scale(std::vector<double>(rows.width(), 0), std::move(*scale), rows, sketch);
}

Result<Answers> bind_pca(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Table> components = read_components(estimator, rows, sketch);
  if (!components) return components.error();
  const Result<PickleView> view = estimator.attribute("mean_");
  if (!view) return view.error();
  Result<std::vector<double>> mean = view->is_none() ? std::vector<double>(components->columns, 0)
                                                     : read_vector(*view, components->columns);
  if (!mean) return mean.error();
  constexpr Version kFirstWithProduct = 105;
  Matrix out;
  if (version_of(estimator) >= kFirstWithProduct) {
    out = as_rows(
        add_rows_product(sketch, rows.value, *components, minus_product(*components, *mean)),
        sketch);
  } else {
    const Matrix centred =
        add_scale(std::move(*mean), std::vector<double>(rows.width(), 1), rows, sketch);
    out = as_rows(add_rows_product(sketch, centred.value, *components, {}), sketch);
  }
  if (!flag_or(estimator, "whiten", false)) return Answers{.methods = {}, .transform = out};
  Result<Matrix> white = whiten(estimator, out, sketch);
  if (!white) return white.error();
  return Answers{.methods = {}, .transform = std::move(*white)};
}

Result<Answers> bind_svd(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Table> components = read_components(estimator, rows, sketch);
  if (!components) return components.error();
  return Answers{
      .methods = {},
      .transform = as_rows(add_rows_product(sketch, rows.value, *components, {}), sketch)};
}

constexpr EstimatorRow kDecompositions[] = {
    {"sklearn.decomposition._pca", "PCA", bind_pca},
    {"sklearn.decomposition.pca", "PCA", bind_pca},
    {"sklearn.decomposition._truncated_svd", "TruncatedSVD", bind_svd, true},
    {"sklearn.decomposition.truncated_svd", "TruncatedSVD", bind_svd, true},
};

}  // namespace

std::span<const EstimatorRow> decomposition_estimators() noexcept { return kDecompositions; }

}  // namespace trivet::sklearn
