// SPDX-License-Identifier: Apache-2.0
// Classifiers of two classes that decide at a threshold of their own.
//
// The number that is compared is the probability of the positive class where there is one, else
// the decision, unless `response_method` says. The threshold itself is positive.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/members.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kSecond = 1;

/// The place of a class that the model names; the second without a name.
Result<std::size_t> positive_place(const std::optional<PickleView>& name,
                                   const std::vector<Value>& labels) {
  if (!name || name->is_none()) return kSecond;
  const Result<Value> label = read_label(*name);
  if (!label) return label.error();
  const std::vector<double> place = places_among({*label}, labels);
  if (place.front() >= 0) return static_cast<std::size_t>(place.front());
  return name->fail(label->to_json(), "one of the classes");
}

/// Of a tuned threshold: the class that its score is about. Scores of one class take 1 for it.
Result<std::size_t> scored_place(const PickleView& estimator, const std::vector<Value>& labels) {
  const Result<PickleView> scorer = estimator.attribute("_curve_scorer");
  if (!scorer) return scorer.error();
  const Result<PickleView> arguments = scorer->attribute("_kwargs");
  if (!arguments) return arguments.error();
  if (const auto name = arguments->find("pos_label")) return positive_place(name, labels);
  const Result<PickleView> score = scorer->attribute("_score_func");
  if (!score) return score.error();
  constexpr std::array<std::string_view, 6> kOfOneClass{
      "average_precision_score", "f1_score",        "fbeta_score",
      "jaccard_score",           "precision_score", "recall_score"};
  const artifact::PickleName* const function = score->name();
  if (function == nullptr) return score->refuse(score->description(), "a score of scikit-learn");
  const bool is_of_one =
      std::find(kOfOneClass.begin(), kOfOneClass.end(), function->name) != kOfOneClass.end();
  const std::vector<double> one = places_among({Value(1)}, labels);
  return is_of_one && one.front() >= 0 ? static_cast<std::size_t>(one.front()) : kSecond;
}

/// What is compared: of the positive class.
struct Score {
  spi::ValueId value = 0;
  bool is_probability = false;
};

Result<Score> add_score(const PickleView& estimator, const PickleView& member,
                        const Answers& answers, std::size_t positive, Sketch& sketch) {
  Score score;
  score.is_probability = !has_text(estimator, "response_method", "decision_function") &&
                         (answers.find("predict_proba") != nullptr ||
                          has_text(estimator, "response_method", "predict_proba"));
  const std::string_view method = score.is_probability ? "predict_proba" : "decision_function";
  const Result<spi::ValueId> value = number_answer(member, answers, method, sketch);
  if (!value) return value.error();
  const std::uint32_t width = sketch.value(*value).width;
  if (width != (score.is_probability ? 2u : 1u)) {
    return member.refuse(text::message("{} of {} numbers", method, width), "two classes");
  }
  score.value = *value;
  if (score.is_probability) {
    score.value = add_columns(sketch, *value, {static_cast<std::uint32_t>(positive)});
  } else if (positive != kSecond) {
    score.value = add_function(sketch, "negate", *value, 1);
  }
  return score;
}

/// No number: the default of the score.
Result<Answers> decide_at(const PickleView& estimator, std::optional<double> threshold,
                          Result<std::size_t> (*find_positive)(const PickleView&,
                                                               const std::vector<Value>&),
                          Matrix& rows, Sketch& sketch) {
  const Result<PickleView> member = estimator.attribute("estimator_");
  if (!member) return member.error();
  Result<Answers> answers = sketch.bind(*member, rows);
  if (!answers) return answers.error();
  const auto predict =
      std::find_if(answers->methods.begin(), answers->methods.end(),
                   [](const Answer& answer) { return answer.method == "predict"; });
  if (predict == answers->methods.end() || predict->labels.size() != 2) {
    return member->refuse(member->description(), "a classifier of two classes");
  }
  const Result<std::size_t> positive = find_positive(estimator, predict->labels);
  if (!positive) return positive.error();
  const Result<Score> score = add_score(estimator, *member, *answers, *positive, sketch);
  if (!score) return score.error();
  const double border = threshold.value_or(score->is_probability ? 0.5 : 0.0);
  spi::ValueId place = add_threshold(sketch, "greater_equal", score->value, border);
  if (*positive != kSecond) place = add_affine(sketch, place, -1, 1);
  *predict = label_answer(place, std::move(predict->labels));
  std::erase_if(answers->methods, [](const Answer& answer) {
    return answer.method != "predict" && answer.method != "predict_proba" &&
           answer.method != "decision_function";
  });
  answers->transform.reset();
  return answers;
}

Result<std::size_t> named_place(const PickleView& estimator, const std::vector<Value>& labels) {
  return positive_place(estimator.find("pos_label"), labels);
}

Result<Answers> bind_fixed_threshold(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> given = estimator.attribute("threshold");
  if (!given) return given.error();
  if (has_text(estimator, "threshold", "auto")) {
    return decide_at(estimator, std::nullopt, named_place, rows, sketch);
  }
  const Result<double> threshold = given->number();
  if (!threshold) return threshold.error();
  return decide_at(estimator, *threshold, named_place, rows, sketch);
}

Result<Answers> bind_tuned_threshold(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> given = estimator.attribute("best_threshold_");
  if (!given) return given.error();
  const Result<double> threshold = given->number();
  if (!threshold) return threshold.error();
  return decide_at(estimator, *threshold, scored_place, rows, sketch);
}

constexpr std::string_view kThresholdModule = "sklearn.model_selection._classification_threshold";
constexpr EstimatorRow kThresholdEstimators[] = {
    {kThresholdModule, "FixedThresholdClassifier", bind_fixed_threshold},
    {kThresholdModule, "TunedThresholdClassifierCV", bind_tuned_threshold},
};

}  // namespace

std::span<const EstimatorRow> threshold_estimators() noexcept { return kThresholdEstimators; }

}  // namespace trivet::sklearn
