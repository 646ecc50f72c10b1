// SPDX-License-Identifier: Apache-2.0
// An ExplanationSpec out of the service's JSON, and what a request may change in it.
#pragma once

#include "trivet/attribution.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::explain {

/// Paths where an old metadata file stands alone, without parameters.
inline constexpr std::int32_t kOldMetadataPaths = 25;

/// Reads a spec; `is_old` for the form of `explanation_metadata.json`. Places in errors are JSON
/// pointers from `value`.
[[nodiscard]] Result<ExplanationSpec> read_spec(const Value& value, bool is_old);

/// The deployed spec with what an `explanationSpecOverride` changes: `parameters` replace the
/// deployed ones whole, of the same method or the extension FrameworkAttribution; `metadata.inputs`
/// give inputs that are there other baselines. Errors: invalid_request; places start at the
/// override.
[[nodiscard]] Result<ExplanationSpec> override_spec(const ExplanationSpec& deployed,
                                                    const Value& change);

}  // namespace trivet::explain
