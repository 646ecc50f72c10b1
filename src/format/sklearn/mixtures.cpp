// SPDX-License-Identifier: Apache-2.0
// Mixtures of normal distributions: the log density of each times its weight.
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/gaussians.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The logarithmic derivative of Γ: shifts x up until the asymptotic series has all digits. Of
/// numbers above 0, as training makes them; NaN of others.
double digamma(double x) noexcept {
  if (!(x > 0)) return std::numeric_limits<double>::quiet_NaN();
  double out = 0;
  for (; x < 12; x += 1) out -= 1 / x;
  const double square = 1 / (x * x);
  constexpr double kTerms[] = {-1.0 / 12, 1.0 / 120,  -1.0 / 252,
                               1.0 / 240, -1.0 / 132, 691.0 / 32760};
  double power = square;
  for (const double term : kTerms) {
    out += term * power;
    power *= square;
  }
  return out + std::log(x) - 0.5 / x;
}

/// Components with the logarithm of the determinant of each one's map.
struct Components {
  Gaussians gaussians;
  std::vector<double> log_determinants;
};

/// Σ log of the diagonal of a square that begins there.
double log_diagonal(const std::vector<double>& maps, std::size_t first, std::size_t width) {
  double sum = 0;
  for (std::size_t i = 0; i < width; ++i) sum += std::log(maps[first + i * (width + 1)]);
  return sum;
}

Result<Components> read_components(const PickleView& estimator) {
  Result<Table> means = read_means(estimator, "means_");
  if (!means) return means.error();
  const std::size_t count = means->rows;
  const std::size_t width = means->columns;
  const Result<PickleView> view = estimator.attribute("precisions_cholesky_");
  if (!view) return view.error();
  Components out{{"full", std::move(*means), {}}, std::vector<double>(count, 0)};
  const bool is_tied = has_text(estimator, "covariance_type", "tied");
  const bool is_spherical = has_text(estimator, "covariance_type", "spherical");
  const bool is_diagonal = has_text(estimator, "covariance_type", "diag");
  if (!is_tied && !is_spherical && !is_diagonal &&
      !has_text(estimator, "covariance_type", "full")) {
    return estimator.refuse("an unknown covariance_type", "full, tied, diag or spherical");
  }
  const std::size_t size = is_spherical  ? count
                           : is_diagonal ? count * width
                           : is_tied     ? width * width
                                         : count * width * width;
  Result<std::vector<double>> maps = read_vector(*view, size);
  if (!maps) return maps.error();
  if (is_spherical) {
    std::vector<double> spread;
    for (const double scale : *maps) spread.insert(spread.end(), width, scale);
    *maps = std::move(spread);
  }
  for (std::size_t k = 0; k < count; ++k) {
    double& log_determinant = out.log_determinants[k];
    if (is_spherical || is_diagonal) {
      for (std::size_t i = 0; i < width; ++i) log_determinant += std::log((*maps)[k * width + i]);
    } else {
      log_determinant = log_diagonal(*maps, is_tied ? 0 : k * width * width, width);
    }
  }
  out.gaussians.form = is_spherical || is_diagonal ? "diagonal" : is_tied ? "tied" : "full";
  out.gaussians.maps = std::move(*maps);
  return out;
}

/// The answers of components that begin with these logarithms.
Result<Answers> add_mixture(const PickleView& estimator, Components components,
                            std::vector<double> start, Matrix& rows, Sketch& sketch) {
  const std::size_t count = start.size();
  const double width = static_cast<double>(components.gaussians.means.columns);
  for (std::size_t k = 0; k < count; ++k) {
    start[k] += components.log_determinants[k] - 0.5 * width * std::log(2 * std::numbers::pi);
  }
  const Result<spi::ValueId> scores = add_gaussians(estimator, std::move(components.gaussians),
                                                    -0.5, std::move(start), rows, sketch);
  if (!scores) return scores.error();
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, *scores), count_labels(count)));
  answers.methods.push_back(
      {.method = "predict_proba",
       .value = add_function(sketch, "softmax", *scores, static_cast<std::uint32_t>(count))});
  answers.methods.push_back({.method = "score_samples",
                             .value = add_function(sketch, "log_sum_exp", *scores, 1),
                             .is_scalar = true});
  return answers;
}

