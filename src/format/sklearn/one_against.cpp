// SPDX-License-Identifier: Apache-2.0
// Several classes out of classifiers of two: one against the rest, one against one, codes.
//
// A member says its decision, or where it has none the probability of its second class; a
// regressor, its number.
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/linear_models.hpp"
#include "format/sklearn/members.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// One number a row of each member.
Result<spi::ValueId> binary_score(const PickleView& member, const Answers& answers,
                                  Sketch& sketch) {
  const Answer* const predict = answers.find("predict");
  const bool has_decision = answers.find("decision_function") != nullptr;
  const bool is_regressor = !has_decision && answers.find("predict_proba") == nullptr &&
                            predict != nullptr && predict->labels.empty();
  const std::string_view method = has_decision   ? "decision_function"
                                  : is_regressor ? "predict"
                                                 : "predict_proba";
  const Result<spi::ValueId> value = number_answer(member, answers, method, sketch);
  if (!value) return value;
  const std::uint32_t width = sketch.value(*value).width;
  if (method == "predict_proba" && width == 2) return add_columns(sketch, *value, {1});
  if (width == 1) return value;
  return member.refuse(text::message("{} of {} numbers", method, width), "a member of two classes");
}

Result<Ballot> collect_scores(const Members& members, Sketch& sketch) {
  Ballot ballot{{}, 1};
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Result<spi::ValueId> score =
        binary_score(members.estimators[i], members.answers[i], sketch);
    if (!score) return score.error();
    ballot.values.push_back(*score);
  }
  return ballot;
}

bool is_constant(const PickleView& member) {
  const artifact::PickleName* const name = member.name();
  return name != nullptr && name->name == "_ConstantPredictor";
}

/// Above it, a member says yes.
double score_threshold(const Members& members) {
  const bool has_decision = members.answers.front().find("decision_function") != nullptr;
  return has_decision && !is_constant(members.estimators.front()) ? 0 : 0.5;
}

/// What stands for a member when training had only one of its two classes.
Result<Answers> bind_constant(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<std::vector<double>> number = read_vector(estimator, "y_", 1);
  if (!number) return number.error();
  if (rows.is_open) return estimator.refuse("a constant alone", "a member beside others");
  const spi::ValueId value = add_constant(sketch, rows.value, *number);
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = value, .is_scalar = true});
  answers.methods.push_back({.method = "predict_proba", .value = add_pair(sketch, value)});
  answers.methods.push_back({.method = "decision_function", .value = value, .is_scalar = true});
  return answers;
}

/// Members that are no constants say how wide the rows are.
Result<Members> read_members(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> list = estimator.attribute("estimators_");
  if (!list) return list.error();
  for (std::size_t i = 0; rows.is_open && i < list->size(); ++i) {
    const auto count = list->item(i).find("n_features_in_");
    if (count) TRIVET_TRY(sketch.expect_width(rows, *count));
  }
  return bind_members(*list, rows, sketch);
}

// --- one against the rest

/// The second column of each member's probabilities.
Result<Ballot> collect_yes(const Members& members, Sketch& sketch) {
  Result<Ballot> ballot = collect(members, "predict_proba", sketch);
  if (!ballot) return ballot;
  if (ballot->width != 2) return members.estimators.front().refuse("other classes", "two classes");
  for (spi::ValueId& value : ballot->values) value = add_columns(sketch, value, {1});
  ballot->width = 1;
  return ballot;
}

/// A flag for each class.
void add_flags(const Members& members, const Ballot& scores, Sketch& sketch, Answers& answers) {
  Ballot flags{{}, 1};
  const double threshold = score_threshold(members);
  for (const spi::ValueId score : scores.values) {
    flags.values.push_back(add_threshold(sketch, "greater", score, threshold));
  }
  answers.methods.push_back(
      {.method = "predict", .value = add_side_by_side(flags, sketch), .labels = count_labels(2)});
}

Status add_rest_probabilities(const Members& members, bool is_multilabel, Sketch& sketch,
                              Answers& answers) {
  if (!members.all_have("predict_proba")) return {};
  const Result<Ballot> yes = collect_yes(members, sketch);
  if (!yes) return yes.error();
  spi::ValueId shares = add_side_by_side(*yes, sketch);
  if (members.size() == 1) shares = add_pair(sketch, shares);
  const std::uint32_t width = sketch.value(shares).width;
  if (!is_multilabel) shares = add_function(sketch, "share_of_sum", shares, width);
  answers.methods.push_back({.method = "predict_proba", .value = shares});
  return {};
}

