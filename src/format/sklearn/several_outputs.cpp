// SPDX-License-Identifier: Apache-2.0
// Several outputs out of estimators of one: side by side, or in a chain in which each sees what
// those before it said.
#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "format/sklearn/estimators.hpp"
#include "format/sklearn/members.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

// --- side by side

/// The members' own list, bound.
Result<Members> read_outputs(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> list = estimator.attribute("estimators_");
  if (!list) return list.error();
  return bind_members(*list, rows, sketch);
}

Result<Answers> bind_several_numbers(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = read_outputs(estimator, rows, sketch);
  if (!members) return members.error();
  const Result<Ballot> ballot = collect(*members, "predict", sketch);
  if (!ballot) return ballot.error();
  if (ballot->width != 1) return estimator.refuse("members of several outputs", "of one");
  Answers answers;
  answers.methods.push_back({.method = "predict", .value = add_side_by_side(*ballot, sketch)});
  return answers;
}

Result<Answers> bind_several_labels(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = read_outputs(estimator, rows, sketch);
  if (!members) return members.error();
  LabelBlocks blocks;
  Ballot shares;
  for (std::size_t i = 0; i < members->size(); ++i) {
    const PickleView& member = members->estimators[i];
    const Answer* const predict = members->answers[i].find("predict");
    if (predict == nullptr || predict->labels.empty() || sketch.value(predict->value).width != 1) {
      return member.refuse(member.description(), "a classifier of one output");
    }
    blocks.add(predict->value, predict->labels, sketch);
    if (members->answers[i].find("predict_proba") == nullptr) continue;
    const Result<spi::ValueId> own =
        number_answer(member, members->answers[i], "predict_proba", sketch);
    if (!own) return own.error();
    shares.values.push_back(*own);
  }
  Answers answers;
  answers.methods.push_back(blocks.finish(sketch));
  if (members->all_have("predict_proba")) {
    answers.methods.push_back(
        {.method = "predict_proba", .value = add_side_by_side(shares, sketch)});
  }
  return answers;
}

// --- chains

/// For each output its member's place in the chain.
Result<std::vector<std::uint32_t>> read_places(const PickleView& estimator, std::size_t members) {
  const Result<PickleView> order = estimator.attribute("order_");
  if (!order) return order.error();
  const Result<std::vector<std::uint32_t>> outputs = read_subset(*order, members);
  if (!outputs) return outputs.error();
  std::vector<std::uint32_t> places(members, static_cast<std::uint32_t>(members));
  for (std::uint32_t i = 0; i < outputs->size() && i < members; ++i) places[(*outputs)[i]] = i;
  const bool is_order = outputs->size() == members &&
                        std::find(places.begin(), places.end(), members) == places.end();
  if (is_order) return places;
  return order->fail(order->description(), text::message("the outputs 0 to {}", members - 1));
}

/// One number a row: a label, a decision, or the second class's probability.
Result<spi::ValueId> chain_answer(const PickleView& member, const Answers& answers,
                                  std::string_view method, Sketch& sketch) {
  if (method == "predict") return label_numbers(member, answers, sketch);
  const Result<spi::ValueId> value = number_answer(member, answers, method, sketch);
  if (!value) return value;
  const std::uint32_t width = sketch.value(*value).width;
  if (method == "predict_proba" && width == 2) return add_columns(sketch, *value, {1});
  if (width == 1) return value;
  return member.refuse(text::message("{} of {} numbers", method, width), "two classes");
}

/// Up to 1.4 members saw labels alone.
std::string_view chain_method(const PickleView& estimator) {
  if (has_text(estimator, "chain_method_", "predict_proba")) return "predict_proba";
  if (has_text(estimator, "chain_method_", "decision_function")) return "decision_function";
  return "predict";
}

/// Binds each member on the rows and on what those before it said.
Result<Members> bind_chain(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<PickleView> list = estimator.attribute("estimators_");
  if (!list) return list.error();
  if (list->size() == 0) return list->fail("no estimators", "at least one");
  if (has_text(estimator, "chain_method_", "predict_log_proba")) {
    return estimator.refuse("a chain of predict_log_proba", "predict, predict_proba or a decision");
  }
  const std::string_view method = chain_method(estimator);
  Members members;
  std::vector<Matrix> blocks;
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRIVET_TRY(sketch.check_size(*list));
    Matrix wider = i == 0 ? rows : sketch.add_concatenation(blocks);
    Matrix& taken = i == 0 ? rows : wider;
    TRIVET_TRY(add_member(list->item(i), taken, sketch, members));
    const Result<spi::ValueId> said =
        chain_answer(list->item(i), members.answers.back(), method, sketch);
    if (!said) return said.error();
    if (i == 0) blocks.push_back(rows);
    blocks.push_back(as_rows(*said, sketch));
  }
  return members;
}

Status add_chain_method(const PickleView& estimator, const Members& members,
                        std::string_view method, Sketch& sketch, Answers& answers) {
  if (!members.all_have(method)) return {};
  const Result<std::vector<std::uint32_t>> places = read_places(estimator, members.size());
  if (!places) return places.error();
  Ballot ballot{{}, 1};
  for (const std::uint32_t place : *places) {
    const Result<spi::ValueId> value =
        chain_answer(members.estimators[place], members.answers[place], method, sketch);
    if (!value) return value.error();
    ballot.values.push_back(*value);
  }
  answers.methods.push_back({.method = method, .value = add_side_by_side(ballot, sketch)});
  return {};
}

Result<Answers> bind_regressor_chain(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = bind_chain(estimator, rows, sketch);
  if (!members) return members.error();
  Answers answers;
  TRIVET_TRY(add_chain_method(estimator, *members, "predict", sketch, answers));
  return answers;
}

Result<Answers> bind_classifier_chain(const PickleView& estimator, Matrix& rows, Sketch& sketch) {
  const Result<Members> members = bind_chain(estimator, rows, sketch);
  if (!members) return members.error();
  Answers answers;
  for (const std::string_view method : {"predict", "predict_proba", "decision_function"}) {
    TRIVET_TRY(add_chain_method(estimator, *members, method, sketch, answers));
  }
  return answers;
}

constexpr EstimatorRow kSeveralOutputEstimators[] = {
    {"sklearn.multioutput", "MultiOutputClassifier", bind_several_labels},
    {"sklearn.multioutput", "MultiOutputRegressor", bind_several_numbers},
    {"sklearn.multioutput", "ClassifierChain", bind_classifier_chain},
    {"sklearn.multioutput", "RegressorChain", bind_regressor_chain},
};

}  // namespace

std::span<const EstimatorRow> several_output_estimators() noexcept {
  return kSeveralOutputEstimators;
}

}  // namespace trivet::sklearn
