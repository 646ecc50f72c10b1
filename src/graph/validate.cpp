// SPDX-License-Identifier: Apache-2.0
// What a Graph must fulfil before any backend sees it.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <type_traits>

#include "base/try.hpp"
#include "text/message.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::inline v0::spi {
namespace {

Error graph_error(std::string where, std::string found, std::string expected) {
  return {Errc::invalid_model, "graph: " + std::move(where), std::move(found), std::move(expected)};
}

DType float_dtype(FloatWidth width) noexcept {
  return width == FloatWidth::f32 ? DType::float32 : DType::float64;
}

bool is_float(DType dtype) noexcept { return dtype == DType::float32 || dtype == DType::float64; }

/// What a node's output must look like: element type and width.
struct PortShape {
  DType dtype;
  std::size_t width;
};

PortShape shape_of_port(const TreeEnsemble& forest, Port port) noexcept {
  const DType margin = float_dtype(forest.sum.accumulator);
  if (port == Port::class_index) return {margin, 1};
  if (port == Port::leaf_index) return {DType::int32, forest.tree_count()};
  return {margin, forest.output_count};
}

PortShape shape_of_port(const Linear& linear, Port port) noexcept {
  const DType margin = float_dtype(linear.weights.width);
  return {margin, port == Port::class_index ? 1u : linear.output_count};
}

/// Walks over the nodes in order and keeps what has been made so far.
class GraphCheck {
 public:
  explicit GraphCheck(const Graph& graph) : graph_(graph), made_(graph.values.size(), false) {}

  Status run() {
    TRIVET_TRY(check_input());
    TRIVET_TRY(check_value_columns());
    for (NodeId n = 0; n < graph_.nodes.size(); ++n) TRIVET_TRY(check_node(n));
    TRIVET_TRY(check_outputs());
    return check_parameters();
  }

 private:
  Status make(ValueId value, const std::string& where) {
    if (value >= made_.size()) {
      return graph_error(where, text::message("the value {}", value),
                         text::message("one of {} values", made_.size()));
    }
    if (made_[value]) {
      return graph_error(where, text::message("it makes the value {} again", value),
                         "one producer a value");
    }
    made_[value] = true;
    return {};
  }

  Status check_input() {
    const GraphInput& input = graph_.input;
    TRIVET_TRY(make(input.value, "input"));
    const GraphValue& value = graph_.values[input.value];
    std::size_t cells = 0;
    for (const Column& column : input.columns) {
      TRIVET_TRY(check_form(column));
      cells += column.cells;
    }
    for (const TextInput& each : input.texts) TRIVET_TRY(check_text(each));
    if (value.width != cells) {
      return graph_error("input", text::message("columns of {} cells", cells),
                         text::message("{}, the width of its value", value.width));
    }
    if (!is_float(value.dtype)) {
      return graph_error("input", text::message("cells of {}", dtype_name(value.dtype)),
                         "cells of float32 or float64");
    }
    constexpr auto kGreatest = static_cast<double>(std::numeric_limits<float>::max());
    if (input.missing && !(std::fabs(*input.missing) <= kGreatest)) {
      return graph_error("input", text::message("{} for missing values", *input.missing),
                         "a number that float32 holds");
    }
    std::set<std::string_view> names;
    for (const Column& column : input.columns) {
      if (!column.name.empty() && !names.insert(column.name).second) {
        return graph_error("input", text::message("two columns {}", text::quoted(column.name)),
                           "column names that differ");
      }
      if (column.category_code == CategoryCode::city_hash && value.dtype != DType::float64) {
        return graph_error("input", "hashed categories in cells of float32",
                           "cells of float64, which hold every 32-bit code");
      }
    }
    return {};
  }

  Status check_text(const TextInput& input) {
    TRIVET_TRY(make(input.value, "input"));
    const GraphValue& value = graph_.values[input.value];
    const bool is_text = value.dtype == DType::text || value.dtype == DType::bytes;
    const bool fits = is_text && value.width == 1 && input.column < graph_.input.columns.size();
    if (fits && (graph_.input.columns[input.column].type == ColumnType::text ||
                 graph_.input.columns[input.column].type == ColumnType::bytes)) {
      return {};
    }
    return graph_error("input", text::message("the text value {}", text::quoted(value.name)),
                       "a column of text or bytes, as a value of that type and width 1");
  }