Result<Answers> bind_one_against_rest(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = read_members(estimator, rows, sketch);
  if (!members) return members.error();
  const Result<PickleView> binarizer = estimator.attribute("label_binarizer_");
  if (!binarizer) return binarizer.error();
  Result<std::vector<Value>> labels = read_class_labels(*binarizer);
  if (!labels) return labels.error();
  const std::size_t margins = members->size();
  const bool is_multilabel = has_text(*binarizer, "y_type_", "multilabel-indicator");
  if (is_multilabel ? labels->size() != margins : margins < 2 && labels->size() != 2) {
    return binarizer->fail(text::message("{} classes", labels->size()),
                           text::message("a member for each, of which there are {}", margins));
  }
  const Result<Ballot> scores = collect_scores(*members, sketch);
  if (!scores) return scores.error();
  Answers answers;
  const spi::ValueId all = add_side_by_side(*scores, sketch);
  if (is_multilabel) {
    add_flags(*members, *scores, sketch, answers);
  } else {
    TRIVET_TRY(check_label_count(*binarizer, labels->size(), margins));
    const spi::ValueId position =
        margins == 1 ? add_threshold(sketch, "greater", all, score_threshold(*members))
                     : add_function(sketch, "last_greatest", all, 1);
    answers.methods.push_back(label_answer(position, std::move(*labels)));
  }
  TRIVET_TRY(add_rest_probabilities(*members, is_multilabel, sketch, answers));
  if (members->all_have("decision_function")) {
    answers.methods.push_back(
        {.method = "decision_function", .value = all, .is_scalar = margins == 1});
  }
  return answers;
}

// --- one against one

/// Up to 0.20 the decision of a row depended on the rows beside it; its greatest did not.
constexpr Version kFirstWithPairScores = 21;

Result<Answers> bind_one_against_one(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const auto subsets = estimator.find("pairwise_indices_");
  if (subsets && !subsets->is_none()) {
    return subsets->refuse("members on parts of a kernel matrix", "members on the rows");
  }
  const Result<Members> members = read_members(estimator, rows, sketch);
  if (!members) return members.error();
  Result<std::vector<Value>> labels = read_class_labels(estimator);
  if (!labels) return labels.error();
  const std::size_t classes = labels->size();
  if (classes < 2 || classes > members->size() + 1 ||
      classes * (classes - 1) / 2 != members->size()) {
    return estimator.fail(text::message("{} members for {} classes", members->size(), classes),
                          "one for each pair of classes");
  }
  const Result<Ballot> votes = collect_places(*members, count_labels(2), sketch);
  if (!votes) return votes.error();
  const Result<Ballot> scores = collect_scores(*members, sketch);
  if (!scores) return scores.error();
  const spi::ValueId inputs[] = {add_side_by_side(*votes, sketch),
                                 add_side_by_side(*scores, sketch)};
  const auto width = static_cast<std::uint32_t>(classes);
  spi::ValueId decision = sketch.add_operator({"pair_scores", {}, {}}, inputs, width);
  if (classes == 2) decision = add_columns(sketch, decision, {1});
  const spi::ValueId position =
      classes == 2 ? add_threshold(sketch, "greater", decision, score_threshold(*members))
                   : add_first_greatest(sketch, decision);
  Answers answers;
  answers.methods.push_back(label_answer(position, std::move(*labels)));
  if (version_of(estimator) >= kFirstWithPairScores) {
    answers.methods.push_back(
        {.method = "decision_function", .value = decision, .is_scalar = classes == 2});
  }
  return answers;
}

// --- codes

/// The code word next to the scores: the greatest of 2 · x · word − |word|².
spi::ValueId add_nearest_word(const Table& words, spi::ValueId scores, Sketch& sketch) {
  LinearMap map;
  map.features = static_cast<std::uint32_t>(words.columns);
  map.outputs = static_cast<std::uint32_t>(words.rows);
  map.body.feature_count = map.features;
  map.body.output_count = map.outputs;
  map.body.start.assign(words.rows, 0.0);
  map.body.weights.width = spi::FloatWidth::f64;
  for (std::size_t c = 0; c < words.columns; ++c) {
    for (std::size_t w = 0; w < words.rows; ++w) {
      const double bit = words.cells[w * words.columns + c];
      map.body.weights.push_back(2 * bit);
      map.body.start[w] -= bit * bit;
    }
  }
  return add_first_greatest(sketch, add_linear(std::move(map), as_rows(scores, sketch), sketch));
}

Result<Answers> bind_output_code(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = read_members(estimator, rows, sketch);
  if (!members) return members.error();
  Result<std::vector<Value>> labels = read_class_labels(estimator);
  if (!labels) return labels.error();
  const Result<PickleView> book = estimator.attribute("code_book_");
  if (!book) return book.error();
  const Result<Table> words = read_table(*book);
  if (!words) return words.error();
  if (words->rows != labels->size() || words->columns != members->size()) {
    return book->fail(book->description(),
                      text::message("{} classes × {} members", labels->size(), members->size()));
  }
  const Result<Ballot> scores = collect_scores(*members, sketch);
  if (!scores) return scores.error();
  const spi::ValueId place = add_nearest_word(*words, add_side_by_side(*scores, sketch), sketch);
  Answers answers;
  answers.methods.push_back(label_answer(place, std::move(*labels)));
  return answers;
}

constexpr EstimatorRow kOneAgainstEstimators[] = {
    {"sklearn.multiclass", "OneVsRestClassifier", bind_one_against_rest},
    {"sklearn.multiclass", "OneVsOneClassifier", bind_one_against_one},
    {"sklearn.multiclass", "OutputCodeClassifier", bind_output_code},
    {"sklearn.multiclass", "_ConstantPredictor", bind_constant},
};

}  // namespace

std::span<const EstimatorRow> one_against_estimators() noexcept { return kOneAgainstEstimators; }

}  // namespace trivet::sklearn
