// SPDX-License-Identifier: Apache-2.0
// Loading an artefact as a version of a model: with its sidecar's words, and the document's.
#pragma once

#include <string_view>

#include "trivet/local_model.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

struct StoredModel {
  LocalModel model;
  Value document;  ///< the given one, completed by what the sidecar says
};

/// Loads the artefact at `path`. `document` is a canonical Model: its predictSchemata and
/// explanationSpec win over the sidecar's; those that it lacks, and displayName, are taken from the
/// sidecar. Errors: those of LocalModel::load and LocalModel::with_explanation_spec.
[[nodiscard]] Result<StoredModel> load_stored_model(std::string_view path, Value document);
/// The same for a model that is made, not loaded.
[[nodiscard]] Result<StoredModel> complete_stored_model(LocalModel model, Value document);

/// `spec`'s fields over those of `base`, field by field; either may be null.
[[nodiscard]] Value merge_explanation_spec(const Value& base, const Value& spec);
/// The model with this spec, of the service's form. Errors: as with_explanation_spec.
[[nodiscard]] Result<LocalModel> apply_explanation_spec(const LocalModel& model, const Value& spec);

}  // namespace trivet::service
