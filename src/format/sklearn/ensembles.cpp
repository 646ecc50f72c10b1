// SPDX-License-Identifier: Apache-2.0
// Ensembles of any estimators that average their answers, and a target that was transformed.
#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/inverses.hpp"
#include "format/sklearn/members.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

Result<Answers> average_numbers(const Members& members, std::vector<double> weights,
                                Sketch& sketch) {
  const Result<Ballot> ballot = collect(members, "predict", sketch);
  if (!ballot) return ballot.error();
  Answers answers;
  answers.methods.push_back({.method = "predict",
                             .value = add_average(std::move(weights), *ballot, sketch),
                             .is_scalar = ballot->width == 1});
  return answers;
}

Result<Answers> average_shares(const PickleView& estimator, const Members& members,
                               std::vector<double> weights, Sketch& sketch) {
  const Result<Ballot> ballot = collect(members, "predict_proba", sketch);
  if (!ballot) return ballot.error();
  const spi::ValueId mean = add_average(std::move(weights), *ballot, sketch);
  const Result<PickleView> classes = estimator.attribute("classes_");
  if (!classes) return classes.error();
  Result<std::vector<Value>> labels = read_labels(*classes);
  if (!labels) return labels.error();
  if (labels->size() != ballot->width) {
    return classes->refuse("members that know other classes", "the same classes for all");
  }
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, mean), std::move(*labels)));
  answers.methods.push_back({.method = "predict_proba", .value = mean});
  return answers;
}

// --- voting

/// Estimators that were dropped keep their weight in the list.
Result<std::vector<double>> read_vote_weights(const PickleView& estimator, std::size_t members) {
  const auto given = estimator.find("weights");
  if (!given || given->is_none()) return std::vector<double>(members, 1);
  const Result<std::vector<double>> all = given->doubles();
  if (!all) return all.error();
  const Result<PickleView> list = estimator.attribute("estimators");
  if (!list) return list.error();
  std::vector<double> weights;
  for (std::size_t i = 0; i < std::min(list->size(), all->size()); ++i) {
    const PickleView entry = list->item(i);
    const bool is_estimator =
        entry.size() == 2 && entry.item(1).kind() == artifact::PickleKind::object;
    if (is_estimator) weights.push_back((*all)[i]);
  }
  if (weights.size() == members) return weights;
  return given->fail(text::message("weights of {} estimators", weights.size()),
                     text::message("{}", members));
}

Result<Members> read_voters(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> list = estimator.attribute("estimators_");
  if (!list) return list.error();
  return bind_members(*list, rows, sketch);
}

/// Members answer with places among the classes, which the weights count up.
Result<Answers> elect(const PickleView& estimator, const Members& members,
                      std::vector<double> weights, Sketch& sketch) {
  Result<std::vector<Value>> labels = read_class_labels(estimator);
  if (!labels) return labels.error();
  TRIVET_TRY(sketch.charge(labels->size() * members.size(), estimator));
  const Result<Ballot> ballot = collect_places(members, count_labels(labels->size()), sketch);
  if (!ballot) return ballot.error();
  const spi::ValueId votes = add_votes(std::move(weights), 0, *ballot, labels->size(), sketch);
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, votes), std::move(*labels)));
  return answers;
}

Result<Answers> bind_voting_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = read_voters(estimator, rows, sketch);
  if (!members) return members.error();
  Result<std::vector<double>> weights = read_vote_weights(estimator, members->size());
  if (!weights) return weights.error();
  return has_text(estimator, "voting", "soft")
             ? average_shares(estimator, *members, std::move(*weights), sketch)
             : elect(estimator, *members, std::move(*weights), sketch);
}

Result<Answers> bind_voting_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = read_voters(estimator, rows, sketch);
  if (!members) return members.error();
  Result<std::vector<double>> weights = read_vote_weights(estimator, members->size());
  if (!weights) return weights.error();
  return average_numbers(*members, std::move(*weights), sketch);
}

// --- bagging

/// Each member takes its own features.
Result<Members> read_bag(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  TRIVET_TRY(sketch.expect_width(rows, estimator, {"n_features_in_", "n_features_"}));
  const Result<PickleView> list = estimator.attribute("estimators_");
  if (!list) return list.error();
  const Result<PickleView> subsets = estimator.attribute("estimators_features_");
  if (!subsets) return subsets.error();
  if (list->size() == 0 || list->size() != subsets->size()) {
    return list->fail(list->description(), "estimators, and the features of each");
  }
  Members members;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const Result<std::vector<std::uint32_t>> subset = read_subset(subsets->item(i), rows.width());
    if (!subset) return subset.error();
    Matrix own = sketch.add_selection(rows, *subset);
    TRIVET_TRY(add_member(list->item(i), own, sketch, members));
  }
  return members;
}

