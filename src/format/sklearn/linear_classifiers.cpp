// SPDX-License-Identifier: Apache-2.0
// Classifiers that decide by a linear map: its sign for two classes, else its greatest output.
#include <array>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/linear_models.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// The answers that all of them have, and what probabilities are made of.
struct Decision {
  Answers answers;
  spi::ValueId margin = 0;
  std::uint32_t width = 1;
};

/// Since 1.5 ridge classifiers hold them; before, they are the binarizer's.
Result<std::vector<Value>> read_classes(const PickleView& estimator) {
  const auto binarizer = estimator.find("_label_binarizer");
  if (binarizer && has_text(*binarizer, "y_type_", "multilabel-indicator")) {
    return estimator.refuse("classes of several labels at a time",
                            "one label a row; MultiOutputClassifier answers several");
  }
  if (const auto classes = estimator.find("classes_")) return read_labels(*classes);
  if (binarizer) {
    const Result<PickleView> classes = binarizer->attribute("classes_");
    if (!classes) return classes.error();
    return read_labels(*classes);
  }
  return estimator.fail("no classes", "classes_");
}

Result<Decision> read_decision(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<LinearMap> map = read_linear(estimator, rows, sketch);
  if (!map) return map.error();
  Result<std::vector<Value>> labels = read_classes(estimator);
  if (!labels) return labels.error();
  TRIVET_TRY(check_label_count(estimator, labels->size(), map->outputs));
  Decision out;
  out.width = map->outputs;
  out.margin = sketch.add_value("decision_function", DType::float64, map->outputs);
  spi::Node node{.body = std::move(map->body),
                 .inputs = {rows.value},
                 .outputs = {{spi::Port::margin, out.margin}}};
  spi::ValueId position = 0;
  if (out.width > 1) {
    position = sketch.add_value("predict", DType::float64, 1);
    node.outputs.push_back({spi::Port::class_index, position});
  }
  sketch.add_node(std::move(node));
  if (out.width == 1) position = add_threshold(sketch, "greater", out.margin, 0);
  out.answers.methods.push_back(label_answer(position, std::move(*labels)));
  out.answers.methods.push_back(
      {.method = "decision_function", .value = out.margin, .is_scalar = out.width == 1});
  return out;
}

void add_probabilities(Decision& decision, spi::ValueId value) {
  decision.answers.methods.push_back({.method = "predict_proba", .value = value});
}

/// A sigmoid for each class; several are divided by their sum.
void add_one_vs_rest(Decision& decision, Sketch& sketch) {
  const spi::ValueId each = add_function(sketch, "sigmoid", decision.margin, decision.width);
  add_probabilities(decision, decision.width == 1
                                  ? add_pair(sketch, each)
                                  : add_function(sketch, "divide_by_sum", each, decision.width));
}

/// Softmax; for one margin, of that margin and its negative.
void add_multinomial(Decision& decision, Sketch& sketch) {
  spi::ValueId margins = decision.margin;
  if (decision.width == 1) {
    const spi::ValueId both[] = {add_function(sketch, "negate", margins, 1), margins};
    margins = sketch.add_operator({"concatenate", {}, {}}, both, 2);
  }
  const std::uint32_t width = decision.width == 1 ? 2 : decision.width;
  add_probabilities(decision, add_function(sketch, "softmax", margins, width));
}

/// Whether probabilities are one against the rest. `multi_class` is gone since 1.8.
bool is_one_vs_rest(const PickleView& estimator, std::uint32_t outputs) {
  const bool is_liblinear = has_text(estimator, "solver", "liblinear");
  if (!estimator.find("multi_class")) return outputs == 1 || is_liblinear;
  if (has_text(estimator, "multi_class", "ovr") || has_text(estimator, "multi_class", "warn")) {
    return true;
  }
  if (has_text(estimator, "multi_class", "multinomial")) return false;
  return outputs == 1 || is_liblinear;
}

Result<Answers> bind_logistic(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Decision> decision = read_decision(estimator, rows, sketch);
  if (!decision) return decision.error();
  if (is_one_vs_rest(estimator, decision->width)) add_one_vs_rest(*decision, sketch);
  else add_multinomial(*decision, sketch);
  return std::move(decision->answers);
}

Result<Answers> bind_decision(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Decision> decision = read_decision(estimator, rows, sketch);
  if (!decision) return decision.error();
  return std::move(decision->answers);
}

/// Probabilities only for two losses; of the modified Huber loss, (clip(d, −1, 1) + 1) / 2, where
/// all zeros stand for equal shares.
Result<Answers> bind_sgd(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Decision> decision = read_decision(estimator, rows, sketch);
  if (!decision) return decision.error();
  if (has_text(estimator, "loss", "log") || has_text(estimator, "loss", "log_loss")) {
    add_one_vs_rest(*decision, sketch);
  } else if (has_text(estimator, "loss", "modified_huber")) {
    const spi::ValueId each =
        add_function(sketch, "clipped_share", decision->margin, decision->width);
    add_probabilities(*decision, decision->width == 1 ? add_pair(sketch, each)
                                                      : add_function(sketch, "divide_by_sum", each,
                                                                     decision->width));
  }
  return std::move(decision->answers);
}

/// Two classes a sigmoid; several a softmax.
Result<Answers> bind_discriminant(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  Result<Decision> decision = read_decision(estimator, rows, sketch);
  if (!decision) return decision.error();
  if (decision->width == 1) add_one_vs_rest(*decision, sketch);
  else add_multinomial(*decision, sketch);
  return std::move(decision->answers);
}

constexpr EstimatorRow kLinearClassifiers[] = {
    {"sklearn.linear_model._logistic", "LogisticRegression", bind_logistic, true},
    {"sklearn.linear_model._logistic", "LogisticRegressionCV", bind_logistic, true},
    {"sklearn.linear_model.logistic", "LogisticRegression", bind_logistic, true},
    {"sklearn.linear_model.logistic", "LogisticRegressionCV", bind_logistic, true},
    {"sklearn.linear_model._ridge", "RidgeClassifier", bind_decision, true},
    {"sklearn.linear_model._ridge", "RidgeClassifierCV", bind_decision, true},
    {"sklearn.linear_model.ridge", "RidgeClassifier", bind_decision, true},
    {"sklearn.linear_model.ridge", "RidgeClassifierCV", bind_decision, true},
    {"sklearn.linear_model._perceptron", "Perceptron", bind_decision, true},
    {"sklearn.linear_model.perceptron", "Perceptron", bind_decision, true},
    {"sklearn.linear_model._passive_aggressive", "PassiveAggressiveClassifier", bind_decision,
     true},
    {"sklearn.linear_model.passive_aggressive", "PassiveAggressiveClassifier", bind_decision, true},
    {"sklearn.linear_model._stochastic_gradient", "SGDClassifier", bind_sgd, true},
    {"sklearn.linear_model.stochastic_gradient", "SGDClassifier", bind_sgd, true},
    {"sklearn.svm._classes", "LinearSVC", bind_decision, true},
    {"sklearn.svm.classes", "LinearSVC", bind_decision, true},
    {"sklearn.discriminant_analysis", "LinearDiscriminantAnalysis", bind_discriminant, true},
};

}  // namespace

std::span<const EstimatorRow> linear_classifiers() noexcept { return kLinearClassifiers; }

}  // namespace trivet::sklearn
