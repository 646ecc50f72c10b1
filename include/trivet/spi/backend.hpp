// SPDX-License-Identifier: Apache-2.0
// What a backend is: it prepares regions of a Graph into immutable predictors.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/executor.hpp"
#include "trivet/export.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/cover_game.hpp"
#include "trivet/spi/format.hpp"
#include "trivet/spi/graph.hpp"
#include "trivet/spi/margin_game.hpp"

namespace trivet::inline v0::spi {

/// Connected nodes that one backend runs as a whole: what goes in, what must come out.
struct Region {
  std::vector<NodeId> nodes;     ///< in the graph's order
  std::vector<ValueId> inputs;   ///< made outside, used inside
  std::vector<ValueId> outputs;  ///< made inside, used outside or answered
};

/// A buffer of `row_count` rows, laid out as the value of the same position in Region says.
struct InputBuffer {
  const void* data = nullptr;
  std::size_t stride = 0;  ///< elements from row to row
};
struct OutputBuffer {
  void* data = nullptr;  ///< rows are dense; null: not asked for
};

/// One call. All memory is the caller's.
struct RunRequest {
  std::size_t row_count = 0;
  std::span<const InputBuffer> inputs;
  std::span<const OutputBuffer> outputs;
  /// At least scratch_bytes(row_count) and text_scratch_bytes(longest_text), 64-byte aligned.
  std::span<std::byte> scratch;
  /// Nobody shares this call's rows out: the predictor may use PrepareOptions::executor.
  bool is_whole_call = false;
  std::size_t longest_text = 0;  ///< bytes of the longest text among the graph's inputs
};

/// Where the ports of a one-node region stand among its outputs: a backend of TreeEnsemble or
/// Linear nodes resolves them once and finds its buffers by port. A plain value.
class TRIVET_EXPORT PortPlaces {
 public:
  /// Requires that the region's only node is `node`.
  PortPlaces(const Node& node, const Region& region) noexcept;
  /// The buffer for a port; null when nobody asked for it.
  [[nodiscard]] void* find(Port port, const RunRequest& request) const noexcept;

  /// True when an answer is asked for that begins with the margins.
  [[nodiscard]] bool wants_sums(const RunRequest& request) const noexcept;
  /// Where to put the margins, row-major: the buffer of Port::margin, else that of Port::linked,
  /// else the beginning of the scratch.
  [[nodiscard]] void* find_sums(const RunRequest& request) const noexcept;
  /// From the margins at find_sums() to the other ports that are asked for: the first greatest of
  /// each row, the link. `width` margins a row.
  void answer(const RunRequest& request, std::span<const float> margins, std::size_t width,
              const Link& link) const noexcept;
  void answer(const RunRequest& request, std::span<const double> margins, std::size_t width,
              const Link& link) const noexcept;

 private:
  std::array<int, 5> place_{-1, -1, -1, -1, -1};  // by Port; -1: not offered
};

/// A prepared region: immutable, shared by all sessions, called from any thread.
class TRIVET_EXPORT Predictor {
 public:
  virtual ~Predictor();

  /// Answers the rows. Never allocates, never locks, never fails on any float: what could go wrong
  /// was settled when it was prepared.
  virtual void run(const RunRequest& request) const noexcept = 0;
  [[nodiscard]] virtual std::size_t scratch_bytes(std::size_t row_count) const noexcept = 0;
  /// What it needs besides for texts of that size. Rises with the size.
  [[nodiscard]] virtual std::size_t text_scratch_bytes(std::size_t longest_text) const noexcept;
  /// Which engine this is, `"tree-interleaved"`.
  [[nodiscard]] virtual std::string_view engine() const noexcept = 0;
  /// Resident memory of the prepared form, without the Graph.
  [[nodiscard]] virtual std::size_t memory_bytes() const noexcept = 0;
  /// The margins of a region of one input as a game against a baseline, for exact attributions.
  /// Null when the backend can't take them apart; the region is then asked from outside. The
  /// predictor must outlive the game.
  [[nodiscard]] virtual std::unique_ptr<const MarginGame> make_margin_game(
      const GameSetup& setup) const;
  /// The same region with the covers of its training. Errors: unsupported_model for a region that
  /// has none, or whose kind has no such values. The predictor must outlive the game.
  [[nodiscard]] virtual Result<std::unique_ptr<const CoverGame>> make_cover_game(
      const CoverSetup& setup) const;
};

/// What the loader wants of a backend.
struct PrepareOptions {
  std::string engine = {};  ///< name of the engine to use; empty: the backend's choice
  /// For calls that say is_whole_call; the rows of the others are shared out already. May be null;
  /// outlives the predictor.
  Executor* executor = nullptr;
};

/// Runs some kinds of nodes. Immutable and safe from any thread.
class TRIVET_EXPORT Backend {
 public:
  virtual ~Backend();

  [[nodiscard]] virtual int interface_version() const noexcept { return kInterfaceVersion; }
  /// Lower-case name: `"tree"`.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// True when this backend can run the node. The planner asks the backends in their order.
  [[nodiscard]] virtual bool accepts(const Node& node) const noexcept = 0;
  /// True when a region of this backend may have several nodes; else each node is its own.
  [[nodiscard]] virtual bool joins_nodes() const noexcept { return false; }
  /// The engines that PrepareOptions::engine may name.
  [[nodiscard]] virtual std::vector<std::string_view> engines() const = 0;
  /// Prepares a region whose nodes it accepts. The graph stays alive and unchanged as long as the
  /// predictor. Errors: unsupported_model, out_of_memory, invalid_argument for an engine that
  /// can't run this region.
  [[nodiscard]] virtual Result<std::unique_ptr<const Predictor>> prepare(
      const Graph& graph, const Region& region, const PrepareOptions& options) const = 0;
};

}  // namespace trivet::inline v0::spi
