// SPDX-License-Identifier: Apache-2.0
// What `trivet.json` says against the model that it was put beside.
#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "core/sidecar.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

Error misfit(std::string_view pointer, std::string found, std::string expected) {
  return Error(Errc::invalid_model, std::string(pointer), std::move(found), std::move(expected));
}

/// Whether categories are those that the model was trained with. XGBoost's format reads a text that
/// the artefact has lost as `…` with its code; the sidecar gives it back.
bool are_trained(const std::vector<std::string>& ours, const std::vector<std::string>& trained) {
  if (ours.size() != trained.size()) return false;
  for (std::size_t code = 0; code < ours.size(); ++code) {
    const bool is_lost = trained[code] == text::message("…{}", code);
    if (!is_lost && ours[code] != trained[code]) return false;
  }
  return true;
}

/// `Column_0`, `Column_1`, …: what LightGBM writes for columns that nobody has named.
bool are_numbered(const std::vector<Column>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name != text::message("Column_{}", i)) return false;
  }
  return true;
}

Status check_name(const SidecarColumn& ours, const Column& model, std::string_view pointer) {
  if (model.name.empty() || model.name == ours.name) return {};
  return misfit(pointer, text::message("the column {}", text::quoted(ours.name)),
                text::message("{}, the model's column at this position", text::quoted(model.name)));
}

/// Of a column that the model takes as numbers, or as categories without a list of them.
Status check_categories(const SidecarColumn& ours, const Column& model, std::string_view pointer) {
  if (ours.type != ColumnType::category || !ours.categories.empty()) return {};
  if (model.type == ColumnType::category) return {};
  return misfit(pointer, "a category column without categories",
                "\"categories\": [\"…\"], whose positions are the codes that the model takes");
}

/// The model's own type and categories of a column against the sidecar's.
Status check_type(const SidecarColumn& ours, const Column& model, std::string_view pointer) {
  if (model.form != ColumnForm::single && model.type != ours.type) {
    return misfit(
        pointer, text::message("a column of type {}", column_type_name(ours.type)),
        text::message("{}, of which the model takes a list", column_type_name(model.type)));
  }
  if (ours.type == ColumnType::text || ours.type == ColumnType::bytes) {
    if (model.type == ours.type) return {};
    return misfit(pointer, text::message("a column of type {}", column_type_name(ours.type)),
                  model.type == ColumnType::category
                      ? "\"category\", which the model takes here"
                      : "\"number\" or \"category\": the model takes numbers here");
  }
  if (model.type == ColumnType::category && ours.type == ColumnType::number) {
    return misfit(pointer, "a number column where the model has categories",
                  "\"category\", or no \"type\": the model knows it itself");
  }
  // The row has a cell for each category of a list: they can't come later.
  const bool are_fixed = !model.categories.empty() || model.form != ColumnForm::single;
  const bool differ =
      !ours.categories.empty() && are_fixed && !are_trained(ours.categories, model.categories);
  if (differ) {
    return misfit(pointer, "other categories than the model was trained with",
                  "the model's own categories, or none: it knows them itself");
  }
  return check_categories(ours, model, pointer);
}

/// Categories of a column that says no type, so that it has the model's own.
Status check_untyped_categories(const SidecarColumn& ours, const Column& model,
                                std::string_view pointer) {
  if (model.type == ColumnType::category) {
    SidecarColumn typed = ours;
    typed.type = ColumnType::category;
    return check_type(typed, model, pointer);
  }
  return misfit(pointer, "categories in a column that is no category",
                "\"type\": \"category\" together with \"categories\": [\"…\"]");
}

/// What a value of a column may be, in words; empty when `value` is that.
std::string_view wanted_instead(const Value& value, const Column& column) {
  const std::string* text = value.as_text();
  switch (column.type) {
    case ColumnType::number: {
      const bool fits =
          value.is_number() ? std::isfinite(value.as_number()) : text != nullptr && *text == "NaN";
      return fits ? "" : "a number, or \"NaN\" for a missing value";
    }
    case ColumnType::category: {
      const auto& known = column.categories;
      if (known.empty()) return text != nullptr ? "" : "a text";  // the model knows hashes only
      const bool fits =
          text != nullptr && std::find(known.begin(), known.end(), *text) != known.end();
      return fits ? "" : "one of the column's categories";
    }
    case ColumnType::text: return text != nullptr ? "" : "a text";
    case ColumnType::bytes: {
      const Value* bytes = value.find("b64");
      return bytes != nullptr && bytes->as_text() != nullptr ? "" : "{\"b64\": \"…\"}";
    }
  }
  return "";
}

/// `column` as it will be, names and categories included.
Status check_baseline(const Column& column, std::string_view pointer) {
  if (!column.baseline) return {};
  const std::string_view wanted = wanted_instead(*column.baseline, column);
  if (wanted.empty()) return {};
  const std::string* text = column.baseline->as_text();
  return misfit(text::message("{}/baseline", pointer),
                text::message("{} for the {} column {}",
                              text != nullptr ? text::quoted(*text)
                                              : text::message("a {}", column.baseline->kind_name()),
                              column_type_name(column.type), text::quoted(column.name)),
                std::string(wanted));
}

