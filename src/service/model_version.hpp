// SPDX-License-Identifier: Apache-2.0
// What the methods on models share: finding a version, adding one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "service/method.hpp"
#include "service/resources_state.hpp"
#include "service/stored_model.hpp"

namespace trivet::service {

struct FoundVersion {
  std::shared_ptr<const ModelEntry> model;
  std::shared_ptr<const ModelVersion> version;
};
/// The version that a request's path names; the default one for none or `-`. Failures: not_found.
[[nodiscard]] Outcome<FoundVersion> find_version(const World& world, const MethodRequest& request);

/// An artefact that was loaded, before it is a version.
struct LoadedSource {
  std::string place;
  StoredModel stored;
  std::string legacy_name = {};  ///< of a version that a legacy client makes
};
/// Of a model that a client uploads: its artifactUri, a gs:// name below the root. Failures:
/// invalid_argument for a bad name or explanation spec; failed_precondition for what isn't there or
/// can't be loaded.
[[nodiscard]] Outcome<LoadedSource> load_uploaded_source(std::string_view root, const Value& model);

/// Adds a version to the change: a new model's first, or the next one. `model` is the canonical
/// Model that was given. Returns its number. The caller has checked what was given.
std::string add_version(Resources::State& state, Change& change, const std::string& id,
                        const Value& model, LoadedSource source, bool is_new);

/// Renews the endpoints that deploy the model, after its documents have changed.
[[nodiscard]] Outcome<Done> serve_again(Change& change, std::string_view model);

}  // namespace trivet::service
