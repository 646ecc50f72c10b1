// SPDX-License-Identifier: Apache-2.0
// What classifiers answer, out of the numbers that they decide by.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/sklearn/sketch.hpp"

namespace trivet::sklearn {

/// Operators of the tensor backend by their names: one value in, one out.
spi::ValueId add_function(Sketch& sketch, std::string_view name, spi::ValueId value,
                          std::uint32_t width);
/// 1 where x > threshold (`greater`) or x >= threshold (`greater_equal`).
spi::ValueId add_threshold(Sketch& sketch, std::string_view name, spi::ValueId value,
                           double threshold);

/// The place of the first greatest number of a row.
spi::ValueId add_first_greatest(Sketch& sketch, spi::ValueId value);

/// The same numbers in each row, as many rows as this value has.
spi::ValueId add_constant(Sketch& sketch, spi::ValueId value, std::vector<double> numbers);

/// predict_proba of two classes out of the probability of the second one.
spi::ValueId add_pair(Sketch& sketch, spi::ValueId probability);

/// predict_proba, and predict_log_proba out of it.
void add_shares(Answers& answers, spi::ValueId shares, std::uint32_t width, Sketch& sketch);

/// The softmax of scores and its logarithm.
void add_softmax_answers(Answers& answers, spi::ValueId scores, std::uint32_t width,
                         Sketch& sketch);

/// The decision of discriminant scores, a number for two classes, and the softmax of the scores.
void add_discriminant_answers(Answers& answers, spi::ValueId scores, std::uint32_t width,
                              Sketch& sketch);

/// The answer of `predict`: positions among the labels.
[[nodiscard]] Answer label_answer(spi::ValueId position, std::vector<Value> labels);

/// The labels 0, 1, … of classes that have no other names.
[[nodiscard]] std::vector<Value> count_labels(std::size_t count);

/// As many labels as there are margins; two for one margin.
[[nodiscard]] Status check_label_count(const PickleView& estimator, std::size_t labels,
                                       std::size_t margins);

}  // namespace trivet::sklearn
