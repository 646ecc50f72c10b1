// SPDX-License-Identifier: Apache-2.0
// Deployed models: deploy, undeploy, change what they run on.
#include <algorithm>
#include <array>
#include <utility>

#include "base/try.hpp"
#include "service/answers.hpp"
#include "service/field_mask.hpp"
#include "service/messages.hpp"
#include "service/method_functions.hpp"
#include "service/resources_state.hpp"
#include "service/rules.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"

namespace trivet::service::methods {
namespace {

/// What mutateDeployedModel may change.
constexpr std::array<std::string_view, 5> kMutableFields{
    "dedicatedResources", "automaticResources", "disableContainerLogging", "enableAccessLogging",
    "fasterDeploymentConfig"};

Outcome<std::string> new_deployed_id(Resources::State& state, const Value& given,
                                     const std::vector<std::string>& taken) {
  const std::string_view wanted = text_of(given, "id");
  if (wanted.empty()) return state.ids.next();
  TRIVET_TRY(check_deployed_model_id(wanted));
  if (std::find(taken.begin(), taken.end(), wanted) == taken.end()) return std::string(wanted);
  return Failure(
      Code::already_exists,
      text::message("The endpoint has a deployed model {} already.", text::quoted(wanted)));
}

/// The document of a deployed model: its model's id, and the version that the name means now.
Outcome<Value> new_deployed_model(const World& world, const MethodRequest& request,
                                  const Value& given, std::string id) {
  const std::string_view name = text_of(given, "model");
  if (name.empty()) return Failure(Code::invalid_argument, "deployedModel.model is required.");
  const VersionedId wanted = split_version(last_part(name));
  const auto model = world.find_model(wanted.id);
  const auto version = model == nullptr ? nullptr : model->find(wanted.version);
  if (version == nullptr) return model_not_found(request, last_part(name));
  Value deployed = given;
  set_member(deployed, "id", std::move(id));
  set_member(deployed, "model", wanted.id);
  set_member(deployed, "modelVersionId", version->id);
  if (text_of(given, "displayName").empty()) {
    set_member(deployed, "displayName", text_of(version->document, "displayName"));
  } else {
    TRIVET_TRY(check_display_name(text_of(given, "displayName")));
  }
  set_member(deployed, "createTime", format_timestamp(microseconds_now()));
  return deployed;
}

/// The split of a request that deploys: `0` is the new one. One that isn't given stays as it is,
/// but a private endpoint has no split of its own: its first model takes everything.
Value split_after_deploy(const Value& body, const Value& endpoint, const std::string& id) {
  const Value* given = body.find("trafficSplit");
  if (given == nullptr || given->as_object() == nullptr || given->as_object()->empty()) {
    const Value* present = endpoint.find("trafficSplit");
    const bool is_private = !text_of(endpoint, "network").empty();
    if (is_private && deployed_models_of(endpoint).empty()) {
      return Value::Object{{id, std::int64_t{100}}};
    }
    return present == nullptr ? Value(Value::Object{}) : *present;
  }
  Value split = *given;
  for (Member& share : *split.as_object()) {
    if (share.name == "0") share.name = id;
  }
  return split;
}

/// The split of a request that undeploys `id`: given or the present one, without it.
Outcome<Value> split_after_undeploy(const Value& body, const Value& endpoint,
                                    const std::string& id) {
  const auto ids = deployed_ids_of(endpoint);
  const Value* given = body.find("trafficSplit");
  const bool is_given =
      given != nullptr && given->as_object() != nullptr && !given->as_object()->empty();
  if (is_given) TRIVET_TRY(check_traffic_split(given, ids));
  if (ids.size() == 1) return Value(Value::Object{});
  const Value* present = endpoint.find("trafficSplit");
  Value split = is_given ? *given : present == nullptr ? Value(Value::Object{}) : *present;
  const Value* share = split.find(id);
  if (share != nullptr && share->as_number() != 0) {
    return Failure(
        Code::failed_precondition,
        text::message("Deployed model {} has {} % of the traffic; give it to others "
                      "before it is undeployed.",
                      text::quoted(id), share->as_integer() == nullptr ? 0 : *share->as_integer()));
  }
  erase_member(split, id);
  return split;
}

Value::List without_deployed(const Value& endpoint, std::string_view id) {
  Value::List models = deployed_models_of(endpoint);
  std::erase_if(models, [&](const Value& model) { return text_of(model, "id") == id; });
  return models;
}

Failure deployed_not_found(const MethodRequest& request, std::string_view id) {
  return {Code::not_found,
          text::message("Deployed model {} not found in endpoint `{}/endpoints/{}`.",
                        text::quoted(id), request.parent.name(), request.id)};
}

bool has_deployed(const Value& endpoint, std::string_view id) {
  const auto ids = deployed_ids_of(endpoint);
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

Outcome<FieldMask> mutate_mask(const Value& body, const Value& update) {
  const std::string_view text = text_of(body, "updateMask");
  auto mask = FieldMask::parse(text, messages::deployed_model, "updateMask");
  if (!mask) return mask;
  const auto is_mutable = [](std::string_view name) {
    return std::find(kMutableFields.begin(), kMutableFields.end(), name) != kMutableFields.end();
  };
  if (mask->paths.empty()) {
    for (const Member& member : *update.as_object()) {
      if (is_mutable(member.name)) mask->paths.push_back({member.name});
    }
  }
  for (const auto& path : mask->paths) {
    if (is_mutable(path.front())) continue;
    return Failure(Code::invalid_argument,
                   text::message("updateMask names {}, which can't be changed while the model is "
                                 "deployed.",
                                 text::quoted(path.front())));
  }
  return mask;
}

/// Serves the endpoint's new document and puts it into the change.
Outcome<Done> put_deployed(Change& change, EndpointEntry entry) {
  set_member(entry.document, "updateTime", format_timestamp(microseconds_now()));
  const auto before = entry.served;
  TRIVET_TRY(serve_endpoint(change.world, before.get(), entry));
  change.put(std::move(entry));
  return Done();
}

}  // namespace

Outcome<Value> deploy_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const Value nothing = Value::Object{};
  const Value* given = request.body.find("deployedModel");
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto present = change.world.find_endpoint(request.id);
  if (present == nullptr) return endpoint_not_found(request, request.id);
  EndpointEntry entry = *present;
  const auto id =
      new_deployed_id(state, given == nullptr ? nothing : *given, deployed_ids_of(entry.document));
  if (!id) return id.failure();
  auto deployed =
      new_deployed_model(change.world, request, given == nullptr ? nothing : *given, *id);
  if (!deployed) return deployed;
  Value split = split_after_deploy(request.body, entry.document, *id);
  Value::List models = deployed_models_of(entry.document);
  models.push_back(*deployed);
  set_member(entry.document, "deployedModels", std::move(models));
  TRIVET_TRY(check_traffic_split(&split, deployed_ids_of(entry.document)));
  set_member(entry.document, "trafficSplit", std::move(split));
  const Value answer =
      Value::Object{{"deployedModel", deployed_model_answer(entry, *deployed, request)}};
  TRIVET_TRY(put_deployed(change, std::move(entry)));
  return state.commit(std::move(change), request.parent,
                      {.resource = "endpoints/" + request.id,
                       .metadata = &messages::deploy_model_operation_metadata,
                       .response = &messages::deploy_model_response,
                       .answer = answer});
}

Outcome<Value> undeploy_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::string id(text_of(request.body, "deployedModelId"));
  if (id.empty()) return Failure(Code::invalid_argument, "deployedModelId is required.");
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto present = change.world.find_endpoint(request.id);
  if (present == nullptr) return endpoint_not_found(request, request.id);
  EndpointEntry entry = *present;
  if (!has_deployed(entry.document, id)) return deployed_not_found(request, id);
  auto split = split_after_undeploy(request.body, entry.document, id);
  if (!split) return split;
  set_member(entry.document, "deployedModels", without_deployed(entry.document, id));
  set_member(entry.document, "trafficSplit", *std::move(split));
  TRIVET_TRY(put_deployed(change, std::move(entry)));
  return state.commit(std::move(change), request.parent,
                      {.resource = "endpoints/" + request.id,
                       .metadata = &messages::undeploy_model_operation_metadata,
                       .response = &messages::undeploy_model_response,
                       .answer = Value::Object{}});
}

