// SPDX-License-Identifier: Apache-2.0
// Versions of models: list, delete, aliases, copies.
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

Failure version_refused(const MethodRequest& request, std::string_view why) {
  return {Code::failed_precondition,
          text::message("Model version `{}/models/{}@{}` can't be deleted: {}.",
                        request.parent.name(), request.id, request.version, why)};
}

Outcome<Done> check_deletable(const World& world, const MethodRequest& request,
                              const FoundVersion& found) {
  if (const auto where = deployed_where(world, request.id, found.version->id); !where.empty()) {
    return version_refused(request, text::message("it is deployed at endpoint {}", where.front()));
  }
  if (found.model->versions.size() == 1) {
    return version_refused(request, "it is the only version; delete the model instead");
  }
  if (found.model->version_of_alias("default") == found.version->id) {
    return version_refused(request, "it has the alias \"default\"");
  }
  return Done();
}

Outcome<Done> merge_alias(std::string_view alias, std::string_view version, ModelEntry& entry) {
  const bool removes = alias.starts_with('-');
  if (removes) alias.remove_prefix(1);
  TRIVET_TRY(check_alias(alias));
  if (!removes) {
    entry.set_alias(alias, version);
    return Done();
  }
  if (alias == "default") {
    return Failure(Code::invalid_argument,
                   "The alias \"default\" can't be removed; give it to another version.");
  }
  if (entry.version_of_alias(alias) == version) entry.remove_alias(alias);
  return Done();
}

/// The id that a copy gets, or the model that it becomes a version of.
Outcome<std::pair<std::string, bool>> copy_place(Resources::State& state, const World& world,
                                                 const MethodRequest& request) {
  if (const std::string_view parent = text_of(request.body, "parentModel"); !parent.empty()) {
    std::string id = split_version(last_part(parent)).id;
    if (world.find_model(id) == nullptr) return model_not_found(request, id);
    return std::pair(std::move(id), false);
  }
  const std::string_view wanted = text_of(request.body, "modelId");
  if (wanted.empty()) return std::pair(state.ids.next(), true);
  TRIVET_TRY(check_model_id(wanted));
  if (world.find_model(wanted) != nullptr) {
    return Failure(Code::already_exists, text::message("Model `{}/models/{}` already exists.",
                                                       request.parent.name(), wanted));
  }
  return std::pair(std::string(wanted), true);
}

}  // namespace

Outcome<Value> list_model_versions(Resources& resources, const MethodRequest& request) {
  const auto world = resources.state().world.load();
  const auto found = find_version(*world, request);
  if (!found) return found.failure();
  std::vector<Value> items;
  for (const auto& version : found->model->versions) {
    items.push_back(
        model_answer(*world, *found->model, *version, request.parent, ModelNameForm::with_version));
  }
  return make_page({&messages::model, "models", "model"}, std::move(items), request.query,
                   resources.state().page_secret);
}

Outcome<Value> delete_model_version(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto found = find_version(change.world, request);
  if (!found) return found.failure();
  if (found->version->id != request.version) {
    return Failure(Code::invalid_argument,
                   text::message("{} is no version's number; a version is deleted by its number.",
                                 text::quoted(request.version)));
  }
  TRIVET_TRY(check_deletable(change.world, request, *found));
  ModelEntry entry = *found->model;
  entry.remove_version(request.version);
  change.remove_version(entry.id, request.version);
  change.put(std::move(entry));
  return state.commit(std::move(change), request.parent,
                      {.resource = "models/" + request.id,
                       .metadata = &messages::delete_operation_metadata,
                       .response = nullptr,
                       .answer = {}});
}

Outcome<Value> merge_version_aliases(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const auto found = find_version(change.world, request);
  if (!found) return found.failure();
  const Value* aliases = request.body.find("versionAliases");
  if (aliases == nullptr || aliases->as_list() == nullptr || aliases->as_list()->empty()) {
    return Failure(Code::invalid_argument, "versionAliases is required, and empty.");
  }
  ModelEntry entry = *found->model;
  for (const Value& alias : *aliases->as_list()) {
    TRIVET_TRY(merge_alias(*alias.as_text(), found->version->id, entry));
  }
  set_member(entry.document, "updateTime", format_timestamp(microseconds_now()));
  const Value answer = model_answer(change.world, entry, *found->version, request.parent);
  change.put(std::move(entry));
  TRIVET_TRY(state.commit(std::move(change)));
  return answer;
}

Outcome<Value> copy_model(Resources& resources, const MethodRequest& request) {
  Resources::State& state = resources.state();
  const std::lock_guard lock(state.writer);
  Change change = state.begin();
  const VersionedId source = split_version(last_part(text_of(request.body, "sourceModel")));
  const auto original = change.world.find_model(source.id);
  const auto version = original == nullptr ? nullptr : original->find(source.version);
  if (version == nullptr) return model_not_found(request, source.id);
  auto place = copy_place(state, change.world, request);
  if (!place) return std::move(place).failure();
  Value document = version->document;
  set_member(document, "modelSourceInfo", Value::Object{{"copy", true}});
  set_member(document, "originalModelInfo",
             Value::Object{{"model", request.parent.name() + "/models/" + source.id}});
  const Value labels = Value::Object{{"labels", version->labels}};
  const std::string number = add_version(
      state, change, place->first, labels,
      {version->source.place, {version->source.model, std::move(document)}}, place->second);
  const Value answer = Value::Object{{"model", request.parent.name() + "/models/" + place->first},
                                     {"modelVersionId", number}};
  return state.commit(std::move(change), request.parent,
                      {.resource = "models/" + place->first,
                       .metadata = &messages::copy_model_operation_metadata,
                       .response = &messages::copy_model_response,
                       .answer = answer});
}

}  // namespace trivet::service::methods
