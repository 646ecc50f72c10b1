// SPDX-License-Identifier: Apache-2.0
// Makes the columns of a model.
#include "format/catboost/columns.hpp"

#include <algorithm>
#include <utility>

#include "base/repeated_names.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "text/message.hpp"

namespace trivet::catboost {
namespace {

/// A column that a feature claims.
struct Claim {
  std::int32_t flat_index;
  const std::string* name;
  bool is_category;
};

std::vector<Claim> list_claims(const Model& model) {
  std::vector<Claim> claims;
  claims.reserve(model.floats.size() + model.categories.size());
  for (const FloatFeature& f : model.floats) claims.push_back({f.flat_index, &f.name, false});
  for (const CategoricalFeature& f : model.categories) {
    claims.push_back({f.flat_index, &f.name, true});
  }
  std::stable_sort(claims.begin(), claims.end(),
                   [](const Claim& a, const Claim& b) { return a.flat_index < b.flat_index; });
  return claims;
}

/// CatBoost's files have an entry for each column, used or not: so no column lies behind as many as
/// the file has bytes.
Status check_claims(const std::vector<Claim>& claims, std::int64_t file_bytes) {
  const std::int64_t limit = std::min(kColumnLimit, file_bytes);
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const std::int32_t index = claims[i].flat_index;
    if (index < 0 || index >= limit) {
      return broken_model("features", text::message("a feature of column {}", index),
                          text::message("columns from 0 to {}", limit - 1));
    }
    if (i != 0 && claims[i - 1].flat_index == index) {
      return broken_model("features", text::message("two features of column {}", index),
                          "one feature a column");
    }
    const std::string& name = *claims[i].name;
    if (base::find_invalid_utf8(name) < name.size()) {
      return broken_model(text::message("feature of column {}", index),
                          text::message("the name {}", text::quoted(name)), "UTF-8");
    }
  }
  return {};
}

}  // namespace

Result<ColumnPlan> plan_columns(const Model& model) {
  const std::vector<Claim> claims = list_claims(model);
  TRIVET_TRY(check_claims(claims, static_cast<std::int64_t>(model.file_bytes)));
  if (claims.empty()) {
    return broken_model("features", "a model of no features", "a trained model");
  }
  ColumnPlan plan;
  for (const FloatFeature& feature : model.floats) {
    if (plan.floats.emplace(feature.index, &feature).second) continue;
    return broken_model("features", text::message("two numeric features {}", feature.index),
                        "indices that differ");
  }
  for (const CategoricalFeature& feature : model.categories) {
    const auto column = static_cast<std::uint32_t>(feature.flat_index);
    if (plan.categories.emplace(feature.index, column).second) continue;
    return broken_model("features", text::message("two categorical features {}", feature.index),
                        "indices that differ");
  }
  plan.count = static_cast<std::uint32_t>(claims.back().flat_index) + 1;
  return plan;
}

std::vector<Column> make_columns(Model& model) {
  const std::vector<Claim> claims = list_claims(model);
  // Columns that no feature claims are numbers that nobody looks at.
  std::vector<Column> columns(static_cast<std::size_t>(claims.back().flat_index) + 1);
  for (const Claim& claim : claims) {
    Column& column = columns[static_cast<std::size_t>(claim.flat_index)];
    column.name = *claim.name;
    if (!claim.is_category) continue;
    column.type = ColumnType::category;
    column.category_code = CategoryCode::city_hash;
    column.accepts_missing = false;  // CatBoost refuses it; "NaN" is a text like any other
  }
  base::drop_repeated_names(columns, model.warnings);
  return columns;
}

}  // namespace trivet::catboost
