// SPDX-License-Identifier: Apache-2.0
// AdaBoost: weighted votes of its members; of regressors the weighted median.
//
// SAMME adds up the weights of the members that say a class, and from 1.3.1 on takes the weights of
// the others away, divided by the number of the other classes. SAMME.R, up to 1.5, adds up
// (classes − 1) · (log p − mean log p). Both are divided by the sum of the weights. Two classes are
// decided by the difference of their numbers, probabilities are a softmax of a part of them. Up to
// 0.21 SAMME's were one of the mean of the members' probabilities.
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/members.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

struct Boosted {
  Members members;
  std::vector<double> weights;
  double total = 0;
};

/// The array of weights is as long as there might have been members.
Result<Boosted> read_boosted(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> list = estimator.attribute("estimators_");
  if (!list) return list.error();
  const Result<PickleView> given = estimator.attribute("estimator_weights_");
  if (!given) return given.error();
  Result<std::vector<double>> weights = given->doubles();
  if (!weights) return weights.error();
  if (weights->size() < list->size()) {
    return given->fail(given->description(), text::message("{} weights", list->size()));
  }
  Result<Members> members = bind_members(*list, rows, sketch);
  if (!members) return members.error();
  const double total = std::accumulate(weights->begin(), weights->end(), 0.0);
  weights->resize(list->size());
  return Boosted{std::move(*members), std::move(*weights), total};
}

Result<Answers> bind_boosted_median(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Boosted> boosted = read_boosted(estimator, rows, sketch);
  if (!boosted) return boosted.error();
  const Result<Ballot> ballot = collect(boosted->members, "predict", sketch);
  if (!ballot) return ballot.error();
  if (ballot->width != 1) return estimator.refuse("members of several outputs", "one");
  spi::Operator op{"weighted_median", {}, {}};
  op.constants.push_back(make_constant("weights", std::move(boosted->weights)));
  Answers answers;
  answers.methods.push_back({.method = "predict",
                             .value = sketch.add_operator(std::move(op), ballot->values, 1),
                             .is_scalar = true});
  return answers;
}

/// Since 1.3.1.
bool takes_away(const PickleView& estimator) {
  constexpr Version kFirst = 103;
  return version_of(estimator) >= kFirst && !has_text(estimator, "_sklearn_version", "1.3.0");
}

/// What each class gets, over all members.
Result<spi::ValueId> sum_votes(const PickleView& estimator, const Boosted& boosted,
                               const std::vector<Value>& labels, Sketch& sketch) {
  const Result<Ballot> ballot = collect_places(boosted.members, labels, sketch);
  if (!ballot) return ballot.error();
  const double other = takes_away(estimator) ? -1 / (static_cast<double>(labels.size()) - 1) : 0;
  const spi::ValueId votes = add_votes(boosted.weights, other, *ballot, labels.size(), sketch);
  return add_weighted_sum({1}, boosted.total, {{votes}, static_cast<std::uint32_t>(labels.size())},
                          sketch);
}

Result<spi::ValueId> sum_logs(const Boosted& boosted, std::size_t classes, Sketch& sketch) {
  const auto width = static_cast<std::uint32_t>(classes);
  Result<Ballot> ballot = collect(boosted.members, "predict_proba", sketch);
  if (!ballot) return ballot.error();
  if (ballot->width != width) {
    return boosted.members.estimators.front().refuse("probabilities of other classes",
                                                     text::message("of {}", classes));
  }
  for (spi::ValueId& value : ballot->values) {
    spi::Operator op{"clip", {}, {}};
    op.attributes.emplace_back("least", std::numeric_limits<double>::epsilon());
    op.attributes.emplace_back("greatest", std::numeric_limits<double>::infinity());
    const spi::ValueId inputs[] = {value};
    const spi::ValueId clipped = sketch.add_operator(std::move(op), inputs, width);
    const spi::ValueId logs = add_function(sketch, "log", clipped, width);
    const spi::ValueId centred = add_function(sketch, "subtract_mean", logs, width);
    value = add_affine(sketch, centred, static_cast<double>(classes) - 1, 0);
  }
  return add_weighted_sum(equal_weights(boosted.members.size()), boosted.total, *ballot, sketch);
}

