// SPDX-License-Identifier: Apache-2.0
// Neighbours: an exact search over the rows of the training. The trees that scikit-learn keeps
// beside them are only an index.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/pair_steps.hpp"
#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The nearest rows: their places, and how far away they are.
struct Neighbours {
  std::size_t row_count = 0;
  spi::ValueId places = 0;
  spi::ValueId distances = 0;
};

Result<PairSteps> read_effective_metric(const PickleView& estimator) {
  const auto metric = find_any(estimator, {"effective_metric_", "metric"});
  if (!metric) return estimator.fail("no metric", "effective_metric_");
  const auto parameters = estimator.find("effective_metric_params_");
  const auto weights = parameters ? parameters->find("w") : std::nullopt;
  if (weights && !weights->is_none()) {
    return weights->refuse("a metric with a weight for each feature", "a metric without weights");
  }
  auto p = parameters ? parameters->find("p") : std::nullopt;
  if (!p || p->is_none()) p = estimator.find("p");
  return read_metric(*metric, p);
}

Result<std::size_t> read_neighbour_count(const PickleView& estimator, std::size_t row_count) {
  const Result<PickleView> view = estimator.attribute("n_neighbors");
  if (!view) return view.error();
  const Result<std::size_t> count = read_count(*view);
  if (!count) return count;
  if (*count >= 1 && *count <= row_count) return count;
  return view->fail(text::message("{} neighbours", *count), text::message("1 to {}", row_count));
}

Result<Neighbours> add_nearest(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("_fit_X");
  if (!view) return view.error();
  Result<Table> kept = read_kept_rows(*view, sketch);
  if (!kept) return kept.error();
  TRIVET_TRY(sketch.take_numbers(rows, kept->columns, TakesMissing::no, *view));
  const Result<PairSteps> metric = read_effective_metric(estimator);
  if (!metric) return metric.error();
  const Result<std::size_t> count = read_neighbour_count(estimator, kept->rows);
  if (!count) return count.error();
  const auto width = static_cast<std::uint32_t>(*count);
  const Neighbours out{kept->rows, sketch.add_value("neighbours", DType::float64, width),
                       sketch.add_value("distances", DType::float64, width)};
  sketch.add_node(
      {.body = metric->make_operator("nearest", std::move(kept->cells)),
       .inputs = {rows.value},
       .outputs = {{spi::Port::result, out.places}, {spi::Port::result, out.distances}}});
  return out;
}

/// An operator of the neighbours and their weights.
Result<spi::ValueId> add_neighbour_sum(const PickleView& estimator, spi::Operator op,
                                       const Neighbours& neighbours, std::size_t width,
                                       Sketch& sketch) {
  const auto weights = estimator.find("weights");
  const bool is_uniform =
      !weights || weights->is_none() || has_text(estimator, "weights", "uniform");
  if (!is_uniform && !has_text(estimator, "weights", "distance")) {
    return weights->refuse(weights->description(), "the weights 'uniform' or 'distance'");
  }
  op.attributes.emplace_back("weight", is_uniform ? "uniform" : "inverse");
  const spi::ValueId inputs[] = {neighbours.places, neighbours.distances};
  return sketch.add_operator(std::move(op), inputs, static_cast<std::uint32_t>(width));
}

Result<std::vector<std::uint32_t>> read_codes(const PickleView& estimator, std::size_t rows,
                                              std::size_t classes) {
  const Result<PickleView> view = estimator.attribute("_y");
  if (!view) return view.error();
  Result<std::vector<std::uint32_t>> codes = read_subset(*view, classes);
  if (!codes || codes->size() == rows) return codes;
  return view->fail(view->description(), text::message("the classes of {} rows", rows));
}

Result<Answers> bind_neighbour_classifier(const PickleView& estimator, Matrix& rows,
                                          Sketch& sketch) {
  if (flag_or(estimator, "outputs_2d_", false)) {
    return estimator.refuse("neighbours with several targets", "one target");
  }
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  const Result<Neighbours> nearest = add_nearest(estimator, rows, sketch);
  if (!nearest) return nearest.error();
  const std::size_t width = labels->size();
  Result<std::vector<std::uint32_t>> codes = read_codes(estimator, nearest->row_count, width);
  if (!codes) return codes.error();
  spi::Operator op{"neighbour_votes", {}, {}};
  op.constants.push_back(make_constant("codes", std::move(*codes)));
  const Result<spi::ValueId> votes =
      add_neighbour_sum(estimator, std::move(op), *nearest, width, sketch);
  if (!votes) return votes.error();
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, *votes), std::move(*labels)));
  answers.methods.push_back(
      {.method = "predict_proba",
       .value = add_function(sketch, "divide_by_sum", *votes, static_cast<std::uint32_t>(width))});
  return answers;
}

