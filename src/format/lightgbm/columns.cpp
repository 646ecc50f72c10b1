// SPDX-License-Identifier: Apache-2.0
// Makes the columns of a model.
#include "format/lightgbm/columns.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/repeated_names.hpp"
#include "base/try.hpp"
#include "text/message.hpp"
#include "text/number.hpp"

namespace trivet::lightgbm {
namespace {

Status check_column_lists(const Model& model, std::size_t columns) {
  const auto check = [&](std::string_view field, std::size_t size) -> Status {
    if (size == columns) return {};
    return model.fail(field, text::message("{} entries", size),
                      text::message("{}, one a feature: max_feature_idx and 1", columns));
  };
  TRIVET_TRY(check("feature_names", model.feature_names.size()));
  return model.features.empty() ? Status{} : check("feature_infos", model.features.size());
}

void take_names(Model& model, std::vector<Column>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i].name = std::move(model.feature_names[i]);
  }
  base::drop_repeated_names(columns, model.warnings);
}

/// The features that are categorical, ascending: those with codes in feature_infos, and those that
/// the parameters name, which also has columns of one value in training.
std::vector<std::size_t> categorical_features(const Model& model, std::size_t columns) {
  std::set<std::size_t> found;
  for (std::size_t i = 0; i < model.features.size(); ++i) {
    if (model.features[i].kind == FeatureInfo::Kind::categorical) found.insert(i);
  }
  std::string_view list = model.categorical_features;
  while (!list.empty()) {
    const std::string_view word = list.substr(0, list.find(','));
    list.remove_prefix(std::min(word.size() + 1, list.size()));
    std::size_t feature = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, feature);
    const bool is_known = error == std::errc() && stop == end && feature < columns;
    if (!is_known) continue;  // `name:…`, as the command line takes it
    const bool is_numeric =
        !model.features.empty() && model.features[feature].kind == FeatureInfo::Kind::numeric;
    if (!is_numeric) found.insert(feature);
  }
  return {found.begin(), found.end()};
}

/// Whether all of the lists can be what they would be taken for.
bool lists_fit(const Model& model, const std::vector<std::size_t>& features) {
  for (std::size_t i = 0; i < features.size(); ++i) {
    const PandasColumn& list = model.pandas[i];
    const std::set<std::string_view> texts(list.categories.begin(), list.categories.end());
    const std::int64_t greatest =
        model.features.empty() ? -1 : model.features[features[i]].greatest_code;
    const bool fits = list.is_usable && texts.size() == list.categories.size() &&
                      greatest < static_cast<std::int64_t>(list.categories.size());
    if (!fits) return false;
  }
  return true;
}

void take_categories(Model& model, std::vector<Column>& columns) {
  if (model.pandas.empty()) return;
  const std::vector<std::size_t> features = categorical_features(model, columns.size());
  if (features.size() != model.pandas.size() || !lists_fit(model, features)) {
    model.warnings.push_back(text::message(
        "pandas_categorical has {} lists of categories and no names, and the {} categorical "
        "features don't tell which columns these belong to: all columns take codes; list the "
        "categories in trivet.json to send them as text",
        model.pandas.size(), features.size()));
    return;
  }
  for (std::size_t i = 0; i < features.size(); ++i) {
    PandasColumn& list = model.pandas[i];
    if (list.categories.empty()) continue;
    Column& column = columns[features[i]];
    column.type = ColumnType::category;
    column.unknown_category = UnknownCategory::missing;
    column.accepts_codes =
        list.all_texts &&
        std::none_of(list.categories.begin(), list.categories.end(), text::reads_as_number);
    column.categories = std::move(list.categories);
  }
}

void note_coded_columns(Model& model, const std::vector<Column>& columns) {
  std::string names;
  for (std::size_t i = 0; i < model.features.size(); ++i) {
    const bool is_coded = model.features[i].kind == FeatureInfo::Kind::categorical &&
                          columns[i].type == ColumnType::number;
    if (!is_coded) continue;
    names.append(names.empty() ? "" : ", ");
    names.append(columns[i].name.empty() ? text::message("{}", i) : columns[i].name);
    constexpr std::size_t kLongest = 200;
    if (names.size() > kLongest) {
      names += ", …";
      break;
    }
  }
  if (names.empty()) return;
  model.notes.push_back(text::message("categorical columns that take codes as numbers: {}", names));
  if (!model.pandas.empty()) return;  // take_categories has said why
  model.notes.emplace_back(
      "the file keeps no texts of categories (pandas_categorical): list them in trivet.json, "
      "in the order of their codes, to send them as text");
}

}  // namespace

Result<std::vector<Column>> take_columns(Model& model) {
  const auto count = static_cast<std::size_t>(*model.max_feature) + 1;
  TRIVET_TRY(check_column_lists(model, count));
  std::vector<Column> columns(count);
  take_names(model, columns);
  take_categories(model, columns);
  note_coded_columns(model, columns);
  return columns;
}

}  // namespace trivet::lightgbm
