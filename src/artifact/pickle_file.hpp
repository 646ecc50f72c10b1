// SPDX-License-Identifier: Apache-2.0
// A file of pickle.dump or joblib.dump, compressed or not.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "artifact/expand.hpp"
#include "artifact/pickle.hpp"
#include "trivet/result.hpp"

namespace trivet::artifact {

/// What was in the file. Movable; the file's bytes must outlive it unless they were compressed.
struct PickleFile {
  Compression compression = Compression::none;
  std::vector<std::byte> content;  ///< what the pickle's views point into, if it was compressed
  Pickle pickle;
};

/// Which of the two wrote it is seen in the content, never in a file's name: joblib reads plain
/// pickles too, and its own files differ only where arrays are. Bytes behind the pickle are
/// ignored, as Python does. Errors as those of expand and read_pickle.
[[nodiscard]] Result<PickleFile> read_pickle_file(std::span<const std::byte> bytes,
                                                  const PickleNameTable& names,
                                                  const PickleOptions& options = {},
                                                  const ExpandLimits& limits = {});

}  // namespace trivet::artifact
