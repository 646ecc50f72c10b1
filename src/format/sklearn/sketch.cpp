// SPDX-License-Identifier: Apache-2.0
// The graph while estimators are read into it.
#include "format/sklearn/sketch.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/try.hpp"
#include "format/sklearn/attributes.hpp"
#include "format/sklearn/estimators.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {
namespace {

constexpr std::size_t kColumnLimit = 1u << 16;  // of the input
constexpr std::size_t kElementLimit = 1u << 20;
constexpr std::size_t kDepthLimit = 64;
constexpr std::size_t kRepeatLimit = 64;

/// Which columns a value's elements are made of, if each is made of one alone.
std::vector<std::uint32_t> columns_of(std::span<const Element> elements) {
  std::vector<std::uint32_t> columns;
  for (const Element& element : elements) {
    if (element.column == spi::kNoColumn) return {};
    columns.push_back(element.column);
  }
  return columns;
}

}  // namespace

Sketch::Sketch() {
  graph_.input.value = graph_.add_value("input", DType::float64, 0);
  graph_.provenance.framework = "scikit-learn";
}

Matrix Sketch::input() const {
  return {.value = graph_.input.value, .elements = {}, .is_open = true};
}

Result<Answers> Sketch::bind(const PickleView& estimator, Matrix& rows) {
  const artifact::PickleName* const name =
      estimator.kind() == artifact::PickleKind::object ? estimator.name() : nullptr;
  const EstimatorRow* const row =
      name == nullptr ? nullptr : find_estimator(name->module, name->name);
  if (row == nullptr) {
    return estimator.refuse(estimator.description(), "an estimator of scikit-learn that is known");
  }
  if (depth_ >= kDepthLimit) {
    return estimator.refuse("estimators inside each other",
                            text::message("at most {} deep", kDepthLimit));
  }
  TRIVET_TRY(check_size(estimator));
  // Two references to one estimator, level upon level, would be nodes without end.
  if (!bound_.insert(estimator.id()).second && ++repeat_count_ > kRepeatLimit) {
    return estimator.refuse("one estimator in more and more places",
                            text::message("at most {} of them", kRepeatLimit));
  }
  TRIVET_TRY(name_columns(estimator, rows));
  if (!row->takes_sparse) rows = to_dense(rows);
  ++depth_;
  Result<Answers> answers = row->bind(estimator, rows, *this);
  --depth_;
  return answers;
}

Status Sketch::check_size(const PickleView& where) const {
  constexpr std::size_t kMost = std::size_t{1} << 22;
  if (element_count_ <= kMost) return {};
  return where.refuse(text::message("steps that make {} numbers of a row", element_count_),
                      text::message("at most {}", kMost));
}

Status Sketch::charge(std::size_t elements, const PickleView& where) {
  element_count_ += std::min(elements, std::numeric_limits<std::size_t>::max() - element_count_);
  return check_size(where);
}

Status Sketch::charge_cells(std::size_t made, std::size_t stored, const PickleView& where) {
  constexpr std::size_t kFree = std::size_t{1} << 22;
  constexpr std::size_t kPerCell = 256;  // as sparse as texts are
  if (counted_.insert(where.id()).second) stored_cells_ += stored;
  else stored = 0;
  made_cells_ += made - std::min(made, stored);
  const std::size_t limit = kFree + kPerCell * stored_cells_;
  if (made_cells_ <= limit) return {};
  return where.refuse(text::message("{} cells that the file doesn't hold", made_cells_),
                      text::message("at most {}", limit));
}

// --- columns

Status Sketch::open_input(Matrix& rows, std::size_t width, const PickleView& where) {
  if (width == 0 || width > kColumnLimit) {
    return where.refuse(text::message("{} columns", width), text::message("1 to {}", kColumnLimit));
  }
  if (graph_.input.columns.empty()) {
    graph_.input.columns.resize(width);
    graph_.values[graph_.input.value].width = static_cast<std::uint32_t>(width);
    uses_.resize(width);
  }
  rows.is_open = false;
  for (std::uint32_t c = 0; c < graph_.input.columns.size(); ++c) {
    rows.elements.push_back({.column = c, .is_cell = true});
  }
  return {};
}

Status Sketch::expect_width(Matrix& rows, std::size_t width, const PickleView& where) {
  if (rows.is_open) TRIVET_TRY(open_input(rows, width, where));
  if (rows.width() == width) return {};
  return where.fail(text::message("an estimator of {} features", width),
                    text::message("one of {}, as many as it is given", rows.width()));
}

Status Sketch::expect_width(Matrix& rows, const PickleView& count) {
  const Result<std::size_t> width = read_count(count);
  if (!width) return width.error();
  return expect_width(rows, *width, count);
}

