// SPDX-License-Identifier: Apache-2.0
// The planner: nodes to backends, backends to regions, regions to steps.
#include "core/plan.hpp"

#include <algorithm>
#include <utility>

#include "base/align.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::core {
namespace {

using spi::Backend;
using spi::Graph;
using spi::NodeId;
using spi::Region;
using spi::ValueId;

using Backends = std::span<const std::shared_ptr<const Backend>>;

std::string describe_node(const Graph& graph, NodeId n) {
  const spi::Node& node = graph.nodes[n];
  if (std::holds_alternative<spi::TreeEnsemble>(node.body)) return "a tree ensemble";
  if (std::holds_alternative<spi::Linear>(node.body)) return "a linear map";
  return text::message("the operator {}", text::quoted(std::get<spi::Operator>(node.body).name));
}

Result<std::shared_ptr<const Backend>> backend_of(const Graph& graph, NodeId n, Backends backends) {
  for (const auto& backend : backends) {
    if (backend->accepts(graph.nodes[n])) return backend;
  }
  return Error(Errc::unsupported_model, text::message("graph: node {}", n), describe_node(graph, n),
               "a node that one of the loaded backends can run");
}

/// The engine's name for the backend that has it, nothing for the others.
std::string engine_for(const Backend& backend, const std::string& engine) {
  const auto names = backend.engines();
  const bool has_it = std::find(names.begin(), names.end(), engine) != names.end();
  return has_it ? engine : std::string();
}

Status check_engine(const std::string& engine,
                    std::span<const std::shared_ptr<const Backend>> used) {
  if (engine.empty()) return {};
  std::string known;
  for (const auto& backend : used) {
    for (const std::string_view name : backend->engines()) {
      if (name == engine) return {};
      if (known.find(name) != std::string::npos) continue;
      known += known.empty() ? "" : ", ";
      known += name;
    }
  }
  return Error(Errc::invalid_argument, "engine", text::quoted(engine),
               text::message("one of {}", known));
}

void add_once(std::vector<ValueId>& values, ValueId value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

/// For each value, the node that makes it; the graph's input has none.
std::vector<NodeId> producers(const Graph& graph) {
  std::vector<NodeId> made_by(graph.values.size(), static_cast<NodeId>(graph.nodes.size()));
  for (NodeId n = 0; n < graph.nodes.size(); ++n) {
    for (const spi::NodeOutput& output : graph.nodes[n].outputs) made_by[output.value] = n;
  }
  return made_by;
}

/// Fills in what goes into and comes out of a region of consecutive nodes.
void find_edges(const Graph& graph, std::span<const NodeId> made_by, Region& region) {
  const NodeId first = region.nodes.front();
  const NodeId last = region.nodes.back();
  const auto inside = [&](ValueId value) {
    return made_by[value] >= first && made_by[value] <= last;
  };
  for (const NodeId n : region.nodes) {
    for (const ValueId value : graph.nodes[n].inputs) {
      if (!inside(value)) add_once(region.inputs, value);
    }
  }
  for (NodeId n = last + 1; n < graph.nodes.size(); ++n) {
    for (const ValueId value : graph.nodes[n].inputs) {
      if (inside(value)) add_once(region.outputs, value);
    }
  }
  for (const spi::GraphOutput& output : graph.outputs) {
    if (inside(output.value)) add_once(region.outputs, output.value);
  }
}

}  // namespace

Result<Plan> Plan::make(const Graph& graph, Backends backends, const std::string& engine) {
  if (graph.outputs.size() > 64) {
    return Error(Errc::unsupported_model, "graph",
                 text::message("{} outputs", graph.outputs.size()), "at most 64 outputs");
  }
  std::vector<std::shared_ptr<const Backend>> backend_by_node;
  for (NodeId n = 0; n < graph.nodes.size(); ++n) {
    const auto backend = backend_of(graph, n, backends);
    if (!backend) return backend.error();
    backend_by_node.push_back(*backend);
  }
  TRIVET_TRY(check_engine(engine, backend_by_node));

  Plan plan(graph);
  const std::vector<NodeId> made_by = producers(graph);
  for (NodeId n = 0; n < graph.nodes.size();) {
    Step step;
    step.backend = backend_by_node[n];
    const Backend& backend = *step.backend;
    do {
      step.region.nodes.push_back(n++);
    } while (n < graph.nodes.size() && backend.joins_nodes() &&
             backend_by_node[n].get() == &backend);
    find_edges(graph, made_by, step.region);
    auto predictor = backend.prepare(graph, step.region, {engine_for(backend, engine)});
    if (!predictor) return std::move(predictor).error();
    step.predictor = std::move(*predictor);
    plan.steps_.push_back(std::move(step));
  }
  plan.mark_needs();
  return plan;
}

/// From the answers backwards: which outputs each value and each step is needed for.
void Plan::mark_needs() {
  value_needed_for_.assign(graph_->values.size(), 0);
  for (std::size_t i = 0; i < graph_->outputs.size(); ++i) {
    value_needed_for_[graph_->outputs[i].value] |= OutputMask{1} << i;
  }
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    for (const ValueId value : step->region.outputs) step->needed_for |= value_needed_for_[value];
    for (const ValueId value : step->region.inputs) value_needed_for_[value] |= step->needed_for;
  }
}

