// SPDX-License-Identifier: Apache-2.0
// Models: upload, get, list, update, delete.
#include <utility>

#include "base/try.hpp"
#include "service/answers.hpp"
#include "service/field_mask.hpp"
#include "service/list_query.hpp"
#include "service/messages.hpp"
#include "service/method_functions.hpp"
#include "service/model_version.hpp"
#include "service/resources_state.hpp"
#include "service/rules.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"

namespace trivet::service::methods {
namespace {

/// Where an upload goes: a new model, or a new version of one that is there.
struct UploadPlace {
  std::string id;
  bool is_new = true;
};

Outcome<UploadPlace> upload_place(Resources::State& state, const World& world,
                                  const MethodRequest& request) {
  if (const std::string_view parent = text_of(request.body, "parentModel"); !parent.empty()) {
    const std::string id = split_version(last_part(parent)).id;
    if (world.find_model(id) == nullptr) return model_not_found(request, id);
    return UploadPlace{id, false};
  }
  const std::string_view wanted = text_of(request.body, "modelId");
  if (wanted.empty()) return UploadPlace{state.ids.next(), true};
  TRIVET_TRY(check_model_id(wanted));
  if (world.find_model(wanted) != nullptr) {
    return Failure(Code::already_exists, text::message("Model `{}/models/{}` already exists.",
                                                       request.parent.name(), wanted));
  }
  return UploadPlace{std::string(wanted), true};
}

Outcome<Done> check_uploaded_model(const Value& model, bool is_new) {
  if (is_new || !text_of(model, "displayName").empty()) {
    TRIVET_TRY(check_display_name(text_of(model, "displayName")));
  }
  TRIVET_TRY(check_labels(model.find("labels")));
  const Value* aliases = model.find("versionAliases");
  if (aliases == nullptr || aliases->as_list() == nullptr) return Done();
  for (const Value& alias : *aliases->as_list()) TRIVET_TRY(check_alias(*alias.as_text()));
  return Done();
}

Outcome<FieldMask> model_update_mask(const MethodRequest& request) {
  auto mask = FieldMask::parse(request.query.find("updateMask"), messages::model, "updateMask");
  if (!mask) return mask;
  if (mask->paths.empty()) {
    for (const Member& member : *request.body.as_object()) {
      if (member.name != "name" && member.name != "etag") mask->paths.push_back({member.name});
    }
  }
  const bool is_version = !request.version.empty() && request.version != "-";
  for (const auto& path : mask->paths) {
    const bool is_model_field = path.front() == "displayName" || path.front() == "description";
    const bool is_version_field = path.front() == "versionDescription";
    const bool fits = path.front() == "labels" || (is_version ? is_version_field : is_model_field);
    if (fits) continue;
    return Failure(Code::invalid_argument,
                   text::message("updateMask names {}, which can't be updated on a {}.",
                                 text::quoted(path.front()),
                                 is_version ? "version of a model" : "model without a version"));
  }
  return mask;
}

/// The part of a mask that is about labels, and the rest.
std::pair<FieldMask, FieldMask> split_labels(FieldMask mask) {
  std::pair<FieldMask, FieldMask> parts;
  for (auto& path : mask.paths) {
    (path.front() == "labels" ? parts.first : parts.second).paths.push_back(std::move(path));
  }
  return parts;
}

void update_labels(const FieldMask& mask, const Value& body, Value& labels) {
  if (mask.paths.empty()) return;
  Value holder = Value::Object{{"labels", labels}};
  replace_fields(mask, body, holder);
  const Value* updated = holder.find("labels");
  labels = updated == nullptr ? Value(Value::Object{}) : *updated;
}

/// What is the same for all versions.
void update_model_document(const FieldMask& labels, const Value& body, ModelEntry& entry) {
  const Value* present = entry.document.find("labels");
  Value updated = present == nullptr ? Value(Value::Object{}) : *present;
  update_labels(labels, body, updated);
  set_member(entry.document, "labels", std::move(updated));
  set_member(entry.document, "updateTime", format_timestamp(microseconds_now()));
}

/// A copy of a version with updated fields, in the change and in the entry.
void update_version(Change& change, const FieldMask& labels, const FieldMask& fields,
                    const Value& body, std::size_t at, const Profile& profile, ModelEntry& entry) {
  auto version = std::make_shared<ModelVersion>(*entry.versions[at]);
  if (!fields.paths.empty()) replace_fields(fields, body, version->document);
  update_labels(labels, body, version->labels);
  set_member(version->document, "versionUpdateTime", format_timestamp(microseconds_now()));
  version->alone = serve_alone(entry.id, *version, profile);
  change.put_version(entry.id, *version);
  entry.versions[at] = std::move(version);
}

}  // namespace

Outcome<Value> upload_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const Value nothing = Value::Object{};
  const Value* given = request.body.find("model");
  const Value& model = given == nullptr ? nothing : *given;
  auto place = upload_place(state, *state.world.load(), request);
  if (!place) return std::move(place).failure();
  TRIVET_TRY(check_uploaded_model(model, place->is_new));
  auto source = load_uploaded_source(state.root, model);
  if (!source) return std::move(source).failure();

  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  // Others may have changed what is there while the model was loaded.
  if (place->is_new == (change.world.find_model(place->id) != nullptr)) {
    return Failure(Code::aborted, text::message("Somebody else has changed the model {} meanwhile.",
                                                text::quoted(place->id)));
  }
  const std::string version =
      add_version(state, change, place->id, model, *std::move(source), place->is_new);
  const Value answer = Value::Object{{"model", request.parent.name() + "/models/" + place->id},
                                     {"modelVersionId", version}};
  return state.commit(std::move(change), request.parent,
                      {.resource = "models/" + place->id,
                       .metadata = &messages::upload_model_operation_metadata,
                       .response = &messages::upload_model_response,
                       .answer = answer});
}