Status Sketch::expect_width(Matrix& rows, const PickleView& estimator,
                            std::initializer_list<std::string_view> counts) {
  const auto count = find_any(estimator, counts);
  if (!count) return estimator.fail("no number of features", "n_features_in_");
  return expect_width(rows, *count);
}

void Sketch::open_unread(Matrix& rows) {
  if (!rows.is_open) return;
  if (graph_.input.columns.empty()) {
    graph_.input.columns.push_back({.name = {}, .form = ColumnForm::anything});
    graph_.values[graph_.input.value].width = 1;
    uses_.resize(1);
  }
  rows.is_open = false;
  rows.elements.push_back({.column = 0, .is_cell = true});
}

/// What a data frame's columns were called when the estimator was fitted.
Status Sketch::name_columns(const PickleView& estimator, Matrix& rows) {
  // Estimators inside others know the same names, or those that another one made up.
  if (!rows.is_open && (rows.value != graph_.input.value || is_named())) return {};
  if (const auto count = estimator.find("n_features_in_")) TRIVET_TRY(expect_width(rows, *count));
  const Result<std::vector<std::string>> names = read_column_names(estimator);
  if (!names) return names.error();
  if (names->empty()) return {};
  TRIVET_TRY(expect_width(rows, names->size(), estimator));
  for (std::size_t c = 0; c < names->size(); ++c) graph_.input.columns[c].name = (*names)[c];
  return {};
}

void Sketch::forbid_missing(const Element& element) noexcept {
  if (element.may_be_missing && element.column != spi::kNoColumn) {
    graph_.input.columns[element.column].accepts_missing = false;
  }
}

Status Sketch::take_number(const Element& element, const PickleView& where, double greatest) {
  if (!element.is_cell) return {};
  Use& use = uses_[element.column].use;
  if (use == Use::text || use == Use::document) {
    return where.refuse(
        text::message("column {} as a number, though others take it as text", element.column),
        "one or the other");
  }
  use = Use::number;
  double& limit = graph_.input.columns[element.column].greatest;
  limit = std::min(limit, greatest);
  return {};
}

Status Sketch::take_numbers(Matrix& rows, std::size_t width, TakesMissing missing,
                            const PickleView& where, double greatest) {
  TRIVET_TRY(expect_width(rows, width, where));
  for (const Element& element : rows.elements) {
    if (missing == TakesMissing::no) forbid_missing(element);
    TRIVET_TRY(take_number(element, where, greatest));
  }
  return {};
}

Status Sketch::take_all_numbers(Matrix& rows, TakesMissing missing, const PickleView& estimator) {
  if (!rows.is_open) return take_numbers(rows, rows.width(), missing, estimator);
  const auto count = estimator.find("n_features_in_");
  if (!count) return estimator.refuse("rows of unknown width", "a model that tells its width");
  const Result<std::size_t> width = read_count(*count);
  if (!width) return width.error();
  return take_numbers(rows, *width, missing, *count);
}

Result<std::vector<double>> Sketch::take_texts(const Element& element,
                                               std::span<const std::string> texts,
                                               UnknownText unknown, const PickleView& where) {
  if (!element.is_cell || uses_[element.column].use == Use::number ||
      uses_[element.column].use == Use::document) {
    return where.refuse("texts as categories of what is a number by then",
                        "an encoder of columns of the input");
  }
  ColumnUse& use = uses_[element.column];
  Column& column = graph_.input.columns[element.column];
  if (use.use == Use::none) {
    column.type = ColumnType::category;
    column.unknown_category = UnknownCategory::own_code;
  }
  use.use = Use::text;
  std::vector<double> codes;
  for (const std::string& text : texts) {
    const auto [at, is_new] = use.code_of.emplace(text, column.categories.size());
    codes.push_back(static_cast<double>(at->second));
    if (is_new) column.categories.push_back(text);
  }
  if (unknown == UnknownText::refused) {
    column.unknown_category = UnknownCategory::error;
    use.strict_size = use.strict_size == 0 ? texts.size() : std::min(use.strict_size, texts.size());
  }
  return codes;
}

Status Sketch::allow_numbers(const Element& element, std::span<const double> numbers,
                             const PickleView& where) {
  std::vector<double> known;
  for (const double number : numbers) {
    if (number == number) known.push_back(number);
  }
  std::sort(known.begin(), known.end());
  if (!element.is_cell && !element.is_filled_cell) {
    if (element.is_code_below == known.size()) return {};
    return where.refuse("numbers that an encoder refuses unless it knows them, made by others",
                        "an encoder of columns of the input");
  }
  Column& column = graph_.input.columns[element.column];
  if (!column.numbers.empty() && column.numbers != known) {
    return where.refuse("a second encoder, which knows other numbers", "encoders that agree");
  }
  column.numbers = std::move(known);
  return {};
}

