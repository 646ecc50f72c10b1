// SPDX-License-Identifier: Apache-2.0
// A pickle's values as text, as make_pickle_samples.py writes Python's.
#pragma once

#include <string>

#include "artifact/pickle_view.hpp"

namespace trivet::test {

[[nodiscard]] std::string shown(const artifact::PickleView& view);

/// Names that the samples and the hostile cases may use.
[[nodiscard]] const artifact::PickleNameTable& data_names();

}  // namespace trivet::test
