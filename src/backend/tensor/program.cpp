// SPDX-License-Identifier: Apache-2.0
// Prepares regions of operators and runs them.
//
// Scratch: the values that live in the arena, then the buffer lists of the step that runs, then the
// entries of sparse values, then the kernel's own scratch.
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

std::size_t sparse_bytes(std::size_t width, std::size_t factor, std::size_t longest_text) noexcept {
  const std::size_t room = sparse_room(width, factor, longest_text);
  return base::aligned(room * sizeof(double)) + base::aligned(room * sizeof(std::uint32_t));
}

std::vector<spi::ValueId> output_ids(const spi::Node& node) {
  std::vector<spi::ValueId> ids;
  for (const spi::NodeOutput& output : node.outputs) ids.push_back(output.value);
  return ids;
}

}  // namespace

Result<std::unique_ptr<const spi::Predictor>> Program::make(const spi::Graph& graph,
                                                            const spi::Region& region) {
  const auto is_sparse = [&](spi::ValueId value) { return graph.values[value].is_sparse(); };
  if (std::any_of(region.inputs.begin(), region.inputs.end(), is_sparse) ||
      std::any_of(region.outputs.begin(), region.outputs.end(), is_sparse)) {
    return Error(Errc::unsupported_model, "graph", "a sparse value of two regions",
                 "sparse values that neighbouring operators make and read");
  }
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
      slot_of[values[i]] = program->add_slot(graph.values[values[i]], home, i);
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

/// A sparse value's rows are SparseRow.
std::uint32_t Program::add_slot(const spi::GraphValue& value, Home home, std::uint32_t position) {
  const bool has_text = size_of(value.dtype) == 0;
  runs_row_by_row_ = runs_row_by_row_ || value.is_sparse() || has_text;
  Slot slot{home, position, value.width, spi::element_bytes(value.dtype), 0, value.sparse_factor};
  if (value.is_sparse()) slot.element_bytes = sizeof(SparseRow);
  if (home == Home::arena) {
    slot.row_offset = row_bytes_;
    row_bytes_ += (value.is_sparse() ? 1 : value.width) * slot.element_bytes;
  }
  slots_.push_back(slot);
  return static_cast<std::uint32_t>(slots_.size() - 1);
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
  const auto is_sparse = [](const spi::GraphValue& value) { return value.is_sparse(); };
  if (!row->knows_sparse && (std::any_of(inputs.begin(), inputs.end(), is_sparse) ||
                             std::any_of(outputs.begin(), outputs.end(), is_sparse))) {
    return Error(Errc::invalid_model, "operator " + op.name, "a sparse value",
                 "rows of numbers, as to_dense makes them");
  }
  Result<std::unique_ptr<const Kernel>> kernel = row->prepare({op, inputs, outputs});
  if (!kernel) return std::move(kernel).error();
  Step step;
  step.kernel = std::move(*kernel);
  for (const spi::ValueId id : node.inputs) step.inputs.push_back(slot_of[id]);
  for (const spi::ValueId id : ids) {
    if (slot_of[id] == kNoSlot) slot_of[id] = add_slot(graph.values[id], Home::arena, 0);
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

std::size_t Program::own_bytes() const noexcept {
  return base::aligned(most_inputs_ * sizeof(spi::InputBuffer)) +
         base::aligned(most_outputs_ * sizeof(spi::OutputBuffer));
}

std::size_t Program::scratch_bytes(std::size_t row_count) const noexcept {
  const std::size_t rows = runs_row_by_row_ ? std::min<std::size_t>(row_count, 1) : row_count;
  std::size_t own = 0;
  for (const Step& step : steps_) own = std::max(own, step.kernel->scratch_bytes(rows));
  return arena_bytes(rows) + own_bytes() + own;
}

std::size_t Program::text_scratch_bytes(std::size_t longest_text) const noexcept {
  std::size_t entries = 0;
  for (const Slot& slot : slots_) {
    if (slot.sparse_factor != 0)
      entries += sparse_bytes(slot.width, slot.sparse_factor, longest_text);
  }
  std::size_t own = 0;
  for (const Step& step : steps_)
    own = std::max(own, step.kernel->text_scratch_bytes(longest_text));
  return entries + base::kAlignment + own;
}

std::size_t Program::memory_bytes() const noexcept {
  std::size_t size = sizeof(*this) + slots_.capacity() * sizeof(Slot);
  for (const Step& step : steps_) size += sizeof(step) + step.kernel->memory_bytes();
  return size;
}

/// Where rows from `first` on begin, of `count` that are run at a time.
std::byte* Program::slot_data(const Slot& slot, const spi::RunRequest& request, std::size_t first,
                              std::size_t count) const noexcept {
  if (slot.home == Home::output) {
    if (void* asked = request.outputs[slot.position].data) {
      return static_cast<std::byte*>(asked) + first * slot.width * slot.element_bytes;
    }
  }
  const auto number = static_cast<std::size_t>(&slot - slots_.data());
  const std::size_t begin = slot.row_offset * count;
  return request.scratch.data() + begin / base::kAlignment * base::kAlignment +
         number * base::kAlignment;
}

/// Gives the one row of each sparse value its room. Returns where that ends.
std::byte* Program::lay_out_sparse(const spi::RunRequest& request, std::byte* at) const noexcept {
  for (const Slot& slot : slots_) {
    if (slot.sparse_factor == 0) continue;
    const std::size_t room = sparse_room(slot.width, slot.sparse_factor, request.longest_text);
    auto* row = reinterpret_cast<SparseRow*>(slot_data(slot, request, 0, 1));
    row->numbers = reinterpret_cast<double*>(at);
    row->places = reinterpret_cast<std::uint32_t*>(at + base::aligned(room * sizeof(double)));
    row->count = 0;
    at += sparse_bytes(slot.width, slot.sparse_factor, request.longest_text);
  }
  return at;
}

void Program::run(const spi::RunRequest& request) const noexcept {
  if (!runs_row_by_row_) return run_rows(request, 0, request.row_count, nullptr);
  if (request.row_count == 0) return;
  std::byte* const own =
      lay_out_sparse(request, request.scratch.data() + arena_bytes(1) + own_bytes());
  for (std::size_t r = 0; r < request.row_count; ++r) run_rows(request, r, 1, own);
}

void Program::run_rows(const spi::RunRequest& request, std::size_t first, std::size_t count,
                       std::byte* own_begin) const noexcept {
  std::uint64_t asked = 0;
  for (std::size_t i = 0; i < request.outputs.size(); ++i) {
    if (request.outputs[i].data != nullptr) asked |= std::uint64_t{1} << i;
  }
  std::byte* const lists = request.scratch.data() + arena_bytes(count);
  auto* inputs = reinterpret_cast<spi::InputBuffer*>(lists);
  auto* outputs = reinterpret_cast<spi::OutputBuffer*>(
      lists + base::aligned(most_inputs_ * sizeof(spi::InputBuffer)));
  if (own_begin == nullptr) own_begin = lists + own_bytes();
  const std::span<std::byte> own(own_begin, request.scratch.data() + request.scratch.size());
  for (const Step& step : steps_) {
    if ((step.needed_for & asked) == 0) continue;
    for (std::size_t i = 0; i < step.inputs.size(); ++i) {
      const Slot& slot = slots_[step.inputs[i]];
      if (slot.home == Home::input) {
        const spi::InputBuffer& in = request.inputs[slot.position];
        const std::size_t skipped = first * in.stride * slot.element_bytes;
        inputs[i] = {static_cast<const std::byte*>(in.data) + skipped, in.stride};
      } else {
        inputs[i] = {slot_data(slot, request, first, count), slot.width};
      }
    }
    for (std::size_t i = 0; i < step.outputs.size(); ++i) {
      outputs[i] = {slot_data(slots_[step.outputs[i]], request, first, count)};
    }
    step.kernel->run({count,
                      {inputs, step.inputs.size()},
                      {outputs, step.outputs.size()},
                      own,
                      false,
                      request.longest_text});
  }
}

}  // namespace trivet::tensor
