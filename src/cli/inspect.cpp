// SPDX-License-Identifier: Apache-2.0
// `trivet inspect`: what a model is, takes and gives, for people and for programs.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/forest_facts.hpp"
#include "cli/inspect_page.hpp"
#include "cli/tree_drawing.hpp"
#include "trivet/importance.hpp"
#include "trivet/local_model.hpp"
#include "trivet/tensor.hpp"

namespace trivet::cli {
namespace {

Value to_value(std::size_t count) { return Value(static_cast<std::int64_t>(count)); }

Value to_value(const std::vector<std::string>& texts) {
  return Value::List(texts.begin(), texts.end());
}

/// The names that `parameters` may hold, each once, in the model's order.
std::vector<std::string> parameter_names(const Signature& signature) {
  std::vector<std::string> names;
  for (const ParameterRule& rule : signature.parameters) {
    if (std::find(names.begin(), names.end(), rule.parameter) == names.end()) {
      names.push_back(rule.parameter);
    }
  }
  return names;
}

/// Of one instance's value; -1 for a length that the instance chooses.
Value::List input_shape(const Column& column) {
  switch (column.form) {
    case ColumnForm::single: break;
    case ColumnForm::list: return {Value(std::int64_t{column.cells})};
    case ColumnForm::pairs: return {Value(std::int64_t{-1}), Value(std::int64_t{2})};
    case ColumnForm::members:
    case ColumnForm::anything: break;
    case ColumnForm::bag: return {Value(std::int64_t{-1})};
  }
  return {};
}

Value input_object(const Column& column) {
  Value::Object object{{"name", column.name.empty() ? Value() : Value(column.name)},
                       {"type", Value(column_type_name(column.type))},
                       {"shape", input_shape(column)}};
  if (!column.categories.empty()) object.push_back({"categories", to_value(column.categories)});
  return object;
}

Value output_object(const Output& output) {
  Value::List shape(output.shape.begin(), output.shape.end());
  Value::Object object{{"name", Value(output.name)},
                       {"type", Value(answer_type_name(output))},
                       {"shape", std::move(shape)}};
  if (!output.classes.empty()) object.push_back({"categories", to_value(output.classes)});
  else if (!output.labels.empty()) object.push_back({"categories", Value(output.labels)});
  return object;
}

Value importance_list(const Inspected& inspected) {
  Value::List list;
  for (const FeatureImportance& one : inspected.importance) {
    const std::string& name = inspected.model.signature().columns[one.column].name;
    Value::Object object{{"column", to_value(one.column)},
                         {"name", name.empty() ? Value() : Value(name)},
                         {"splits", to_value(one.splits)}};
    if (inspected.has_gains) object.push_back({"gain", Value(one.gain)});
    if (one.cover != 0) object.push_back({"cover", Value(one.cover)});
    list.push_back(std::move(object));
  }
  return list;
}

Value missing_list(const std::vector<MissingRule>& rules) {
  Value::List list;
  for (const MissingRule& rule : rules) {
    Value::List columns;
    for (const std::uint32_t column : rule.columns) {
      columns.emplace_back(static_cast<std::int64_t>(column));
    }
    list.emplace_back(Value::Object{{"rule", Value(rule.words)}, {"columns", std::move(columns)}});
  }
  return list;
}

/// Gradients are for linear models alone; nobody looks into a custom routine.
Value::List explanation_kinds(const LocalModel& model) {
  const spi::Graph* graph = model.graph();
  if (graph == nullptr) return {};
  const bool is_linear =
      std::all_of(graph->nodes.begin(), graph->nodes.end(),
                  [](const auto& node) { return std::holds_alternative<spi::Linear>(node.body); });
  return {Value("exact"), Value(is_linear ? "gradients" : "sampled")};
}

std::string to_json(const Inspected& inspected) {
  const LocalModel& model = inspected.model;
  const ModelInfo& info = model.info();
  const Signature& signature = model.signature();
  Value::List inputs;
  for (const Column& column : signature.columns) inputs.push_back(input_object(column));
  Value::List outputs;
  for (const Output& output : signature.outputs) outputs.push_back(output_object(output));
  return Value(Value::Object{
                   {"format", Value(info.format)},
                   {"framework", Value(info.framework)},
                   {"version", Value(info.version)},
                   {"objective", info.objective.empty() ? Value() : Value(info.objective)},
                   {"inputs", std::move(inputs)},
                   {"outputs", std::move(outputs)},
                   {"trees", to_value(info.trees)},
                   {"nodes", to_value(info.nodes)},
                   {"leaves", to_value(inspected.forests.leaves)},
                   {"depth", to_value(inspected.forests.depth)},
                   {"parameters", to_value(info.parameters)},
                   {"bytes", to_value(info.bytes)},
                   {"engine", Value(info.engine)},
                   {"parameter_names", to_value(parameter_names(signature))},
                   {"explanations", explanation_kinds(model)},
                   {"missing", missing_list(inspected.forests.missing)},
                   {"importance", importance_list(inspected)},
                   {"structure", to_value(info.structure)},
                   {"notes", to_value(info.notes)},
                   {"warnings", to_value(info.warnings)},
               })
      .to_json();
}

/// Loads forests once more with their gains, so that the memory that is told is that of a model as
/// it is loaded for predictions.
Result<Inspected> look_into(const LocalModel& model, const std::string& path, LoadOptions options) {
  Inspected inspected{model, {}, {}, false};
  if (model.graph() == nullptr) return inspected;
  inspected.forests = gather_facts(*model.graph());
  if (model.info().trees == 0) return inspected;
  options.gains = true;
  const Result<LocalModel> with_gains = LocalModel::load(path, options);
  if (!with_gains) return with_gains.error();
  auto importance = feature_importance(*with_gains);
  if (!importance) return std::move(importance).error();
  inspected.importance = std::move(*importance);
  inspected.has_gains = std::any_of(inspected.importance.begin(), inspected.importance.end(),
                                    [](const FeatureImportance& one) { return one.gain != 0; });
  return inspected;
}

/// What is in an artefact that doesn't load, for people: on standard error, since programs read
/// standard output.
void show_contents(const std::string& path, const LoadOptions& options) {
  const Result<std::vector<std::string>> lines = LocalModel::examine(path, options);
  if (!lines || lines->empty()) return;
  for (const std::string& line : *lines) std::fprintf(stderr, "%s\n", printable(line).c_str());
}

}  // namespace

int run(const InspectCommand& command) {
  LoadOptions options;
  options.sidecar = command.sidecar;
  options.gains = command.tree.has_value();
  const Result<LocalModel> model = LocalModel::load(command.model, options);
  if (!model) {
    show_contents(command.model, options);
    return refuse(kNoModel, model.error());
  }
  StandardOutput out;
  if (command.tree) {
    const Result<std::string> drawing = draw_tree(*model, *command.tree, wants_colour());
    if (!drawing) return refuse(kRefused, drawing.error());
    out.write(*drawing);
    return out.finish(kAnswered);
  }
  const Result<Inspected> inspected = look_into(*model, command.model, options);
  if (!inspected) return refuse(kNoModel, inspected.error());
  out.write(command.json ? to_json(*inspected) + "\n" : to_page(*inspected, wants_colour()));
  return out.finish(kAnswered);
}

}  // namespace trivet::cli
