// SPDX-License-Identifier: Apache-2.0
// Terms of the same players, of which a forest has many, added up to one.
#pragma once

#include "explain/margin_solver.hpp"

namespace trivet::explain {

/// Merges terms that want the same players in and out. Requires that `scratch.active` is found;
/// with more than 64 players everything stays as it is. O(terms).
void merge_terms(MarginScratch& scratch);

}  // namespace trivet::explain
