// SPDX-License-Identifier: Apache-2.0
// Writes the object `cats`.
#include "format/xgboost/write_categories.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace trivet::xgboost {
namespace {

/// The order in which XGBoost searches category texts: that of their bytes as signed numbers.
bool is_before(std::string_view a, std::string_view b) noexcept {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return static_cast<signed char>(x) < static_cast<signed char>(y);
  });
}

void write_category_entry(const Column& column, DocumentWriter& out) {
  std::vector<std::int32_t> offsets;
  std::string run;
  if (!column.categories.empty()) offsets.push_back(0);
  for (const std::string& text : column.categories) {
    run += text;
    offsets.push_back(static_cast<std::int32_t>(run.size()));
  }
  out.begin_object();
  out.key("offsets");
  out.integers(offsets);
  out.key("values");
  out.text_bytes(run);
  out.end_object();
}

/// Appends the positions of the column's categories, ordered by text.
void append_sorted(const std::vector<std::string>& texts, std::vector<std::int32_t>& sorted) {
  const std::size_t first = sorted.size();
  for (std::size_t i = 0; i < texts.size(); ++i) sorted.push_back(static_cast<std::int32_t>(i));
  std::sort(sorted.begin() + static_cast<std::ptrdiff_t>(first), sorted.end(),
            [&](std::int32_t a, std::int32_t b) {
              return is_before(texts[static_cast<std::size_t>(a)],
                               texts[static_cast<std::size_t>(b)]);
            });
}

}  // namespace

void write_categories(const std::vector<Column>& columns, DocumentWriter& out) {
  const bool any = std::any_of(columns.begin(), columns.end(),
                               [](const Column& column) { return !column.categories.empty(); });
  if (!any) return;
  std::vector<std::int32_t> segments(1, 0);
  std::vector<std::int32_t> sorted;
  out.key("cats");
  out.begin_object();
  out.key("enc");
  out.begin_list(columns.size());
  for (const Column& column : columns) {
    write_category_entry(column, out);
    append_sorted(column.categories, sorted);
    segments.push_back(static_cast<std::int32_t>(sorted.size()));
  }
  out.end_list();
  out.key("feature_segments");
  out.integers(segments);
  out.key("sorted_idx");
  out.integers(sorted);
  out.end_object();
}

}  // namespace trivet::xgboost
