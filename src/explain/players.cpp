// SPDX-License-Identifier: Apache-2.0
// Binding a spec to columns: whole rows by a mapping of names, or inputs by column name.
#include "explain/players.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "base/try.hpp"
#include "text/message.hpp"
#include "text/pointer.hpp"
#include "trivet/spi/margin_game.hpp"

namespace trivet::explain {
namespace {

/// The input that is a row without names, where nobody named it.
constexpr std::string_view kWholeRow = "features";

Error misfit(std::string pointer, std::string found, std::string expected) {
  return {Errc::invalid_argument, std::move(pointer), std::move(found), std::move(expected)};
}

bool is_mapped(FeatureEncoding encoding) {
  return encoding == FeatureEncoding::bag_of_features ||
         encoding == FeatureEncoding::bag_of_features_sparse ||
         encoding == FeatureEncoding::indicator;
}

bool is_embedded(FeatureEncoding encoding) {
  return encoding == FeatureEncoding::combined_embedding ||
         encoding == FeatureEncoding::concat_embedding;
}

/// Fills a BoundSpec input by input.
class SpecBinder {
 public:
  SpecBinder(const ExplanationSpec& spec, const ModelTraits& model, ReadColumn read_column)
      : model_(model),
        signature_(*model.signature),
        read_column_(read_column),
        first_cells_(find_first_cells(signature_.columns)) {
    bound_.spec = spec;
    bound_.cell_count = signature_.cell_count();
    bound_.player_of_cell.assign(bound_.cell_count, spi::GameSetup::kNoPlayer);
  }

  Result<BoundSpec> bind();

 private:
  /// The baselines of some cells, before it is known how many all inputs have.
  struct Part {
    std::size_t first_cell;
    std::size_t cell_count;
    std::size_t baseline_count;
    std::vector<double> cells;  // baseline after baseline
    std::string pointer;
  };

  [[nodiscard]] bool is_whole_row() const;
  Status bind_row(const ExplanationInput& input);
  Status bind_column(const ExplanationInput& input);
  [[nodiscard]] Status check_row_is_list(const ExplanationInput& input) const;
  Status read_row_baselines(const ExplanationInput& input);
  Status read_column_baselines(const ExplanationInput& input, std::size_t column);
  Status add_players(const ExplanationInput& input, std::size_t first_cell, std::size_t count,
                     bool is_list);
  void add_to_player_list(std::string name, std::uint32_t cell);
  void register_player(std::string name, std::vector<std::uint32_t> cells);
  Status add_player(const std::string& key, std::string name, std::vector<std::uint32_t> cells);
  Status join_group(const ExplanationInput& input, std::size_t first_cell, std::size_t count);
  Status check_mapping(const ExplanationInput& input, std::size_t count) const;
  Status check_part(const Part& part) const;
  Status zip_baselines();
  Status use_all_columns();

  /// Values of the framework's own are compared with no row.
  [[nodiscard]] bool has_baselines() const noexcept {
    return !std::holds_alternative<FrameworkAttribution>(bound_.spec.parameters.method);
  }
  [[nodiscard]] std::string pointer(const ExplanationInput& input, std::string_view member) const {
    return "/metadata/inputs" + text::pointer_step(input.name) + std::string(member);
  }

