// SPDX-License-Identifier: Apache-2.0
// Naive Bayes over counts: the log likelihoods are a linear map, probabilities their softmax.
#include <algorithm>
#include <cmath>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// Of each class: x · weights + start.
struct Likelihood {
  Table weights;
  std::vector<double> start;
};

Result<Likelihood> read_likelihood(const PickleView& estimator) {
  const Result<PickleView> logs = estimator.attribute("feature_log_prob_");
  if (!logs) return logs.error();
  Result<Table> weights = read_table(*logs);
  if (!weights) return weights.error();
  Result<std::vector<double>> start = read_vector(estimator, "class_log_prior_", weights->rows);
  if (!start) return start.error();
  if (weights->rows < 2 || weights->rows > (1u << 16)) {
    return logs->refuse(text::message("{} classes", weights->rows), "two or more");
  }
  return Likelihood{std::move(*weights), std::move(*start)};
}

Result<Answers> add_answers(const PickleView& estimator, const Likelihood& likelihood,
                            const Matrix& rows, Sketch& sketch) {
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  const Table& weights = likelihood.weights;
  if (labels->size() != weights.rows) {
    return classes->fail(text::message("{} classes", labels->size()),
                         text::message("{}", weights.rows));
  }
  spi::Linear body;
  body.feature_count = static_cast<std::uint32_t>(weights.columns);
  body.output_count = static_cast<std::uint32_t>(weights.rows);
  body.start = likelihood.start;
  body.weights.width = spi::FloatWidth::f64;
  for (std::size_t f = 0; f < weights.columns; ++f) {
    for (std::size_t k = 0; k < weights.rows; ++k) {
      body.weights.push_back(weights.cells[k * weights.columns + f]);
    }
  }
  body.link.kind = spi::LinkKind::softmax;
  const std::uint32_t width = body.output_count;
  const spi::ValueId shares = sketch.add_value("predict_proba", DType::float64, width);
  const spi::ValueId greatest = sketch.add_value("predict", DType::float64, 1);
  const spi::ValueId scores = sketch.add_value("log_likelihood", DType::float64, width);
  sketch.add_node({.body = std::move(body),
                   .inputs = {rows.value},
                   .outputs = {{spi::Port::margin, scores},
                               {spi::Port::linked, shares},
                               {spi::Port::class_index, greatest}}});
  Answers answers;
  answers.methods.push_back(label_answer(greatest, std::move(*labels)));
  answers.methods.push_back({.method = "predict_proba", .value = shares});
  answers.methods.push_back(
      {.method = "predict_log_proba", .value = add_function(sketch, "log_softmax", scores, width)});
  return answers;
}

Result<Answers> bind_multinomial(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Likelihood> likelihood = read_likelihood(estimator);
  if (!likelihood) return likelihood.error();
  TRIVET_TRY(sketch.take_numbers(rows, likelihood->weights.columns, TakesMissing::no, estimator));
  return add_answers(estimator, *likelihood, rows, sketch);
}

/// The prior counts only where there is one class.
Result<Answers> bind_complement(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Likelihood> likelihood = read_likelihood(estimator);
  if (!likelihood) return likelihood.error();
  likelihood->start.assign(likelihood->start.size(), 0);
  TRIVET_TRY(sketch.take_numbers(rows, likelihood->weights.columns, TakesMissing::no, estimator));
  return add_answers(estimator, *likelihood, rows, sketch);
}

/// A feature that is not there counts by log(1 − p), which moves into the start.
void count_absent(Likelihood& likelihood) {
  Table& weights = likelihood.weights;
  for (std::size_t k = 0; k < weights.rows; ++k) {
    double absent = 0;
    for (std::size_t f = 0; f < weights.columns; ++f) {
      double& log_share = weights.cells[k * weights.columns + f];
      const double log_rest = std::log(1 - std::exp(log_share));
      log_share -= log_rest;
      absent += log_rest;
    }
    likelihood.start[k] += absent;
  }
}

Result<Answers> bind_bernoulli(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Likelihood> likelihood = read_likelihood(estimator);
  if (!likelihood) return likelihood.error();
  TRIVET_TRY(sketch.take_numbers(rows, likelihood->weights.columns, TakesMissing::no, estimator));
  count_absent(*likelihood);
  const auto border = estimator.find("binarize");
  if (!border || border->is_none()) return add_answers(estimator, *likelihood, rows, sketch);
  const Result<double> threshold = border->number();
  if (!threshold) return threshold.error();
  spi::Operator op{"greater", {}, {}};
  op.attributes.emplace_back("threshold", *threshold);
  return add_answers(estimator, *likelihood, sketch.add_columnwise(std::move(op), rows), sketch);
}

