// SPDX-License-Identifier: Apache-2.0
// Endpoints as online methods see them, out of documents.
#include "service/served_endpoint.hpp"

#include <utility>

#include "base/try.hpp"
#include "service/field_mask.hpp"
#include "service/resources_state.hpp"
#include "service/stored_model.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

bool is_true(const Value& object, std::string_view name) noexcept {
  const Value* member = object.find(name);
  return member != nullptr && member->as_boolean() != nullptr && *member->as_boolean();
}

RequestLogTarget log_target(const Value& endpoint) {
  RequestLogTarget target;
  const Value* config = endpoint.find("predictRequestResponseLoggingConfig");
  if (config == nullptr) return target;
  target.enabled = is_true(*config, "enabled");
  const Value* rate = config->find("samplingRate");
  target.sampling_rate = rate == nullptr ? 0 : rate->as_number();
  const Value* destination = config->find("bigqueryDestination");
  if (destination != nullptr) target.output_uri = text_of(*destination, "outputUri");
  return target;
}

const LocalModel* find_served_model(const ServedEndpoint* before, std::string_view id) noexcept {
  if (before == nullptr) return nullptr;
  for (const DeployedModel& model : before->endpoint.deployed_models()) {
    if (model.id == id) return &model.model;
  }
  return nullptr;
}

/// The version's model, with the deployed model's explanation spec over its own.
Outcome<LocalModel> deployed_local_model(const ModelVersion& version, const Value& deployed) {
  const Value* spec = deployed.find("explanationSpec");
  if (spec == nullptr || is_true(deployed, "disableExplanations")) return version.source.model;
  const Value* own = version.document.find("explanationSpec");
  auto model = apply_explanation_spec(
      version.source.model, merge_explanation_spec(own == nullptr ? Value() : *own, *spec));
  if (model) return *std::move(model);
  return Failure(Code::invalid_argument,
                 model.error().within("deployedModel.explanationSpec").message());
}

Outcome<Done> add_served_model(const World& world, const ServedEndpoint* before,
                               const Value& deployed, ServedEndpoint& served) {
  const std::string_view id = text_of(deployed, "id");
  const std::string_view model_id = text_of(deployed, "model");
  const auto entry = world.find_model(model_id);
  const auto version =
      entry == nullptr ? nullptr : entry->find(text_of(deployed, "modelVersionId"));
  if (version == nullptr) {
    return Failure(Code::not_found,
                   text::message("The deployed model {} is of {}@{}, which isn't there.",
                                 text::quoted(id), model_id, text_of(deployed, "modelVersionId")));
  }
  const LocalModel* present = find_served_model(before, id);
  auto model =
      present != nullptr ? Outcome<LocalModel>(*present) : deployed_local_model(*version, deployed);
  if (!model) return std::move(model).failure();
  if (const Status done = served.endpoint.deploy_model(id, *std::move(model)); !done) {
    return Failure(done.error());
  }
  served.models.push_back({.deployed_model_id = std::string(id),
                           .model_id = std::string(model_id),
                           .version_id = version->id,
                           .display_name = std::string(text_of(version->document, "displayName")),
                           .delay = version->source.delay,
                           .explains = !is_true(deployed, "disableExplanations")});
  return Done();
}

std::vector<TrafficShare> shares_of(const Value* split) {
  std::vector<TrafficShare> shares;
  if (split == nullptr || split->as_object() == nullptr) return shares;
  for (const Member& share : *split->as_object()) {
    shares.push_back({share.name, static_cast<int>(share.value.as_number())});
  }
  return shares;
}

}  // namespace

Outcome<Done> serve_endpoint(const World& world, const ServedEndpoint* before,
                             EndpointEntry& entry) {
  const std::uint64_t usual_seed = std::hash<std::string>()(entry.id);
  auto served = std::make_shared<ServedEndpoint>(
      ServedEndpoint{.id = entry.id,
                     .display_name = std::string(text_of(entry.document, "displayName")),
                     .profile = entry.profile,
                     .is_dedicated = is_true(entry.document, "dedicatedEndpointEnabled"),
                     .is_private = !text_of(entry.document, "network").empty(),
                     .endpoint = LocalEndpoint(entry.seed.value_or(usual_seed)),
                     .models = {},
                     .log = log_target(entry.document)});
  const Value* deployed = entry.document.find("deployedModels");
  if (deployed != nullptr && deployed->as_list() != nullptr) {
    for (const Value& model : *deployed->as_list()) {
      TRIVET_TRY(add_served_model(world, before, model, *served));
    }
  }
  const auto shares = shares_of(entry.document.find("trafficSplit"));
  if (const Status set = served->endpoint.set_traffic_split(shares); !set) {
    return Failure(set.error());
  }
  entry.served = std::move(served);
  return Done();
}

std::shared_ptr<const ServedEndpoint> serve_alone(std::string_view model_id,
                                                  const ModelVersion& version,
                                                  const Profile& profile) {
  auto served = std::make_shared<ServedEndpoint>(
      ServedEndpoint{.id = std::string(model_id),
                     .display_name = std::string(text_of(version.document, "displayName")),
                     .profile = profile,
                     .is_dedicated = false,
                     .is_private = false,
                     .endpoint = version.source.model.deploy_to_local_endpoint(),
                     .models = {},
                     .log = {}});
  served->models.push_back({.deployed_model_id = "1",
                            .model_id = std::string(model_id),
                            .version_id = version.id,
                            .display_name = served->display_name,
                            .delay = version.source.delay,
                            .explains = true});
  return served;
}

}  // namespace trivet::service