/// Gives each value that is made on the way a place in the scratch; returns the bytes that all of
/// them take.
std::size_t Plan::place_values(std::size_t row_count, OutputMask wanted,
                               PlanScratch& scratch) const {
  scratch.value_offset.assign(graph_->values.size(), PlanScratch::kAbsent);
  std::size_t size = 0;
  for (const Step& step : steps_) {
    for (const ValueId value : step.region.outputs) {
      if ((value_needed_for_[value] & wanted) == 0) continue;
      const spi::GraphValue& info = graph_->values[value];
      scratch.value_offset[value] = size;
      size += base::aligned(row_count * info.width * size_of(info.dtype));
    }
  }
  return size;
}

void Plan::run_step(const Step& step, const spi::InputBuffer& input, std::size_t row_count,
                    PlanScratch& scratch, std::span<std::byte> step_scratch) const {
  scratch.inputs.clear();
  for (const ValueId value : step.region.inputs) {
    if (value == graph_->input.value) scratch.inputs.push_back(input);
    else scratch.inputs.push_back({scratch.value_data(value), graph_->values[value].width});
  }
  scratch.outputs.clear();
  for (const ValueId value : step.region.outputs) {
    scratch.outputs.push_back({scratch.value_data(value)});
  }
  step.predictor->run({row_count, scratch.inputs, scratch.outputs, step_scratch});
}

void Plan::run(const spi::InputBuffer& input, std::size_t row_count, OutputMask wanted,
               PlanScratch& scratch) const {
  const std::size_t values_size = place_values(row_count, wanted, scratch);
  std::size_t step_size = 0;
  for (const Step& step : steps_) {
    if ((step.needed_for & wanted) == 0) continue;
    step_size = std::max(step_size, step.predictor->scratch_bytes(row_count));
  }
  const std::span<std::byte> buffer = scratch.buffer.reserve(values_size + step_size);
  for (const Step& step : steps_) {
    if ((step.needed_for & wanted) == 0) continue;
    run_step(step, input, row_count, scratch, buffer.subspan(values_size));
  }
}

const void* Plan::data(std::size_t i, const PlanScratch& scratch) const noexcept {
  return scratch.value_data(graph_->outputs[i].value);
}

std::string Plan::engines() const {
  std::string names;
  for (const Step& step : steps_) {
    if (!names.empty()) names += " + ";
    names += step.predictor->engine();
  }
  return names;
}

std::size_t Plan::memory_bytes() const noexcept {
  std::size_t size = 0;
  for (const Step& step : steps_) size += step.predictor->memory_bytes();
  return size;
}

}  // namespace trivet::core
