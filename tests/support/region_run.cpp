// SPDX-License-Identifier: Apache-2.0
// One-node graphs and fenced runs.
#include "support/region_run.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace trivet::test {
namespace {

constexpr std::align_val_t kAlignment{64};
constexpr std::byte kFenceByte{0xA5};
constexpr std::byte kStaleByte{0x5A};  // what memory holds before a run

DType dtype_of_width(spi::FloatWidth width) {
  return width == spi::FloatWidth::f32 ? DType::float32 : DType::float64;
}

void add_input(spi::Graph& graph, std::uint32_t columns, DType cells) {
  graph.input.value = graph.add_value("row", cells, columns);
  for (std::uint32_t c = 0; c < columns; ++c) {
    Column column;
    column.name = "c" + std::to_string(c);
    graph.input.columns.push_back(std::move(column));
  }
}

void add_port(spi::Graph& graph, spi::Node& node, spi::Port port, const char* name,
              const spi::GraphValue& shape) {
  const spi::ValueId value = graph.add_value(name, shape.dtype, shape.width);
  node.outputs.push_back({port, value});
  graph.outputs.push_back({name, value, false, {}});
}

/// The ports that forests and linear maps share.
void add_row_ports(spi::Graph& graph, spi::Node& node, DType dtype, std::uint32_t outputs) {
  add_port(graph, node, spi::Port::margin, "margin", {{}, dtype, outputs});
  add_port(graph, node, spi::Port::linked, "linked", {{}, dtype, outputs});
  add_port(graph, node, spi::Port::class_index, "class_index", {{}, dtype, 1});
}

std::size_t row_bytes(const spi::GraphValue& value) { return value.width * size_of(value.dtype); }

/// The rows as the predictor reads them; padding holds a number that would show in any answer.
FencedBytes encoded(const RegionRows& rows) {
  const std::size_t stride = rows.columns + rows.padding;
  const std::size_t element_bytes = size_of(rows.cells);
  FencedBytes memory(rows.count() * stride * element_bytes);
  std::byte* out = memory.bytes().data();
  for (std::size_t at = 0; at < rows.count() * stride; ++at) {
    const std::size_t column = at % stride;
    const double number =
        column < rows.columns ? rows.numbers[at / stride * rows.columns + column] : -987654.0;
    const auto narrow = static_cast<float>(number);
    const void* from = rows.cells == DType::float32 ? static_cast<const void*>(&narrow)
                                                    : static_cast<const void*>(&number);
    std::memcpy(out + at * element_bytes, from, element_bytes);
  }
  return memory;
}

}  // namespace

spi::Graph graph_of(spi::TreeEnsemble forest, DType cells) {
  spi::Graph graph;
  add_input(graph, forest.feature_count, cells);
  spi::Node node;
  node.inputs = {graph.input.value};
  add_row_ports(graph, node, dtype_of_width(forest.sum.accumulator), forest.output_count);
  add_port(graph, node, spi::Port::leaf_index, "leaf_index",
           {{}, DType::int32, static_cast<std::uint32_t>(forest.tree_count())});
  node.body = std::move(forest);
  graph.nodes.push_back(std::move(node));
  return graph;
}

spi::Graph graph_of(spi::Linear linear, DType cells) {
  spi::Graph graph;
  add_input(graph, linear.feature_count, cells);
  spi::Node node;
  node.inputs = {graph.input.value};
  add_row_ports(graph, node, dtype_of_width(linear.weights.width), linear.output_count);
  node.body = std::move(linear);
  graph.nodes.push_back(std::move(node));
  return graph;
}

spi::Region whole_region(const spi::Graph& graph) {
  spi::Region region;
  region.inputs = {graph.input.value};
  for (spi::NodeId n = 0; n < graph.nodes.size(); ++n) {
    region.nodes.push_back(n);
    for (const spi::NodeOutput& output : graph.nodes[n].outputs) {
      region.outputs.push_back(output.value);
    }
  }
  return region;
}

void FencedBytes::Free::operator()(std::byte* memory) const noexcept {
  ::operator delete(memory, kAlignment);
}

FencedBytes::FencedBytes(std::size_t size)
    : storage_(static_cast<std::byte*>(::operator new(size + 2 * kFence, kAlignment))),
      size_(size) {
  std::fill_n(storage_.get(), size + 2 * kFence, kFenceByte);
  std::fill_n(storage_.get() + kFence, size, kStaleByte);
}

bool FencedBytes::fences_stand() const noexcept {
  const auto is_fence = [](std::byte b) { return b == kFenceByte; };
  const std::byte* first = storage_.get();
  return std::all_of(first, first + kFence, is_fence) &&
         std::all_of(first + kFence + size_, first + 2 * kFence + size_, is_fence);
}

RegionAnswers run_region(const spi::Predictor& predictor, const spi::Graph& graph,
                         const spi::Region& region, const RegionRows& rows,
                         const std::vector<bool>& wanted) {
  FencedBytes input = encoded(rows);
  FencedBytes scratch(predictor.scratch_bytes(rows.count()));
  RegionAnswers answers;
  for (std::size_t i = 0; i < region.outputs.size(); ++i) {
    const std::size_t size = rows.count() * row_bytes(graph.values[region.outputs[i]]);
    answers.outputs.emplace_back(wanted[i] ? size : 0);
  }
  const spi::InputBuffer in{input.bytes().data(), rows.columns + rows.padding};
  std::vector<spi::OutputBuffer> out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    out.push_back({wanted[i] ? answers.outputs[i].bytes().data() : nullptr});
  }
  spi::RunRequest request;
  request.row_count = rows.count();
  request.inputs = std::span(&in, 1);
  request.outputs = out;
  request.scratch = scratch.bytes();
  predictor.run(request);
  answers.fences_stand = input.fences_stand() && scratch.fences_stand();
  for (const FencedBytes& output : answers.outputs) {
    answers.fences_stand = answers.fences_stand && output.fences_stand();
  }
  return answers;
}

double element(const FencedBytes& bytes, DType dtype, std::size_t i) {
  const std::byte* from = bytes.bytes().data() + i * size_of(dtype);
  if (dtype == DType::float64) {
    double value = 0;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  if (dtype == DType::float32) {
    float value = 0;
    std::memcpy(&value, from, sizeof value);
    return static_cast<double>(value);
  }
  std::int32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace trivet::test