Result<Answers> bind_mixture(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Components> components = read_components(estimator);
  if (!components) return components.error();
  Result<std::vector<double>> start =
      read_vector(estimator, "weights_", components->log_determinants.size());
  if (!start) return start.error();
  for (double& weight : *start) weight = std::log(weight);
  return add_mixture(estimator, std::move(*components), std::move(*start), rows, sketch);
}

/// The expected logarithms of the weights under their posterior.
Result<std::vector<double>> read_expected_weights(const PickleView& estimator, std::size_t count) {
  const Result<PickleView> view = estimator.attribute("weight_concentration_");
  if (!view) return view.error();
  std::vector<double> out(count);
  if (has_text(estimator, "weight_concentration_prior_type", "dirichlet_distribution")) {
    const Result<std::vector<double>> shares = read_vector(*view, count);
    if (!shares) return shares;
    double sum = 0;
    for (const double share : *shares) sum += share;
    for (std::size_t k = 0; k < count; ++k) out[k] = digamma((*shares)[k]) - digamma(sum);
    return out;
  }
  if (view->size() != 2) return view->fail(view->description(), "two arrays");
  const Result<std::vector<double>> taken = read_vector(view->item(0), count);
  if (!taken) return taken;
  const Result<std::vector<double>> left = read_vector(view->item(1), count);
  if (!left) return left;
  double rest = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const double whole = digamma((*taken)[k] + (*left)[k]);
    out[k] = digamma((*taken)[k]) - whole + rest;
    rest += digamma((*left)[k]) - whole;
  }
  return out;
}

Result<Answers> bind_bayesian_mixture(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Components> components = read_components(estimator);
  if (!components) return components.error();
  const std::size_t count = components->log_determinants.size();
  Result<std::vector<double>> start = read_expected_weights(estimator, count);
  if (!start) return start.error();
  const Result<std::vector<double>> precision = read_vector(estimator, "mean_precision_", count);
  if (!precision) return precision.error();
  const Result<PickleView> view = estimator.attribute("degrees_of_freedom_");
  if (!view) return view.error();
  Result<std::vector<double>> freedom = view->doubles();
  if (!freedom) return freedom.error();
  if (freedom->size() == 1) freedom->resize(count, freedom->front());
  if (freedom->size() != count) return view->fail(view->description(), "a number each");
  const std::size_t width = components->gaussians.means.columns;
  const auto features = static_cast<double>(width);
  for (std::size_t k = 0; k < count; ++k) {
    double log_lambda = features * std::numbers::ln2;
    for (std::size_t i = 0; i < width; ++i) {
      log_lambda += digamma(0.5 * ((*freedom)[k] - static_cast<double>(i)));
    }
    (*start)[k] += 0.5 * (log_lambda - features / (*precision)[k]);
    (*start)[k] -= 0.5 * features * std::log((*freedom)[k]);
  }
  return add_mixture(estimator, std::move(*components), std::move(*start), rows, sketch);
}

constexpr EstimatorRow kMixtures[] = {
    {"sklearn.mixture._gaussian_mixture", "GaussianMixture", bind_mixture},
    {"sklearn.mixture.gaussian_mixture", "GaussianMixture", bind_mixture},
    {"sklearn.mixture._bayesian_mixture", "BayesianGaussianMixture", bind_bayesian_mixture},
    {"sklearn.mixture.bayesian_mixture", "BayesianGaussianMixture", bind_bayesian_mixture},
};

}  // namespace

std::span<const EstimatorRow> mixtures() noexcept { return kMixtures; }

}  // namespace trivet::sklearn
