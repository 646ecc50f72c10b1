// SPDX-License-Identifier: Apache-2.0
// Which file of an artefact is the model, and which format it has.
#pragma once

#include <cstddef>
#include <string>

#include "trivet/artifact.hpp"
#include "trivet/result.hpp"
#include "trivet/spi/registry.hpp"

namespace trivet::core {

struct FoundFormat {
  const spi::Format* format = nullptr;
  std::size_t file = 0;  ///< spi::kWholeFolder when the names of the files told the format
};

/// A folder whose files' names a format is certain about is that format's. Otherwise asks every
/// format about the first bytes of every file; the surest answer wins. Among equals the
/// file names that the service prescribes (`model.bst` …) come first; two other models in one
/// folder are an error that names them. `forced` restricts it to one format.
[[nodiscard]] Result<FoundFormat> find_format(const Artifact& artifact,
                                              const spi::Registry& registry,
                                              const std::string& forced);

}  // namespace trivet::core
