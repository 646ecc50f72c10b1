// SPDX-License-Identifier: Apache-2.0
// Stacking: a final estimator on the answers of others, side by side.
//
// Of two classes' probabilities only the second column counts. `passthrough` adds the row itself.
// The final classifier knows the classes by their places.
#include <cmath>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/members.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// What one member gives the final estimator.
Result<spi::ValueId> stack_answer(const PickleView& member, const Answers& answers,
                                  std::string_view method, std::size_t classes, Sketch& sketch) {
  const Answer* const predict = answers.find("predict");
  if (method == "predict" && predict != nullptr && !predict->labels.empty()) {
    return label_numbers(member, answers, sketch);
  }
  const Result<spi::ValueId> value = number_answer(member, answers, method, sketch);
  if (!value || method != "predict_proba" || classes != 2) return value;
  if (sketch.value(*value).width == 2) return add_columns(sketch, *value, {1});
  return member.refuse("probabilities of other classes", "of two, as the whole has");
}

Result<Matrix> stack(const PickleView& estimator, std::size_t classes, Matrix& rows,
                     Sketch& sketch) {
  const Result<PickleView> list = estimator.attribute("estimators_");
  if (!list) return list.error();
  const Result<PickleView> methods = estimator.attribute("stack_method_");
  if (!methods) return methods.error();
  if (methods->size() != list->size()) {
    return methods->fail(methods->description(), text::message("{} methods", list->size()));
  }
  const Result<Members> members = bind_members(*list, rows, sketch);
  if (!members) return members.error();
  std::vector<Matrix> blocks;
  for (std::size_t i = 0; i < members->size(); ++i) {
    const Result<std::string_view> method = methods->item(i).text();
    if (!method) return method.error();
    const Result<spi::ValueId> value =
        stack_answer(members->estimators[i], members->answers[i], *method, classes, sketch);
    if (!value) return value.error();
    blocks.push_back(as_rows(*value, sketch));
  }
  if (flag_or(estimator, "passthrough", false)) {
    for (const Element& element : rows.elements) TRIVET_TRY(sketch.take_number(element, estimator));
    blocks.push_back(rows);
  }
  return sketch.add_concatenation(blocks);
}

Result<Answers> bind_stacking_regressor(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Matrix> stacked = stack(estimator, 0, rows, sketch);
  if (!stacked) return stacked.error();
  const Result<PickleView> last = estimator.attribute("final_estimator_");
  if (!last) return last.error();
  Result<Answers> answers = sketch.bind(*last, *stacked);
  if (!answers) return answers.error();
  const Answer* const predict = answers->find("predict");
  if (predict == nullptr) return last->refuse(last->description(), "an estimator with predict");
  return Answers{.methods = {*predict}, .transform = std::move(*stacked)};
}

/// The classes that the final estimator's places stand for.
Result<std::vector<Value>> decode_labels(const PickleView& last, const std::vector<Value>& places,
                                         const std::vector<Value>& labels) {
  std::vector<Value> out;
  for (const Value& place : places) {
    const double number = place.as_number();
    const bool is_place =
        place.is_number() && number >= 0 && number < static_cast<double>(labels.size());
    if (!is_place || std::floor(number) != number) {
      return last.fail(text::message("the class {}", place.to_json()),
                       text::message("the place of one of {} classes", labels.size()));
    }
    out.push_back(labels[static_cast<std::size_t>(number)]);
  }
  return out;
}

Result<Answers> bind_stacking_classifier(const PickleView& estimator, Matrix& rows,
                                         Sketch& sketch) {
  const Result<std::vector<Value>> labels = read_class_labels(estimator);
  if (!labels) return labels.error();
  Result<Matrix> stacked = stack(estimator, labels->size(), rows, sketch);
  if (!stacked) return stacked.error();
  const Result<PickleView> last = estimator.attribute("final_estimator_");
  if (!last) return last.error();
  Result<Answers> inner = sketch.bind(*last, *stacked);
  if (!inner) return inner.error();
  Answers answers{.methods = {}, .transform = std::move(*stacked)};
  for (const Answer& answer : inner->methods) {
    const bool is_own = answer.method == "predict" || answer.method == "predict_proba" ||
                        answer.method == "decision_function";
    if (!is_own) continue;
    answers.methods.push_back(answer);
    Answer& own = answers.methods.back();
    if (own.labels.empty()) continue;
    Result<std::vector<Value>> decoded = decode_labels(*last, own.labels, *labels);
    if (!decoded) return decoded.error();
    own.labels = std::move(*decoded);
  }
  return answers;
}

constexpr EstimatorRow kStackingEstimators[] = {
    {"sklearn.ensemble._stacking", "StackingClassifier", bind_stacking_classifier},
    {"sklearn.ensemble._stacking", "StackingRegressor", bind_stacking_regressor},
};

}  // namespace

std::span<const EstimatorRow> stacking_estimators() noexcept { return kStackingEstimators; }

}  // namespace trivet::sklearn
