// SPDX-License-Identifier: Apache-2.0
// The first picture: what the configuration declares, and over it what the state file kept.
#pragma once

#include <span>

#include "service/resources_state.hpp"

namespace trivet::service {

/// Loads all models and puts the picture together; operations go into `state`. A document of the
/// state wins over what the configuration says of the same resource; artefacts of declared versions
/// are always those of the configuration. Errors: invalid_argument with a place (`/endpoints/0/…`),
/// or the model's own.
[[nodiscard]] Result<World> assemble_world(const Config& config,
                                           std::span<const StoredDocument> documents,
                                           Resources::State& state);

}  // namespace trivet::service