  const ModelTraits& model_;
  const Signature& signature_;
  ReadColumn read_column_;
  BoundSpec bound_;
  std::vector<std::size_t> first_cells_;
  std::vector<Part> parts_;
  std::set<std::string> names_;                              // of the keys
  std::vector<std::pair<std::string, std::size_t>> groups_;  // name and player
};

/// One input stands for the whole row when it maps positions to names, or is no column's name
/// while its baselines are rows.
bool SpecBinder::is_whole_row() const {
  const std::vector<ExplanationInput>& inputs = bound_.spec.metadata.inputs;
  if (inputs.size() != 1 || !signature_.accepts_columns_by_position) return false;
  const ExplanationInput& input = inputs.front();
  const auto column = signature_.find_column(input.name);
  if (column) return is_mapped(input.encoding) && signature_.columns[*column].cells == 1;
  if (is_mapped(input.encoding)) return true;
  const bool is_nameless = signature_.columns.empty() || signature_.columns[0].name.empty();
  return is_nameless ||
         (!input.input_baselines.empty() && input.input_baselines.front().as_list() != nullptr);
}

Status SpecBinder::check_mapping(const ExplanationInput& input, std::size_t count) const {
  if (is_embedded(input.encoding)) {
    return misfit(pointer(input, "/encoding"), "an encoding of embedded tensors",
                  "IDENTITY or BAG_OF_FEATURES: this model has no encoded tensor");
  }
  const std::size_t names = input.index_feature_mapping.size();
  if (!is_mapped(input.encoding)) return {};
  if (names == count) return {};
  return misfit(pointer(input, "/indexFeatureMapping"),
                names == 0 ? std::string("none") : text::message("{} names", names),
                text::message("{} names, one for each value", count));
}

void SpecBinder::register_player(std::string name, std::vector<std::uint32_t> cells) {
  const auto player = static_cast<std::int32_t>(bound_.player_count());
  for (const std::uint32_t cell : cells) bound_.player_of_cell[cell] = player;
  bound_.player_names.push_back(std::move(name));
  bound_.player_cells.push_back(std::move(cells));
}

/// The next element of the list whose first one was added last.
void SpecBinder::add_to_player_list(std::string name, std::uint32_t cell) {
  register_player(std::move(name), {cell});
  ++bound_.keys.back().player_count;
}

Status SpecBinder::add_player(const std::string& key, std::string name,
                              std::vector<std::uint32_t> cells) {
  if (!names_.insert(key).second) {
    return misfit("/metadata/inputs",
                  text::message("two attributions called {}", text::quoted(key)),
                  "names of inputs, mappings and groups that differ");
  }
  bound_.keys.push_back({key, bound_.player_count(), 1, false});
  register_player(std::move(name), std::move(cells));
  return {};
}

Status SpecBinder::join_group(const ExplanationInput& input, std::size_t first_cell,
                              std::size_t count) {
  std::vector<std::uint32_t> cells(count);
  for (std::size_t i = 0; i < count; ++i) cells[i] = static_cast<std::uint32_t>(first_cell + i);
  for (const auto& [name, player] : groups_) {
    if (name != input.group_name) continue;
    for (const std::uint32_t cell : cells) {
      bound_.player_of_cell[cell] = static_cast<std::int32_t>(player);
    }
    std::vector<std::uint32_t>& all = bound_.player_cells[player];
    all.insert(all.end(), cells.begin(), cells.end());
    return {};
  }
  groups_.emplace_back(input.group_name, bound_.player_count());
  return add_player(input.group_name, input.group_name, std::move(cells));
}

Status SpecBinder::add_players(const ExplanationInput& input, std::size_t first_cell,
                               std::size_t count, bool is_list) {
  if (!input.group_name.empty()) return join_group(input, first_cell, count);
  if (!is_list && !is_mapped(input.encoding)) {
    std::vector<std::uint32_t> cells(count);
    for (std::size_t i = 0; i < count; ++i) cells[i] = static_cast<std::uint32_t>(first_cell + i);
    return add_player(input.name, input.name, std::move(cells));
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto cell = static_cast<std::uint32_t>(first_cell + i);
    if (is_mapped(input.encoding)) {
      const std::string& name = input.index_feature_mapping[i];
      TRIVET_TRY(add_player(name, name, {cell}));
      continue;
    }
    std::string name = text::message("{}[{}]", input.name, i);
    if (i > 0) {
      add_to_player_list(std::move(name), cell);
      continue;
    }
    TRIVET_TRY(add_player(input.name, std::move(name), {cell}));
    bound_.keys.back().is_list = true;
  }
  return {};
}

/// One number stands for every element of a row, and several are several baselines: as many of
/// them as the row has elements were meant for one row.
Status SpecBinder::check_row_is_list(const ExplanationInput& input) const {
  const std::vector<Value>& baselines = input.input_baselines;
  const std::size_t columns = signature_.column_count();
  const bool are_bare = std::all_of(baselines.begin(), baselines.end(),
                                    [](const Value& one) { return one.as_list() == nullptr; });
  if (!are_bare || baselines.size() != columns || columns == 1) return {};
  return misfit(pointer(input, "/inputBaselines"),
                text::message("{} values that would each be a whole baseline", columns),
                "a list in the list, [[0.5, 3, …]], for one baseline of as many elements");
}

Status SpecBinder::read_row_baselines(const ExplanationInput& input) {
  const std::size_t columns = signature_.column_count();
  TRIVET_TRY(check_row_is_list(input));
  std::vector<std::vector<Value>> by_column(columns);
  for (std::size_t b = 0; b < input.input_baselines.size(); ++b) {
    const Value& baseline = input.input_baselines[b];
    const Value::List* row = baseline.as_list();
    if (row != nullptr && row->size() != columns) {
      return misfit(pointer(input, text::message("/inputBaselines/{}", b)),
                    text::message("a list of {} values", row->size()),
                    text::message("{} values, one a column", columns));
    }
    for (std::size_t c = 0; c < columns; ++c) {
      by_column[c].push_back(row == nullptr ? baseline : (*row)[c]);
    }
  }
  for (std::size_t c = 0; c < columns; ++c) {
    const Column& column = signature_.columns[c];
    const bool has_own = by_column[c].empty() && column.baseline;
    if (has_own) by_column[c].push_back(*column.baseline);
    if (by_column[c].empty()) {
      return misfit(pointer(input, "/inputBaselines"), "none",
                    "one row of baselines or more, [[0.5, 3, …]], or \"baseline\" at each column "
                    "of the sidecar's signature");
    }
    Part part{
        first_cells_[c], column.cells, by_column[c].size(), {}, pointer(input, "/inputBaselines")};
    if (const Status read = read_column_(c, by_column[c], part.cells); !read) {
      const Error& e = read.error();
      return Error(e.code(), text::message("{}{}/{}", part.pointer, e.where(), c),
                   std::string(e.found()), std::string(e.expected()));
    }
    TRIVET_TRY(check_part(part));
    parts_.push_back(std::move(part));
  }
  return {};
}

Status SpecBinder::read_column_baselines(const ExplanationInput& input, std::size_t column) {
  const Column& info = signature_.columns[column];
  std::vector<Value> values = input.input_baselines;
  if (values.empty() && info.baseline) values.push_back(*info.baseline);
  if (values.empty()) {
    return misfit(pointer(input, "/inputBaselines"), "none",
                  "a value to compare with, [39], or \"baseline\" at this column of the sidecar's "
                  "signature; the median or the most frequent category is usual");
  }
  for (Value& value : values) {
    const bool spreads = info.form == ColumnForm::list && value.as_list() == nullptr;
    if (spreads) value = Value(Value::List(info.cells, value));
  }
  Part part{first_cells_[column], info.cells, values.size(), {}, pointer(input, "/inputBaselines")};
  if (const Status read = read_column_(column, values, part.cells); !read) {
    return read.error().within(part.pointer);
  }
  TRIVET_TRY(check_part(part));
  parts_.push_back(std::move(part));
  return {};
}

Status SpecBinder::check_part(const Part& part) const {
  if (model_.takes_missing) return {};
  for (std::size_t i = 0; i < part.cells.size(); ++i) {
    if (std::isfinite(part.cells[i])) continue;
    const bool is_missing = std::isnan(part.cells[i]);
    return misfit(text::message("{}/{}", part.pointer, i / part.cell_count),
                  is_missing ? "a missing value" : "an infinite number",
                  is_missing ? "a finite number: a linear model has no rule for missing values"
                             : "a finite number: with it a linear model's parts are no numbers");
  }
  return {};
}

Status SpecBinder::bind_row(const ExplanationInput& input) {
  const std::size_t columns = signature_.column_count();
  if (bound_.cell_count != columns) {
    return misfit(pointer(input, ""), "one input for a row with columns of several values",
                  "an input for each column, by its name");
  }
  TRIVET_TRY(check_mapping(input, columns));
  TRIVET_TRY(add_players(input, 0, columns, true));
  return has_baselines() ? read_row_baselines(input) : Status();
}

Status SpecBinder::bind_column(const ExplanationInput& input) {
  const auto column = signature_.find_column(input.name);
  if (!column) {
    const std::string_view close =
        text::closest(input.name, signature_.columns,
                      [](const Column& known) { return std::string_view(known.name); });
    return misfit(pointer(input, ""), "an input that the model doesn't have",
                  close.empty() ? std::string("the names of the model's columns, or one input "
                                              "with BAG_OF_FEATURES and names for all of them")
                                : text::message("perhaps \"{}\"", close));
  }
  const Column& info = signature_.columns[*column];
  const std::size_t first = first_cells_[*column];
  if (bound_.player_of_cell[first] != spi::GameSetup::kNoPlayer) {
    return misfit(pointer(input, ""), "an input twice", "each input once");
  }
  TRIVET_TRY(check_mapping(input, info.cells));
  TRIVET_TRY(add_players(input, first, info.cells, info.form == ColumnForm::list));
  return has_baselines() ? read_column_baselines(input, *column) : Status();
}

/// Baselines of all inputs side by side; an input with one has it in all of them.
Status SpecBinder::zip_baselines() {
  std::size_t count = 1;
  for (const Part& part : parts_) count = std::max(count, part.baseline_count);
  bound_.baseline_count = count;
  bound_.baselines.assign(count * bound_.cell_count, 0.0);
  for (const Part& part : parts_) {
    if (part.baseline_count != count && part.baseline_count != 1) {
      return misfit(part.pointer, text::message("{} baselines", part.baseline_count),
                    text::message("1 or {}, as other inputs have", count));
    }
    for (std::size_t b = 0; b < count; ++b) {
      const std::size_t from = part.baseline_count == 1 ? 0 : b;
      std::copy_n(part.cells.data() + from * part.cell_count, part.cell_count,
                  bound_.baselines.data() + b * bound_.cell_count + part.first_cell);
    }
  }
  return {};
}

/// A spec without metadata: every column by its name, the sidecar's baselines, the first output.
Status SpecBinder::use_all_columns() {
  ExplanationMetadata& metadata = bound_.spec.metadata;
  const bool is_nameless = !signature_.columns.empty() && signature_.columns[0].name.empty();
  metadata.outputs.emplace_back().name = signature_.outputs.front().name;
  if (is_nameless && !has_baselines()) {
    metadata.inputs.emplace_back().name = kWholeRow;
    return {};
  }
  for (const Column& column : signature_.columns) {
    if (column.name.empty()) {
      return misfit("/metadata", "none, and columns without names",
                    "\"inputs\" with their baselines and exactly one of \"outputs\"");
    }
    ExplanationInput& input = metadata.inputs.emplace_back();
    input.name = column.name;
    // A framework has values for its features, not for the elements that were encoded.
    if (!has_baselines() && column.cells > 1) input.group_name = column.name;
  }
  return {};
}

Result<BoundSpec> SpecBinder::bind() {
  if (bound_.spec.metadata.inputs.empty() && bound_.spec.metadata.outputs.empty()) {
    TRIVET_TRY(use_all_columns());
  }
  const std::vector<ExplanationInput>& inputs = bound_.spec.metadata.inputs;
  if (inputs.empty() || bound_.spec.metadata.outputs.size() != 1) {
    return misfit("/metadata",
                  text::message("{} inputs and {} outputs", inputs.size(),
                                bound_.spec.metadata.outputs.size()),
                  "one input or more and exactly one output");
  }
  if (is_whole_row()) {
    TRIVET_TRY(bind_row(inputs.front()));
  } else {
    for (const ExplanationInput& input : inputs) TRIVET_TRY(bind_column(input));
  }
  TRIVET_TRY(zip_baselines());
  const std::vector<std::int32_t>& players = bound_.player_of_cell;
  bound_.has_free_cells =
      std::find(players.begin(), players.end(), spi::GameSetup::kNoPlayer) != players.end();
  return std::move(bound_);
}

}  // namespace

std::vector<std::size_t> find_first_cells(std::span<const Column> columns) {
  std::vector<std::size_t> first;
  std::size_t cell = 0;
  for (const Column& column : columns) {
    first.push_back(cell);
    cell += column.cells;
  }
  return first;
}

Result<BoundSpec> bind_spec(const ExplanationSpec& spec, const ModelTraits& model,
                            ReadColumn read_column) {
  return SpecBinder(spec, model, read_column).bind();
}

}  // namespace trivet::explain