void Sketch::pass_number(const Element& element) {
  if (!element.is_cell) return;
  Use& use = uses_[element.column].use;
  if (use == Use::none) use = Use::number;
  if (use == Use::number || conflict_) return;
  conflict_ =
      Error(Errc::unsupported_model, text::message("column {}", element.column),
            "text that is passed on among numbers, though others take it as text", "an encoder");
}

/// A column that nobody reads takes anything.
Status Sketch::settle_columns() {
  if (conflict_) return *conflict_;
  for (std::size_t c = 0; c < uses_.size(); ++c) {
    Column& column = graph_.input.columns[c];
    if (uses_[c].use == Use::none && column.form == ColumnForm::single) {
      column.type = ColumnType::category;
      column.unknown_category = UnknownCategory::missing;
      column.coercion = Coercion::python;
    }
    if (uses_[c].strict_size == 0 || uses_[c].strict_size == column.categories.size()) continue;
    return Error(Errc::unsupported_model, text::message("column {}", c),
                 "encoders that know different texts, of which one refuses unknown ones",
                 "encoders that agree, or handle_unknown that is not 'error'");
  }
  return {};
}

// --- nodes

spi::ValueId Sketch::add_value(std::string name, DType dtype, std::uint32_t width) {
  return graph_.add_value(std::move(name), dtype, width);
}

spi::ValueId Sketch::add_operator(spi::Operator op, std::span<const spi::ValueId> inputs,
                                  std::uint32_t width) {
  const spi::ValueId value = graph_.add_value(op.name, DType::float64, width);
  push_node({.body = std::move(op),
             .inputs = {inputs.begin(), inputs.end()},
             .outputs = {{spi::Port::result, value}}});
  return value;
}

Matrix Sketch::add_mapping(spi::Operator op, const Matrix& rows, std::vector<Element> elements) {
  element_count_ += elements.size();
  const spi::ValueId inputs[] = {to_dense(rows).value};
  Matrix out{
      .value = add_operator(std::move(op), inputs, static_cast<std::uint32_t>(elements.size())),
      .elements = std::move(elements)};
  graph_.values[out.value].columns = columns_of(out.elements);
  return out;
}

Matrix Sketch::add_columnwise(spi::Operator op, const Matrix& rows) {
  const Matrix dense = to_dense(rows);
  std::vector<Element> elements = dense.elements;
  for (Element& element : elements) element.is_cell = element.is_filled_cell = false;
  return add_mapping(std::move(op), dense, std::move(elements));
}

Matrix Sketch::add_selection(const Matrix& rows, std::span<const std::uint32_t> places) {
  std::vector<std::uint32_t> all(rows.width());
  std::iota(all.begin(), all.end(), 0u);
  element_count_ += rows.width();
  if (std::equal(places.begin(), places.end(), all.begin(), all.end())) return rows;
  const Matrix dense = to_dense(rows);
  std::vector<Element> elements;
  for (const std::uint32_t place : places) elements.push_back(dense.elements[place]);
  spi::Operator op{"select", {}, {}};
  op.constants.push_back(
      make_constant("places", std::vector<std::uint32_t>(places.begin(), places.end())));
  return add_mapping(std::move(op), dense, std::move(elements));
}

Matrix Sketch::add_concatenation(std::span<const Matrix> blocks) {
  if (blocks.size() == 1) return blocks.front();
  if (std::optional<Matrix> sparse = concatenate_sparse(blocks)) return std::move(*sparse);
  Matrix out;
  std::vector<spi::ValueId> inputs;
  for (const Matrix& block : blocks) {
    if (block.width() == 0) continue;
    const Matrix dense = to_dense(block);
    inputs.push_back(dense.value);
    out.elements.insert(out.elements.end(), dense.elements.begin(), dense.elements.end());
  }
  element_count_ += out.width();
  out.value = add_operator({"concatenate", {}, {}}, inputs, out.width());
  graph_.values[out.value].columns = columns_of(out.elements);
  return out;
}

// --- graphs of other formats

/// Of a model that takes the input itself, columns are what that model says. Behind other steps
/// they are numbers, and so they must be there.
Status Sketch::adopt_columns(spi::Graph& inner, Matrix& rows, const PickleView& where) {
  std::vector<Column>& columns = inner.input.columns;
  TRIVET_TRY(expect_width(rows, columns.size(), where));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Element& element = rows.elements[c];
    const bool is_number = columns[c].type == ColumnType::number && columns[c].cells == 1;
    if (is_number || (columns[c].type == ColumnType::category && columns[c].accepts_codes)) {
      if (!columns[c].accepts_missing) forbid_missing(element);
      TRIVET_TRY(take_number(element, where, columns[c].greatest));
      Column& own = graph_.input.columns[element.is_cell ? element.column : 0];
      if (element.is_cell && own.name.empty()) own.name = columns[c].name;
      continue;
    }
    if (columns[c].cells != 1 || !element.is_cell || uses_[element.column].use != Use::none) {
      return where.refuse(text::message("a booster whose column {} is no number", c),
                          "such columns of the input only, for the booster alone");
    }
    uses_[element.column].use = Use::text;
    std::string name = std::move(graph_.input.columns[element.column].name);
    if (name.empty()) name = columns[c].name;
    graph_.input.columns[element.column] = std::move(columns[c]);
    graph_.input.columns[element.column].name = std::move(name);
  }
  return {};
}

