// SPDX-License-Identifier: Apache-2.0
// Integrated gradients of a sum behind a link.
#pragma once

#include "explain/margin_solver.hpp"

namespace trivet::explain {

/// Along the straight line all margins move evenly, so a player's share of an output's change is
/// its share of the margin's, and no steps are needed where an output has one margin: that is
/// exact. Behind a softmax the gradient is integrated by as many points of Gauss and Legendre as
/// there are steps. Requires an additive game.
void integrate_gradients(const MarginOutput& output, const MarginRow& row, MarginScratch& scratch,
                         RowTally& tally);

}  // namespace trivet::explain
