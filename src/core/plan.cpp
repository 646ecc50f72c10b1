// SPDX-License-Identifier: Apache-2.0
// The planner: nodes to backends, backends to regions, regions to steps.
#include "core/plan.hpp"

#include <algorithm>
#include <atomic>
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

/// Values with few numbers live where their size is known by the text: inside one region.
Status check_edges(const Graph& graph, const Region& region) {
  for (const ValueId value : region.outputs) {
    if (!graph.values[value].is_sparse()) continue;
    return Error(Errc::unsupported_model, "graph",
                 text::message("the sparse value {}, which leaves its region",
                               text::quoted(graph.values[value].name)),
                 "sparse values that neighbouring operators make and read");
  }
  return {};
}

// Blocks are whole numbers of what vector engines take at once. The values between two steps of a
// block of the greatest size stay in a usual second cache; threads share blocks of a few
// microseconds at least, which is what waking a thread costs.
constexpr std::size_t kLeastBlock = 512;
constexpr std::size_t kGreatestBlock = 8 * kLeastBlock;

std::size_t rows_of_block(std::size_t row_count, std::size_t width) noexcept {
  constexpr std::size_t kBlocksEach = 4;  // a thread that comes late leaves some to the others
  if (width == 1) return kGreatestBlock;
  const std::size_t share = row_count / (width * kBlocksEach);
  const std::size_t whole = (share + kLeastBlock - 1) / kLeastBlock * kLeastBlock;
  return std::clamp(whole, kLeastBlock, kGreatestBlock);
}

}  // namespace

