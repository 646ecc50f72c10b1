// SPDX-License-Identifier: Apache-2.0
// The graph while estimators are read into it: texts, and the sparse rows that are made of them.
#include <algorithm>
#include <limits>

#include "base/try.hpp"
#include "format/sklearn/sketch.hpp"
#include "text/message.hpp"

namespace trivet::sklearn {

Result<spi::ValueId> Sketch::take_document(Matrix& rows, const PickleView& where) {
  TRIVET_TRY(expect_width(rows, 1, where));
  const Element& element = rows.elements.front();
  const bool fits = element.is_cell && (uses_[element.column].use == Use::none ||
                                        uses_[element.column].use == Use::document);
  if (!fits) {
    return where.refuse("texts of what others take as numbers or categories",
                        "a vectorizer of a column of the input that is its alone");
  }
  for (const spi::TextInput& known : graph_.input.texts) {
    if (known.column != element.column) continue;
    if (graph_.input.columns[known.column].form == ColumnForm::single) return known.value;
    return where.refuse("texts of what others take as objects", "one or the other");
  }
  uses_[element.column].use = Use::document;
  Column& column = graph_.input.columns[element.column];
  column.type = ColumnType::text;
  column.accepts_missing = false;
  const spi::ValueId value = graph_.add_value("text", DType::text, 1);
  graph_.input.texts.push_back({element.column, value});
  return value;
}

Result<spi::ValueId> Sketch::take_members(Matrix& rows, std::string_view separator,
                                          const PickleView& where) {
  TRIVET_TRY(expect_width(rows, 1, where));
  for (const spi::TextInput& known : graph_.input.texts) {
    const Column& column = graph_.input.columns[known.column];
    if (known.column != rows.elements.front().column) continue;
    if (column.form == ColumnForm::members && column.separator == separator) return known.value;
    return where.refuse("objects of what others take as texts, or join by another separator",
                        "vectorizers that agree");
  }
  const Result<spi::ValueId> value = take_document(rows, where);
  if (!value) return value;
  Column& column = graph_.input.columns[rows.elements.front().column];
  column.form = ColumnForm::members;
  column.separator = separator;
  return value;
}

// --- nodes

void Sketch::push_node(spi::Node node) {
  is_late_.resize(graph_.values.size());
  const bool is_late = !std::holds_alternative<spi::Operator>(node.body) ||
                       std::any_of(node.inputs.begin(), node.inputs.end(),
                                   [&](spi::ValueId value) { return is_late_[value]; });
  for (const spi::NodeOutput& output : node.outputs) is_late_[output.value] = is_late;
  graph_.nodes.push_back(std::move(node));
}

void Sketch::add_node(spi::Node node) {
  const bool is_linear = std::holds_alternative<spi::Linear>(node.body);
  if (is_linear && graph_.values[node.inputs[0]].is_sparse()) add_sparse_linear(std::move(node));
  else push_node(std::move(node));
}

/// The product, and an operator for each other port. Links that no operator is need dense rows.
void Sketch::add_sparse_linear(spi::Node node) {
  auto& linear = std::get<spi::Linear>(node.body);
  std::optional<spi::ValueId> margin;
  bool is_plain = true;
  for (const spi::NodeOutput& output : node.outputs) {
    if (output.port == spi::Port::margin) margin = output.value;
    if (output.port == spi::Port::linked) is_plain = linear.link.kind == spi::LinkKind::softmax;
  }
  if (!is_plain) {
    Matrix rows;
    rows.value = node.inputs[0];
    rows.unlisted = graph_.values[rows.value].width;
    node.inputs[0] = to_dense(rows).value;
    return push_node(std::move(node));
  }
  if (!margin) margin = add_value("margin", DType::float64, linear.output_count);
  spi::Operator product{"sparse_product", {}, {}};
  std::vector<double> weights;
  for (std::size_t i = 0; i < linear.weights.size(); ++i) weights.push_back(linear.weights[i]);
  if (linear.start.empty()) linear.start.resize(linear.output_count);
  product.constants.push_back(make_constant("weights", std::move(weights)));
  product.constants.push_back(make_constant("start", std::move(linear.start)));
  push_node({.body = std::move(product),
             .inputs = std::move(node.inputs),
             .outputs = {{spi::Port::result, *margin}}});
  for (const spi::NodeOutput& output : node.outputs) {
    if (output.port == spi::Port::margin) continue;
    const bool is_linked = output.port == spi::Port::linked;
    push_node({.body = spi::Operator{is_linked ? "softmax" : "first_greatest", {}, {}},
               .inputs = {*margin},
               .outputs = {{spi::Port::result, output.value}}});
  }
}

Matrix Sketch::add_sparse(spi::Operator op, std::span<const spi::ValueId> inputs,
                          std::uint32_t width, std::uint32_t factor) {
  Matrix out;
  out.value = add_operator(std::move(op), inputs, width);
  out.unlisted = width;
  graph_.values[out.value].sparse_factor = factor;
  element_count_ += width;
  return out;
}

Matrix Sketch::to_dense(const Matrix& rows) {
  if (!graph_.values[rows.value].is_sparse()) return rows;
  const spi::ValueId inputs[] = {rows.value};
  Matrix out = rows;
  out.value = add_operator({"to_dense", {}, {}}, inputs, rows.width());
  if (rows.unlisted != 0) out.elements.assign(rows.unlisted, {.may_be_missing = false});
  out.unlisted = 0;
  element_count_ += rows.width();
  return out;
}

/// Sparse where one block is and all of them are there before anything but operators: sparse values
/// don't leave the backend of operators.
std::optional<Matrix> Sketch::concatenate_sparse(std::span<const Matrix> blocks) {
  bool is_sparse = false;
  bool is_late = false;
  std::uint64_t factor = 0;
  std::vector<spi::ValueId> inputs;
  std::vector<Element> elements;
  is_late_.resize(graph_.values.size());
  for (const Matrix& block : blocks) {
    if (block.width() == 0) continue;
    const spi::GraphValue& info = graph_.values[block.value];
    is_sparse = is_sparse || info.is_sparse();
    is_late = is_late || is_late_[block.value];
    factor += info.is_sparse() ? info.sparse_factor : info.width;
    inputs.push_back(block.value);
    elements.insert(elements.end(), block.elements.begin(), block.elements.end());
    elements.resize(elements.size() + block.unlisted, {.may_be_missing = false});
  }
  if (!is_sparse || is_late || factor > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  Matrix out =
      add_sparse({"sparse_concatenate", {}, {}}, inputs,
                 static_cast<std::uint32_t>(elements.size()), static_cast<std::uint32_t>(factor));
  for (Element& element : elements) {
    pass_number(element);
    forbid_missing(element);
    element.is_cell = element.is_filled_cell = false;
  }
  out.unlisted = 0;
  out.elements = std::move(elements);
  return out;
}

/// What needs nothing else runs before all else, so that the operators between a text and the first
/// dense row stand together.
void Sketch::put_operators_first() {
  const bool has_sparse =
      std::any_of(graph_.values.begin(), graph_.values.end(),
                  [](const spi::GraphValue& value) { return value.is_sparse(); });
  if (!has_sparse) return;
  std::stable_partition(graph_.nodes.begin(), graph_.nodes.end(), [&](const spi::Node& node) {
    return std::none_of(node.outputs.begin(), node.outputs.end(),
                        [&](const spi::NodeOutput& output) { return is_late_[output.value]; });
  });
}

}  // namespace trivet::sklearn
