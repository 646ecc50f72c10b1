// SPDX-License-Identifier: Apache-2.0
// A region of operators as one predictor.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "backend/tensor/kernel.hpp"

namespace trivet::tensor {

inline constexpr std::string_view kPlainName = "tensor-plain";

/// Kernels in the graph's order over rows of values in one arena. Of them, those run that the
/// outputs asked for need.
class Program final : public spi::Predictor {
 public:
  /// Errors: an operator that is unknown, or whose attributes, constants or values don't fit it.
  [[nodiscard]] static Result<std::unique_ptr<const spi::Predictor>> make(
      const spi::Graph& graph, const spi::Region& region);

  void run(const spi::RunRequest& request) const noexcept override;
  [[nodiscard]] std::size_t scratch_bytes(std::size_t row_count) const noexcept override;
  [[nodiscard]] std::size_t text_scratch_bytes(std::size_t longest_text) const noexcept override;
  [[nodiscard]] std::string_view engine() const noexcept override { return kPlainName; }
  [[nodiscard]] std::size_t memory_bytes() const noexcept override;

 private:
  /// Where a value lives: given by the caller, taken by the caller, or in the arena.
  enum class Home : std::uint8_t { input, output, arena };
  struct Slot {
    Home home = Home::arena;
    std::uint32_t position = 0;  ///< among the region's inputs or outputs
    std::uint32_t width = 0;
    std::size_t element_bytes = 0;
    std::size_t row_offset = 0;  ///< bytes of the arena's values before this one, for each row
    std::uint32_t sparse_factor = 0;
  };
  struct Step {
    std::unique_ptr<const Kernel> kernel;
    std::vector<std::uint32_t> inputs;   // slots
    std::vector<std::uint32_t> outputs;  // slots
    std::uint64_t needed_for = 0;        // a bit for each output of the region
  };

  Program() = default;
  [[nodiscard]] Status add_step(const spi::Graph& graph, const spi::Node& node,
                                std::vector<std::uint32_t>& slot_of);
  void mark_needs();
  std::uint32_t add_slot(const spi::GraphValue& value, Home home, std::uint32_t position);
  void run_rows(const spi::RunRequest& request, std::size_t first, std::size_t count,
                std::byte* own_begin) const noexcept;
  std::byte* lay_out_sparse(const spi::RunRequest& request, std::byte* at) const noexcept;
  [[nodiscard]] std::size_t own_bytes() const noexcept;
  [[nodiscard]] std::size_t arena_bytes(std::size_t row_count) const noexcept;
  [[nodiscard]] std::byte* slot_data(const Slot& slot, const spi::RunRequest& request,
                                     std::size_t first, std::size_t count) const noexcept;

  std::vector<Slot> slots_;
  std::vector<Step> steps_;
  std::size_t row_bytes_ = 0;    // of all values in the arena
  std::size_t most_inputs_ = 0;  // of one step
  std::size_t most_outputs_ = 0;
  bool runs_row_by_row_ = false;  // then the arena holds one row, and texts have room for one
};

}  // namespace trivet::tensor
