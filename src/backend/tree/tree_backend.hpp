// SPDX-License-Identifier: Apache-2.0
// The backend of TreeEnsemble nodes.
#pragma once

#include <memory>

#include "trivet/spi/backend.hpp"

namespace trivet::tree {

[[nodiscard]] std::unique_ptr<spi::Backend> make_tree_backend();

}  // namespace trivet::tree
