// SPDX-License-Identifier: Apache-2.0
// Compares inputs, outputs and linear maps; forests are in forest_difference.cpp.
#include "graph/find_difference.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "graph/forest_difference.hpp"
#include "text/message.hpp"

namespace trivet::graph {
namespace {

using Found = std::optional<Difference>;

std::string_view yes_or_no(bool value) noexcept { return value ? "yes" : "no"; }

Found compare_facts(std::string_view where, std::string original, std::string copy) {
  if (original == copy) return {};
  return Difference{std::string(where), std::move(original), std::move(copy)};
}

/// Two numbers with the same bits, or none on both sides.
Found compare_optional(std::string_view where, const std::optional<double>& original,
                       const std::optional<double>& copy) {
  const bool same =
      original.has_value() == copy.has_value() && (!original || same_bits(*original, *copy));
  if (same) return {};
  const auto words = [](const std::optional<double>& number) {
    return number ? text::message("{}", *number) : std::string("nothing");
  };
  return Difference{std::string(where), words(original), words(copy)};
}

Found compare_categories(const Column& original, const Column& copy) {
  const std::size_t count = original.categories.size();
  if (copy.categories.size() != count) {
    return Difference{"categories", text::message("{}", count),
                      text::message("{}", copy.categories.size())};
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (original.categories[i] == copy.categories[i]) continue;
    return Difference{text::message("category {}", i), text::quoted(original.categories[i]),
                      text::quoted(copy.categories[i])};
  }
  return {};
}

Found compare_shapes(const Column& original, const Column& copy) {
  constexpr std::string_view kForms[] = {"one value", "a list", "pairs", "a bag"};
  if (original.form != copy.form) {
    return Difference{"what a value is", std::string(kForms[static_cast<int>(original.form)]),
                      std::string(kForms[static_cast<int>(copy.form)])};
  }
  if (original.cells != copy.cells) {
    return Difference{"cells", text::message("{}", original.cells),
                      text::message("{}", copy.cells)};
  }
  if (original.coercion != copy.coercion) {
    return Difference{"what other kinds of values stand for",
                      original.coercion == Coercion::python ? "as in Python" : "little",
                      copy.coercion == Coercion::python ? "as in Python" : "little"};
  }
  return compare_optional("what an empty text stands for", original.empty_text, copy.empty_text);
}

/// The copy may take more than the original, never less.
Found compare_column(const Column& original, const Column& copy) {
  if (!original.name.empty() && original.name != copy.name) {
    return Difference{"name", text::quoted(original.name), text::quoted(copy.name)};
  }
  if (original.type != copy.type) {
    return Difference{"type", std::string(column_type_name(original.type)),
                      std::string(column_type_name(copy.type))};
  }
  if (Found found = compare_shapes(original, copy)) return found;
  if (original.accepts_missing && !copy.accepts_missing) {
    return Difference{"accepts missing values", "yes", "no"};
  }
  if (original.greatest > copy.greatest) {
    return Difference{"the greatest number", text::message("{}", original.greatest),
                      text::message("{}", copy.greatest)};
  }
  if (original.type != ColumnType::category) return {};
  if (original.category_code != copy.category_code) {
    return Difference{"how categories become numbers", "one way", "another"};
  }
  if (original.accepts_codes && !copy.accepts_codes) {
    return Difference{"accepts codes", "yes", "no"};
  }
  if (original.unknown_category == UnknownCategory::missing &&
      copy.unknown_category == UnknownCategory::error) {
    return Difference{"an unknown category", "is missing", "is an error"};
  }
  return compare_categories(original, copy);
}

Found compare_inputs(const spi::Graph& original, const spi::Graph& copy) {
  const std::vector<Column>& columns = original.input.columns;
  if (columns.size() != copy.input.columns.size()) {
    return Difference{"columns", text::message("{}", columns.size()),
                      text::message("{}", copy.input.columns.size())};
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    Found found = compare_column(columns[i], copy.input.columns[i]);
    if (!found) continue;
    found->where = text::message("column {}: {}", i, found->where);
    return found;
  }
  if (original.input.accepts_lists && !copy.input.accepts_lists) {
    return Difference{"instances as lists", "yes", "no"};
  }
  return compare_optional("a number for missing values (/missing of trivet.json)",
                          original.input.missing, copy.input.missing);
}

Found compare_values(const spi::Graph& original, const spi::Graph& copy) {
  if (original.values.size() != copy.values.size()) {
    return Difference{"values", text::message("{}", original.values.size()),
                      text::message("{}", copy.values.size())};
  }
  if (original.input.value != copy.input.value) {
    return Difference{"the value of the input", text::message("value {}", original.input.value),
                      text::message("value {}", copy.input.value)};
  }
  for (std::size_t i = 0; i < original.values.size(); ++i) {
    const spi::GraphValue& one = original.values[i];
    const spi::GraphValue& other = copy.values[i];
    if (one.dtype == other.dtype && one.width == other.width) continue;
    return Difference{text::message("value {}", i),
                      text::message("{} {}", one.width, dtype_name(one.dtype)),
                      text::message("{} {}", other.width, dtype_name(other.dtype))};
  }
  return {};
}

/// Labels differ in kind too: 1 is no 1.0 and no "1".
Found compare_labels(std::string_view noun, const std::vector<Value>& original,
                     const std::vector<Value>& copy) {
  if (original.size() != copy.size()) {
    return Difference{text::message("{}s", noun), text::message("{}", original.size()),
                      text::message("{}", copy.size())};
  }
  for (std::size_t i = 0; i < original.size(); ++i) {
    if (original[i] == copy[i]) continue;
    return Difference{text::message("{} {}", noun, i), original[i].to_json(), copy[i].to_json()};
  }
  return {};
}

/// Answers that are objects: their members' names, and the classes in them.
Found compare_objects(const std::optional<ClassObject>& original,
                      const std::optional<ClassObject>& copy) {
  const auto words = [](const std::optional<ClassObject>& object) {
    if (!object) return std::string("no");
    return text::message("{}, {}, {}", text::quoted(object->predicted),
                         text::quoted(object->values), text::quoted(object->scores));
  };
  if (Found found = compare_facts("an object", words(original), words(copy))) return found;
  if (!original) return {};
  return compare_labels("object class", original->classes, copy->classes);
}

Found compare_output(const spi::GraphOutput& original, const spi::GraphOutput& copy) {
  if (Found found = compare_facts("name", text::quoted(original.name), text::quoted(copy.name))) {
    return found;
  }
  if (Found found = compare_facts("value", text::message("{}", original.value),
                                  text::message("{}", copy.value))) {
    return found;
  }
  if (Found found = compare_facts("a bare number", std::string(yes_or_no(original.scalar)),
                                  std::string(yes_or_no(copy.scalar)))) {
    return found;
  }
  if (Found found = compare_objects(original.object, copy.object)) return found;
  return compare_labels("label", original.labels, copy.labels);
}

Found compare_parameters(const std::vector<ParameterRule>& original,
                         const std::vector<ParameterRule>& copy) {
  if (original.size() != copy.size()) {
    return Difference{"rules for parameters", text::message("{}", original.size()),
                      text::message("{}", copy.size())};
  }
  const auto words = [](const ParameterRule& rule) {
    return text::message("{} = {} gives {}", text::quoted(rule.parameter), rule.value.to_json(),
                         rule.output);
  };
  for (std::size_t i = 0; i < original.size(); ++i) {
    const ParameterRule& one = original[i];
    const ParameterRule& other = copy[i];
    const bool same =
        one.parameter == other.parameter && one.value == other.value && one.output == other.output;
    if (!same) {
      return Difference{text::message("rule {} for parameters", i), words(one), words(other)};
    }
  }
  return {};
}

Found compare_outputs(const spi::Graph& original, const spi::Graph& copy) {
  if (original.outputs.size() != copy.outputs.size()) {
    return Difference{"outputs", text::message("{}", original.outputs.size()),
                      text::message("{}", copy.outputs.size())};
  }
  for (std::size_t i = 0; i < original.outputs.size(); ++i) {
    Found found = compare_output(original.outputs[i], copy.outputs[i]);
    if (!found) continue;
    found->where = text::message("output {}: {}", i, found->where);
    return found;
  }
  return compare_parameters(original.parameters, copy.parameters);
}

Found compare_linear(const spi::Linear& original, const spi::Linear& copy) {
  if (original.feature_count != copy.feature_count || original.output_count != copy.output_count ||
      original.weights.width != copy.weights.width ||
      original.weights.size() != copy.weights.size()) {
    return Difference{
        "weights",
        text::message("{} features, {} outputs", original.feature_count, original.output_count),
        text::message("{} features, {} outputs", copy.feature_count, copy.output_count)};
  }
  if (original.order != copy.order) return Difference{"order of addition", "one", "another"};
  if (original.missing != copy.missing) {
    return Difference{"rule for missing values", "one", "another"};
  }
  for (std::size_t i = 0; i < original.weights.size(); ++i) {
    if (same_bits(original.weights[i], copy.weights[i])) continue;
    return number_difference(text::message("weight {}", i), original.weights[i], copy.weights[i]);
  }
  if (Found found =
          compare_per_output("start", original.start, copy.start, original.output_count)) {
    return found;
  }
  return compare_links(original.link, copy.link);
}

Found compare_bodies(const spi::Node& original, const spi::Node& copy) {
  const auto kind = [](const spi::Node& node) -> std::string {
    constexpr std::string_view kKinds[] = {"a forest", "a linear map"};
    if (const auto* op = std::get_if<spi::Operator>(&node.body)) {
      return text::message("the operator {}", op->name);
    }
    return std::string(kKinds[node.body.index()]);
  };
  const bool is_operator = std::holds_alternative<spi::Operator>(original.body);
  if (is_operator || original.body.index() != copy.body.index()) {
    return Difference{"", kind(original), kind(copy)};
  }
  if (const auto* forest = std::get_if<spi::TreeEnsemble>(&original.body)) {
    const bool answers_leaves = std::any_of(
        original.outputs.begin(), original.outputs.end(),
        [](const spi::NodeOutput& output) { return output.port == spi::Port::leaf_index; });
    return compare_forests(*forest, std::get<spi::TreeEnsemble>(copy.body), answers_leaves);
  }
  return compare_linear(std::get<spi::Linear>(original.body), std::get<spi::Linear>(copy.body));
}

/// `value 0, value 3`.
std::string input_words(const std::vector<spi::ValueId>& inputs) {
  std::string words;
  for (const spi::ValueId input : inputs) {
    words += text::message("{}value {}", words.empty() ? "" : ", ", input);
  }
  return words.empty() ? "none" : words;
}

/// `margin in value 1, leaf_index in value 2`.
std::string output_words(const std::vector<spi::NodeOutput>& outputs) {
  constexpr std::string_view kPorts[] = {"margin", "linked", "class_index", "leaf_index", "result"};
  std::string words;
  for (const spi::NodeOutput& output : outputs) {
    words += text::message("{}{} in value {}", words.empty() ? "" : ", ",
                           kPorts[static_cast<std::size_t>(output.port)], output.value);
  }
  return words.empty() ? "none" : words;
}

Found compare_node(const spi::Node& original, const spi::Node& copy) {
  if (Found found =
          compare_facts("inputs", input_words(original.inputs), input_words(copy.inputs))) {
    return found;
  }
  if (Found found =
          compare_facts("outputs", output_words(original.outputs), output_words(copy.outputs))) {
    return found;
  }
  return compare_bodies(original, copy);
}

}  // namespace

std::optional<Difference> find_difference(const spi::Graph& original, const spi::Graph& copy) {
  if (original.nodes.size() != copy.nodes.size()) {
    return Difference{"nodes", text::message("{}", original.nodes.size()),
                      text::message("{}", copy.nodes.size())};
  }
  for (std::size_t i = 0; i < original.nodes.size(); ++i) {
    Found found = compare_node(original.nodes[i], copy.nodes[i]);
    if (!found) continue;
    if (original.nodes.size() > 1 || found->where.empty()) {
      found->where =
          text::message("node {}{}{}", i, found->where.empty() ? "" : ", ", found->where);
    }
    return found;
  }
  if (Found found = compare_values(original, copy)) return found;
  if (Found found = compare_outputs(original, copy)) return found;
  return compare_inputs(original, copy);
}

}  // namespace trivet::graph
