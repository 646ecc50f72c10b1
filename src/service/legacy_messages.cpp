// SPDX-License-Identifier: Apache-2.0
// The legacy service's messages, after its discovery document (ml:v1).
#include "service/legacy_messages.hpp"

namespace trivet::service::messages {
namespace {

// clang-format off
constexpr EnumName kLegacyVersionStateNames[] = {
    {"UNKNOWN", 0}, {"READY", 1}, {"CREATING", 2}, {"FAILED", 3}, {"DELETING", 4}, {"UPDATING", 5}};
constexpr EnumName kLegacyFrameworkNames[] = {
    {"FRAMEWORK_UNSPECIFIED", 0}, {"TENSORFLOW", 1}, {"SCIKIT_LEARN", 2}, {"XGBOOST", 3}};

constexpr Field kLegacyModelFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "description", .kind = Kind::text},
    {.name = "defaultVersion", .kind = Kind::message,
     .message = &legacy_version, .output_only = true},
    {.name = "regions", .kind = Kind::text, .shape = Shape::list},
    {.name = "onlinePredictionLogging", .kind = Kind::boolean},
    {.name = "onlinePredictionConsoleLogging", .kind = Kind::boolean},
    {.name = "labels", .kind = Kind::text, .shape = Shape::map},
    {.name = "etag", .kind = Kind::text},
};
constexpr Field kLegacyVersionFields[] = {
    {.name = "name", .kind = Kind::text},
    {.name = "description", .kind = Kind::text},
    {.name = "isDefault", .kind = Kind::boolean, .output_only = true},
    {.name = "deploymentUri", .kind = Kind::text},
    {.name = "createTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "lastUseTime", .kind = Kind::timestamp, .output_only = true},
    {.name = "runtimeVersion", .kind = Kind::text},
    {.name = "autoScaling", .kind = Kind::value},
    {.name = "manualScaling", .kind = Kind::value},
    {.name = "state", .kind = Kind::enumeration,
     .names = kLegacyVersionStateNames, .output_only = true},
    {.name = "errorMessage", .kind = Kind::text, .output_only = true},
    {.name = "predictionClass", .kind = Kind::text},
    {.name = "packageUris", .kind = Kind::text, .shape = Shape::list},
    {.name = "labels", .kind = Kind::text, .shape = Shape::map},
    {.name = "etag", .kind = Kind::text},
    {.name = "machineType", .kind = Kind::text},
    {.name = "framework", .kind = Kind::enumeration, .names = kLegacyFrameworkNames},
    {.name = "pythonVersion", .kind = Kind::text},
    {.name = "acceleratorConfig", .kind = Kind::value},
    {.name = "serviceAccount", .kind = Kind::text},
    {.name = "requestLoggingConfig", .kind = Kind::value},
    {.name = "explanationConfig", .kind = Kind::value},
    {.name = "container", .kind = Kind::value},
    {.name = "routes", .kind = Kind::value},
};
constexpr Field kLegacyListModelsFields[] = {
    {.name = "models", .kind = Kind::message, .shape = Shape::list, .message = &legacy_model},
    {.name = "nextPageToken", .kind = Kind::text},
};
constexpr Field kLegacyListVersionsFields[] = {
    {.name = "versions", .kind = Kind::message, .shape = Shape::list, .message = &legacy_version},
    {.name = "nextPageToken", .kind = Kind::text},
};

}  // namespace

constinit const Message legacy_model{"google.cloud.ml.v1.Model", kLegacyModelFields};
constinit const Message legacy_version{"google.cloud.ml.v1.Version", kLegacyVersionFields};
constinit const Message legacy_list_models_response{"google.cloud.ml.v1.ListModelsResponse",
     kLegacyListModelsFields};
constinit const Message legacy_list_versions_response{"google.cloud.ml.v1.ListVersionsResponse",
     kLegacyListVersionsFields};
constinit const Message legacy_set_default_request{"google.cloud.ml.v1.SetDefaultVersionRequest",
     {}};
// clang-format on

}  // namespace trivet::service::messages
