// SPDX-License-Identifier: Apache-2.0
// Prepares regions of operators and runs them.
//
// Scratch: the values that live in the arena, then the buffer lists of the step that runs, then the
// kernel's own scratch.
#include "backend/tensor/program.hpp"

#include <algorithm>
#include <limits>

#include "backend/tensor/op_table.hpp"
#include "base/align.hpp"
#include "base/try.hpp"
#include "text/message.hpp"

namespace trivet::tensor {
namespace {

constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kMostOutputs = 64;  // bits of Step::needed_for

std::vector<spi::GraphValue> values_of(const spi::Graph& graph, std::span<const spi::ValueId> ids) {
  std::vector<spi::GraphValue> values;
  for (const spi::ValueId id : ids) values.push_back(graph.values[id]);
  return values;
}

std::vector<spi::ValueId> output_ids(const spi::Node& node) {
  std::vector<spi::ValueId> ids;
  for (const spi::NodeOutput& output : node.outputs) ids.push_back(output.value);
  return ids;
}

}  // namespace

Result<std::unique_ptr<const spi::Predictor>> Program::make(const spi::Graph& graph,
                                                            const spi::Region& region) {
  if (region.outputs.size() > kMostOutputs) {
    return Error(
        Errc::unsupported_model, "graph",
        text::message("{} values of one region that are used outside", region.outputs.size()),
        text::message("at most {}", kMostOutputs));
  }
  std::unique_ptr<Program> program(new Program());
  std::vector<std::uint32_t> slot_of(graph.values.size(), kNoSlot);
  const auto add_slots = [&](const std::vector<spi::ValueId>& values, Home home) {
    for (std::uint32_t i = 0; i < values.size(); ++i) {
      const spi::GraphValue& value = graph.values[values[i]];
      slot_of[values[i]] = static_cast<std::uint32_t>(program->slots_.size());
      program->slots_.push_back({home, i, value.width, size_of(value.dtype), 0});
    }
  };
  add_slots(region.inputs, Home::input);
  add_slots(region.outputs, Home::output);
  // An output's place in the arena serves when nobody asked for it, but a kernel writes it.
  for (Slot& slot : program->slots_) {
    if (slot.home != Home::output) continue;
    slot.row_offset = program->row_bytes_;
    program->row_bytes_ += slot.width * slot.element_bytes;
  }
  for (const spi::NodeId n : region.nodes) {
    TRIVET_TRY(program->add_step(graph, graph.nodes[n], slot_of));
  }
  program->mark_needs();
  return std::unique_ptr<const spi::Predictor>(std::move(program));
}

Status Program::add_step(const spi::Graph& graph, const spi::Node& node,
                         std::vector<std::uint32_t>& slot_of) {
  const auto& op = std::get<spi::Operator>(node.body);
  const OpRow* row = find_op(op.name);
  if (row == nullptr) {
    return Error(Errc::unsupported_model, "graph",
                 text::message("the operator {}", text::quoted(op.name)), "a known operator");
  }
  const std::vector<spi::ValueId> ids = output_ids(node);
  const std::vector<spi::GraphValue> inputs = values_of(graph, node.inputs);
  const std::vector<spi::GraphValue> outputs = values_of(graph, ids);
  Result<std::unique_ptr<const Kernel>> kernel = row->prepare({op, inputs, outputs});
  if (!kernel) return std::move(kernel).error();
  Step step;
  step.kernel = std::move(*kernel);
  for (const spi::ValueId id : node.inputs) step.inputs.push_back(slot_of[id]);
  for (const spi::ValueId id : ids) {
    if (slot_of[id] == kNoSlot) {
      const spi::GraphValue& value = graph.values[id];
      slot_of[id] = static_cast<std::uint32_t>(slots_.size());
      slots_.push_back({Home::arena, 0, value.width, size_of(value.dtype), row_bytes_});
      row_bytes_ += value.width * size_of(value.dtype);
    }
    step.outputs.push_back(slot_of[id]);
  }
  most_inputs_ = std::max(most_inputs_, step.inputs.size());
  most_outputs_ = std::max(most_outputs_, step.outputs.size());
  steps_.push_back(std::move(step));
  return {};
}

/// From the answers backwards: which outputs each slot, and so each step, is needed for.
void Program::mark_needs() {
  std::vector<std::uint64_t> slot_needed_for(slots_.size(), 0);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].home == Home::output) slot_needed_for[i] = std::uint64_t{1} << slots_[i].position;
  }
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    for (const std::uint32_t slot : step->outputs) step->needed_for |= slot_needed_for[slot];
    for (const std::uint32_t slot : step->inputs) slot_needed_for[slot] |= step->needed_for;
  }
}

/// Each value begins at a cache line: offsets grow by the value's own rows, rounded up.
std::size_t Program::arena_bytes(std::size_t row_count) const noexcept {
  return base::aligned(row_bytes_ * row_count) + slots_.size() * base::kAlignment;
}

std::size_t Program::scratch_bytes(std::size_t row_count) const noexcept {
  std::size_t own = 0;
  for (const Step& step : steps_) own = std::max(own, step.kernel->scratch_bytes(row_count));
  return arena_bytes(row_count) + base::aligned(most_inputs_ * sizeof(spi::InputBuffer)) +
         base::aligned(most_outputs_ * sizeof(spi::OutputBuffer)) + own;
}

std::size_t Program::memory_bytes() const noexcept {
  std::size_t size = sizeof(*this) + slots_.capacity() * sizeof(Slot);
  for (const Step& step : steps_) size += sizeof(step) + step.kernel->memory_bytes();
  return size;
}

std::byte* Program::slot_data(const Slot& slot, const spi::RunRequest& request) const noexcept {
  if (slot.home == Home::output) {
    if (void* asked = request.outputs[slot.position].data) return static_cast<std::byte*>(asked);
  }
  const auto number = static_cast<std::size_t>(&slot - slots_.data());
  const std::size_t first = slot.row_offset * request.row_count;
  return request.scratch.data() + first / base::kAlignment * base::kAlignment +
         number * base::kAlignment;
}

void Program::run(const spi::RunRequest& request) const noexcept {
  std::uint64_t asked = 0;
  for (std::size_t i = 0; i < request.outputs.size(); ++i) {
    if (request.outputs[i].data != nullptr) asked |= std::uint64_t{1} << i;
  }
  std::byte* at = request.scratch.data() + arena_bytes(request.row_count);
  auto* inputs = reinterpret_cast<spi::InputBuffer*>(at);
  at += base::aligned(most_inputs_ * sizeof(spi::InputBuffer));
  auto* outputs = reinterpret_cast<spi::OutputBuffer*>(at);
  at += base::aligned(most_outputs_ * sizeof(spi::OutputBuffer));
  const std::span<std::byte> own(at, request.scratch.data() + request.scratch.size());
  for (const Step& step : steps_) {
    if ((step.needed_for & asked) == 0) continue;
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const Slot& slot = slots_[step.inputs[i]];
      inputs[i] = slot.home == Home::input ? request.inputs[slot.position]
                                           : spi::InputBuffer{slot_data(slot, request), slot.width};
    }
    for (std::size_t i = 0; i < step.outputs.size(); ++i) {
      outputs[i] = {slot_data(slots_[step.outputs[i]], request)};
    }
    step.kernel->run(
        {request.row_count, {inputs, step.inputs.size()}, {outputs, step.outputs.size()}, own});
  }
}

}  // namespace trivet::tensor
