// SPDX-License-Identifier: Apache-2.0
// Graphs of one node, and running a prepared region with fences around all of its memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "support/effort.hpp"
#include "trivet/spi/backend.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::test {

/// A graph with one node that offers every port it can, each as an output of the graph.
[[nodiscard]] spi::Graph graph_of(spi::TreeEnsemble forest, DType cells);
[[nodiscard]] spi::Graph graph_of(spi::Linear linear, DType cells);
/// All nodes as one region; every value that a node makes is an output.
[[nodiscard]] spi::Region whole_region(const spi::Graph& graph);

/// Memory of exactly the asked size, 64-byte aligned, with fences of known bytes on both sides.
/// Under sanitizers there are no fences, so that theirs begin at the first byte beyond.
class FencedBytes {
 public:
  explicit FencedBytes(std::size_t size);
  [[nodiscard]] std::span<std::byte> bytes() noexcept { return {storage_.get() + kFence, size_}; }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept {
    return {storage_.get() + kFence, size_};
  }
  /// False when somebody wrote before or behind the memory.
  [[nodiscard]] bool fences_stand() const noexcept;

 private:
  static constexpr std::size_t kFence = effort<std::size_t>(256, 0);
  struct Free {
    void operator()(std::byte* memory) const noexcept;
  };
  std::unique_ptr<std::byte[], Free> storage_;
  std::size_t size_;
};

/// Rows for a region with one input, as its cells' type has them.
struct RegionRows {
  DType cells = DType::float32;
  std::span<const double> numbers;  ///< row-major, dense; rounded to `cells`
  std::size_t columns = 0;
  std::size_t padding = 0;  ///< unused elements behind each row

  [[nodiscard]] std::size_t count() const noexcept { return numbers.size() / columns; }
};

/// What a run gave: the bytes of each output, empty where it wasn't asked for.
struct RegionAnswers {
  std::vector<FencedBytes> outputs;
  bool fences_stand = true;
};

/// Runs a predictor on rows with exactly the scratch that it states. `wanted` has one flag for each
/// of the region's outputs.
[[nodiscard]] RegionAnswers run_region(const spi::Predictor& predictor, const spi::Graph& graph,
                                       const spi::Region& region, const RegionRows& rows,
                                       const std::vector<bool>& wanted);

/// Element `i` of an answer of that type, widened.
[[nodiscard]] double element(const FencedBytes& bytes, DType dtype, std::size_t i);

}  // namespace trivet::test
