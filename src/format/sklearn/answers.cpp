// SPDX-License-Identifier: Apache-2.0
// What classifiers answer, out of the numbers that they decide by.
#include "format/sklearn/answers.hpp"

#include <utility>

#include "format/sklearn/products.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {

spi::ValueId add_function(Sketch& sketch, std::string_view name, spi::ValueId value,
                          std::uint32_t width) {
  const spi::ValueId inputs[] = {value};
  return sketch.add_operator({std::string(name), {}, {}}, inputs, width);
}

spi::ValueId add_threshold(Sketch& sketch, std::string_view name, spi::ValueId value,
                           double threshold) {
  const spi::ValueId inputs[] = {value};
  spi::Operator op{std::string(name), {}, {}};
  op.attributes.emplace_back("threshold", threshold);
  return sketch.add_operator(std::move(op), inputs, 1);
}

spi::ValueId add_first_greatest(Sketch& sketch, spi::ValueId value) {
  return add_function(sketch, "first_greatest", value, 1);
}

spi::ValueId add_constant(Sketch& sketch, spi::ValueId value, std::vector<double> numbers) {
  const auto width = static_cast<std::uint32_t>(numbers.size());
  spi::Operator op{"constant", {}, {}};
  op.constants.push_back(make_constant("numbers", std::move(numbers)));
  const spi::ValueId inputs[] = {value};
  return sketch.add_operator(std::move(op), inputs, width);
}

spi::ValueId add_pair(Sketch& sketch, spi::ValueId probability) {
  const spi::ValueId inputs[] = {probability};
  return sketch.add_operator({"complement_pair", {}, {}}, inputs, 2);
}

void add_shares(Answers& answers, spi::ValueId shares, std::uint32_t width, Sketch& sketch) {
  answers.methods.push_back({.method = "predict_proba", .value = shares});
  answers.methods.push_back(
      {.method = "predict_log_proba", .value = add_function(sketch, "log", shares, width)});
}

void add_softmax_answers(Answers& answers, spi::ValueId scores, std::uint32_t width,
                         Sketch& sketch) {
  answers.methods.push_back(
      {.method = "predict_proba", .value = add_function(sketch, "softmax", scores, width)});
  answers.methods.push_back(
      {.method = "predict_log_proba", .value = add_function(sketch, "log_softmax", scores, width)});
}

void add_discriminant_answers(Answers& answers, spi::ValueId scores, std::uint32_t width,
                              Sketch& sketch) {
  spi::ValueId decision = scores;
  if (width == 2) decision = add_rows_product(sketch, scores, {1, 2, {-1, 1}}, {});
  answers.methods.push_back(
      {.method = "decision_function", .value = decision, .is_scalar = width == 2});
  add_softmax_answers(answers, scores, width, sketch);
}

Answer label_answer(spi::ValueId position, std::vector<Value> labels) {
  return {.method = "predict", .value = position, .is_scalar = true, .labels = std::move(labels)};
}

std::vector<Value> count_labels(std::size_t count) {
  std::vector<Value> labels;
  for (std::size_t i = 0; i < count; ++i) labels.emplace_back(static_cast<std::int64_t>(i));
  return labels;
}

Status check_label_count(const PickleView& estimator, std::size_t labels, std::size_t margins) {
  const bool fits = margins == 1 ? labels == 2 : labels == margins;
  if (fits) return {};
  return estimator.fail(text::message("{} classes for {} margins", labels, margins),
                        "a margin for each class, or one for two");
}

}  // namespace trivet::sklearn
