// SPDX-License-Identifier: Apache-2.0
// Makes the Graph of a model.
#include "format/catboost/to_graph.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "format/catboost/answers.hpp"
#include "format/catboost/columns.hpp"
#include "format/catboost/conditions.hpp"
#include "format/catboost/forest.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

constexpr std::size_t kListed = 12;  // labels and columns that a note names

std::string listed(const std::vector<std::string>& items) {
  std::string list;
  for (std::size_t i = 0; i < std::min(kListed, items.size()); ++i) {
    list += list.empty() ? items[i] : ", " + items[i];
  }
  if (items.size() > kListed) list += text::message(", … ({} in all)", items.size());
  return list;
}

void note_missing(const Model& model, std::vector<std::string>& notes) {
  std::vector<std::string> least;
  std::vector<std::string> greatest;
  for (const FloatFeature& feature : model.floats) {
    if (!feature.has_nans || feature.nan_treatment == NanTreatment::as_is) continue;
    const bool is_greatest = feature.nan_treatment == NanTreatment::as_true;
    (is_greatest ? greatest : least)
        .push_back(feature.name.empty() ? text::message("{}", feature.flat_index)
                                        : text::quoted(feature.name));
  }
  if (!least.empty()) notes.push_back("NaN is below all borders in column " + listed(least));
  if (!greatest.empty()) notes.push_back("NaN is above all borders in column " + listed(greatest));
}

void note_tables(const Model& model, std::vector<std::string>& notes) {
  for (std::int64_t type = 0; const auto name = ctr_type_name(type); ++type) {
    const auto count = std::count_if(
        model.ctrs.begin(), model.ctrs.end(),
        [&](const CtrFeature& c) { return c.key.type == static_cast<CtrType>(type); });
    if (count != 0)
      notes.push_back(
          text::message("{} {} of type {}", count, count == 1 ? "statistic" : "statistics", *name));
  }
  if (!model.tables.empty()) {
    notes.push_back(text::message("{} {} of category combinations", model.tables.size(),
                                  model.tables.size() == 1 ? "table" : "tables"));
  }
}

spi::Provenance make_provenance(Model& model, Task task) {
  spi::Provenance provenance;
  provenance.format = encoding_name(model.encoding);
  provenance.framework = "catboost";
  provenance.version = model.info.version;
  provenance.objective = model.info.loss;
  const std::vector<std::string> labels = class_texts(task, model);
  if (!labels.empty()) provenance.notes.push_back("classes: " + listed(labels));
  note_missing(model, provenance.notes);
  note_tables(model, provenance.notes);
  provenance.warnings = std::move(model.warnings);
  return provenance;
}

Status check_output_count(const Model& model) {
  if (model.output_count < 1) {
    return broken_model("trees", text::message("{} outputs", model.output_count), "at least one");
  }
  if (model.output_count <= kOutputLimit) return {};
  return Error(Errc::unsupported_model, "trees", text::message("{} outputs", model.output_count),
               text::message("at most {}", kOutputLimit));
}

}  // namespace

Result<spi::Graph> to_graph(Model model) {
  TRIVET_TRY(check_output_count(model));
  const Result<ColumnPlan> columns = plan_columns(model);
  if (!columns) return columns.error();
  // Codes of categories have 32 bits; without them rows are what the trees compare.
  const DType cell = columns->has_categories() ? DType::float64 : DType::float32;

  spi::Graph graph;
  graph.input.value = graph.add_value("input", cell, columns->count);
  const Task task = find_task(model);
  const Result<ConditionPlan> plan = plan_conditions(model, *columns, graph);
  if (!plan) return plan.error();
  Result<spi::TreeEnsemble> forest = make_forest(model, *plan, link_of(task));
  if (!forest) return forest.error();
  const auto node = static_cast<spi::NodeId>(graph.nodes.size());
  graph.nodes.push_back({.body = std::move(*forest), .inputs = {plan->input}, .outputs = {}});
  TRIVET_TRY(add_answers(graph, node, task, model));
  graph.input.columns = make_columns(model);
  graph.provenance = make_provenance(model, task);
  return graph;
}

}  // namespace trivet::catboost
