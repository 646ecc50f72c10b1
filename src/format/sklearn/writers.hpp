// SPDX-License-Identifier: Apache-2.0
// Who wrote a scikit-learn file, and which of the service's containers would read it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "artifact/pickle_file.hpp"

namespace trivet::sklearn {

/// Lines for people: the versions of scikit-learn, NumPy, joblib and of the pickle itself, as far
/// as the file shows them; the prebuilt containers of Vertex AI that have this version, and what is
/// known to fail in the others. `bytes` are those of the file. O(values of the pickle).
[[nodiscard]] std::vector<std::string> describe_writers(const artifact::PickleFile& file,
                                                        std::span<const std::byte> bytes);

}  // namespace trivet::sklearn
