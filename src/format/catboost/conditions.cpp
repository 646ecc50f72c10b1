// SPDX-License-Identifier: Apache-2.0
// Numbers the conditions and builds the operators in front of the forest.
#include "format/catboost/conditions.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "base/try.hpp"
#include "format/catboost/table_operators.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

/// A forest's sets stay one word long when no more codes than this share a column.
constexpr std::size_t kCodesPerColumn = 32;

/// The columns that an operator on tables looks at, and those of its categories. CatBoost's own
/// attributions count those alone.
struct OperatorColumns {
  std::vector<std::uint32_t> all;
  std::vector<std::uint32_t> categories;
};

class ConditionPlanner {
 public:
  ConditionPlanner(Model& model, const ColumnPlan& columns, spi::Graph& graph)
      : model_(model), columns_(columns), graph_(graph) {}

  Result<ConditionPlan> plan();

 private:
  Status add_floats();
  Status add_one_hot(const OneHotFeature& feature);
  Status add_ctrs();
  /// A value that the forest reads behind those so far; gives back its first element.
  std::uint32_t append_part(spi::ValueId value);
  /// What the last `count` elements are made of.
  void append_origins(std::size_t count, const OperatorColumns& origin);
  void join_parts();

  Model& model_;
  const ColumnPlan& columns_;
  spi::Graph& graph_;
  ConditionPlan plan_;
  std::vector<spi::ValueId> parts_;
  std::vector<std::uint32_t> origins_;  // of the elements, as GraphValue has them
  std::vector<spi::ElementColumns> combinations_;
};

OperatorColumns columns_of(const spi::Operator& op) {
  std::set<std::uint32_t> all;
  std::set<std::uint32_t> categories;
  for (const auto& [name, value] : op.attributes) {
    if (name != "columns" && name != "code_columns" && name != "cut_columns") continue;
    for (const Value& column : *value.as_list()) {
      all.insert(static_cast<std::uint32_t>(column.as_number()));
      if (name == "columns") categories.insert(static_cast<std::uint32_t>(column.as_number()));
    }
  }
  return {{all.begin(), all.end()}, {categories.begin(), categories.end()}};
}

/// CatBoost sorts borders, and its evaluation counts those that a value exceeds instead of looking
/// at the one that a split names. So in another order they would answer something else.
Status check_borders(const std::vector<float>& borders, const std::string& where) {
  for (std::size_t i = 1; i < borders.size(); ++i) {
    if (!(borders[i] < borders[i - 1])) continue;
    return broken_model(where, text::message("the border {} behind {}", borders[i], borders[i - 1]),
                        "borders in ascending order");
  }
  return {};
}

Status ConditionPlanner::add_floats() {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const FloatFeature& feature : model_.floats) {
    TRIVET_TRY(check_borders(feature.borders, text::message("numeric feature {}", feature.index)));
    const bool nan_is_greatest = feature.has_nans && feature.nan_treatment == NanTreatment::as_true;
    for (const float border : feature.borders) {
      plan_.conditions.push_back({.feature = static_cast<std::uint32_t>(feature.flat_index),
                                  .is_category = false,
                                  .missing_left = !nan_is_greatest || border == kInfinity,
                                  .border = border,
                                  .code = 0});
    }
  }
  return {};
}

std::uint32_t ConditionPlanner::append_part(spi::ValueId value) {
  const std::uint32_t first = plan_.width;
  parts_.push_back(value);
  plan_.width += graph_.values[value].width;
  return first;
}

void ConditionPlanner::append_origins(std::size_t count, const OperatorColumns& origin) {
  for (std::size_t i = 0; i < count; ++i) {
    if (origin.all.size() <= 1) {
      origins_.push_back(origin.all.empty() ? spi::kNoColumn : origin.all.front());
      continue;
    }
    const auto element = static_cast<std::uint32_t>(origins_.size());
    combinations_.push_back(
        {element, origin.all, origin.categories.empty() ? origin.all : origin.categories});
    origins_.push_back(spi::kSeveralColumns);
  }
}