Result<Plan> Plan::make(const Graph& graph, Backends backends, const std::string& engine,
                        std::shared_ptr<Executor> executor) {
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

  Plan plan(graph, std::move(executor));
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
    TRIVET_TRY(check_edges(graph, step.region));
    auto predictor =
        backend.prepare(graph, step.region, {engine_for(backend, engine), plan.executor_.get()});
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

/// One call of run(): what its blocks have in common.
struct Plan::Call {
  const spi::InputBuffer& input;
  std::size_t input_cell;  // bytes
  std::size_t row_count;
  OutputMask wanted;
  const PlanScratch& scratch;
};

/// Gives each value that is made on the way a place in the scratch.
void Plan::place_values(std::size_t row_count, OutputMask wanted, PlanScratch& scratch) const {
  scratch.value_offset.assign(graph_->values.size(), PlanScratch::kAbsent);
  std::size_t size = 0;
  const auto place = [&](ValueId value) {
    if ((value_needed_for_[value] & wanted) == 0) return;
    const spi::GraphValue& info = graph_->values[value];
    scratch.value_offset[value] = size;
    size += base::aligned(row_count * info.width * spi::element_bytes(info.dtype));
  };
  for (const spi::TextInput& input : graph_->input.texts) place(input.value);
  for (const Step& step : steps_) {
    for (const ValueId value : step.region.outputs) place(value);
  }
  static_cast<void>(scratch.values.reserve(size));
}

/// Callers ask the same again and again; then the scratch is as the last call left it.
void Plan::lay_out(std::size_t row_count, OutputMask wanted, std::size_t longest_text,
                   PlanScratch& scratch) const {
  scratch.layout = {};  // of no use until all memory is there
  place_values(row_count, wanted, scratch);
  const std::size_t width = executor_ == nullptr ? 1 : std::max<std::size_t>(1, executor_->width());
  const std::size_t block_rows = rows_of_block(row_count, width);
  const std::size_t blocks = (row_count + block_rows - 1) / block_rows;
  const std::size_t lanes = std::clamp<std::size_t>(blocks, 1, width);
  std::size_t step_size = 0;
  for (const Step& step : steps_) {
    if ((step.needed_for & wanted) == 0) continue;
    const std::size_t rows = std::min(block_rows, row_count);
    step_size = std::max(step_size, base::aligned(step.predictor->scratch_bytes(rows)) +
                                        step.predictor->text_scratch_bytes(longest_text));
  }
  if (scratch.lanes.size() < lanes) scratch.lanes.resize(lanes);
  for (std::size_t i = 0; i < lanes; ++i) {
    PlanScratch::Lane& lane = scratch.lanes[i];
    static_cast<void>(lane.buffer.reserve(step_size));
    lane.inputs.reserve(graph_->values.size());
    lane.outputs.reserve(graph_->values.size());
  }
  scratch.layout = {wanted, row_count, block_rows, lanes, longest_text};
}

std::size_t Plan::longest_text(const Batch& batch) const noexcept {
  std::size_t longest = 0;
  for (const spi::TextInput& input : graph_->input.texts) {
    const std::vector<std::size_t>& offsets = batch.text(input.column).offsets;
    for (std::size_t r = 0; r + 1 < offsets.size(); ++r) {
      longest = std::max(longest, offsets[r + 1] - offsets[r]);
    }
  }
  return longest;
}

/// Makes the values of the text columns: views of the batch's characters.
void Plan::view_texts(const Batch& batch, const PlanScratch& scratch) const noexcept {
  for (const spi::TextInput& input : graph_->input.texts) {
    auto* views = reinterpret_cast<std::string_view*>(scratch.value_data(input.value));
    if (views == nullptr) continue;
    const TextColumn& column = batch.text(input.column);
    for (std::size_t r = 0; r < batch.row_count(); ++r) {
      views[r] = column.missing[r] ? std::string_view() : column.at(r);
    }
  }
}

void Plan::run_step(const Step& step, const Call& call, std::size_t first, std::size_t row_count,
                    PlanScratch::Lane& lane) const noexcept {
  const auto place = [&](ValueId value) -> std::byte* {
    const spi::GraphValue& info = graph_->values[value];
    std::byte* data = call.scratch.value_data(value);
    return data == nullptr ? nullptr : data + first * info.width * spi::element_bytes(info.dtype);
  };
  lane.inputs.clear();
  for (const ValueId value : step.region.inputs) {
    if (value == graph_->input.value) {
      const auto* rows = static_cast<const std::byte*>(call.input.data);
      const std::size_t offset = first * call.input.stride * call.input_cell;
      lane.inputs.push_back({rows + offset, call.input.stride});
    } else {
      lane.inputs.push_back({place(value), graph_->values[value].width});
    }
  }
  lane.outputs.clear();
  for (const ValueId value : step.region.outputs) lane.outputs.push_back({place(value)});
  step.predictor->run({row_count, lane.inputs, lane.outputs, lane.buffer.span(),
                       row_count == call.row_count, call.scratch.layout.longest_text});
}

void Plan::run_block(const Call& call, std::size_t first, std::size_t row_count,
                     PlanScratch::Lane& lane) const noexcept {
  for (const Step& step : steps_) {
    if ((step.needed_for & call.wanted) != 0) run_step(step, call, first, row_count, lane);
  }
}

/// The blocks of a call. Its pieces are lanes, each with memory of its own, that take the next
/// block until none is left: so a lane that is late takes fewer.
class Plan::Blocks final : public PieceWork {
 public:
  Blocks(const Plan& plan, const Call& call, std::span<PlanScratch::Lane> lanes)
      : plan_(plan), call_(call), lanes_(lanes) {}

  void run_piece(std::size_t piece) noexcept override {
    const std::size_t rows = call_.scratch.layout.block_rows;
    for (;;) {
      const std::size_t first = next_row_.fetch_add(rows, std::memory_order_relaxed);
      if (first >= call_.row_count) return;
      plan_.run_block(call_, first, std::min(rows, call_.row_count - first), lanes_[piece]);
    }
  }

 private:
  const Plan& plan_;
  const Call& call_;
  std::span<PlanScratch::Lane> lanes_;
  std::atomic<std::size_t> next_row_{0};
};

void Plan::run(const spi::InputBuffer& input, std::size_t row_count, OutputMask wanted,
               PlanScratch& scratch, const Batch* texts) const {
  const PlanScratch::Layout& layout = scratch.layout;
  const std::size_t longest = graph_->input.texts.empty() ? 0 : longest_text(*texts);
  const bool is_laid_out =
      layout.wanted == wanted && layout.row_count == row_count && layout.longest_text >= longest;
  if (!is_laid_out) lay_out(row_count, wanted, longest, scratch);
  if (!graph_->input.texts.empty()) view_texts(*texts, scratch);
  const std::size_t input_cell = size_of(graph_->values[graph_->input.value].dtype);
  const Call call{input, input_cell, row_count, wanted, scratch};
  if (layout.lane_count > 1) {
    Blocks work(*this, call, scratch.lanes);
    return executor_->run(layout.lane_count, work);
  }
  for (std::size_t first = 0; first < row_count; first += layout.block_rows) {
    const std::size_t rows = std::min(layout.block_rows, row_count - first);
    run_block(call, first, rows, scratch.lanes[0]);
  }
}

const void* Plan::data(std::size_t i, const PlanScratch& scratch) const noexcept {
  return scratch.value_data(graph_->outputs[i].value);
}

Plan::OnlyPredictor Plan::only_predictor(std::size_t i) const noexcept {
  const ValueId wanted = graph_->outputs[i].value;
  for (const Step& step : steps_) {
    if (step.region.nodes.size() != 1 || step.region.inputs.size() != 1) continue;
    const ValueId input = step.region.inputs[0];
    const bool is_by_column =
        input == graph_->input.value || !graph_->values[input].columns.empty();
    for (const spi::NodeOutput& output : graph_->nodes[step.region.nodes[0]].outputs) {
      if (output.value == wanted && is_by_column) {
        return {step.predictor.get(), output.port, input};
      }
    }
  }
  return {};
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
