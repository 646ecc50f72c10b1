// SPDX-License-Identifier: Apache-2.0
// Models of normal distributions: naive Bayes, quadratic discriminants, the elliptic envelope.
#include "format/sklearn/gaussians.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The labels of as many classes as there are means.
Result<std::vector<Value>> read_mean_labels(const PickleView& estimator, std::size_t count) {
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels || labels->size() == count) return labels;
  return classes->fail(text::message("{} classes", labels->size()), text::message("{}", count));
}

/// log of what an attribute holds for each class.
Result<std::vector<double>> read_logs(const PickleView& estimator, std::string_view name,
                                      std::size_t count) {
  Result<std::vector<double>> shares = read_vector(estimator, name, count);
  if (!shares) return shares;
  for (double& share : *shares) share = std::log(share);
  return shares;
}

Result<Answers> bind_gaussian_bayes(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Table> means = read_means(estimator, "theta_");
  if (!means) return means.error();
  const auto view = find_any(estimator, {"var_", "sigma_"});
  if (!view) return estimator.fail("no variances", "var_");
  Result<std::vector<double>> maps = read_vector(*view, means->cells.size());
  if (!maps) return maps.error();
  Result<std::vector<Value>> labels = read_mean_labels(estimator, means->rows);
  if (!labels) return labels.error();
  Result<std::vector<double>> start = read_logs(estimator, "class_prior_", means->rows);
  if (!start) return start.error();
  for (std::size_t i = 0; i < maps->size(); ++i) {
    double& variance = (*maps)[i];
    (*start)[i / means->columns] -= 0.5 * std::log(2 * std::numbers::pi * variance);
    variance = 1 / std::sqrt(variance);
  }
  const auto count = static_cast<std::uint32_t>(means->rows);
  const Result<spi::ValueId> scores =
      add_gaussians(estimator, {"diagonal", std::move(*means), std::move(*maps)}, -0.5,
                    std::move(*start), rows, sketch);
  if (!scores) return scores.error();
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, *scores), std::move(*labels)));
  add_softmax_answers(answers, *scores, count, sketch);
  return answers;
}

/// Squares that rotations fill only in part, or that a pickle names again and again.
Status check_squares(const PickleView& rotations, std::size_t count, std::size_t width,
                     Sketch& sketch) {
  std::size_t stored = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const artifact::NumpyArray* const array = rotations.item(k).array();
    std::size_t cells = array == nullptr ? 0 : 1;
    if (array != nullptr) {
      for (const std::size_t extent : array->shape) cells *= extent;
    }
    stored += cells;
  }
  constexpr std::size_t kMost = std::size_t{1} << 26;
  if (width > kMost / width / count) {
    return rotations.refuse(text::message("{} squares of {} features", count, width),
                            text::message("at most {} cells", kMost));
  }
  return sketch.charge_cells(width * width * count, stored, rotations);
}

/// Rotations times the root of the inverse scales, filled up with zeros to a square; the scales'
/// logarithms go into the start.
Status append_rotation(const PickleView& rotation, const PickleView& scaling, double& start,
                       std::size_t width, std::vector<double>& maps) {
  const Result<Table> axes = read_table(rotation);
  if (!axes) return axes.error();
  const Result<std::vector<double>> scales = scaling.doubles();
  if (!scales) return scales.error();
  if (axes->rows != width || axes->columns != scales->size() || axes->columns > width) {
    return rotation.fail(rotation.description(),
                         text::message("{} × {} numbers", width, scales->size()));
  }
  const std::size_t first = maps.size();
  maps.resize(first + width * width);
  for (std::size_t c = 0; c < axes->columns; ++c) {
    start -= 0.5 * std::log((*scales)[c]);
    for (std::size_t r = 0; r < width; ++r) {
      maps[first + r * width + c] = axes->cells[r * axes->columns + c] / std::sqrt((*scales)[c]);
    }
  }
  return {};
}