  Status check_value_columns() const {
    const std::size_t count = graph_.input.columns.size();
    for (const GraphValue& value : graph_.values) {
      const bool fits =
          (value.columns.empty() || value.columns.size() == value.width) &&
          std::all_of(value.columns.begin(), value.columns.end(), [&](std::uint32_t column) {
            return column < count || column == kNoColumn || column == kSeveralColumns;
          });
      if (fits && combinations_fit(value)) continue;
      return graph_error(text::message("value {}", text::quoted(value.name)),
                         text::message("{} columns", value.columns.size()),
                         "a column of the input for each element");
    }
    if (graph_.values[graph_.input.value].columns.empty()) return {};
    return graph_error("input", "columns of columns", "none: its elements are cells");
  }

  /// Whether columns are there and in ascending order.
  [[nodiscard]] bool is_column_list(const std::vector<std::uint32_t>& columns) const {
    return !columns.empty() && columns.back() < graph_.input.columns.size() &&
           std::adjacent_find(columns.begin(), columns.end(), std::greater_equal<>()) ==
               columns.end();
  }

  /// Whether exactly the elements of several columns have a list of theirs.
  [[nodiscard]] bool combinations_fit(const GraphValue& value) const {
    const auto several = std::count(value.columns.begin(), value.columns.end(), kSeveralColumns);
    if (several != static_cast<std::ptrdiff_t>(value.combinations.size())) return false;
    std::size_t next = 0;
    for (const ElementColumns& one : value.combinations) {
      const bool fits = one.element >= next && one.element < value.columns.size() &&
                        value.columns[one.element] == kSeveralColumns &&
                        is_column_list(one.columns) && is_column_list(one.credited);
      if (!fits) return false;
      next = std::size_t{one.element} + 1;
    }
    return true;
  }

  /// Whether a column takes as many cells as its form says, and values that they can hold.
  static Status check_form(const Column& column) {
    const bool is_category = column.type == ColumnType::category;
    bool fits = true;
    switch (column.form) {
      case ColumnForm::single: fits = column.cells == 1; break;
      case ColumnForm::list:
      case ColumnForm::pairs: fits = column.type == ColumnType::number && column.cells > 0; break;
      case ColumnForm::members: fits = column.type == ColumnType::text && column.cells == 1; break;
      case ColumnForm::anything: fits = column.cells == 1; break;
      case ColumnForm::bag:
        fits = is_category && column.category_code == CategoryCode::position &&
               column.cells == column.categories.size() + 1;
        break;
    }
    if (fits) return {};
    return graph_error(
        text::message("input: column {}", text::quoted(column.name)),
        text::message("{} cells for a {} of its form", column.cells, column_type_name(column.type)),
        "one cell, one or more cells with numbers, or a bag's counts");
  }

  Status check_node(NodeId n) {
    const Node& node = graph_.nodes[n];
    const std::string where = text::message("node {}", n);
    for (const ValueId value : node.inputs) {
      if (value < made_.size() && made_[value]) continue;
      return graph_error(where, text::message("the input value {}", value),
                         "the graph's input or the output of an earlier node");
    }
    if (const auto* forest = std::get_if<TreeEnsemble>(&node.body)) {
      TRIVET_TRY(check_rows_node(node, *forest, where));
    } else if (const auto* linear = std::get_if<Linear>(&node.body)) {
      TRIVET_TRY(check_linear(*linear, where));
      TRIVET_TRY(check_rows_node(node, *linear, where));
    }
    for (const NodeOutput& output : node.outputs) TRIVET_TRY(make(output.value, where));
    return {};
  }

