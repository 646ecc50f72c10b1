// SPDX-License-Identifier: Apache-2.0
// The legacy service's messages (ml.googleapis.com v1), as tables.
#pragma once

#include "service/json_mapping.hpp"

namespace trivet::service::messages {

extern const Message legacy_model;
extern const Message legacy_version;
extern const Message legacy_list_models_response;
extern const Message legacy_list_versions_response;
extern const Message legacy_set_default_request;

}  // namespace trivet::service::messages