Result<Answers> bind_quadratic(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Table> means = read_means(estimator, "means_");
  if (!means) return means.error();
  Result<std::vector<Value>> labels = read_mean_labels(estimator, means->rows);
  if (!labels) return labels.error();
  Result<std::vector<double>> start = read_logs(estimator, "priors_", means->rows);
  if (!start) return start.error();
  const Result<PickleView> rotations = estimator.attribute("rotations_");
  if (!rotations) return rotations.error();
  const Result<PickleView> scalings = estimator.attribute("scalings_");
  if (!scalings) return scalings.error();
  const std::size_t count = means->rows;
  if (rotations->size() != count || scalings->size() != count) {
    return rotations->fail(rotations->description(), text::message("a list of {}", count));
  }
  TRIVET_TRY(check_squares(*rotations, count, means->columns, sketch));
  std::vector<double> maps;
  for (std::size_t k = 0; k < count; ++k) {
    TRIVET_TRY(
        append_rotation(rotations->item(k), scalings->item(k), (*start)[k], means->columns, maps));
  }
  const Result<spi::ValueId> scores =
      add_gaussians(estimator, {"full", std::move(*means), std::move(maps)}, -0.5,
                    std::move(*start), rows, sketch);
  if (!scores) return scores.error();
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, *scores), std::move(*labels)));
  add_discriminant_answers(answers, *scores, static_cast<std::uint32_t>(count), sketch);
  return answers;
}

/// Minus the squared Mahalanobis distance; rows at or above the offset are 1.
Result<Answers> bind_envelope(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Table> location = read_means(estimator, "location_");
  if (!location) return location.error();
  const Result<PickleView> precision = estimator.attribute("precision_");
  if (!precision) return precision.error();
  if (precision->is_none()) {
    return precision->refuse("an envelope without its precision", "store_precision=True");
  }
  const std::size_t width = location->columns;
  Result<std::vector<double>> maps = read_vector(*precision, width * width);
  if (!maps) return maps.error();
  const Result<PickleView> view = estimator.attribute("offset_");
  if (!view) return view.error();
  const Result<double> offset = view->number();
  if (!offset) return offset.error();
  const Result<spi::ValueId> score = add_gaussians(
      estimator, {"quadratic", std::move(*location), std::move(*maps)}, -1, {0.0}, rows, sketch);
  if (!score) return score.error();
  const spi::ValueId decision = add_shift(sketch, *score, *offset);
  Answers answers;
  answers.methods.push_back(label_answer(add_threshold(sketch, "greater_equal", decision, 0),
                                         {Value(std::int64_t{-1}), Value(std::int64_t{1})}));
  answers.methods.push_back({.method = "decision_function", .value = decision, .is_scalar = true});
  answers.methods.push_back({.method = "score_samples", .value = *score, .is_scalar = true});
  return answers;
}

constexpr EstimatorRow kGaussianEstimators[] = {
    {"sklearn.naive_bayes", "GaussianNB", bind_gaussian_bayes},
    {"sklearn.discriminant_analysis", "QuadraticDiscriminantAnalysis", bind_quadratic},
    {"sklearn.covariance._elliptic_envelope", "EllipticEnvelope", bind_envelope},
    {"sklearn.covariance.elliptic_envelope", "EllipticEnvelope", bind_envelope},
};

}  // namespace

Result<Table> read_means(const PickleView& estimator, std::string_view name) {
  const Result<PickleView> view = estimator.attribute(name);
  if (!view) return view.error();
  Result<Table> means = read_table(*view);
  if (!means) return means;
  constexpr std::size_t kMeanLimit = 1u << 16;
  if (!means->cells.empty() && means->rows <= kMeanLimit) return means;
  return view->fail(view->description(), text::message("1 to {} rows of numbers", kMeanLimit));
}

Result<spi::ValueId> add_gaussians(const PickleView& estimator, Gaussians gaussians, double factor,
                                   std::vector<double> start, Matrix& rows, Sketch& sketch) {
  TRIVET_TRY(sketch.take_numbers(rows, gaussians.means.columns, TakesMissing::no, estimator));
  const auto count = static_cast<std::uint32_t>(gaussians.means.rows);
  spi::Operator squares{"centred_squares", {}, {}};
  squares.attributes.emplace_back("form", gaussians.form);
  squares.constants.push_back(make_constant("means", std::move(gaussians.means.cells)));
  squares.constants.push_back(make_constant("maps", std::move(gaussians.maps)));
  const spi::ValueId inputs[] = {rows.value};
  const spi::ValueId distances = sketch.add_operator(std::move(squares), inputs, count);
  return add_affine(sketch, distances, std::vector<double>(count, factor), std::move(start));
}

std::span<const EstimatorRow> gaussian_estimators() noexcept { return kGaussianEstimators; }

}  // namespace trivet::sklearn
