// SPDX-License-Identifier: Apache-2.0
// The estimators inside an estimator, and their answers as one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "format/sklearn/answers.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/products.hpp"

namespace trivet::sklearn {

/// What the members of an ensemble answer.
struct Members {
  std::vector<PickleView> estimators;
  std::vector<Answers> answers;

  [[nodiscard]] std::size_t size() const noexcept { return answers.size(); }
  [[nodiscard]] bool all_have(std::string_view method) const noexcept;
};

/// Answers of all members to the same method.
struct Ballot {
  std::vector<spi::ValueId> values;
  std::uint32_t width = 0;
};

/// Binds a member on these rows.
[[nodiscard]] Status add_member(const PickleView& estimator, Matrix& rows, Sketch& sketch,
                                Members& members);
/// Binds all of a list or array; at least one.
[[nodiscard]] Result<Members> bind_members(const PickleView& list, Matrix& rows, Sketch& sketch);

/// A member's answer in float64. Errors: unsupported_model for a member without the method.
[[nodiscard]] Result<spi::ValueId> number_answer(const PickleView& member, const Answers& answers,
                                                 std::string_view method, Sketch& sketch);
/// Labels that a member answers with, as the numbers that they are.
[[nodiscard]] Result<spi::ValueId> label_numbers(const PickleView& member, const Answers& answers,
                                                 Sketch& sketch);
/// Labels that a member answers with, as places among these.
[[nodiscard]] Result<spi::ValueId> label_places(const PickleView& member, const Answers& answers,
                                                const std::vector<Value>& labels, Sketch& sketch);

/// Errors: unsupported_model for members that answer in other widths.
[[nodiscard]] Result<Ballot> collect(const Members& members, std::string_view method,
                                     Sketch& sketch);
/// The members' labels as places among these, or as numbers where they are the members' own.
[[nodiscard]] Result<Ballot> collect_places(const Members& members,
                                            const std::vector<Value>& labels, Sketch& sketch);

/// Σ weight · answer / total.
spi::ValueId add_weighted_sum(std::vector<double> weights, double total, const Ballot& ballot,
                              Sketch& sketch);
/// Σ weight · answer / Σ weight, as numpy.average.
spi::ValueId add_average(std::vector<double> weights, const Ballot& ballot, Sketch& sketch);
/// For each class the sum of the weights of those that say so, and of other · weight of the others.
spi::ValueId add_votes(std::vector<double> weights, double other, const Ballot& ballot,
                       std::size_t classes, Sketch& sketch);

/// Values side by side.
spi::ValueId add_side_by_side(const Ballot& ballot, Sketch& sketch);
/// Some columns of a value.
spi::ValueId add_columns(Sketch& sketch, spi::ValueId value, std::vector<std::uint32_t> places);
/// Columns of some classes among the columns of all; zeros for the others.
spi::ValueId add_spread(Sketch& sketch, spi::ValueId value, const std::vector<Value>& own,
                        const std::vector<Value>& all);

/// Labels of several outputs as one answer: a place is counted behind the labels before its own.
class LabelBlocks {
 public:
  void add(spi::ValueId place, const std::vector<Value>& labels, Sketch& sketch);
  /// The answer of `predict`. Requires an output.
  [[nodiscard]] Answer finish(Sketch& sketch);

 private:
  Ballot ballot_;
  std::vector<Value> labels_;
};

/// `classes_`, or another attribute of that kind.
[[nodiscard]] Result<std::vector<Value>> read_class_labels(const PickleView& estimator,
                                                           std::string_view name = "classes_");
/// The place of each label among others, or -1.
[[nodiscard]] std::vector<double> places_among(const std::vector<Value>& own,
                                               const std::vector<Value>& all);
[[nodiscard]] std::vector<double> equal_weights(std::size_t count);

}  // namespace trivet::sklearn