Outcome<Value> get_model(Resources& resources, const MethodRequest& request) {
  const auto world = resources.state().world.load();
  const auto found = find_version(*world, request);
  if (!found) return found.failure();
  return model_answer(*world, *found->model, *found->version, request.parent);
}

Outcome<Value> list_models(Resources& resources, const MethodRequest& request) {
  const auto world = resources.state().world.load();
  std::vector<Value> items;
  for (const auto& model : in_list_order<ModelEntry>(world->models)) {
    const auto version = model->find("");
    if (version != nullptr) {
      items.push_back(model_answer(*world, *model, *version, request.parent));
    }
  }
  return make_page({&messages::model, "models", "model"}, std::move(items), request.query,
                   resources.state().page_secret);
}

Outcome<Value> update_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  auto mask = model_update_mask(request);
  if (!mask) return std::move(mask).failure();
  TRIVET_TRY(check_labels(request.body.find("labels")));
  if (mask->touches("displayName")) {
    TRIVET_TRY(check_display_name(text_of(request.body, "displayName")));
  }
  const auto [labels, fields] = split_labels(*std::move(mask));

  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto found = find_version(change.world, request);
  if (!found) return found.failure();
  const Value before = model_answer(change.world, *found->model, *found->version, request.parent);
  TRIVET_TRY(check_etag(request.body, text_of(before, "etag")));
  ModelEntry entry = *found->model;
  const bool is_version = !request.version.empty() && request.version != "-";
  for (std::size_t i = 0; i < entry.versions.size(); ++i) {
    const bool is_meant =
        is_version ? entry.versions[i]->id == found->version->id : !fields.paths.empty();
    if (!is_meant) continue;
    update_version(change, is_version ? labels : FieldMask(), fields, request.body, i,
                   state.profile, entry);
  }
  if (!is_version) update_model_document(labels, request.body, entry);
  const std::string version = found->version->id;
  const std::string id = entry.id;
  change.put(std::move(entry));
  TRIVET_TRY(serve_again(change, id));
  const auto updated = change.world.find_model(id);
  const Value answer =
      model_answer(change.world, *updated, *updated->find(version), request.parent);
  TRIVET_TRY(state.commit(std::move(change)));
  return answer;
}

Outcome<Value> delete_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto entry = change.world.find_model(request.id);
  if (entry == nullptr || entry->versions.empty()) return model_not_found(request, request.id);
  if (const auto where = deployed_where(change.world, entry->id, ""); !where.empty()) {
    return Failure(Code::failed_precondition,
                   text::message("Model `{}/models/{}` is deployed at endpoint {}; undeploy it "
                                 "first.",
                                 request.parent.name(), entry->id, where.front()));
  }
  change.remove_model(*entry, state.declares_model(entry->id));
  return state.commit(std::move(change), request.parent,
                      {.resource = "models/" + request.id,
                       .metadata = &messages::delete_operation_metadata,
                       .response = nullptr,
                       .answer = {}});
}

}  // namespace trivet::service::methods
