// SPDX-License-Identifier: Apache-2.0
// What a model answers: CatBoost's prediction types.
#pragma once

#include <cstdint>

#include "format/catboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/graph.hpp"

namespace trivet::catboost {

/// How scores are to be read, which decides what prediction types there are.
enum class Task : std::uint8_t {
  regression,   ///< numbers: RawFormulaVal, and Exponent of one number
  binary,       ///< one score of two classes
  multi_class,  ///< a score a class, exclusive
  one_vs_all,   ///< a score a class, each against the rest
  multi_label,  ///< a score a label, which may hold together
};

[[nodiscard]] Task find_task(const Model& model);
/// What the forest's `linked` port holds for a task.
[[nodiscard]] spi::Link link_of(Task task) noexcept;
/// Adds the ports of the forest, node `forest`, and the operators behind it; the outputs, named as
/// in CatBoost; the parameter `prediction_type`. Errors: labels that don't fit the scores.
[[nodiscard]] Status add_answers(spi::Graph& graph, spi::NodeId forest, Task task,
                                 const Model& model);
/// The labels of the classes as texts, for people. Empty for regression.
[[nodiscard]] std::vector<std::string> class_texts(Task task, const Model& model);

}  // namespace trivet::catboost
