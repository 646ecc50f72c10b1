// SPDX-License-Identifier: Apache-2.0
// The trees of a model as a TreeEnsemble.
#pragma once

#include "format/catboost/conditions.hpp"
#include "format/catboost/model.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/tree_builder.hpp"

namespace trivet::catboost {

/// Spells out oblivious trees, leaves in the file's order, and takes the others as they are.
/// Errors: arrays whose sizes disagree, numbers out of range.
[[nodiscard]] Result<spi::TreeEnsemble> make_forest(const Model& model, const ConditionPlan& plan,
                                                    spi::Link link);

}  // namespace trivet::catboost