/// Shares of one member in the order of all classes; a vote, where it has none. Members know the
/// classes by their places, and only those that they were shown.
Result<spi::ValueId> member_shares(const PickleView& member, const Answers& answers,
                                   const std::vector<Value>& places, Sketch& sketch) {
  const std::size_t classes = places.size();
  const Answer* const predict = answers.find("predict");
  if (answers.find("predict_proba") == nullptr) {
    const Result<spi::ValueId> place = label_places(member, answers, places, sketch);
    if (!place) return place.error();
    return add_votes({1}, 0, {{*place}, 1}, classes, sketch);
  }
  const Result<spi::ValueId> own = number_answer(member, answers, "predict_proba", sketch);
  if (!own || sketch.value(*own).width == classes) return own;
  const std::vector<Value> known = predict != nullptr ? predict->labels : std::vector<Value>();
  if (known.size() != sketch.value(*own).width) {
    return member.refuse("probabilities of other classes", "one for each of its classes");
  }
  return add_spread(sketch, *own, known, places);
}

Result<Answers> vote_by_shares(const PickleView& estimator, const Members& members,
                               Sketch& sketch) {
  Result<std::vector<Value>> labels = read_class_labels(estimator);
  if (!labels) return labels.error();
  TRIVET_TRY(sketch.charge(labels->size() * members.size(), estimator));
  const std::vector<Value> places = count_labels(labels->size());
  Ballot ballot{{}, static_cast<std::uint32_t>(labels->size())};
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Result<spi::ValueId> shares =
        member_shares(members.estimators[i], members.answers[i], places, sketch);
    if (!shares) return shares.error();
    ballot.values.push_back(*shares);
  }
  const spi::ValueId mean = add_average(equal_weights(members.size()), ballot, sketch);
  Answers answers;
  answers.methods.push_back(label_answer(add_first_greatest(sketch, mean), std::move(*labels)));
  answers.methods.push_back({.method = "predict_proba", .value = mean});
  return answers;
}

Result<Answers> bind_bagging_classifier(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = read_bag(estimator, rows, sketch);
  if (!members) return members.error();
  Result<Answers> answers = vote_by_shares(estimator, *members, sketch);
  if (!answers || !members->all_have("decision_function")) return answers;
  const Result<Ballot> ballot = collect(*members, "decision_function", sketch);
  if (!ballot) return ballot.error();
  answers->methods.push_back({.method = "decision_function",
                              .value = add_average(equal_weights(members->size()), *ballot, sketch),
                              .is_scalar = ballot->width == 1});
  return answers;
}

Result<Answers> bind_bagging_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = read_bag(estimator, rows, sketch);
  if (!members) return members.error();
  return average_numbers(*members, equal_weights(members->size()), sketch);
}

// --- a transformed target

Result<Answers> bind_transformed_target(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> regressor = estimator.attribute("regressor_");
  if (!regressor) return regressor.error();
  const Result<PickleView> transformer = estimator.attribute("transformer_");
  if (!transformer) return transformer.error();
  Result<Answers> answers = sketch.bind(*regressor, rows);
  if (!answers) return answers.error();
  const Answer* const predict = answers->find("predict");
  if (predict == nullptr || sketch.value(predict->value).dtype != DType::float64) {
    return regressor->refuse(regressor->description(), "a regressor that answers in float64");
  }
  const std::uint32_t width = sketch.value(predict->value).width;
  const Matrix target{.value = predict->value, .elements = std::vector<Element>(width)};
  const Result<Matrix> undone = add_inverse(*transformer, target, sketch);
  if (!undone) return undone.error();
  Answers out;
  out.methods.push_back(
      {.method = "predict", .value = undone->value, .is_scalar = predict->is_scalar});
  return out;
}

constexpr EstimatorRow kEnsembles[] = {
    {"sklearn.ensemble._voting", "VotingClassifier", bind_voting_classifier},
    {"sklearn.ensemble._voting", "VotingRegressor", bind_voting_regressor},
    {"sklearn.ensemble.voting", "VotingClassifier", bind_voting_classifier},
    {"sklearn.ensemble.voting", "VotingRegressor", bind_voting_regressor},
    {"sklearn.ensemble.voting_classifier", "VotingClassifier", bind_voting_classifier},
    {"sklearn.ensemble._bagging", "BaggingClassifier", bind_bagging_classifier},
    {"sklearn.ensemble._bagging", "BaggingRegressor", bind_bagging_regressor},
    {"sklearn.ensemble.bagging", "BaggingClassifier", bind_bagging_classifier},
    {"sklearn.ensemble.bagging", "BaggingRegressor", bind_bagging_regressor},
    {"sklearn.compose._target", "TransformedTargetRegressor", bind_transformed_target},
};

}  // namespace

std::span<const EstimatorRow> ensembles() noexcept { return kEnsembles; }

}  // namespace trivet::sklearn
