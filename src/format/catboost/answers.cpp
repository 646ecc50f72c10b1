// SPDX-License-Identifier: Apache-2.0
// Prediction types as outputs.
#include "format/catboost/answers.hpp"

#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/message.hpp"
#include "text/number.hpp"

namespace trivet::catboost {
namespace {

struct LossTask {
  std::string_view loss;
  Task task;
};

// Losses that aren't here are regression or ranking.
constexpr std::array kLossTasks{
    LossTask{"Logloss", Task::binary},
    LossTask{"CrossEntropy", Task::binary},
    LossTask{"Focal", Task::binary},
    LossTask{"MultiClass", Task::multi_class},
    LossTask{"MultiClassOneVsAll", Task::one_vs_all},
    LossTask{"MultiLogloss", Task::multi_label},
    LossTask{"MultiCrossEntropy", Task::multi_label},
};

std::size_t class_count(Task task, const Model& model) {
  return task == Task::binary ? 2 : static_cast<std::size_t>(model.output_count);
}

/// A label as CatBoost's predict gives it: the stated type decides between 1 and 1.0.
Value typed_label(const Value& label, std::string_view type) {
  const bool is_as_stated = label.as_integer() != nullptr && type != "Float";
  if (!label.is_number() || is_as_stated) return label;
  const double number = label.as_number();
  constexpr double kExact = 9007199254740992;  // 2^53
  const bool is_whole = number == std::trunc(number) && std::fabs(number) <= kExact;
  if (type == "Float" || !is_whole) return Value(number);
  return Value(static_cast<std::int64_t>(number));
}

/// Names first, then a number of classes, then the labels as numbers; else 0, 1, … .
std::vector<Value> class_labels(Task task, const Model& model) {
  const TrainingInfo& info = model.info;
  std::vector<Value> labels;
  if (!info.class_names.empty()) {
    for (const Value& name : info.class_names) {
      labels.push_back(typed_label(name, info.class_label_type));
    }
    return labels;
  }
  const std::size_t count = class_count(task, model);
  if (info.class_count == 0 && info.class_codes.size() == count) {
    for (const double code : info.class_codes)
      labels.push_back(typed_label(Value(code), "Integer"));
    return labels;
  }
  for (std::size_t i = 0; i < count; ++i) labels.emplace_back(static_cast<std::int64_t>(i));
  return labels;
}

std::string label_text(const Value& label) {
  if (const std::string* text = label.as_text()) return *text;
  if (const bool* flag = label.as_boolean()) return *flag ? "true" : "false";
  std::string out;
  if (const std::int64_t* whole = label.as_integer()) text::append_integer(out, *whole);
  else text::append_number(out, label.as_number());
  return out;
}

/// Appends values, nodes and outputs to a graph.
class AnswerWriter {
 public:
  AnswerWriter(spi::Graph& graph, spi::NodeId forest, std::uint32_t width)
      : graph_(graph), forest_(forest), width_(width) {}

  spi::ValueId port(spi::Port port, std::uint32_t width) {
    const spi::ValueId value = graph_.add_value("", DType::float64, width);
    graph_.nodes[forest_].outputs.push_back({port, value});
    return value;
  }
  spi::ValueId node(spi::Operator op, std::vector<spi::ValueId> inputs, std::uint32_t width) {
    const spi::ValueId value = graph_.add_value("", DType::float64, width);
    graph_.nodes.push_back({.body = std::move(op),
                            .inputs = std::move(inputs),
                            .outputs = {{spi::Port::result, value}}});
    return value;
  }
  void output(std::string name, spi::ValueId value, std::vector<std::string> classes,
              std::vector<Value> labels = {}) {
    graph_.values[value].name = name;
    const bool scalar = graph_.values[value].width == 1;
    graph_.parameters.push_back({"prediction_type", Value(name), name});
    graph_.outputs.push_back(
        {std::move(name), value, scalar, std::move(classes), std::move(labels)});
  }
  [[nodiscard]] std::uint32_t width() const noexcept { return width_; }

