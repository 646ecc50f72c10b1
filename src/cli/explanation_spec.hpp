// SPDX-License-Identifier: Apache-2.0
// Explanation specs from files, and one for want of any.
#pragma once

#include <string>

#include "cli/row_file.hpp"
#include "trivet/local_model.hpp"
#include "trivet/result.hpp"

namespace trivet::cli {

/// The model with the spec of a file, whose name stands before the places in errors.
[[nodiscard]] Result<LocalModel> with_spec_file(const LocalModel& model, const std::string& path);

/// The model that explains as its framework does, all outputs in its order; `kind` as
/// FrameworkAttribution has it. Places in errors begin with "--values".
[[nodiscard]] Result<LocalModel> with_framework_values(const LocalModel& model,
                                                       const std::string& kind);

/// The model with sampled Shapley and one baseline, the lower medians of the columns of `rows`.
[[nodiscard]] Result<LocalModel> with_medians(const LocalModel& model, const RowFile& rows);

}  // namespace trivet::cli
