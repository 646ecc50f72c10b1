// SPDX-License-Identifier: Apache-2.0
// Which answers of a model are classes, not numbers that anything could move by a part.
#include "core/class_answers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text/message.hpp"

namespace trivet::core {
namespace {

bool is_step(const spi::Node& node) {
  if (const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body)) {
    return forest->link.kind == spi::LinkKind::step;
  }
  const auto* linear = std::get_if<spi::Linear>(&node.body);
  return linear != nullptr && linear->link.kind == spi::LinkKind::step;
}

/// Whether an output of a node is a class, given which of the values before it are.
bool makes_class(const spi::Node& node, spi::Port port, const std::vector<bool>& are_classes) {
  if (port == spi::Port::class_index) return true;
  if (port == spi::Port::linked) return is_step(node);
  const auto* op = std::get_if<spi::Operator>(&node.body);
  if (op == nullptr) return false;
  constexpr std::array<std::string_view, 3> kDecisions{"greater", "greater_equal",
                                                       "first_greatest"};
  if (std::find(kDecisions.begin(), kDecisions.end(), op->name) != kDecisions.end()) return true;
  const bool passes_on = op->name == "copy" || op->name == "select" || op->name == "concatenate";
  return passes_on && std::all_of(node.inputs.begin(), node.inputs.end(),
                                  [&](spi::ValueId value) { return are_classes[value]; });
}

std::string asked_by(const ParameterRule& rule) {
  return Value(Value::Object{{rule.parameter, rule.value}}).to_json();
}

}  // namespace

bool is_class(const spi::Graph& graph, std::size_t output) {
  const spi::GraphOutput& asked = graph.outputs[output];
  if (!asked.labels.empty()) return true;
  std::vector<bool> are_classes(graph.values.size(), false);
  for (const spi::Node& node : graph.nodes) {
    for (const spi::NodeOutput& made : node.outputs) {
      are_classes[made.value] = makes_class(node, made.port, are_classes);
    }
  }
  return are_classes[asked.value];
}

Error class_is_explained(const spi::Graph& graph) {
  std::string asked;
  for (const ParameterRule& rule : graph.parameters) {
    const auto output = std::find_if(graph.outputs.begin(), graph.outputs.end(),
                                     [&](const auto& one) { return one.name == rule.output; });
    const auto at = static_cast<std::size_t>(output - graph.outputs.begin());
    if (output == graph.outputs.end() || is_class(graph, at)) continue;
    asked += (asked.empty() ? "" : " or ") + asked_by(rule);
  }
  if (!asked.empty()) asked = "\"parameters\" that ask for numbers: " + asked;
  for (std::size_t i = 0; i < graph.outputs.size() && asked.empty(); ++i) {
    if (!is_class(graph, i)) asked = text::message("the output \"{}\"", graph.outputs[i].name);
  }
  if (asked.empty()) asked = "a model that gives numbers: this one gives classes alone";
  return {Errc::invalid_argument, "/parameters", "answers that are classes", std::move(asked)};
}

}  // namespace trivet::core
