// SPDX-License-Identifier: Apache-2.0
// The estimators inside an estimator, and their answers as one.
#include "format/sklearn/members.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

/// Python's numbers, of which True is 1.
double number_of_label(const Value& label) noexcept {
  const bool* const flag = label.as_boolean();
  if (flag != nullptr) return *flag ? 1 : 0;
  return label.as_number();
}

/// Finds labels as Python compares them: 1, 1.0 and True are one.
class LabelIndex {
 public:
  explicit LabelIndex(const std::vector<Value>& labels) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto place = static_cast<double>(i);
      const std::string* const text = labels[i].as_text();
      if (text != nullptr) texts_.emplace(*text, place);
      else numbers_.emplace(number_of_label(labels[i]), place);
    }
  }

  /// -1 for none of them.
  [[nodiscard]] double find(const Value& label) const {
    const std::string* const text = label.as_text();
    if (text != nullptr) {
      const auto at = texts_.find(*text);
      return at == texts_.end() ? -1 : at->second;
    }
    const auto at = numbers_.find(number_of_label(label));
    return at == numbers_.end() ? -1 : at->second;
  }

 private:
  std::unordered_map<std::string, double> texts_;
  std::unordered_map<double, double> numbers_;
};

/// What each of these numbers becomes; -1 of all others.
spi::ValueId add_number_map(std::vector<double> keys, std::vector<double> values,
                            spi::ValueId value, Sketch& sketch) {
  const std::uint32_t width = sketch.value(value).width;
  spi::Operator op{"map_values", {}, {}};
  const std::vector<std::int32_t> counts{static_cast<std::int32_t>(keys.size())};
  op.constants.push_back(make_constant("keys", std::move(keys)));
  op.constants.push_back(make_constant("counts", counts));
  op.constants.push_back(make_constant("values", std::move(values)));
  op.constants.push_back(make_constant("unknown", std::vector<double>{-1}));
  const spi::ValueId inputs[] = {value};
  return sketch.add_operator(std::move(op), inputs, width);
}

std::vector<double> count_up(std::size_t count) {
  std::vector<double> out(count);
  std::iota(out.begin(), out.end(), 0.0);
  return out;
}

/// The member's predict, a number a row.
Result<const Answer*> label_answer_of(const PickleView& member, const Answers& answers,
                                      Sketch& sketch) {
  const Answer* const answer = answers.find("predict");
  const bool fits = answer != nullptr && sketch.value(answer->value).width == 1;
  if (fits) return answer;
  return member.refuse(text::message("{} without a label for each row", member.description()),
                       "an estimator with predict, of one output");
}

std::vector<double> numbers_of(const std::vector<Value>& labels) {
  std::vector<double> out;
  for (const Value& label : labels) out.push_back(number_of_label(label));
  return out;
}

bool has_text_label(const std::vector<Value>& labels) noexcept {
  return std::any_of(labels.begin(), labels.end(),
                     [](const Value& label) { return label.as_text() != nullptr; });
}

}  // namespace

bool Members::all_have(std::string_view method) const noexcept {
  return std::all_of(answers.begin(), answers.end(),
                     [&](const Answers& one) { return one.find(method) != nullptr; });
}

Status add_member(const PickleView& estimator, Matrix& rows, Sketch& sketch, Members& members) {
  Result<Answers> answers = sketch.bind(estimator, rows);
  if (!answers) return answers.error();
  members.estimators.push_back(estimator);
  members.answers.push_back(std::move(*answers));
  return {};
}

Result<Members> bind_members(const PickleView& list, Matrix& rows, Sketch& sketch) {
  if (list.size() == 0) return list.fail("no estimators", "at least one");
  Members members;
  for (std::size_t i = 0; i < list.size(); ++i) {
    TRIVET_TRY(add_member(list.item(i), rows, sketch, members));
  }
  return members;
}

// --- answers of one member

Result<spi::ValueId> number_answer(const PickleView& member, const Answers& answers,
                                   std::string_view method, Sketch& sketch) {
  const Answer* const answer = answers.find(method);
  if (answer == nullptr) {
    return member.refuse(text::message("{} without {}", member.description(), method),
                         text::message("an estimator with {}", method));
  }
  const spi::GraphValue value = sketch.value(answer->value);
  if (!answer->labels.empty() || (value.dtype != DType::float64 && value.dtype != DType::float32)) {
    return member.refuse(text::message("{} that gives no numbers", method), "numbers");
  }
  if (value.dtype == DType::float64) return answer->value;
  return add_function(sketch, "widen", answer->value, value.width);
}

Result<spi::ValueId> label_numbers(const PickleView& member, const Answers& answers,
                                   Sketch& sketch) {
  const Result<const Answer*> answer = label_answer_of(member, answers, sketch);
  if (!answer) return answer.error();
  const std::vector<Value>& labels = (*answer)->labels;
  if (labels.empty()) return number_answer(member, answers, "predict", sketch);
  if (has_text_label(labels)) {
    return member.refuse("labels that are texts, which others take as numbers", "numbers");
  }
  std::vector<double> numbers = numbers_of(labels);
  std::vector<double> keys = count_up(labels.size());
  if (numbers == keys) return (*answer)->value;
  return add_number_map(std::move(keys), std::move(numbers), (*answer)->value, sketch);
}

