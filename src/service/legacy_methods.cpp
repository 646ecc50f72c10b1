// SPDX-License-Identifier: Apache-2.0
// The legacy face of models: the same entries under the old names and rules.
#include <utility>

#include "base/try.hpp"
#include "service/answers.hpp"
#include "service/field_mask.hpp"
#include "service/legacy_messages.hpp"
#include "service/list_query.hpp"
#include "service/method_functions.hpp"
#include "service/model_version.hpp"
#include "service/resources_state.hpp"
#include "service/rules.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"

namespace trivet::service::methods {
namespace {

/// Where entries keep the members that only legacy messages have.
constexpr std::string_view kLegacyMember = "legacy";

Value legacy_members(const Value& document) {
  const Value* members = document.find(kLegacyMember);
  return members != nullptr && members->as_object() != nullptr ? *members : Value(Value::Object{});
}

std::string legacy_version_name(const ModelVersion& version) {
  return version.legacy_name.empty() ? "v" + version.id : version.legacy_name;
}

std::string_view legacy_framework(std::string_view framework) noexcept {
  if (framework == "xgboost") return "XGBOOST";
  if (framework == "scikit-learn" || framework == "sklearn") return "SCIKIT_LEARN";
  if (framework == "tensorflow" || framework == "keras") return "TENSORFLOW";
  return {};
}

Value legacy_version_answer(const ModelEntry& model, const ModelVersion& version,
                            const Parent& parent) {
  Value answer = legacy_members(version.document);
  set_member(answer, "name",
             text::message("{}/models/{}/versions/{}", parent.name(), model.id,
                           legacy_version_name(version)));
  set_member(answer, "isDefault", model.version_of_alias("default") == version.id);
  set_member(answer, "state", "READY");
  set_member(answer, "createTime", text_of(version.document, "versionCreateTime"));
  if (answer.find("description") == nullptr) {
    set_member(answer, "description", text_of(version.document, "versionDescription"));
  }
  if (version.source.place.starts_with("gs://")) {
    set_member(answer, "deploymentUri", version.source.place);
  }
  const std::string_view framework = legacy_framework(version.source.model.info().framework);
  if (answer.find("framework") == nullptr && !framework.empty()) {
    set_member(answer, "framework", framework);
  }
  set_member(answer, "labels", version.labels);
  set_member(answer, "etag", make_etag(answer));
  return answer;
}

Value legacy_model_answer(const ModelEntry& model, const Parent& parent) {
  Value answer = legacy_members(model.document);
  set_member(answer, "name", text::message("{}/models/{}", parent.name(), model.id));
  if (const auto version = model.find("")) {
    set_member(answer, "defaultVersion", legacy_version_answer(model, *version, parent));
    if (answer.find("description") == nullptr) {
      set_member(answer, "description", text_of(version->document, "description"));
    }
  }
  if (const Value* labels = model.document.find("labels")) set_member(answer, "labels", *labels);
  set_member(answer, "etag", make_etag(answer));
  return answer;
}

Failure legacy_version_not_found(const MethodRequest& request) {
  return {Code::not_found, text::message("Version `{}/models/{}/versions/{}` not found.",
                                         request.parent.name(), request.id, request.version)};
}

Outcome<FoundVersion> find_legacy_version(const World& world, const MethodRequest& request) {
  FoundVersion found{world.find_model(request.id), nullptr};
  if (found.model == nullptr) return model_not_found(request, request.id);
  found.version = found.model->find(request.version);
  if (found.version == nullptr) return legacy_version_not_found(request);
  return found;
}

/// The artefact that a legacy version names, as an upload.
Outcome<LoadedSource> load_legacy_source(const Resources::State& state,
                                         const MethodRequest& request) {
  const std::string_view uri = text_of(request.body, "deploymentUri");
  const Value model = Value::Object{{"displayName", request.id},
                                    {"versionDescription", text_of(request.body, "description")},
                                    {"artifactUri", uri}};
  auto source = load_uploaded_source(state.root, model);
  if (!source) return source;
  source->legacy_name = text_of(request.body, "name");
  Value members = request.body;
  for (const std::string_view name : {"name", "labels", "etag", "deploymentUri"}) {
    erase_member(members, name);
  }
  set_member(source->stored.document, kLegacyMember, std::move(members));
  return source;
}

/// A model of that id without a version of that name.
Outcome<Done> check_new_version(const World& world, const MethodRequest& request) {
  const auto model = world.find_model(request.id);
  if (model == nullptr) return model_not_found(request, request.id);
  const std::string_view name = text_of(request.body, "name");
  if (model->find(name) == nullptr) return Done();
  return Failure(Code::already_exists,
                 text::message("Version `{}/models/{}/versions/{}` already exists.",
                               request.parent.name(), request.id, name));
}

}  // namespace

Outcome<Value> legacy_create_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::string_view name = text_of(request.body, "name");
  TRIVET_TRY(check_legacy_name(name));
  TRIVET_TRY(check_labels(request.body.find("labels")));
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  if (change.world.find_model(name) != nullptr) {
    return Failure(Code::already_exists, text::message("Model `{}/models/{}` already exists.",
                                                       request.parent.name(), name));
  }
  const std::string now = format_timestamp(microseconds_now());
  ModelEntry entry;
  entry.id = name;
  entry.sequence = state.next_sequence++;
  entry.document = Value::Object{{"createTime", now}, {"updateTime", now}};
  Value members = request.body;
  if (const Value* labels = members.find("labels")) set_member(entry.document, "labels", *labels);
  for (const std::string_view known : {"name", "labels", "etag"}) erase_member(members, known);
  set_member(entry.document, kLegacyMember, std::move(members));
  const Value answer = legacy_model_answer(entry, request.parent);
  change.put(std::move(entry));
  TRIVET_TRY(state.commit(std::move(change)));
  return answer;
}

