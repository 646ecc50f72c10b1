// SPDX-License-Identifier: Apache-2.0
// Every backend that takes a node, with every engine that it lists: what the suite runs over.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/region_run.hpp"
#include "trivet/spi/backend.hpp"
#include "trivet/spi/registry.hpp"

namespace trivet::test {

/// One engine of one backend, prepared for a region.
struct PreparedEngine {
  std::string name;  ///< `backend/engine`
  std::unique_ptr<const spi::Predictor> predictor;
};

/// Prepares the graph's only node with each engine of each built-in backend that accepts it.
/// Engines that can't run this region are left out, if they say so with the right error; anything
/// else is a failing check. The backend's own choice (no engine named) must always be able to.
[[nodiscard]] std::vector<PreparedEngine> prepare_all(const spi::Graph& graph,
                                                      const spi::Region& region);

/// Names of all engines of the built-in backends that accept nodes of this kind.
[[nodiscard]] std::vector<std::string> engine_names(const spi::Node& node);

/// Runs all engines on the rows, all outputs at once and each one alone, and checks that fences
/// stand and that all answers have equal bits. Returns the first engine's.
[[nodiscard]] RegionAnswers run_all(const std::vector<PreparedEngine>& engines,
                                    const spi::Graph& graph, const spi::Region& region,
                                    const RegionRows& rows);

/// Equal bits, NaN equal to NaN, zeros of both signs equal.
[[nodiscard]] bool same_number(double a, double b);

/// The row counts that the suite asks for: around every block size that an engine may have.
inline constexpr std::size_t kRowCounts[] = {1,  2,   3,   4,   5,   7,   8,   9,  15,
                                             16, 17,  31,  32,  33,  48,  63,  64, 65,
                                             96, 127, 128, 129, 255, 256, 257, 300};

}  // namespace trivet::test