/// Each feature's categories side by side, a column for each.
struct CategoryLikelihood {
  std::vector<std::size_t> sizes;  // categories of each feature
  Likelihood likelihood;
};

Status append_categories(const PickleView& logs, std::size_t classes, std::vector<double>& cells,
                         std::size_t& count) {
  const Result<Table> table = read_table(logs);
  if (!table) return table.error();
  if (table->rows != classes || table->columns == 0) {
    return logs.fail(logs.description(), text::message("rows for {} classes", classes));
  }
  constexpr std::size_t kCellLimit = std::size_t{1} << 25;  // a pickle may name one table again
  if (cells.size() > kCellLimit - std::min(kCellLimit, table->cells.size())) {
    return logs.refuse("more categories of all features", text::message("{} cells", kCellLimit));
  }
  for (std::size_t c = 0; c < table->columns; ++c) {
    for (std::size_t k = 0; k < classes; ++k) {
      cells.push_back(table->cells[k * table->columns + c]);
    }
  }
  count = table->columns;
  return {};
}

Result<CategoryLikelihood> read_categories(const PickleView& estimator) {
  const Result<PickleView> logs = estimator.attribute("feature_log_prob_");
  if (!logs) return logs.error();
  const Result<PickleView> prior = estimator.attribute("class_log_prior_");
  if (!prior) return prior.error();
  Result<std::vector<double>> start = prior->doubles();
  if (!start) return start.error();
  const std::size_t classes = start->size();
  if (classes < 2 || classes > (1u << 16)) {
    return prior->refuse(text::message("{} classes", classes), "two or more");
  }
  CategoryLikelihood out;
  std::vector<double> by_category;
  for (std::size_t f = 0; f < logs->size(); ++f) {
    out.sizes.push_back(0);
    TRIVET_TRY(append_categories(logs->item(f), classes, by_category, out.sizes.back()));
  }
  const std::size_t width = by_category.size() / classes;
  Table weights{classes, width, std::vector<double>(by_category.size())};
  for (std::size_t i = 0; i < by_category.size(); ++i) {
    weights.cells[i % classes * width + i / classes] = by_category[i];
  }
  out.likelihood = {std::move(weights), std::move(*start)};
  return out;
}

/// Categories are whole numbers from 0; scikit-learn fails on others, so they are refused.
Result<Answers> bind_categorical(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<CategoryLikelihood> categories = read_categories(estimator);
  if (!categories) return categories.error();
  const std::vector<std::size_t>& sizes = categories->sizes;
  TRIVET_TRY(sketch.take_numbers(rows, sizes.size(), TakesMissing::no, estimator));
  std::vector<double> keys;
  std::vector<std::int32_t> counts;
  std::vector<std::int32_t> places;
  for (std::size_t f = 0; f < sizes.size(); ++f) {
    const std::size_t first = keys.size();
    for (std::size_t i = 0; i < sizes[f]; ++i) {
      places.push_back(static_cast<std::int32_t>(keys.size()));
      keys.push_back(static_cast<double>(i));
    }
    counts.push_back(static_cast<std::int32_t>(sizes[f]));
    TRIVET_TRY(sketch.allow_numbers(rows.elements[f], std::span(keys).subspan(first), estimator));
  }
  std::vector<Element> elements(keys.size(), Element{.may_be_missing = false});
  spi::Operator op{"one_hot", {}, {}};
  op.constants.push_back(make_constant("keys", std::move(keys)));
  op.constants.push_back(make_constant("counts", std::move(counts)));
  op.constants.push_back(make_constant("values", std::move(places)));
  op.constants.push_back(make_constant("unknown", std::vector<std::int32_t>(sizes.size(), -1)));
  const Matrix known = sketch.add_mapping(std::move(op), rows, std::move(elements));
  return add_answers(estimator, categories->likelihood, known, sketch);
}

constexpr EstimatorRow kNaiveBayes[] = {
    {"sklearn.naive_bayes", "MultinomialNB", bind_multinomial, true},
    {"sklearn.naive_bayes", "ComplementNB", bind_complement, true},
    {"sklearn.naive_bayes", "BernoulliNB", bind_bernoulli},
    {"sklearn.naive_bayes", "CategoricalNB", bind_categorical},
};

}  // namespace

std::span<const EstimatorRow> naive_bayes_estimators() noexcept { return kNaiveBayes; }

}  // namespace trivet::sklearn
