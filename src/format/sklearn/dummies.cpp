// SPDX-License-Identifier: Apache-2.0
// Dummies: the same answer for every row.
#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// Dummies may not say how many columns they were fitted with, and take any.
Status open_columns(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  if (!rows.is_open) return {};
  const auto count = estimator.find("n_features_in_");
  if (!count) {
    sketch.open_unread(rows);
    return {};
  }
  return sketch.expect_width(rows, *count);
}

/// Which class a classifier of a constant answers.
Result<std::size_t> find_constant(const PickleView& estimator, const std::vector<Value>& labels) {
  const Result<PickleView> view = estimator.attribute("constant");
  if (!view) return view.error();
  const bool is_list = view->array() != nullptr || view->size() != 0;
  Result<std::vector<Value>> wanted = std::vector<Value>();
  if (is_list) {
    wanted = read_labels(*view);
  } else if (view->kind() == artifact::PickleKind::text) {
    const Result<std::string_view> text = view->text();
    if (!text) return text.error();
    wanted->emplace_back(*text);
  } else {
    const Result<double> number = view->number();
    if (!number) return number.error();
    wanted->emplace_back(*number);
  }
  if (!wanted) return wanted.error();
  for (std::size_t k = 0; k < labels.size() && wanted->size() == 1; ++k) {
    const Value& own = wanted->front();
    const bool is_number = own.is_number() && labels[k].is_number();
    if (own == labels[k] || (is_number && own.as_number() == labels[k].as_number())) return k;
  }
  return view->fail(view->description(), text::message("one of {} classes", labels.size()));
}

Result<Answers> bind_dummy_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const auto strategy = estimator.find("strategy");
  const bool is_prior = has_text(estimator, "strategy", "prior");
  const bool is_constant = has_text(estimator, "strategy", "constant");
  if (!is_prior && !is_constant && !has_text(estimator, "strategy", "most_frequent")) {
    return (strategy ? *strategy : estimator)
        .refuse("a strategy whose answers are random or unknown",
                "prior, most_frequent or constant");
  }
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  Result<std::vector<double>> shares = read_vector(estimator, "class_prior_", labels->size());
  if (!shares) return shares.error();
  auto best =
      static_cast<std::size_t>(std::max_element(shares->begin(), shares->end()) - shares->begin());
  if (is_constant) {
    const Result<std::size_t> place = find_constant(estimator, *labels);
    if (!place) return place.error();
    best = *place;
  }
  if (!is_prior) {
    std::fill(shares->begin(), shares->end(), 0.0);
    (*shares)[best] = 1;
  }
  TRIVET_TRY(open_columns(estimator, rows, sketch));
  Answers answers;
  answers.methods.push_back(label_answer(
      add_constant(sketch, rows.value, {static_cast<double>(best)}), std::move(*labels)));
  const auto width = static_cast<std::uint32_t>(shares->size());
  add_shares(answers, add_constant(sketch, rows.value, std::move(*shares)), width, sketch);
  return answers;
}

Result<Answers> bind_dummy_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> view = estimator.attribute("constant_");
  if (!view) return view.error();
  Result<std::vector<double>> numbers = view->doubles();
  if (!numbers) return numbers.error();
  if (numbers->empty()) return view->fail(view->description(), "a number for each target");
  TRIVET_TRY(open_columns(estimator, rows, sketch));
  const bool is_scalar = numbers->size() == 1 && !flag_or(estimator, "output_2d_", false);
  Answers answers;
  answers.methods.push_back({.method = "predict",
                             .value = add_constant(sketch, rows.value, std::move(*numbers)),
                             .is_scalar = is_scalar});
  return answers;
}

constexpr EstimatorRow kDummies[] = {
    {"sklearn.dummy", "DummyClassifier", bind_dummy_classifier},
    {"sklearn.dummy", "DummyRegressor", bind_dummy_regressor},
};

}  // namespace

std::span<const EstimatorRow> dummies() noexcept { return kDummies; }

}  // namespace trivet::sklearn
