// SPDX-License-Identifier: Apache-2.0
// Attributes of estimators, as they are spelled over the versions.
#include "format/sklearn/attributes.hpp"

#include <charconv>
#include <string>

#include "artifact/sparse_matrix.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

using artifact::NumpyKind;
using artifact::PickleKind;

template <class Label, class Cell>
Result<std::vector<Value>> to_labels(Result<std::vector<Cell>> cells) {
  if (!cells) return cells.error();
  std::vector<Value> labels;
  labels.reserve(cells->size());
  for (Cell& cell : *cells) labels.emplace_back(static_cast<Label>(std::move(cell)));
  return labels;
}

}  // namespace

Version version_of(const PickleView& estimator) {
  const auto written_by = estimator.find("_sklearn_version");
  if (!written_by) return 0;
  const Result<std::string_view> text = written_by->text();
  if (!text) return 0;
  int major = 0;
  int minor = 0;
  const char* const end = text->data() + text->size();
  const auto [after, error] = std::from_chars(text->data(), end, major);
  constexpr int kMostParts = 99;
  if (error != std::errc() || after == end || *after != '.' || major > kMostParts) return 0;
  if (std::from_chars(after + 1, end, minor).ec != std::errc() || minor > kMostParts) return 0;
  return major * 100 + minor;
}

Result<std::size_t> read_count(const PickleView& view) {
  const Result<std::int64_t> count = view.integer();
  if (!count) return count.error();
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  if (*count < 0 || *count > kMost) return view.fail(text::message("{}", *count), "a count");
  return static_cast<std::size_t>(*count);
}

std::optional<PickleView> find_any(const PickleView& estimator,
                                   std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (auto found = estimator.find(name)) return found;
  }
  return std::nullopt;
}

bool has_text(const PickleView& estimator, std::string_view name, std::string_view value) {
  const auto found = estimator.find(name);
  if (!found) return false;
  const Result<std::string_view> text = found->text();
  return text && *text == value;
}

bool flag_or(const PickleView& estimator, std::string_view name, bool otherwise) {
  const auto found = estimator.find(name);
  if (!found) return otherwise;
  const Result<bool> flag = found->flag();
  return flag ? *flag : otherwise;
}

Result<double> number_or(const PickleView& estimator, std::string_view name, double otherwise) {
  const auto found = estimator.find(name);
  if (!found || found->is_none()) return otherwise;
  return found->number();
}

Result<std::vector<std::string>> read_column_names(const PickleView& estimator) {
  if (const auto names = estimator.find("feature_names_in_")) return names->texts();
  const auto index = estimator.find("_df_columns");  // ColumnTransformer up to 0.24
  if (!index || index->is_none()) return std::vector<std::string>();
  const Result<PickleView> labels = artifact::pandas_index_labels(*index);
  if (!labels) return labels.error();
  return labels->texts();
}

Result<Value> read_label(const PickleView& view) {
  switch (view.kind()) {
    case PickleKind::boolean: return Value(view.node().flag());
    case PickleKind::integer: return Value(view.node().integer());
    case PickleKind::number: return Value(view.node().number());
    case PickleKind::text: {
      const Result<std::string_view> text = view.text();
      if (!text) return text.error();
      return Value(*text);
    }
    default: break;
  }
  return view.refuse(view.description(), "labels that are numbers, texts or booleans");
}

Result<std::vector<Value>> read_labels(const PickleView& classes) {
  const artifact::NumpyArray* const array = classes.array();
  const NumpyKind kind = array != nullptr ? array->type->kind : NumpyKind::object;
  switch (kind) {
    case NumpyKind::boolean: return to_labels<bool>(classes.flags());
    case NumpyKind::integer:
    case NumpyKind::natural: return to_labels<std::int64_t>(classes.integers());
    case NumpyKind::real: return to_labels<double>(classes.doubles());
    case NumpyKind::text: return to_labels<std::string>(classes.texts());
    default: break;
  }
  std::vector<Value> labels;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    Result<Value> label = read_label(classes.item(i));
    if (!label) return label.error();
    labels.push_back(std::move(*label));
  }
  if (labels.empty()) return classes.fail(classes.description(), "the labels of the classes");
  return labels;
}

Result<Table> read_table(const PickleView& view) {
  Result<std::vector<double>> cells = view.doubles();
  if (!cells) return cells.error();
  const artifact::NumpyArray* const array = view.array();
  Table table{1, cells->size(), std::move(*cells)};
  if (array == nullptr || array->shape.size() < 2) return table;
  if (array->shape.size() > 2) return view.fail(view.description(), "at most two dimensions");
  table.rows = static_cast<std::size_t>(array->shape[0]);
  table.columns = static_cast<std::size_t>(array->shape[1]);
  return table;
}

Result<std::vector<double>> read_vector(const PickleView& view, std::size_t size) {
  Result<std::vector<double>> cells = view.doubles();
  if (!cells) return cells.error();
  if (cells->size() == size) return cells;
  return view.fail(view.description(), text::message("{} numbers", size));
}

Result<std::vector<double>> read_vector(const PickleView& estimator, std::string_view name,
                                        std::size_t size) {
  const Result<PickleView> view = estimator.attribute(name);
  if (!view) return view.error();
  return read_vector(*view, size);
}

Result<std::vector<std::uint32_t>> read_subset(const PickleView& view, std::size_t features) {
  const Result<std::vector<std::int64_t>> places = view.integers();
  if (!places) return places.error();
  std::vector<std::uint32_t> out;
  for (const std::int64_t place : *places) {
    if (place < 0 || place >= static_cast<std::int64_t>(features)) {
      return view.fail(text::message("feature {}", place), text::message("one of {}", features));
    }
    out.push_back(static_cast<std::uint32_t>(place));
  }
  return out;
}

}  // namespace trivet::sklearn
