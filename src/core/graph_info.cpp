// SPDX-License-Identifier: Apache-2.0
// Facts for `inspect`.
#include "core/graph_info.hpp"

#include <string>
#include <vector>

namespace trivet::core {
namespace {

template <class T>
std::size_t held(const std::vector<T>& values) noexcept {
  return values.capacity() * sizeof(T);
}

std::size_t held(const spi::Numbers& numbers) noexcept {
  return held(numbers.f32) + held(numbers.f64);
}

std::size_t held(const std::string& text) noexcept { return text.capacity(); }

std::size_t held(const std::vector<std::string>& texts) noexcept {
  std::size_t size = texts.capacity() * sizeof(std::string);
  for (const std::string& text : texts) size += held(text);
  return size;
}

std::size_t column_bytes(const std::vector<Column>& columns) noexcept {
  std::size_t size = columns.capacity() * sizeof(Column);
  for (const Column& column : columns) size += held(column.name) + held(column.categories);
  return size;
}

std::size_t forest_bytes(const spi::TreeEnsemble& forest) noexcept {
  return held(forest.split_begin) + held(forest.leaf_begin) + held(forest.tree_output) +
         held(forest.tree_weight) + held(forest.feature) + held(forest.cut) + held(forest.left) +
         held(forest.right) + held(forest.flags) + held(forest.categories.offset) +
         held(forest.categories.words) + held(forest.leaf) + held(forest.split_cover) +
         held(forest.leaf_cover) + held(forest.split_gain) + held(forest.linear.offset) +
         held(forest.linear.constant) + held(forest.linear.feature) +
         held(forest.linear.coefficient) + held(forest.sum.start) + held(forest.sum.end);
}

}  // namespace

ModelInfo describe_graph(const spi::Graph& graph) {
  ModelInfo info;
  info.format = graph.provenance.format;
  info.framework = graph.provenance.framework;
  info.version = graph.provenance.version;
  info.objective = graph.provenance.objective;
  info.structure = graph.provenance.structure;
  info.notes = graph.provenance.notes;
  info.warnings = graph.provenance.warnings;
  for (const spi::Node& node : graph.nodes) {
    if (const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body)) {
      info.trees += forest->tree_count();
      info.nodes += forest->node_count();
      info.parameters += forest->split_count() + forest->leaf.size() +
                         forest->linear.constant.size() + forest->linear.coefficient.size();
    } else if (const auto* linear = std::get_if<spi::Linear>(&node.body)) {
      info.parameters += linear->weights.size() + linear->output_count;
    }
  }
  return info;
}

std::size_t graph_bytes(const spi::Graph& graph) noexcept {
  // The columns and class labels stand twice: in the graph and in the signature.
  std::size_t size = sizeof(graph) + 2 * column_bytes(graph.input.columns);
  for (const spi::GraphOutput& output : graph.outputs) size += 2 * held(output.classes);
  for (const spi::Node& node : graph.nodes) {
    if (const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body)) {
      size += forest_bytes(*forest);
    } else if (const auto* linear = std::get_if<spi::Linear>(&node.body)) {
      size += held(linear->weights) + held(linear->start);
    } else if (const auto* op = std::get_if<spi::Operator>(&node.body)) {
      for (const spi::Constant& constant : op->constants) size += constant.data.size();
    }
  }
  return size;
}

std::size_t count_row_numbers(const spi::Graph& graph) {
  std::vector<bool> is_read(graph.values.size());
  is_read[graph.input.value] = true;
  for (const spi::Node& node : graph.nodes) {
    for (const spi::ValueId value : node.inputs) is_read[value] = true;
  }
  std::size_t numbers = 0;
  for (std::size_t i = 0; i < is_read.size(); ++i) {
    if (is_read[i] && !graph.values[i].is_sparse()) numbers += graph.values[i].width;
  }
  return numbers;
}

}  // namespace trivet::core
