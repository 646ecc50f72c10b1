// SPDX-License-Identifier: Apache-2.0
// Entries as the state file keeps them, in JSON. Artefacts are not kept: they stay where they are.
#pragma once

#include <string>
#include <string_view>

#include "service/operations.hpp"
#include "service/world.hpp"
#include "trivet/result.hpp"

namespace trivet::service {

/// What stands for a resource that the configuration declares and a client deleted.
inline constexpr std::string_view kGoneDocument = R"({"gone":true})";

[[nodiscard]] std::string write_model_entry(const ModelEntry& model);
[[nodiscard]] std::string write_model_version(const ModelVersion& version);
[[nodiscard]] std::string write_endpoint_entry(const EndpointEntry& endpoint);
[[nodiscard]] std::string write_operation_entry(const OperationEntry& operation);

/// A model without its versions, whose ids are put into `versions`. Errors: invalid_argument.
[[nodiscard]] Result<ModelEntry> read_model_entry(std::string_view id, const Value& stored,
                                                  std::vector<std::string>& versions);
/// A version's document before its artefact is loaded.
struct StoredVersion {
  std::string id;
  std::string legacy_name;
  std::string place;
  Value document;
  Value labels;
};
[[nodiscard]] Result<StoredVersion> read_model_version(std::string_view key, const Value& stored);
/// An endpoint that isn't served yet.
[[nodiscard]] Result<EndpointEntry> read_endpoint_entry(std::string_view id, const Value& stored);
[[nodiscard]] Result<OperationEntry> read_operation_entry(std::string_view id, const Value& stored);

}  // namespace trivet::service