  template <class Body>
  Status check_rows_node(const Node& node, const Body& body, const std::string& where) {
    if (node.inputs.size() != 1) {
      return graph_error(where, text::message("{} inputs", node.inputs.size()), "one input");
    }
    const GraphValue& input = graph_.values[node.inputs[0]];
    if (input.width != body.feature_count || !is_float(input.dtype) || input.is_sparse()) {
      return graph_error(where,
                         text::message("an input of {} × {}", input.width, dtype_name(input.dtype)),
                         text::message("{} × float32 or float64", body.feature_count));
    }
    TRIVET_TRY(check_ports<Body>(node, where));
    for (const NodeOutput& output : node.outputs) {
      if (output.value >= graph_.values.size()) continue;  // make() says it
      const GraphValue& value = graph_.values[output.value];
      const PortShape shape = shape_of_port(body, output.port);
      if (value.dtype != shape.dtype || value.width != shape.width) {
        return graph_error(
            where, text::message("an output of {} × {}", value.width, dtype_name(value.dtype)),
            text::message("{} × {}", shape.width, dtype_name(shape.dtype)));
      }
    }
    return {};
  }

  /// Each port once, and only those that the kind of node has.
  template <class Body>
  static Status check_ports(const Node& node, const std::string& where) {
    constexpr bool kHasLeaves = std::is_same_v<Body, TreeEnsemble>;
    std::set<Port> seen;
    for (const NodeOutput& output : node.outputs) {
      const bool known =
          output.port != Port::result && (kHasLeaves || output.port != Port::leaf_index);
      if (known && seen.insert(output.port).second) continue;
      return graph_error(where, known ? "a port offered twice" : "a port that it doesn't have",
                         "margin, linked and class_index once each, leaf_index for forests");
    }
    return {};
  }

  static Status check_linear(const Linear& linear, const std::string& where) {
    const std::size_t wanted = std::size_t{linear.feature_count} * linear.output_count;
    if (linear.output_count == 0 || linear.weights.size() != wanted) {
      return graph_error(
          where, text::message("{} weights", linear.weights.size()),
          text::message("{} features × {} outputs", linear.feature_count, linear.output_count));
    }
    if (!linear.start.empty() && linear.start.size() != linear.output_count) {
      return graph_error(where, text::message("{} start values", linear.start.size()),
                         text::message("{}, one an output", linear.output_count));
    }
    return {};
  }

  Status check_outputs() {
    if (graph_.outputs.empty()) return graph_error("outputs", "none", "at least one");
    std::set<std::string_view> names;
    for (const GraphOutput& output : graph_.outputs) {
      const std::string where = text::message("output {}", text::quoted(output.name));
      if (output.name.empty() || !names.insert(output.name).second) {
        return graph_error(where, "an empty or repeated name", "names that differ");
      }
      const bool made = output.value < made_.size() && made_[output.value];
      if (!made || output.value == graph_.input.value) {
        return graph_error(where, text::message("the value {}, which no node makes", output.value),
                           "a value that is made");
      }
      const std::uint32_t width = graph_.values[output.value].width;
      if (size_of(graph_.values[output.value].dtype) == 0 ||
          graph_.values[output.value].is_sparse()) {
        return graph_error(where, "texts, bytes or a sparse value", "rows of numbers");
      }
      if (!output.labels.empty() && !is_float(graph_.values[output.value].dtype)) {
        return graph_error(where, "labels of a value that isn't float32 or float64",
                           "positions among the labels as floats, as class_index gives them");
      }
      const bool is_object_of_other_width =
          output.object && (output.object->classes.empty() ||
                            output.object->classes.size() != width || !output.labels.empty());
      if (is_object_of_other_width) {
        return graph_error(where, text::message("{} scores", width), "one for each class");
      }
      if (output.scalar && width != 1) {
        return graph_error(where, text::message("a single number of width {}", width), "width 1");
      }
    }
    return {};
  }

  Status check_parameters() {
    for (const ParameterRule& rule : graph_.parameters) {
      const bool known =
          std::any_of(graph_.outputs.begin(), graph_.outputs.end(),
                      [&](const GraphOutput& output) { return output.name == rule.output; });
      if (known) continue;
      return graph_error(text::message("parameter {}", text::quoted(rule.parameter)),
                         text::message("the output {}", text::quoted(rule.output)),
                         "one of the graph's outputs");
    }
    return {};
  }

  const Graph& graph_;
  std::vector<bool> made_;
};

}  // namespace

Status validate(const Graph& graph) { return GraphCheck(graph).run(); }

}  // namespace trivet::inline v0::spi
