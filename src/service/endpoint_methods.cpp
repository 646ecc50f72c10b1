// SPDX-License-Identifier: Apache-2.0
// Endpoints: create, get, list, update, delete.
#include <algorithm>
#include <array>
#include <utility>

#include "base/try.hpp"
#include "service/answers.hpp"
#include "service/field_mask.hpp"
#include "service/list_query.hpp"
#include "service/messages.hpp"
#include "service/method_functions.hpp"
#include "service/request_log.hpp"
#include "service/resources_state.hpp"
#include "service/rules.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"

namespace trivet::service::methods {
namespace {

/// What PATCH may change.
constexpr std::array<std::string_view, 6> kUpdatableFields{"displayName",
                                                           "description",
                                                           "labels",
                                                           "trafficSplit",
                                                           "predictRequestResponseLoggingConfig",
                                                           "genAiAdvancedFeaturesConfig"};

Outcome<Done> check_logging(const Value& endpoint) {
  const Value* config = endpoint.find("predictRequestResponseLoggingConfig");
  const Value* enabled = config == nullptr ? nullptr : config->find("enabled");
  if (enabled == nullptr || enabled->as_boolean() == nullptr || !*enabled->as_boolean()) {
    return Done();
  }
  if (const Value* destination = config->find("bigqueryDestination")) {
    const Value* uri = destination->find("outputUri");
    const std::string* const text = uri == nullptr ? nullptr : uri->as_text();
    if (text != nullptr && !text->empty() && !is_log_destination(*text)) {
      return Failure(Code::invalid_argument,
                     text::message("predictRequestResponseLoggingConfig.bigqueryDestination."
                                   "outputUri is {}; bq://PROJECT, bq://PROJECT.DATASET or "
                                   "bq://PROJECT.DATASET.TABLE is expected.",
                                   text::quoted(*text)));
    }
  }
  const Value* rate = config->find("samplingRate");
  const double share = rate == nullptr ? 0 : rate->as_number();
  if (share > 0 && share <= 1) return Done();
  return Failure(
      Code::invalid_argument,
      text::message("predictRequestResponseLoggingConfig.samplingRate is {}; more than 0 "
                    "and at most 1 is expected.",
                    rate == nullptr ? "missing" : rate->to_json()));
}

Outcome<FieldMask> endpoint_update_mask(const MethodRequest& request) {
  auto mask = FieldMask::parse(request.query.find("updateMask"), messages::endpoint, "updateMask");
  if (!mask) return mask;
  const auto is_updatable = [](std::string_view name) {
    return std::find(kUpdatableFields.begin(), kUpdatableFields.end(), name) !=
           kUpdatableFields.end();
  };
  if (mask->paths.empty()) {
    for (const Member& member : *request.body.as_object()) {
      if (is_updatable(member.name)) mask->paths.push_back({member.name});
    }
  }
  for (const auto& path : mask->paths) {
    if (is_updatable(path.front())) continue;
    return Failure(Code::invalid_argument,
                   text::message("updateMask names {}, which can't be updated here.",
                                 text::quoted(path.front())));
  }
  return mask;
}

Outcome<std::string> new_endpoint_id(Resources::State& state, const MethodRequest& request) {
  const std::string_view wanted = request.query.find("endpointId");
  if (wanted.empty()) return state.ids.next();
  TRIVET_TRY(check_endpoint_id(wanted));
  return std::string(wanted);
}

/// The new document in the change, served; its answer.
Outcome<Value> put_endpoint(Change& change, EndpointEntry entry, const MethodRequest& request) {
  set_member(entry.document, "updateTime", format_timestamp(microseconds_now()));
  const auto before = entry.served;
  TRIVET_TRY(serve_endpoint(change.world, before.get(), entry));
  Value answer = endpoint_answer(entry, request);
  change.put(std::move(entry));
  return answer;
}

}  // namespace

Outcome<Value> create_endpoint(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  TRIVET_TRY(check_display_name(text_of(request.body, "displayName")));
  TRIVET_TRY(check_labels(request.body.find("labels")));
  TRIVET_TRY(check_logging(request.body));
  auto id = new_endpoint_id(state, request);
  if (!id) return std::move(id).failure();

  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  if (change.world.find_endpoint(*id) != nullptr) {
    return Failure(Code::already_exists, text::message("Endpoint `{}/endpoints/{}` already exists.",
                                                       request.parent.name(), *id));
  }
  EndpointEntry entry;
  entry.id = *id;
  entry.sequence = state.next_sequence++;
  entry.profile = state.profile;
  entry.document = request.body;
  for (const std::string_view name : {"name", "etag", "trafficSplit"}) {
    erase_member(entry.document, name);
  }
  set_member(entry.document, "createTime", format_timestamp(microseconds_now()));
  auto answer = put_endpoint(change, std::move(entry), request);
  if (!answer) return answer;
  return state.commit(std::move(change), request.parent,
                      {.resource = "endpoints/" + *id,
                       .metadata = &messages::create_endpoint_operation_metadata,
                       .response = &messages::endpoint,
                       .answer = *std::move(answer)});
}

Outcome<Value> get_endpoint(Resources& resources, const MethodRequest& request) {
  const auto entry = resources.state().world.load()->find_endpoint(request.id);
  if (entry == nullptr) return endpoint_not_found(request, request.id);
  return endpoint_answer(*entry, request);
}

Outcome<Value> list_endpoints(Resources& resources, const MethodRequest& request) {
  std::vector<Value> items;
  const auto world = resources.state().world.load();
  for (const auto& entry : in_list_order<EndpointEntry>(world->endpoints)) {
    items.push_back(endpoint_answer(*entry, request));
  }
  return make_page({&messages::endpoint, "endpoints", "endpoint"}, std::move(items), request.query,
                   resources.state().page_secret);
}

Outcome<Value> update_endpoint(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const auto mask = endpoint_update_mask(request);
  if (!mask) return mask.failure();
  if (mask->touches("displayName")) {
    TRIVET_TRY(check_display_name(text_of(request.body, "displayName")));
  }
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto present = change.world.find_endpoint(request.id);
  if (present == nullptr) return endpoint_not_found(request, request.id);
  TRIVET_TRY(check_etag(request.body, make_etag(present->document)));
  EndpointEntry entry = *present;
  if (!mask->paths.empty()) replace_fields(*mask, request.body, entry.document);
  TRIVET_TRY(check_labels(entry.document.find("labels")));
  TRIVET_TRY(check_logging(entry.document));
  TRIVET_TRY(
      check_traffic_split(entry.document.find("trafficSplit"), deployed_ids_of(entry.document)));
  auto answer = put_endpoint(change, std::move(entry), request);
  if (!answer) return answer;
  TRIVET_TRY(state.commit(std::move(change)));
  return answer;
}

Outcome<Value> update_endpoint_slowly(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const Value* update = request.body.find("endpoint");
  const Value* connection = update == nullptr ? nullptr : update->find("clientConnectionConfig");
  if (connection == nullptr) {
    return Failure(Code::invalid_argument,
                   "endpoint.clientConnectionConfig is required: it is all that this method "
                   "updates.");
  }
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto present = change.world.find_endpoint(request.id);
  if (present == nullptr) return endpoint_not_found(request, request.id);
  TRIVET_TRY(check_etag(*update, make_etag(present->document)));
  EndpointEntry entry = *present;
  set_member(entry.document, "clientConnectionConfig", *connection);
  auto answer = put_endpoint(change, std::move(entry), request);
  if (!answer) return answer;
  return state.commit(std::move(change), request.parent,
                      {.resource = "endpoints/" + request.id,
                       .metadata = &messages::update_endpoint_operation_metadata,
                       .response = &messages::endpoint,
                       .answer = *std::move(answer)});
}

Outcome<Value> delete_endpoint(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto entry = change.world.find_endpoint(request.id);
  if (entry == nullptr) return endpoint_not_found(request, request.id);
  if (const auto deployed = deployed_ids_of(entry->document); !deployed.empty()) {
    return Failure(Code::failed_precondition,
                   text::message("Endpoint {}/endpoints/{} has deployed models ({}); undeploy them "
                                 "first.",
                                 request.parent.name(), request.id, deployed.front()));
  }
  change.remove_endpoint(request.id, state.declares_endpoint(request.id));
  return state.commit(std::move(change), request.parent,
                      {.resource = "endpoints/" + request.id,
                       .metadata = &messages::delete_operation_metadata,
                       .response = nullptr,
                       .answer = {}});
}

}  // namespace trivet::service::methods