Status apply_columns(const Sidecar& sidecar, spi::GraphInput& input) {
  if (sidecar.columns.empty()) return {};
  if (sidecar.columns.size() != input.columns.size()) {
    const std::size_t count = sidecar.columns.size();
    return misfit("/signature/columns",
                  text::message("{} {}", count, count == 1 ? "column" : "columns"),
                  text::message("{}, as the model has", input.columns.size()));
  }
  const bool has_own_names = !are_numbered(input.columns);
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < input.columns.size(); ++i) {
    const SidecarColumn& ours = sidecar.columns[i];
    Column& model = input.columns[i];
    const std::string pointer = text::message("/signature/columns/{}", i);
    if (has_own_names) TRIVET_TRY(check_name(ours, model, pointer));
    if (ours.has_type) {
      TRIVET_TRY(check_type(ours, model, pointer));
    } else if (!ours.categories.empty()) {
      TRIVET_TRY(check_untyped_categories(ours, model, pointer));
    }
    if (!seen.insert(ours.name).second) {
      return misfit(pointer, text::message("a second column {}", text::quoted(ours.name)),
                    "names that differ");
    }
    model.name = ours.name;
    model.baseline = ours.baseline;
    if (!ours.categories.empty()) {
      model.type = ColumnType::category;
      model.categories = ours.categories;
    }
    TRIVET_TRY(check_baseline(model, pointer));
  }
  return {};
}

/// Whether an output holds probabilities as far as the graph tells: behind a logistic link or a
/// softmax, or out of an operator, of which nobody knows.
bool gives_probabilities(const spi::Graph& graph, const spi::GraphOutput& output) {
  const auto is_probable = [](const spi::Link& link) {
    return link.kind == spi::LinkKind::logistic || link.kind == spi::LinkKind::logistic_clamped ||
           link.kind == spi::LinkKind::softmax;
  };
  for (const spi::Node& node : graph.nodes) {
    for (const spi::NodeOutput& made : node.outputs) {
      if (made.value != output.value) continue;
      if (std::holds_alternative<spi::Operator>(node.body)) return true;
      const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
      const spi::Link& link =
          forest != nullptr ? forest->link : std::get<spi::Linear>(node.body).link;
      return made.port == spi::Port::linked && is_probable(link);
    }
  }
  return false;
}

/// Other names for a model's classes are its owner's choice; the same names elsewhere would give
/// each score to the wrong class.
bool are_swapped(const std::vector<std::string>& ours, const std::vector<std::string>& trained) {
  if (ours.size() != trained.size() || ours == trained) return false;
  std::vector<std::string_view> one(ours.begin(), ours.end());
  std::vector<std::string_view> other(trained.begin(), trained.end());
  std::sort(one.begin(), one.end());
  std::sort(other.begin(), other.end());
  return one == other;
}

/// Gives the scores of an output those names, in objects too. Names that are the model's own keep
/// their kinds there: 1 stays a number.
void name_scores(const std::vector<std::string>& names, spi::GraphOutput& output) {
  if (output.object && output.classes != names) {
    output.object->classes.assign(names.begin(), names.end());
  }
  output.classes = names;
}

/// Labels that an output answers with get those names, too; names that are the labels' own texts
/// keep their kinds.
void name_labels(const std::vector<std::string>& names, spi::GraphOutput& output) {
  if (output.labels.size() != names.size()) return;
  const auto says = [](const std::string& name, const Value& label) {
    const std::string* text = label.as_text();
    return text != nullptr ? *text == name : label.to_json() == name;
  };
  if (std::equal(names.begin(), names.end(), output.labels.begin(), says)) return;
  output.labels.assign(names.begin(), names.end());
}

Status apply_classes(const Sidecar& sidecar, spi::Graph& graph) {
  const std::size_t count = sidecar.classes.size();
  if (count == 0) {
    const bool has_own = std::any_of(graph.outputs.begin(), graph.outputs.end(),
                                     [](const auto& output) { return !output.classes.empty(); });
    if (sidecar.schema != PredictionSchema::tabular_classification || has_own) return {};
    return misfit("/signature/classes", "no classes, and the model names none",
                  "the names of the classes, which tabular classification answers with");
  }
  const spi::GraphOutput& answer = graph.outputs.front();
  bool fits = count == 2 && answer.scalar && gives_probabilities(graph, answer);
  for (spi::GraphOutput& output : graph.outputs) {
    name_labels(sidecar.classes, output);
    if (output.scalar || graph.values[output.value].width != count) continue;
    if (are_swapped(sidecar.classes, output.classes)) {
      return misfit("/signature/classes", "the model's own classes in another order",
                    "the model's order, or no \"classes\": it knows them itself");
    }
    fits = fits || !output.classes.empty() || gives_probabilities(graph, output);
    name_scores(sidecar.classes, output);
  }
  if (fits) return {};
  return misfit(
      "/signature/classes",
      text::message("{} {} for this model", count, count == 1 ? "class" : "classes"),
      "as many as a classifier has scores, 2 where it answers one probability, none where "
      "it is no classifier");
}

Status check_regression(const Sidecar& sidecar, const spi::Graph& graph) {
  if (sidecar.schema != PredictionSchema::tabular_regression) return {};
  if (!graph.outputs.front().scalar) {
    return misfit("/predictSchemata/predictionSchemaUri", "tabular regression",
                  "a model whose answer is one number");
  }
  if (!sidecar.interval) {
    return misfit("/interval", "none",
                  "\"interval\": {\"coverage\", \"lowerResidual\", \"upperResidual\"}: "
                  "tabular regression answers with bounds");
  }
  return {};
}

}  // namespace

Status apply_sidecar(const Sidecar& sidecar, spi::Graph& graph) {
  const auto check = [&]() -> Status {
    TRIVET_TRY(apply_columns(sidecar, graph.input));
    TRIVET_TRY(apply_classes(sidecar, graph));
    graph.input.missing = sidecar.missing;
    return check_regression(sidecar, graph);
  };
  if (Status status = check(); !status) return status.error().within(sidecar.file_name);
  std::vector<std::string>& warnings = graph.provenance.warnings;
  warnings.insert(warnings.end(), sidecar.warnings.begin(), sidecar.warnings.end());
  return {};
}

}  // namespace trivet::core