Result<Answers> bind_neighbour_regressor(const PickleView& estimator, Matrix& rows,
                                         Sketch& sketch) {
  const Result<Neighbours> nearest = add_nearest(estimator, rows, sketch);
  if (!nearest) return nearest.error();
  const Result<PickleView> view = estimator.attribute("_y");
  if (!view) return view.error();
  Result<std::vector<double>> targets = view->doubles();
  if (!targets) return targets.error();
  if (targets->empty() || targets->size() % nearest->row_count != 0) {
    return view->fail(view->description(),
                      text::message("the targets of {} rows", nearest->row_count));
  }
  const std::size_t width = targets->size() / nearest->row_count;
  const artifact::NumpyArray* const array = view->array();
  const bool is_scalar = width == 1 && (array == nullptr || array->shape.size() == 1);
  spi::Operator op{"neighbour_mean", {}, {}};
  op.constants.push_back(make_constant("targets", std::move(*targets)));
  const Result<spi::ValueId> mean =
      add_neighbour_sum(estimator, std::move(op), *nearest, width, sketch);
  if (!mean) return mean.error();
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = *mean, .is_scalar = is_scalar});
  return answers;
}

// --- centroids

/// Centroids of the classes, and the rows that meet them.
struct Centroids {
  Table rows;
  PairSteps metric;
  std::vector<Value> labels;
};

Result<Centroids> read_centroids(const PickleView& estimator, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("centroids_");
  if (!view) return view.error();
  Result<Table> centroids = read_kept_rows(*view, sketch);
  if (!centroids) return centroids.error();
  const Result<PickleView> name = estimator.attribute("metric");
  if (!name) return name.error();
  Result<PairSteps> metric = read_metric(*name, std::nullopt);
  if (!metric) return metric.error();
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  if (labels->size() != centroids->rows) {
    return view->fail(view->description(), text::message("{} centroids", labels->size()));
  }
  return Centroids{std::move(*centroids), std::move(*metric), std::move(*labels)};
}

/// −distance² + 2 log prior, where columns are measured by their deviation within the classes.
Result<spi::ValueId> add_discriminants(const PickleView& estimator, const Centroids& centroids,
                                       const std::vector<double>& prior, const Matrix& rows,
                                       Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("within_class_std_dev_");
  if (!view) return view.error();
  const std::size_t width = centroids.rows.columns;
  Result<std::vector<double>> scale = read_vector(*view, width);
  if (!scale) return scale.error();
  std::replace(scale->begin(), scale->end(), 0.0, 1.0);
  std::vector<double> kept = centroids.rows.cells;
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] /= (*scale)[i % width];
  const Matrix small = add_scale(std::vector<double>(width, 0), std::move(*scale), rows, sketch);
  PairSteps steps = centroids.metric;
  steps.add("power", {2}).add("affine", {-1, 0});
  const auto outputs = static_cast<std::uint32_t>(centroids.rows.rows);
  const spi::ValueId small_value[] = {small.value};
  const spi::ValueId squares =
      sketch.add_operator(steps.make_operator("pairs", std::move(kept)), small_value, outputs);
  std::vector<double> addend;
  for (const double share : prior) addend.push_back(2 * std::log(share));
  return add_affine(sketch, squares, std::vector<double>(outputs, 1), std::move(addend));
}

/// As numpy.isclose has it.
bool is_even(const std::vector<double>& prior) {
  const double even = 1 / static_cast<double>(prior.size());
  return std::all_of(prior.begin(), prior.end(), [even](double share) {
    return std::fabs(share - even) <= 1e-8 + 1e-5 * even;
  });
}

/// Since 1.6 there are priors: where they are even, the nearest centroid decides as before.
Result<Answers> bind_centroids(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Centroids> centroids = read_centroids(estimator, sketch);
  if (!centroids) return centroids.error();
  TRIVET_TRY(sketch.take_numbers(rows, centroids->rows.columns, TakesMissing::no, estimator));
  const auto outputs = static_cast<std::uint32_t>(centroids->rows.rows);
  const spi::ValueId inputs[] = {rows.value};
  const spi::ValueId distances = sketch.add_operator(
      centroids->metric.make_operator("pairs", centroids->rows.cells), inputs, outputs);
  spi::ValueId best = add_function(sketch, "negate", distances, outputs);
  Answers answers;
  const auto view = estimator.find("class_prior_");
  if (!view) {
    answers.methods.push_back(
        label_answer(add_first_greatest(sketch, best), std::move(centroids->labels)));
    return answers;
  }
  const Result<std::vector<double>> prior = read_vector(*view, outputs);
  if (!prior) return prior.error();
  const Result<spi::ValueId> scores =
      add_discriminants(estimator, *centroids, *prior, rows, sketch);
  if (!scores) return scores.error();
  if (!is_even(*prior)) best = *scores;
  answers.methods.push_back(
      label_answer(add_first_greatest(sketch, best), std::move(centroids->labels)));
  if (has_text(estimator, "metric", "euclidean")) {
    add_discriminant_answers(answers, *scores, outputs, sketch);
  }
  return answers;
}

constexpr EstimatorRow kNeighbourEstimators[] = {
    {"sklearn.neighbors._classification", "KNeighborsClassifier", bind_neighbour_classifier},
    {"sklearn.neighbors.classification", "KNeighborsClassifier", bind_neighbour_classifier},
    {"sklearn.neighbors._regression", "KNeighborsRegressor", bind_neighbour_regressor},
    {"sklearn.neighbors.regression", "KNeighborsRegressor", bind_neighbour_regressor},
    {"sklearn.neighbors._nearest_centroid", "NearestCentroid", bind_centroids},
    {"sklearn.neighbors.nearest_centroid", "NearestCentroid", bind_centroids},
};

}  // namespace

std::span<const EstimatorRow> neighbour_estimators() noexcept { return kNeighbourEstimators; }

}  // namespace trivet::sklearn