Result<spi::ValueId> label_places(const PickleView& member, const Answers& answers,
                                  const std::vector<Value>& labels, Sketch& sketch) {
  const Result<const Answer*> answer = label_answer_of(member, answers, sketch);
  if (!answer) return answer.error();
  const std::vector<Value>& own = (*answer)->labels;
  if (!own.empty()) {
    std::vector<double> found = places_among(own, labels);
    std::vector<double> keys = count_up(own.size());
    if (found == keys) return (*answer)->value;
    return add_number_map(std::move(keys), std::move(found), (*answer)->value, sketch);
  }
  const Result<spi::ValueId> numbers = number_answer(member, answers, "predict", sketch);
  if (!numbers || has_text_label(labels)) return numbers;
  return add_number_map(numbers_of(labels), count_up(labels.size()), *numbers, sketch);
}

// --- answers of all

Result<Ballot> collect(const Members& members, std::string_view method, Sketch& sketch) {
  Ballot ballot;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const PickleView& member = members.estimators[i];
    const Result<spi::ValueId> value = number_answer(member, members.answers[i], method, sketch);
    if (!value) return value.error();
    const std::uint32_t width = sketch.value(*value).width;
    if (i > 0 && width != ballot.width) {
      return member.refuse(text::message("{} of width {}", method, width),
                           text::message("{}, as the members before it", ballot.width));
    }
    ballot.values.push_back(*value);
    ballot.width = width;
  }
  return ballot;
}

Result<Ballot> collect_places(const Members& members, const std::vector<Value>& labels,
                              Sketch& sketch) {
  Ballot ballot{{}, 1};
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Result<spi::ValueId> place =
        label_places(members.estimators[i], members.answers[i], labels, sketch);
    if (!place) return place.error();
    ballot.values.push_back(*place);
  }
  return ballot;
}

spi::ValueId add_weighted_sum(std::vector<double> weights, double total, const Ballot& ballot,
                              Sketch& sketch) {
  spi::Operator op{"weighted_mean", {}, {}};
  op.attributes.emplace_back("total", total);
  op.constants.push_back(make_constant("weights", std::move(weights)));
  return sketch.add_operator(std::move(op), ballot.values, ballot.width);
}

spi::ValueId add_average(std::vector<double> weights, const Ballot& ballot, Sketch& sketch) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  return add_weighted_sum(std::move(weights), total, ballot, sketch);
}

spi::ValueId add_votes(std::vector<double> weights, double other, const Ballot& ballot,
                       std::size_t classes, Sketch& sketch) {
  spi::Operator op{"votes", {}, {}};
  op.attributes.emplace_back("other", other);
  op.constants.push_back(make_constant("weights", std::move(weights)));
  return sketch.add_operator(std::move(op), ballot.values, static_cast<std::uint32_t>(classes));
}

spi::ValueId add_side_by_side(const Ballot& ballot, Sketch& sketch) {
  if (ballot.values.size() == 1) return ballot.values.front();
  std::uint32_t width = 0;
  for (const spi::ValueId value : ballot.values) width += sketch.value(value).width;
  return sketch.add_operator({"concatenate", {}, {}}, ballot.values, width);
}

spi::ValueId add_columns(Sketch& sketch, spi::ValueId value, std::vector<std::uint32_t> columns) {
  const auto width = static_cast<std::uint32_t>(columns.size());
  spi::Operator op{"select", {}, {}};
  op.constants.push_back(make_constant("places", std::move(columns)));
  const spi::ValueId inputs[] = {value};
  return sketch.add_operator(std::move(op), inputs, width);
}

spi::ValueId add_spread(Sketch& sketch, spi::ValueId value, const std::vector<Value>& own,
                        const std::vector<Value>& all) {
  const std::vector<double> found = places_among(own, all);
  const auto zero = static_cast<std::uint32_t>(own.size());
  std::vector<std::uint32_t> columns(all.size(), zero);
  for (std::uint32_t i = 0; i < zero; ++i) {
    if (found[i] >= 0) columns[static_cast<std::size_t>(found[i])] = i;
  }
  const Ballot both{{value, add_constant(sketch, value, {0.0})}, 0};
  return add_columns(sketch, add_side_by_side(both, sketch), std::move(columns));
}

void LabelBlocks::add(spi::ValueId place, const std::vector<Value>& labels, Sketch& sketch) {
  const auto before = static_cast<double>(labels_.size());
  ballot_.values.push_back(labels_.empty() ? place : add_affine(sketch, place, 1, before));
  labels_.insert(labels_.end(), labels.begin(), labels.end());
}

Answer LabelBlocks::finish(Sketch& sketch) {
  return {.method = "predict",
          .value = add_side_by_side(ballot_, sketch),
          .labels = std::move(labels_)};
}

// --- labels

std::vector<double> places_among(const std::vector<Value>& own, const std::vector<Value>& all) {
  const LabelIndex index(all);
  std::vector<double> out;
  for (const Value& label : own) out.push_back(index.find(label));
  return out;
}

Result<std::vector<Value>> read_class_labels(const PickleView& estimator, std::string_view name) {
  const Result<PickleView> classes = estimator.attribute(name);
  if (!classes) return classes.error();
  return read_labels(*classes);
}

std::vector<double> equal_weights(std::size_t count) { return std::vector<double>(count, 1.0); }

}  // namespace trivet::sklearn
