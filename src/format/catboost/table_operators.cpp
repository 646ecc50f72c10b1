// SPDX-License-Identifier: Apache-2.0
// Tables of counts as operators.
#include "format/catboost/table_operators.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

spi::ValueId add_operator(spi::Graph& graph, spi::Operator op, std::string name,
                          std::uint32_t width) {
  const spi::ValueId value = graph.add_value(std::move(name), DType::float64, width);
  graph.nodes.push_back({.body = std::move(op),
                         .inputs = {graph.input.value},
                         .outputs = {{spi::Port::result, value}}});
  return value;
}

void append_bytes(std::string& out, const void* data, std::size_t size) {
  out.append(static_cast<const char*>(data), size);
}

/// Equal for equal keys. JSON names its tables; the binary encoding describes them.
std::string key_text(const CtrKey& key) {
  if (!key.name.empty()) return key.name;
  std::string out;
  const Combination& c = key.combination;
  const std::uint32_t head[] = {
      static_cast<std::uint32_t>(key.type), static_cast<std::uint32_t>(key.classifier),
      static_cast<std::uint32_t>(c.categories.size()), static_cast<std::uint32_t>(c.floats.size())};
  append_bytes(out, head, sizeof(head));
  for (const std::int32_t index : c.categories) append_bytes(out, &index, sizeof(index));
  for (const FloatElement& e : c.floats) {
    append_bytes(out, &e.index, sizeof(e.index));
    append_bytes(out, &e.border, sizeof(e.border));
  }
  for (const CodeElement& e : c.codes) {
    append_bytes(out, &e.index, sizeof(e.index));
    append_bytes(out, &e.code, sizeof(e.code));
  }
  return out;
}

std::string table_place(const TableGroup& group) {
  return text::message("table of ctr feature {}", group.features.front());
}

/// Classes of the target for shares; 2 for means, 1 for counters.
Status check_stride(const CtrTable& table, CtrType type, const std::string& where) {
  if (table.hashes.empty()) return {};
  const bool is_count = type == CtrType::counter || type == CtrType::feature_freq;
  const std::size_t least = type == CtrType::buckets ? 1 : 2;
  const bool fits = is_count        ? table.stride == 1
                    : is_mean(type) ? table.stride == 2
                                    : table.stride >= least;
  if (fits) return {};
  return broken_model(where, text::message("{} numbers an entry", table.stride),
                      text::message("as many as a table of type {} has",
                                    *ctr_type_name(static_cast<std::int64_t>(type))));
}

/// A border lies between two classes, a bucket is a class.
Status check_target(const CtrFeature& feature, const CtrTable& table, std::size_t number) {
  const bool is_share =
      feature.key.type == CtrType::borders || feature.key.type == CtrType::buckets;
  if (!is_share || table.hashes.empty()) return {};
  const auto limit =
      static_cast<std::int64_t>(table.stride) - (feature.key.type == CtrType::borders ? 1 : 0);
  if (feature.target_border >= 0 && feature.target_border < limit) return {};
  return broken_model(text::message("ctr feature {}", number),
                      text::message("the target border {}", feature.target_border),
                      text::message("0 to {}", limit - 1));
}

/// JSON names a table by its combination and type alone, though tables may also differ in the
/// target, or the binarisation of the target, that they count: of those only one is in the file.
/// Models of several targets have them, and models trained with two binarisations of it. Else it
/// shows where a feature doesn't come behind the one before it, as CatBoost sorts them, in a table.
Status check_json_table(const Model& model, std::size_t number, const TableGroup& group) {
  constexpr std::array<std::string_view, 4> kOneTarget{"MultiClass", "MultiClassOneVsAll",
                                                       "RMSEWithUncertainty", "MultiQuantile"};
  const CtrFeature& feature = model.ctrs[number];
  const bool counts_targets =
      feature.key.type != CtrType::counter && feature.key.type != CtrType::feature_freq;
  if (model.encoding != Encoding::json || !counts_targets) return {};
  const bool one_target = model.output_count == 1 || std::find(kOneTarget.begin(), kOneTarget.end(),
                                                               model.info.loss) != kOneTarget.end();
  const auto order = [](const CtrFeature& f) {
    return std::tie(f.target_border, f.prior, f.prior_weight, f.shift, f.scale);
  };
  const bool ascends =
      group.features.empty() || order(model.ctrs[group.features.back()]) < order(feature);
  if (one_target && ascends && !model.info.cuts_targets_differently) return {};
  return Error(Errc::unsupported_model, text::message("ctr feature {}", number),
               "several tables under one name, of which CatBoost's JSON export keeps the last",
               "the same model as .cbm");
}