/// Of two classes: the second's number less the first's.
spi::ValueId add_difference(spi::ValueId sums, Sketch& sketch) {
  const Ballot both{{add_columns(sketch, sums, {0}), add_columns(sketch, sums, {1})}, 1};
  return add_weighted_sum({-1, 1}, 1, both, sketch);
}

Answers decide(spi::ValueId sums, std::vector<Value> labels, Sketch& sketch) {
  const auto width = static_cast<std::uint32_t>(labels.size());
  const bool is_pair = width == 2;
  const spi::ValueId decision = is_pair ? add_difference(sums, sketch) : sums;
  spi::ValueId logits = 0;
  if (is_pair) {
    const Ballot both{{add_function(sketch, "negate", decision, 1), decision}, 1};
    logits = add_affine(sketch, add_side_by_side(both, sketch), 0.5, 0);
  } else {
    logits = add_weighted_sum({1}, width - 1.0, {{decision}, width}, sketch);
  }
  const spi::ValueId position = is_pair ? add_threshold(sketch, "greater", decision, 0)
                                        : add_first_greatest(sketch, decision);
  Answers answers;
  answers.methods.push_back(label_answer(position, std::move(labels)));
  answers.methods.push_back(
      {.method = "predict_proba", .value = add_function(sketch, "softmax", logits, width)});
  answers.methods.push_back(
      {.method = "decision_function", .value = decision, .is_scalar = is_pair});
  return answers;
}

/// Up to 0.21: nothing for a member that has no probabilities.
Status replace_probabilities(const Boosted& boosted, std::size_t classes, Sketch& sketch,
                             Answers& answers) {
  std::erase_if(answers.methods, [](const Answer& one) { return one.method == "predict_proba"; });
  if (!boosted.members.all_have("predict_proba")) return {};
  const Result<Ballot> ballot = collect(boosted.members, "predict_proba", sketch);
  if (!ballot) return ballot.error();
  const std::uint32_t width = ballot->width;
  if (width != classes) {
    return boosted.members.estimators.front().refuse("probabilities of other classes",
                                                     text::message("of {}", classes));
  }
  const spi::ValueId mean = add_weighted_sum(boosted.weights, boosted.total, *ballot, sketch);
  const spi::ValueId logits = add_weighted_sum({1}, width - 1.0, {{mean}, width}, sketch);
  answers.methods.push_back(
      {.method = "predict_proba", .value = add_function(sketch, "softmax", logits, width)});
  return {};
}

Result<Answers> bind_boosted_votes(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Boosted> boosted = read_boosted(estimator, rows, sketch);
  if (!boosted) return boosted.error();
  Result<std::vector<Value>> labels = read_class_labels(estimator);
  if (!labels) return labels.error();
  if (labels->size() < 2) return estimator.refuse("one class", "two or more");
  TRIVET_TRY(sketch.charge(labels->size() * boosted->members.size(), estimator));
  const std::size_t classes = labels->size();
  const bool is_by_logs = has_text(estimator, "algorithm", "SAMME.R");
  const Result<spi::ValueId> sums = is_by_logs ? sum_logs(*boosted, classes, sketch)
                                               : sum_votes(estimator, *boosted, *labels, sketch);
  if (!sums) return sums.error();
  Answers answers = decide(*sums, std::move(*labels), sketch);
  constexpr Version kFirstOfDecisions = 22;
  if (!is_by_logs && version_of(estimator) < kFirstOfDecisions) {
    TRIVET_TRY(replace_probabilities(*boosted, classes, sketch, answers));
  }
  return answers;
}

constexpr EstimatorRow kAdaBoostEstimators[] = {
    {"sklearn.ensemble._weight_boosting", "AdaBoostClassifier", bind_boosted_votes},
    {"sklearn.ensemble._weight_boosting", "AdaBoostRegressor", bind_boosted_median},
    {"sklearn.ensemble.weight_boosting", "AdaBoostClassifier", bind_boosted_votes},
    {"sklearn.ensemble.weight_boosting", "AdaBoostRegressor", bind_boosted_median},
};

}  // namespace

std::span<const EstimatorRow> ada_boost_estimators() noexcept { return kAdaBoostEstimators; }

}  // namespace trivet::sklearn
