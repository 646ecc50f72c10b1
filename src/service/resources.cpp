// SPDX-License-Identifier: Apache-2.0
// Resources: the directory of what is served.
#include "service/resources.hpp"

#include <utility>

#include "base/try.hpp"
#include "service/declared.hpp"
#include "service/resources_state.hpp"

namespace trivet::service {

Result<std::unique_ptr<Resources>> Resources::open(const Config& config) {
  auto state = std::make_unique<State>();
  state->root = config.root;
  state->profile = config.profile;
  state->declared = config;
  state->page_secret = state->ids.bits();
  std::vector<StoredDocument> documents;
  if (!config.state.empty()) {
    auto store = StateStore::open(config.state);
    if (!store) return std::move(store).error();
    state->store = *std::move(store);
    auto stored = state->store->read_all();
    if (!stored) return std::move(stored).error();
    documents = *std::move(stored);
  }
  auto world = assemble_world(config, documents, *state);
  if (!world) return std::move(world).error();
  state->world.store(std::make_shared<const World>(*std::move(world)));
  return std::unique_ptr<Resources>(new Resources(std::move(state)));
}

Resources::Resources(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Resources::~Resources() = default;

std::shared_ptr<const ServedEndpoint> Resources::find_endpoint(std::string_view id) const {
  const auto world = state_->world.load();
  const auto found = world->endpoints.find(id);
  return found == world->endpoints.end() ? nullptr : found->second->served;
}

std::shared_ptr<const ServedEndpoint> Resources::find_model(std::string_view id,
                                                            std::string_view version) const {
  const auto world = state_->world.load();
  const auto found = world->models.find(id);
  if (found == world->models.end()) return nullptr;
  const auto named = found->second->find(version);
  return named == nullptr ? nullptr : named->alone;
}

}  // namespace trivet::service
