// SPDX-License-Identifier: Apache-2.0
// Makes the columns of a model.
#include "format/xgboost/columns.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/repeated_names.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "text/message.hpp"
#include "text/number.hpp"

namespace trivet::xgboost {
namespace {

using CategoryTexts = std::vector<std::string>;

Status check_column_lists(const Model& model, std::size_t columns) {
  struct ListSize {
    Part part;
    std::size_t size;
  };
  for (const ListSize list : {ListSize{Part::feature_names, model.feature_names.size()},
                              ListSize{Part::feature_types, model.feature_types.size()},
                              ListSize{Part::categories, model.categories.size()}}) {
    if (list.size == 0 || list.size == columns) continue;
    return model.fail(list.part, text::message("{} entries", list.size),
                      text::message("{}, one a feature, or none", columns));
  }
  return {};
}

void take_names(Model& model, std::vector<Column>& columns) {
  for (std::size_t i = 0; i < model.feature_names.size(); ++i) {
    columns[i].name = std::move(model.feature_names[i]);
  }
  base::drop_repeated_names(columns, model.warnings);
}

/// The texts when offsets count bytes; nothing when one of them isn't UTF-8.
std::optional<CategoryTexts> split_by_bytes(const ColumnCategories& column) {
  CategoryTexts texts;
  for (std::size_t i = 1; i < column.offsets.size(); ++i) {
    const auto begin = static_cast<std::size_t>(column.offsets[i - 1]);
    std::string text =
        column.run.substr(begin, static_cast<std::size_t>(column.offsets[i]) - begin);
    if (base::find_invalid_utf8(text) < text.size()) return std::nullopt;
    texts.push_back(std::move(text));
  }
  return texts;
}

/// The texts when offsets count characters: those that the run holds to their end.
CategoryTexts split_by_characters(const ColumnCategories& column) {
  const std::string_view run = column.run;
  CategoryTexts texts;
  std::size_t at = 0;
  for (std::size_t i = 1; i < column.offsets.size(); ++i) {
    std::string text;
    for (std::int32_t n = column.offsets[i - 1]; n < column.offsets[i]; ++n) {
      if (at == run.size()) return texts;
      const base::Utf8Step step = base::utf8_step(run.substr(at));
      if (!step.well_formed) return texts;
      text += run.substr(at, step.size);
      at += step.size;
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

/// From 3.1 to 3.3 the offsets of a pandas frame count characters instead of bytes, and the run is
/// cut to as many bytes as there are characters (mended in dmlc/xgboost#12371). Frames of Arrow and
/// others are right. When both readings give texts, the sorted one is pandas', which sorts.
bool counts_characters(const Version& version, bool bytes_are_texts,
                       const CategoryTexts& by_characters) {
  if (!version.known() || !version.at_least(3, 1) || version.at_least(3, 4)) return false;
  return !bytes_are_texts || std::is_sorted(by_characters.begin(), by_characters.end());
}

/// Names of the categories that were cut off, which no row will send.
void name_lost_categories(Model& model, std::size_t index, std::size_t count,
                          CategoryTexts& texts) {
  model.warnings.push_back(text::message(
      "column {}: XGBoost {} cut off the texts of the categories from code {} on; rows must give "
      "these as codes, or trivet.json must list the categories",
      index, model.version.text(), texts.size()));
  while (texts.size() < count) texts.push_back(text::message("…{}", texts.size()));
}

Status take_texts(Model& model, std::size_t index, Column& column) {
  const ColumnCategories& given = model.categories[index];
  const std::size_t count = given.offsets.size() - 1;
  std::optional<CategoryTexts> by_bytes = split_by_bytes(given);
  CategoryTexts by_characters = split_by_characters(given);
  const bool was_cut = by_characters.size() < count;  // never in ASCII
  if (was_cut && counts_characters(model.version, by_bytes.has_value(), by_characters)) {
    column.categories = std::move(by_characters);
    name_lost_categories(model, index, count, column.categories);
    return {};
  }
  if (!by_bytes) {
    return Error(Errc::invalid_model,
                 text::message("{}/enc/{}", model.place(Part::categories), index),
                 text::message("the category texts {}", text::quoted(given.run)), "UTF-8");
  }
  column.categories = std::move(*by_bytes);
  return {};
}

Status take_categories(Model& model, std::vector<Column>& columns) {
  bool any_numeric = false;
  for (std::size_t i = 0; i < model.categories.size(); ++i) {
    any_numeric |= model.categories[i].numeric;
    if (model.categories[i].offsets.size() < 2) continue;
    columns[i].type = ColumnType::category;
    columns[i].accepts_codes = true;
    columns[i].unknown_category = UnknownCategory::error;
    TRIVET_TRY(take_texts(model, i, columns[i]));
    // 7 could mean the code or the category "7".
    const std::vector<std::string>& texts = columns[i].categories;
    columns[i].accepts_codes = std::none_of(texts.begin(), texts.end(), text::reads_as_number);
  }
  if (any_numeric) {
    model.notes.emplace_back(
        "columns with numeric categories take the codes of the categories, as a matrix does, not "
        "their values, as a data frame does");
  }
  return {};
}

}  // namespace

Result<std::size_t> count_features(Model& model) {
  std::uint64_t count = model.feature_count;
  if (count == 0) {
    count = std::max<std::uint64_t>(model.feature_names.size(), model.features_used);
    if (count == 0) {
      return model.fail(Part::feature_count, "a model of no features", "a trained model");
    }
    model.notes.push_back(text::message(
        "num_feature is 0 in the file: {} columns follow from its other parts", count));
  }
  if (count > kFeatureLimit) {
    return Error(Errc::unsupported_model, model.place(Part::feature_count),
                 text::message("{} features", count), text::message("at most {}", kFeatureLimit));
  }
  return static_cast<std::size_t>(count);
}

Result<std::vector<Column>> take_columns(Model& model, std::size_t count) {
  TRIVET_TRY(check_column_lists(model, count));
  std::vector<Column> columns(count);
  take_names(model, columns);
  TRIVET_TRY(take_categories(model, columns));
  return columns;
}

}  // namespace trivet::xgboost