Outcome<Value> mutate_deployed_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const Value* update = request.body.find("deployedModel");
  if (update == nullptr || text_of(*update, "id").empty()) {
    return Failure(Code::invalid_argument, "deployedModel.id is required.");
  }
  const auto mask = mutate_mask(request.body, *update);
  if (!mask) return mask.failure();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto present = change.world.find_endpoint(request.id);
  if (present == nullptr) return endpoint_not_found(request, request.id);
  EndpointEntry entry = *present;
  Value::List models = deployed_models_of(entry.document);
  const std::string_view id = text_of(*update, "id");
  const auto deployed = std::find_if(
      models.begin(), models.end(), [&](const Value& model) { return text_of(model, "id") == id; });
  if (deployed == models.end()) return deployed_not_found(request, id);
  if (!mask->paths.empty()) replace_fields(*mask, *update, *deployed);
  const Value answer =
      Value::Object{{"deployedModel", deployed_model_answer(entry, *deployed, request)}};
  set_member(entry.document, "deployedModels", std::move(models));
  TRIVET_TRY(put_deployed(change, std::move(entry)));
  return state.commit(std::move(change), request.parent,
                      {.resource = "endpoints/" + request.id,
                       .metadata = &messages::mutate_deployed_model_operation_metadata,
                       .response = &messages::mutate_deployed_model_response,
                       .answer = answer});
}

}  // namespace trivet::service::methods
