// SPDX-License-Identifier: Apache-2.0
// Looking things up in a picture of models and endpoints.
#include "service/world.hpp"

#include <algorithm>

namespace trivet::service {

const ServedModel* ServedEndpoint::find(std::string_view deployed_model_id) const noexcept {
  for (const ServedModel& model : models) {
    if (model.deployed_model_id == deployed_model_id) return &model;
  }
  return nullptr;
}

std::shared_ptr<const ModelVersion> ModelEntry::find(std::string_view name) const {
  const std::string_view aliased = version_of_alias(name.empty() ? "default" : name);
  const std::string_view wanted = aliased.empty() ? name : aliased;
  for (const auto& version : versions) {
    if (version->id == wanted) return version;
  }
  for (const auto& version : versions) {
    const bool is_numbered = version->legacy_name.empty();
    if (is_numbered ? name.starts_with('v') && name.substr(1) == version->id
                    : name == version->legacy_name) {
      return version;
    }
  }
  return nullptr;
}

std::string_view ModelEntry::version_of_alias(std::string_view alias) const noexcept {
  for (const auto& [name, version] : aliases) {
    if (name == alias) return version;
  }
  return {};
}

std::vector<std::string> ModelEntry::aliases_of(std::string_view version) const {
  std::vector<std::string> names;
  for (const auto& [name, owner] : aliases) {
    if (owner == version) names.push_back(name);
  }
  return names;
}

void ModelEntry::set_alias(std::string_view alias, std::string_view version) {
  if (version_of_alias(alias) == version) return;
  remove_alias(alias);
  aliases.emplace_back(alias, version);
}

void ModelEntry::remove_alias(std::string_view alias) {
  std::erase_if(aliases, [&](const auto& pair) { return pair.first == alias; });
}

void ModelEntry::remove_version(std::string_view version) {
  std::erase_if(versions, [&](const auto& each) { return each->id == version; });
  std::erase_if(aliases, [&](const auto& pair) { return pair.second == version; });
}

std::shared_ptr<const ModelEntry> World::find_model(std::string_view id) const {
  const auto found = models.find(id);
  return found == models.end() ? nullptr : found->second;
}

std::shared_ptr<const EndpointEntry> World::find_endpoint(std::string_view id) const {
  const auto found = endpoints.find(id);
  return found == endpoints.end() ? nullptr : found->second;
}

}  // namespace trivet::service
