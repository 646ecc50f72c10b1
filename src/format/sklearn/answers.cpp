// SPDX-License-Identifier: Apache-2.0
// What classifiers answer, out of the numbers that they decide by.
#include "format/sklearn/answers.hpp"

#include <utility>

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

spi::ValueId add_pair(Sketch& sketch, spi::ValueId probability) {
  const spi::ValueId inputs[] = {probability};
  return sketch.add_operator({"complement_pair", {}, {}}, inputs, 2);
}

Answer label_answer(spi::ValueId position, std::vector<Value> labels) {
  return {.method = "predict", .value = position, .is_scalar = true, .labels = std::move(labels)};
}

Status check_label_count(const PickleView& estimator, std::size_t labels, std::size_t margins) {
  const bool fits = margins == 1 ? labels == 2 : labels == margins;
  if (fits) return {};
  return estimator.fail(text::message("{} classes for {} margins", labels, margins),
                        "a margin for each class, or one for two");
}

}  // namespace trivet::sklearn
