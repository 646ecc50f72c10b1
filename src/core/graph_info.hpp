// SPDX-License-Identifier: Apache-2.0
// Counting what a Graph holds.
#pragma once

#include <cstddef>

#include "trivet/local_model.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::core {

/// Provenance and counts; the engine and the bytes are filled in by whoever prepares the graph.
[[nodiscard]] ModelInfo describe_graph(const spi::Graph& graph);
/// Resident memory of the graph itself.
[[nodiscard]] std::size_t graph_bytes(const spi::Graph& graph) noexcept;
/// Numbers that a row takes before and between the nodes: all that nodes read. Requires a graph
/// that is valid.
[[nodiscard]] std::size_t count_row_numbers(const spi::Graph& graph);

}  // namespace trivet::core