 private:
  spi::Graph& graph_;
  spi::NodeId forest_;
  std::uint32_t width_;
};

/// 1 where a score is above the border between the classes, which is a probability's logit.
spi::Operator above_threshold(const TrainingInfo& info) {
  const double probability = info.probability_threshold.value_or(0.5);
  const double border = probability == 0.5 ? 0 : std::log(probability / (1 - probability));
  return {"greater", {{"threshold", Value(border)}}, {}};
}

/// CatBoost answers [p of the first class, p of the second]: the sigmoid of [-score, score].
void add_binary(AnswerWriter& writer, spi::ValueId score, const Model& model,
                const std::vector<std::string>& texts, std::vector<Value> labels) {
  const spi::ValueId negative = writer.node({"negate", {}, {}}, {score}, 1);
  const spi::ValueId both = writer.node({"concatenate", {}, {}}, {negative, score}, 2);
  writer.output("Probability", writer.node({"sigmoid", {}, {}}, {both}, 2), texts);
  writer.output("LogProbability", writer.node({"log_sigmoid", {}, {}}, {both}, 2), texts);
  writer.output("Class", writer.node(above_threshold(model.info), {score}, 1), {},
                std::move(labels));
}

void add_classes(AnswerWriter& writer, spi::ValueId scores, Task task,
                 const std::vector<std::string>& texts, std::vector<Value> labels) {
  const char* log_op = task == Task::multi_class ? "log_softmax" : "log_sigmoid";
  writer.output("Probability", writer.port(spi::Port::linked, writer.width()), texts);
  writer.output("LogProbability", writer.node({log_op, {}, {}}, {scores}, writer.width()), texts);
  writer.output("Class", writer.port(spi::Port::class_index, 1), {}, std::move(labels));
}

/// Each label is there or not.
void add_multi_label(AnswerWriter& writer, spi::ValueId scores, const Model& model) {
  writer.output("Probability", writer.port(spi::Port::linked, writer.width()), {});
  writer.output("LogProbability", writer.node({"log_sigmoid", {}, {}}, {scores}, writer.width()),
                {});
  writer.output("Class", writer.node(above_threshold(model.info), {scores}, writer.width()), {},
                {Value(0), Value(1)});
}

}  // namespace

Task find_task(const Model& model) {
  for (const LossTask& row : kLossTasks) {
    if (row.loss != model.info.loss) continue;
    const bool narrow = model.output_count == 1 && row.task != Task::multi_label;
    return narrow ? Task::binary : row.task;
  }
  if (!model.info.has_classes) return Task::regression;
  return model.output_count == 1 ? Task::binary : Task::multi_class;
}

spi::Link link_of(Task task) noexcept {
  switch (task) {
    case Task::regression: return {spi::LinkKind::exponential};
    case Task::multi_class: return {spi::LinkKind::softmax};
    case Task::one_vs_all:
    case Task::multi_label: return {spi::LinkKind::logistic};
    case Task::binary: break;
  }
  return {};
}

std::vector<std::string> class_texts(Task task, const Model& model) {
  std::vector<std::string> texts;
  if (task == Task::regression || task == Task::multi_label) return texts;
  for (const Value& label : class_labels(task, model)) texts.push_back(label_text(label));
  return texts;
}

Status add_answers(spi::Graph& graph, spi::NodeId forest, Task task, const Model& model) {
  AnswerWriter writer(graph, forest, static_cast<std::uint32_t>(model.output_count));
  const spi::ValueId scores = writer.port(spi::Port::margin, writer.width());
  const std::vector<std::string> texts = class_texts(task, model);
  const bool score_a_class = task == Task::multi_class || task == Task::one_vs_all;
  writer.output("RawFormulaVal", scores, score_a_class ? texts : std::vector<std::string>());
  if (task == Task::regression) {
    if (writer.width() == 1) writer.output("Exponent", writer.port(spi::Port::linked, 1), {});
    return {};
  }
  if (task == Task::multi_label) {
    add_multi_label(writer, scores, model);
    return {};
  }
  std::vector<Value> labels = class_labels(task, model);
  if (labels.size() != class_count(task, model)) {
    return broken_model("model info: class names", text::message("{} classes", labels.size()),
                        text::message("{}, as the trees tell apart", class_count(task, model)));
  }
  if (task == Task::binary) add_binary(writer, scores, model, texts, std::move(labels));
  else add_classes(writer, scores, task, texts, std::move(labels));
  return {};
}

}  // namespace trivet::catboost