Status ConditionPlanner::add_one_hot(const OneHotFeature& feature) {
  const auto column = columns_.categories.find(feature.index);
  if (column == columns_.categories.end()) {
    return broken_model("one-hot features",
                        text::message("codes of categorical feature {}", feature.index),
                        "a categorical feature of the model");
  }
  const std::set<std::int32_t> distinct(feature.codes.begin(), feature.codes.end());
  if (distinct.size() != feature.codes.size()) {
    return broken_model(text::message("one-hot feature {}", feature.index), "a code twice",
                        "codes that differ");
  }
  if (feature.codes.empty()) return {};
  const auto chunks =
      static_cast<std::uint32_t>((feature.codes.size() + kCodesPerColumn - 1) / kCodesPerColumn);
  // The operator cuts the codes into equal chunks, none longer than a column may be.
  const std::size_t per_column = (feature.codes.size() + chunks - 1) / chunks;
  const std::uint32_t first =
      append_part(add_category_index(graph_, column->second, feature.codes, chunks));
  append_origins(chunks, {{column->second}, {column->second}});
  for (std::size_t i = 0; i < feature.codes.size(); ++i) {
    plan_.conditions.push_back({.feature = first + static_cast<std::uint32_t>(i / per_column),
                                .is_category = true,
                                .missing_left = true,
                                .border = 0,
                                .code = static_cast<std::int32_t>(i % per_column)});
  }
  return {};
}

Status ConditionPlanner::add_ctrs() {
  const Result<std::vector<TableGroup>> groups = group_by_table(model_);
  if (!groups) return groups.error();
  std::vector<std::uint32_t> feature_column(model_.ctrs.size());
  for (const TableGroup& group : *groups) {
    const Result<spi::ValueId> value = add_table_operator(graph_, model_, columns_, group);
    if (!value) return value.error();
    const std::uint32_t first = append_part(*value);
    append_origins(graph_.values[*value].width,
                   columns_of(std::get<spi::Operator>(graph_.nodes.back().body)));
    for (std::size_t i = 0; i < group.features.size(); ++i) {
      feature_column[group.features[i]] = first + static_cast<std::uint32_t>(i);
    }
  }
  for (std::size_t i = 0; i < model_.ctrs.size(); ++i) {
    TRIVET_TRY(check_borders(model_.ctrs[i].borders, text::message("ctr feature {}", i)));
    for (const float border : model_.ctrs[i].borders) {
      plan_.conditions.push_back({.feature = feature_column[i],
                                  .is_category = false,
                                  .missing_left = true,
                                  .border = border,
                                  .code = 0});
    }
  }
  return {};
}

void ConditionPlanner::join_parts() {
  if (parts_.size() == 1) {
    plan_.input = parts_[0];
    return;
  }
  plan_.input = graph_.add_value("features", DType::float64, plan_.width);
  graph_.values[plan_.input].columns = std::move(origins_);
  graph_.values[plan_.input].combinations = std::move(combinations_);
  graph_.nodes.push_back({.body = spi::Operator{"concatenate", {}, {}},
                          .inputs = std::move(parts_),
                          .outputs = {{spi::Port::result, plan_.input}}});
}

Result<ConditionPlan> ConditionPlanner::plan() {
  append_part(graph_.input.value);
  for (std::uint32_t cell = 0; cell < plan_.width; ++cell) append_origins(1, {{cell}, {cell}});
  TRIVET_TRY(add_floats());
  for (const OneHotFeature& feature : model_.one_hots) TRIVET_TRY(add_one_hot(feature));
  TRIVET_TRY(add_ctrs());
  join_parts();
  return std::move(plan_);
}

}  // namespace

Result<ConditionPlan> plan_conditions(Model& model, const ColumnPlan& columns, spi::Graph& graph) {
  return ConditionPlanner(model, columns, graph).plan();
}

}  // namespace trivet::catboost
