// SPDX-License-Identifier: Apache-2.0
// The trees of a forest as the `Tree=` blocks of a model text.
#pragma once

#include <cstddef>
#include <string>

#include "trivet/spi/tree_ensemble.hpp"

namespace trivet::lightgbm {

/// Appends the block of tree `tree`, up to the next one. Splits and leaves keep their numbers.
/// O(tree).
void append_tree(std::string& out, const spi::TreeEnsemble& forest, std::size_t tree);

/// The 17 digits that LightGBM writes, which read back as the same double.
void append_double(std::string& out, double value);
void append_whole(std::string& out, std::size_t value);

}  // namespace trivet::lightgbm
