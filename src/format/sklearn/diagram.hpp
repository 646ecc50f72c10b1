// SPDX-License-Identifier: Apache-2.0
// Estimators inside each other, drawn for people.
#pragma once

#include <string>
#include <vector>

#include "artifact/pickle_view.hpp"

namespace trivet::sklearn {

/// A line for each estimator: its name where it was given one, its class, how many members it has;
/// those inside it below. Also of classes that can't be read, which the line then says. Bounded in
/// lines, depth and width, whatever the file holds.
[[nodiscard]] std::vector<std::string> draw_estimators(const artifact::PickleView& root);

}  // namespace trivet::sklearn
