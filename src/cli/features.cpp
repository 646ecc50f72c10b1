// SPDX-License-Identifier: Apache-2.0
// One description for each operator that makes features out of columns.
#include "cli/features.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>
#include <variant>

namespace trivet::cli {
namespace {

using Features = std::vector<Feature>;

std::string column_name(const spi::Graph& graph, std::size_t column) {
  const std::string& name = graph.input.columns[column].name;
  return name.empty() ? "f" + std::to_string(column) : name;
}

/// The numbers of an attribute; none when it is no list.
std::vector<double> numbers_of(const spi::Operator& op, std::string_view name) {
  std::vector<double> numbers;
  for (const auto& [attribute, value] : op.attributes) {
    if (attribute != name || value.as_list() == nullptr) continue;
    for (const Value& number : *value.as_list()) numbers.push_back(number.as_number());
  }
  return numbers;
}

std::vector<std::uint32_t> columns_of(const spi::Operator& op, std::string_view name) {
  std::vector<std::uint32_t> columns;
  for (const double number : numbers_of(op, name)) {
    columns.push_back(static_cast<std::uint32_t>(number));
  }
  return columns;
}

std::string number_text(double number) { return Value(number).to_json(); }
std::string whole_text(double number) { return std::to_string(static_cast<std::int64_t>(number)); }

Features of_input(const spi::Graph& graph) {
  Features features;
  for (std::size_t i = 0; i < graph.input.columns.size(); ++i) {
    const Column& column = graph.input.columns[i];
    const std::string name = column_name(graph, i);
    for (std::uint32_t cell = 0; cell < column.cells; ++cell) {
      Feature& feature = features.emplace_back();
      feature.name =
          column.form == ColumnForm::single ? name : name + "[" + std::to_string(cell) + "]";
      feature.columns = {static_cast<std::uint32_t>(i)};
      if (column.form == ColumnForm::single) feature.codes = column.categories;
      feature.can_be_missing = column.accepts_missing || column.form != ColumnForm::single;
    }
  }
  return features;
}

/// The model knows a category by its hash alone.
Features of_category_index(const spi::Graph& graph, const spi::Operator& op, std::size_t width) {
  std::uint32_t column = 0;
  for (const auto& [name, value] : op.attributes) {
    if (name == "column") column = static_cast<std::uint32_t>(value.as_number());
  }
  const spi::Constant& codes = op.constants.front();
  const std::size_t count = codes.data.size() / sizeof(std::int32_t);
  const std::size_t per_feature =
      width == 0 ? 1 : std::max<std::size_t>(1, (count + width - 1) / width);
  Features features(width);
  for (Feature& feature : features) {
    feature.name = "category(" + column_name(graph, column) + ")";
    feature.columns = {column};
    feature.can_be_missing = false;
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::int32_t hash = 0;
    std::memcpy(&hash, codes.data.data() + i * sizeof(hash), sizeof(hash));
    features[i / per_feature].codes.push_back("hash " + std::to_string(hash));
  }
  return features;
}

/// `share_above(f0, f1, f3 > 0.5; target 0, prior 0.5)`.
Features of_statistic(const spi::Graph& graph, const spi::Operator& op, std::size_t width) {
  std::string kind = "statistic";
  for (const auto& [name, value] : op.attributes) {
    if (name == "statistic" && value.as_text() != nullptr) kind = *value.as_text();
  }
  Feature made;
  made.can_be_missing = false;
  std::string arguments;
  const auto add = [&](std::uint32_t column, const std::string& test) {
    arguments += (arguments.empty() ? "" : ", ") + column_name(graph, column) + test;
    made.columns.push_back(column);
  };
  for (const std::uint32_t column : columns_of(op, "columns")) add(column, "");
  const std::vector<std::uint32_t> coded = columns_of(op, "code_columns");
  const std::vector<double> codes = numbers_of(op, "codes");
  for (std::size_t i = 0; i < coded.size(); ++i) add(coded[i], " = hash " + whole_text(codes[i]));
  const std::vector<std::uint32_t> cut = columns_of(op, "cut_columns");
  const std::vector<double> cuts = numbers_of(op, "cuts");
  for (std::size_t i = 0; i < cut.size(); ++i) add(cut[i], " > " + number_text(cuts[i]));
  const std::vector<double> targets = numbers_of(op, "targets");
  const std::vector<double> priors = numbers_of(op, "priors");
  Features features(width, made);
  for (std::size_t i = 0; i < width; ++i) {
    features[i].name = kind + "(" + arguments + "; ";
    if (kind.starts_with("share")) features[i].name += "target " + whole_text(targets[i]) + ", ";
    features[i].name += "prior " + number_text(priors[i]) + ")";
  }
  return features;
}

/// What one step of `encode_features` makes of one column.
Feature encoded(const spi::Graph& graph, std::string_view kind, std::uint32_t column,
                std::size_t place, std::size_t width) {
  const std::vector<std::string>& categories = graph.input.columns[column].categories;
  const std::string name = column_name(graph, column);
  const std::string number = width == 1 ? "" : " " + std::to_string(place);
  Feature feature;
  feature.columns = {column};
  if (kind == "one_hot" || kind == "present") {
    feature.name = name + "[" + (place < categories.size() ? categories[place] : "?") + "]";
  } else {
    feature.name = (kind == "mean" ? "mean target" : "target") + number + "(" + name + ")";
  }
  return feature;
}

Features of_encoding(const spi::Graph& graph, const spi::Operator& op, std::size_t width) {
  std::vector<std::string> kinds;
  for (const auto& [name, value] : op.attributes) {
    if (name != "kinds" || value.as_list() == nullptr) continue;
    for (const Value& kind : *value.as_list()) {
      kinds.push_back(kind.as_text() == nullptr ? "" : *kind.as_text());
    }
  }
  const std::vector<double> cells = numbers_of(op, "cells");
  const std::vector<double> widths = numbers_of(op, "widths");
  Features input = of_input(graph);
  Features features;
  for (std::size_t step = 0; step < kinds.size(); ++step) {
    const auto first = static_cast<std::size_t>(cells[step]);
    const auto count = static_cast<std::size_t>(widths[step]);
    for (std::size_t i = 0; i < count; ++i) {
      if (kinds[step] != "copy") {
        features.push_back(encoded(graph, kinds[step], input[first].columns.front(), i, count));
        continue;
      }
      Feature copy = input[first + i];
      const Column& column = graph.input.columns[copy.columns.front()];
      if (column.type == ColumnType::category) copy.name = "code(" + copy.name + ")";
      features.push_back(std::move(copy));
    }
  }
  features.resize(width);
  for (Feature& feature : features) {
    if (feature.name.empty()) feature.name = "nothing";  // the booster has more than columns make
  }
  return features;
}

Features of_operator(const spi::Graph& graph, const spi::Node& node,
                     const std::vector<Features>& known) {
  const auto& op = std::get<spi::Operator>(node.body);
  const std::size_t width = graph.values[node.outputs.front().value].width;
  if (op.name == "category_index") return of_category_index(graph, op, width);
  if (op.name == "combination_statistic") return of_statistic(graph, op, width);
  if (op.name == "encode_features") return of_encoding(graph, op, width);
  Features features;
  if (op.name == "concatenate") {
    for (const spi::ValueId input : node.inputs) {
      features.insert(features.end(), known[input].begin(), known[input].end());
    }
  }
  return features;
}

}  // namespace

std::vector<Feature> describe_features(const spi::Graph& graph, spi::ValueId value) {
  std::vector<Features> known(graph.values.size());
  known[graph.input.value] = of_input(graph);
  for (const spi::Node& node : graph.nodes) {
    if (value == graph.input.value || !known[value].empty()) break;
    if (!std::holds_alternative<spi::Operator>(node.body)) continue;
    known[node.outputs.front().value] = of_operator(graph, node, known);
  }
  Features features = std::move(known[value]);
  const std::size_t width = graph.values[value].width;
  for (std::size_t i = features.size(); i < width; ++i) {
    features.push_back({"f" + std::to_string(i), {}, {}, true});
  }
  return features;
}

}  // namespace trivet::cli