Outcome<Value> legacy_list_models(Resources& resources, const MethodRequest& request) {
  const auto world = resources.state().world.load();
  std::vector<Value> items;
  for (const auto& model : in_list_order<ModelEntry>(world->models)) {
    items.push_back(legacy_model_answer(*model, request.parent));
  }
  return make_page({&messages::legacy_model, "models", "model"}, std::move(items), request.query,
                   resources.state().page_secret);
}

Outcome<Value> legacy_get_model(Resources& resources, const MethodRequest& request) {
  const auto model = resources.state().world.load()->find_model(request.id);
  if (model == nullptr) return model_not_found(request, request.id);
  return legacy_model_answer(*model, request.parent);
}

Outcome<Value> legacy_delete_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto model = change.world.find_model(request.id);
  if (model == nullptr) return model_not_found(request, request.id);
  if (!model->versions.empty()) {
    return Failure(Code::failed_precondition,
                   text::message("Model `{}/models/{}` has versions; delete them first.",
                                 request.parent.name(), request.id));
  }
  change.remove_model(*model, state.declares_model(request.id));
  return state.commit(std::move(change), request.parent, {.answer = {}});
}

Outcome<Value> legacy_create_version(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  TRIVET_TRY(check_legacy_name(text_of(request.body, "name")));
  TRIVET_TRY(check_labels(request.body.find("labels")));
  TRIVET_TRY(check_new_version(*state.world.load(), request));
  auto source = load_legacy_source(state, request);
  if (!source) return std::move(source).failure();

  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  TRIVET_TRY(check_new_version(change.world, request));
  const std::string number =
      add_version(state, change, request.id, request.body, *std::move(source), false);
  const auto model = change.world.find_model(request.id);
  const Value answer = legacy_version_answer(*model, *model->find(number), request.parent);
  return state.commit(std::move(change), request.parent,
                      {.response = &messages::legacy_version, .answer = answer});
}

Outcome<Value> legacy_list_versions(Resources& resources, const MethodRequest& request) {
  const auto model = resources.state().world.load()->find_model(request.id);
  if (model == nullptr) return model_not_found(request, request.id);
  std::vector<Value> items;
  for (const auto& version : model->versions) {
    items.push_back(legacy_version_answer(*model, *version, request.parent));
  }
  return make_page({&messages::legacy_version, "versions", "version"}, std::move(items),
                   request.query, resources.state().page_secret);
}

Outcome<Value> legacy_get_version(Resources& resources, const MethodRequest& request) {
  const auto found = find_legacy_version(*resources.state().world.load(), request);
  if (!found) return found.failure();
  return legacy_version_answer(*found->model, *found->version, request.parent);
}

Outcome<Value> legacy_delete_version(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto found = find_legacy_version(change.world, request);
  if (!found) return found.failure();
  ModelEntry entry = *found->model;
  const std::string& id = found->version->id;
  const bool is_default = entry.version_of_alias("default") == id;
  const auto where = deployed_where(change.world, entry.id, id);
  if (!where.empty() || (is_default && entry.versions.size() > 1)) {
    return Failure(Code::failed_precondition,
                   text::message("Version `{}/models/{}/versions/{}` can't be deleted: it is {}.",
                                 request.parent.name(), request.id, request.version,
                                 where.empty() ? "the default version"
                                               : "deployed at endpoint " + where.front()));
  }
  entry.remove_version(id);
  change.remove_version(entry.id, id);
  change.put(std::move(entry));
  return state.commit(std::move(change), request.parent, {.answer = {}});
}

Outcome<Value> legacy_set_default(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto found = find_legacy_version(change.world, request);
  if (!found) return found.failure();
  ModelEntry entry = *found->model;
  entry.set_alias("default", found->version->id);
  set_member(entry.document, "updateTime", format_timestamp(microseconds_now()));
  const Value answer = legacy_version_answer(entry, *found->version, request.parent);
  change.put(std::move(entry));
  TRIVET_TRY(state.commit(std::move(change)));
  return answer;
}

}  // namespace trivet::service::methods