Result<std::vector<spi::GraphOutput>> Sketch::add_graph(spi::Graph inner, Matrix& rows,
                                                        const PickleView& where) {
  TRIVET_TRY(adopt_columns(inner, rows, where));
  std::vector<spi::ValueId> value_of;
  for (spi::ValueId v = 0; v < inner.values.size(); ++v) {
    spi::GraphValue& value = inner.values[v];
    if (v == inner.input.value) value_of.push_back(rows.value);
    else value_of.push_back(add_value(std::move(value.name), value.dtype, value.width));
  }
  for (spi::Node& node : inner.nodes) {
    for (spi::ValueId& input : node.inputs) input = value_of[input];
    for (spi::NodeOutput& output : node.outputs) output.value = value_of[output.value];
    add_node(std::move(node));
  }
  for (spi::GraphOutput& output : inner.outputs) output.value = value_of[output.value];
  for (std::string& warning : inner.provenance.warnings) {
    graph_.provenance.warnings.push_back(std::move(warning));
  }
  return std::move(inner.outputs);
}

// --- answers

void Sketch::add_output(const Answer& answer) {
  graph_.outputs.push_back({.name = std::string(answer.method),
                            .value = answer.value,
                            .scalar = answer.is_scalar,
                            .labels = answer.labels});
  graph_.parameters.push_back(
      {"method", Value(std::string(answer.method)), std::string(answer.method)});
}

/// Answers with a score for each label.
void Sketch::name_scores(const std::vector<Value>& labels) {
  std::vector<std::string> names;
  for (const Value& label : labels) {
    const std::string* const text = label.as_text();
    names.push_back(text != nullptr ? *text : label.to_json());
  }
  for (spi::GraphOutput& output : graph_.outputs) {
    const bool has_scores = output.name == "predict_proba" || output.name == "decision_function";
    const std::uint32_t width = graph_.values[output.value].width;
    if (has_scores && !output.scalar && width == names.size()) output.classes = names;
  }
}

/// The service calls `predict`; a transformer without it answers with what it transforms.
Result<spi::Graph> Sketch::finish(const PickleView& root, const Answers& answers) && {
  if (answers.transform) {
    for (const Element& element : answers.transform->elements) pass_number(element);
  }
  TRIVET_TRY(settle_columns());
  for (const spi::GraphValue& value : graph_.values) {
    if (value.width <= kElementLimit) continue;
    return root.refuse(text::message("{} numbers a row", value.width),
                       text::message("at most {}", kElementLimit));
  }
  if (const Answer* const predict = answers.find("predict")) add_output(*predict);
  for (const Answer& answer : answers.methods) {
    if (answer.method != "predict") add_output(answer);
  }
  const Answer* const shares = answers.find("predict_proba");
  const bool is_double = shares != nullptr && graph_.values[shares->value].dtype == DType::float64;
  if (is_double && answers.find("predict_log_proba") == nullptr) {
    const spi::ValueId inputs[] = {shares->value};
    const std::uint32_t width = graph_.values[shares->value].width;
    add_output(
        {.method = "predict_log_proba", .value = add_operator({"log", {}, {}}, inputs, width)});
  }
  if (const Answer* const predict = answers.find("predict");
      predict != nullptr && graph_.values[predict->value].width == 1) {
    name_scores(predict->labels);
  }
  if (answers.transform && answers.transform->value != graph_.input.value) {
    add_output({.method = "transform", .value = to_dense(*answers.transform).value});
  }
  // Numbers are passed on as they are by a selector that keeps every feature.
  const bool has_numbers = !uses_.empty() && std::all_of(uses_.begin(), uses_.end(), [](auto& use) {
    return use.use == Use::number;
  });
  if (graph_.outputs.empty() && answers.transform && has_numbers) {
    const Matrix same = add_columnwise({"same", {}, {}}, *answers.transform);
    add_output({.method = "transform", .value = same.value});
  }
  put_operators_first();
  if (graph_.outputs.empty()) {
    return root.refuse(text::message("{}, which answers nothing", root.description()),
                       "an estimator with predict or transform");
  }
  return std::move(graph_);
}

}  // namespace trivet::sklearn