/// A hash twice would have two counts. O(n log n).
Status check_hashes(const CtrTable& table, const std::string& where) {
  std::vector<std::uint64_t> sorted = table.hashes;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice == sorted.end()) return {};
  return broken_model(where, text::message("a second entry for the hash {}", *twice),
                      "one entry a hash");
}

/// The word for how an entry's numbers become a good and a total.
std::string_view statistic_name(CtrType type) noexcept {
  switch (type) {
    case CtrType::borders: return "share_above";
    case CtrType::buckets: return "share_of";
    case CtrType::counter:
    case CtrType::feature_freq: return "frequency";
    case CtrType::binarized_target_mean_value:
    case CtrType::float_target_mean_value: break;
  }
  return "mean";
}

using Attributes = std::vector<std::pair<std::string, Value>>;

Status add_categories(const Combination& combination, const ColumnPlan& plan,
                      const std::string& where, Attributes& attributes) {
  const auto column_of = [&](std::int32_t index, Value::List& columns) -> Status {
    const auto column = plan.categories.find(index);
    if (column == plan.categories.end()) {
      return broken_model(where, text::message("categorical feature {}", index),
                          "a categorical feature of the model");
    }
    columns.emplace_back(static_cast<std::int64_t>(column->second));
    return {};
  };
  Value::List columns;
  for (const std::int32_t index : combination.categories) TRIVET_TRY(column_of(index, columns));
  Value::List code_columns;
  Value::List codes;
  for (const CodeElement& e : combination.codes) {
    TRIVET_TRY(column_of(e.index, code_columns));
    codes.emplace_back(static_cast<std::int64_t>(e.code));
  }
  attributes.emplace_back("columns", Value(std::move(columns)));
  attributes.emplace_back("code_columns", Value(std::move(code_columns)));
  attributes.emplace_back("codes", Value(std::move(codes)));
  return {};
}

Status add_floats(const Combination& combination, const ColumnPlan& plan, const std::string& where,
                  Attributes& attributes) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Value::List columns;
  Value::List cuts;
  Value::List nan_above;
  for (const FloatElement& e : combination.floats) {
    const auto at = plan.floats.find(e.index);
    if (at == plan.floats.end()) {
      return broken_model(where, text::message("numeric feature {}", e.index),
                          "a numeric feature of the model");
    }
    const FloatFeature& feature = *at->second;
    const bool is_greatest = feature.has_nans && feature.nan_treatment == NanTreatment::as_true;
    columns.emplace_back(static_cast<std::int64_t>(feature.flat_index));
    cuts.emplace_back(static_cast<double>(e.border));
    nan_above.emplace_back(is_greatest && e.border != kInfinity);
  }
  attributes.emplace_back("cut_columns", Value(std::move(columns)));
  attributes.emplace_back("cuts", Value(std::move(cuts)));
  attributes.emplace_back("nan_is_above", Value(std::move(nan_above)));
  return {};
}

Status add_statistics(const Model& model, const TableGroup& group, Attributes& attributes) {
  Value::List targets;
  Value::List priors;
  Value::List weights;
  Value::List shifts;
  Value::List scales;
  for (const std::size_t number : group.features) {
    const CtrFeature& feature = model.ctrs[number];
    TRIVET_TRY(check_target(feature, model.tables[group.table], number));
    targets.emplace_back(static_cast<std::int64_t>(feature.target_border));
    priors.emplace_back(static_cast<double>(feature.prior));
    weights.emplace_back(static_cast<double>(feature.prior_weight));
    shifts.emplace_back(static_cast<double>(feature.shift));
    scales.emplace_back(static_cast<double>(feature.scale));
  }
  attributes.emplace_back("targets", Value(std::move(targets)));
  attributes.emplace_back("priors", Value(std::move(priors)));
  attributes.emplace_back("prior_weights", Value(std::move(weights)));
  attributes.emplace_back("shifts", Value(std::move(shifts)));
  attributes.emplace_back("scales", Value(std::move(scales)));
  return {};
}

