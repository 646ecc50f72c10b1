// SPDX-License-Identifier: Apache-2.0
// Entries as JSON, for the state file.
#include "service/stored_documents.hpp"

#include "service/config.hpp"
#include "service/field_mask.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

Error damaged_document(std::string_view key) {
  return {Errc::invalid_argument, text::message("the state's document {}", text::quoted(key)),
          "a form that isn't known", "what `trivet serve --state` wrote"};
}

std::uint64_t sequence_of(const Value& stored) noexcept {
  const Value* member = stored.find("sequence");
  return member == nullptr ? 0 : static_cast<std::uint64_t>(member->as_number());
}

Value object_of(const Value& stored, std::string_view name) {
  const Value* member = stored.find(name);
  return member != nullptr && member->as_object() != nullptr ? *member : Value(Value::Object{});
}

}  // namespace

std::string write_model_entry(const ModelEntry& model) {
  Value::Object aliases;
  for (const auto& [alias, version] : model.aliases) aliases.push_back({alias, version});
  Value::List versions;
  for (const auto& version : model.versions) versions.emplace_back(version->id);
  return Value(Value::Object{{"sequence", static_cast<std::int64_t>(model.sequence)},
                             {"nextVersion", model.next_version},
                             {"document", model.document},
                             {"aliases", std::move(aliases)},
                             {"versions", std::move(versions)}})
      .to_json();
}

Result<ModelEntry> read_model_entry(std::string_view id, const Value& stored,
                                    std::vector<std::string>& versions) {
  const Value* list = stored.find("versions");
  const Value* next = stored.find("nextVersion");
  if (list == nullptr || list->as_list() == nullptr || next == nullptr || !next->as_integer()) {
    return damaged_document(id);
  }
  ModelEntry model;
  model.id = id;
  model.sequence = sequence_of(stored);
  model.next_version = *next->as_integer();
  model.document = object_of(stored, "document");
  const Value aliases = object_of(stored, "aliases");
  for (const Member& alias : *aliases.as_object()) {
    if (alias.value.as_text() == nullptr) return damaged_document(id);
    model.aliases.emplace_back(alias.name, *alias.value.as_text());
  }
  for (const Value& version : *list->as_list()) {
    if (version.as_text() == nullptr) return damaged_document(id);
    versions.push_back(*version.as_text());
  }
  return model;
}

std::string write_model_version(const ModelVersion& version) {
  return Value(Value::Object{{"legacyName", version.legacy_name},
                             {"place", version.source.place},
                             {"document", version.document},
                             {"labels", version.labels}})
      .to_json();
}

Result<StoredVersion> read_model_version(std::string_view key, const Value& stored) {
  const std::string_view place = text_of(stored, "place");
  if (place.empty()) return damaged_document(key);
  StoredVersion version;
  version.id = split_version(key).version;
  version.legacy_name = text_of(stored, "legacyName");
  version.place = place;
  version.document = object_of(stored, "document");
  version.labels = object_of(stored, "labels");
  return version;
}

std::string write_endpoint_entry(const EndpointEntry& endpoint) {
  Value::Object stored{{"sequence", static_cast<std::int64_t>(endpoint.sequence)},
                       {"profile", endpoint.profile.name},
                       {"document", endpoint.document}};
  if (endpoint.seed) stored.push_back({"seed", static_cast<std::int64_t>(*endpoint.seed)});
  return Value(std::move(stored)).to_json();
}

Result<EndpointEntry> read_endpoint_entry(std::string_view id, const Value& stored) {
  const auto profile = find_profile(text_of(stored, "profile"));
  if (!profile) return damaged_document(id);
  EndpointEntry endpoint;
  endpoint.id = id;
  endpoint.sequence = sequence_of(stored);
  endpoint.document = object_of(stored, "document");
  endpoint.profile = *profile;
  if (const Value* seed = stored.find("seed"); seed != nullptr && seed->as_integer() != nullptr) {
    endpoint.seed = static_cast<std::uint64_t>(*seed->as_integer());
  }
  return endpoint;
}

std::string write_operation_entry(const OperationEntry& operation) {
  return Value(Value::Object{{"sequence", static_cast<std::int64_t>(operation.sequence)},
                             {"parent", operation.parent},
                             {"resource", operation.resource},
                             {"document", operation.document}})
      .to_json();
}

Result<OperationEntry> read_operation_entry(std::string_view id, const Value& stored) {
  if (stored.find("document") == nullptr) return damaged_document(id);
  OperationEntry operation;
  operation.id = id;
  operation.sequence = sequence_of(stored);
  operation.parent = text_of(stored, "parent");
  operation.resource = text_of(stored, "resource");
  operation.document = object_of(stored, "document");
  return operation;
}

}  // namespace trivet::service
