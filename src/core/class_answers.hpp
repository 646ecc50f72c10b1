// SPDX-License-Identifier: Apache-2.0
// Which answers of a model are classes, not numbers that anything could move by a part.
#pragma once

#include <cstddef>

#include "trivet/error.hpp"
#include "trivet/signature.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::core {

/// True when an output is a label, or the number of a class: the greatest margin's position, or
/// whether a score is above a border.
[[nodiscard]] bool is_class(const spi::Graph& graph, std::size_t output);

/// The refusal to explain such an answer, with what to ask for instead.
[[nodiscard]] Error class_is_explained(const spi::Graph& graph);

}  // namespace trivet::core
