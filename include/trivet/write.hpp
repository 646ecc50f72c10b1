// SPDX-License-Identifier: Apache-2.0
// Writing a loaded model as a file of a framework.
#pragma once

#include <string>
#include <string_view>

#include "trivet/export.hpp"
#include "trivet/local_model.hpp"
#include "trivet/result.hpp"

namespace trivet::inline v0 {

/// The bytes of a file that holds the model in `encoding`: `xgboost-json`, `xgboost-ubjson`,
/// `lightgbm-text`, or what the formats of `registry` (null: the built-in ones) write besides.
///
/// The file answers every row that the model answers, with the same bits. This is proved, not
/// believed: the file is read back and compared with the model before it is handed out. Names and
/// categories are written, those of a sidecar too; what else a sidecar says about answers is not.
/// Gains are written when the model was loaded with LoadOptions::gains, else as 0; parameters of
/// the training are not kept (`docs/formats.md`, Converting).
///
/// Safe from any thread. O(model); needs memory for the file and for a second copy of the model.
/// Errors: invalid_argument for an encoding that nobody writes; unsupported_model for a model that
/// the encoding can't express exactly, with the reason, and for a custom prediction routine;
/// out_of_memory.
[[nodiscard]] TRIVET_EXPORT Result<std::string> write_model(
    const LocalModel& model, std::string_view encoding, const spi::Registry* registry = nullptr);

}  // namespace trivet::inline v0