/// Counts as int32, and a mean's sums as float32 beside them.
Status add_numbers(CtrTable& table, CtrType type, const std::string& where, spi::Operator& op) {
  const bool has_sums = is_mean(type);
  std::vector<std::int32_t> counts;
  std::vector<float> sums;
  counts.reserve(has_sums ? table.hashes.size() : table.values.size());
  constexpr double kGreatest = std::numeric_limits<std::int32_t>::max();
  for (std::size_t i = 0; i < table.values.size(); ++i) {
    const double number = table.values[i];
    if (has_sums && i % 2 == 0) {
      sums.push_back(static_cast<float>(number));
      continue;
    }
    if (!(number >= 0 && number <= kGreatest) || number != std::floor(number)) {
      return broken_model(where, text::message("the count {} as number {}", number, i),
                          "a whole number from 0 to 2³¹ − 1");
    }
    counts.push_back(static_cast<std::int32_t>(number));
  }
  op.constants.push_back(spi::make_constant("hashes", std::move(table.hashes)));
  op.constants.push_back(spi::make_constant("counts", std::move(counts)));
  if (has_sums) op.constants.push_back(spi::make_constant("sums", std::move(sums)));
  std::vector<double>().swap(table.values);
  return {};
}

}  // namespace

spi::ValueId add_category_index(spi::Graph& graph, std::uint32_t column,
                                std::span<const std::int32_t> codes, std::uint32_t width) {
  spi::Operator op{"category_index", {}, {}};
  op.attributes.emplace_back("column", Value(static_cast<std::int64_t>(column)));
  op.constants.push_back(
      spi::make_constant("codes", std::vector<std::int32_t>(codes.begin(), codes.end())));
  return add_operator(graph, std::move(op), "codes", width);
}

Result<std::vector<TableGroup>> group_by_table(const Model& model) {
  std::map<std::string, std::size_t> table_of;
  for (std::size_t t = 0; t < model.tables.size(); ++t) {
    const std::string where = text::message("table {}", t);
    TRIVET_TRY(check_hashes(model.tables[t], where));
    if (table_of.emplace(key_text(model.tables[t].key), t).second) continue;
    return broken_model(where, "a second table for one combination and type", "one table a key");
  }
  std::vector<TableGroup> groups;
  std::map<std::size_t, std::size_t> group_of;
  for (std::size_t i = 0; i < model.ctrs.size(); ++i) {
    const auto table = table_of.find(key_text(model.ctrs[i].key));
    if (table == table_of.end()) {
      return broken_model(text::message("ctr feature {}", i), "no table of counts for it",
                          "a model with its tables; CatBoost leaves them out of some exports");
    }
    const auto [group, is_new] = group_of.emplace(table->second, groups.size());
    if (is_new) groups.push_back({table->second, {}});
    TableGroup& members = groups[group->second];
    TRIVET_TRY(check_json_table(model, i, members));
    members.features.push_back(i);
    const CtrKey& first = model.ctrs[members.features.front()].key;
    if (first.type != model.ctrs[i].key.type ||
        first.combination != model.ctrs[i].key.combination) {
      return broken_model(text::message("ctr feature {}", i), "a table that belongs to another one",
                          "one kind and one combination a table");
    }
  }
  return groups;
}

Result<spi::ValueId> add_table_operator(spi::Graph& graph, Model& model, const ColumnPlan& columns,
                                        const TableGroup& group) {
  CtrTable& table = model.tables[group.table];
  const CtrKey& key = model.ctrs[group.features.front()].key;
  const std::string where = table_place(group);
  TRIVET_TRY(check_stride(table, key.type, where));
  spi::Operator op{"combination_statistic", {}, {}};
  op.attributes.emplace_back("statistic", Value(statistic_name(key.type)));
  op.attributes.emplace_back("denominator", Value(static_cast<std::int64_t>(table.denominator)));
  TRIVET_TRY(add_categories(key.combination, columns, where, op.attributes));
  TRIVET_TRY(add_floats(key.combination, columns, where, op.attributes));
  TRIVET_TRY(add_statistics(model, group, op.attributes));
  TRIVET_TRY(add_numbers(table, key.type, where, op));
  return add_operator(graph, std::move(op), "statistics",
                      static_cast<std::uint32_t>(group.features.size()));
}

}  // namespace trivet::catboost
