// SPDX-License-Identifier: Apache-2.0
// The ExplanationSpec that lies beside an artefact.
#pragma once

#include <optional>
#include <string>

#include "core/sidecar.hpp"
#include "trivet/artifact.hpp"
#include "trivet/attribution.hpp"
#include "trivet/result.hpp"

namespace trivet::core {

/// A spec and where it stands, for errors.
struct OwnSpec {
  std::optional<ExplanationSpec> spec;
  std::string file;
  std::string pointer;  ///< inside the file
  /// Out of an `explanation_metadata.json`, which may have been written for another runtime: what
  /// is wrong with it is a warning.
  bool is_old = false;
  std::string warning;
};

/// The sidecar's `explanationSpec`, else the `explanation_metadata.json` of the platform's first
/// generation, in the artefact's folder or beside its file. Errors: invalid_model, io_failed.
[[nodiscard]] Result<OwnSpec> read_own_spec(const Artifact& artifact, const Sidecar& sidecar);

/// The error of a spec as that of the file it stands in.
[[nodiscard]] Error spec_in_file(const Error& error, const OwnSpec& own);

}  // namespace trivet::core
