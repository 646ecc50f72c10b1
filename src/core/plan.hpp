// SPDX-License-Identifier: Apache-2.0
// A Graph cut into regions and prepared: what a loaded model runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/aligned_buffer.hpp"
#include "trivet/batch.hpp"
#include "trivet/executor.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/backend.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::core {

/// Which of a graph's outputs are asked for, a bit each; at most 64 outputs a graph.
using OutputMask = std::uint64_t;

/// One thread's memory for running one plan.
struct PlanScratch {
  static constexpr std::size_t kAbsent = SIZE_MAX;

  /// The kind of call that everything below has its size and place for.
  struct Layout {
    OutputMask wanted = 0;  // 0: none yet
    std::size_t row_count = 0;
    std::size_t block_rows = 0;
    std::size_t lane_count = 0;
    std::size_t longest_text = 0;
  };

  /// What one of the threads that share a call needs for itself.
  struct Lane {
    base::AlignedBuffer buffer;  // of one step
    std::vector<spi::InputBuffer> inputs;
    std::vector<spi::OutputBuffer> outputs;
  };

  Layout layout;
  base::AlignedBuffer values;             // what is made on the way, for all rows
  std::vector<std::size_t> value_offset;  // in `values`, by ValueId; kAbsent: nobody asked
  std::vector<Lane> lanes;

  [[nodiscard]] std::byte* value_data(spi::ValueId value) const noexcept {
    const std::size_t offset = value_offset[value];
    return offset == kAbsent ? nullptr : values.data() + offset;
  }
};

/// Regions in the order in which they run. Immutable; any thread, each with its own scratch.
class Plan {
 public:
  /// Cuts the graph into the largest runs of nodes that one backend takes, and prepares them. The
  /// graph must stay where it is as long as the plan; `executor` may be null. Errors:
  /// unsupported_model naming a node that no backend takes; invalid_argument for an engine that
  /// nobody has.
  [[nodiscard]] static Result<Plan> make(
      const spi::Graph& graph, std::span<const std::shared_ptr<const spi::Backend>> backends,
      const std::string& engine, std::shared_ptr<Executor> executor);

  /// Answers the wanted outputs for `row_count` rows, in blocks that the threads of the executor
  /// share. After it, data() finds them until the scratch is used again. Runs only what they need;
  /// allocates only when the scratch must grow. Requires at least one wanted output, a scratch that
  /// no other plan has used, and where the graph takes texts, the batch that holds the rows'.
  void run(const spi::InputBuffer& input, std::size_t row_count, OutputMask wanted,
           PlanScratch& scratch, const Batch* texts = nullptr) const;
  /// Where output `i` stands in the scratch. Requires that it was wanted.
  [[nodiscard]] const void* data(std::size_t i, const PlanScratch& scratch) const noexcept;

  /// A predictor that is alone in its region, and the one value that it reads.
  struct OnlyPredictor {
    const spi::Predictor* predictor = nullptr;
    spi::Port port = spi::Port::result;  ///< what the output is of what it makes
    spi::ValueId input = 0;
  };
  /// Who makes output `i`, if that is one node that reads the graph's input, or a value of whose
  /// elements it is known which columns they are made of. Null predictor: nobody of that kind.
  [[nodiscard]] OnlyPredictor only_predictor(std::size_t i) const noexcept;
  /// Where a value stands after a run of one row for an output that needs it.
  [[nodiscard]] const void* value(spi::ValueId id, const PlanScratch& scratch) const noexcept {
    return scratch.value_data(id);
  }

  /// The engines of the regions, joined by ` + `.
  [[nodiscard]] std::string engines() const;
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  struct Step {
    spi::Region region;
    std::shared_ptr<const spi::Backend> backend;  // lives as long as what it prepared
    std::unique_ptr<const spi::Predictor> predictor;
    OutputMask needed_for = 0;
  };

  struct Call;
  class Blocks;

  Plan(const spi::Graph& graph, std::shared_ptr<Executor> executor)
      : graph_(&graph), executor_(std::move(executor)) {}
  void mark_needs();
  void lay_out(std::size_t row_count, OutputMask wanted, std::size_t longest_text,
               PlanScratch& scratch) const;
  void place_values(std::size_t row_count, OutputMask wanted, PlanScratch& scratch) const;
  [[nodiscard]] std::size_t longest_text(const Batch& batch) const noexcept;
  void view_texts(const Batch& batch, const PlanScratch& scratch) const noexcept;
  void run_block(const Call& call, std::size_t first, std::size_t row_count,
                 PlanScratch::Lane& lane) const noexcept;
  void run_step(const Step& step, const Call& call, std::size_t first, std::size_t row_count,
                PlanScratch::Lane& lane) const noexcept;

  const spi::Graph* graph_;
  std::shared_ptr<Executor> executor_;  // null: the calling thread alone
  std::vector<Step> steps_;
  std::vector<OutputMask> value_needed_for_;  // by ValueId
};

}  // namespace trivet::core
