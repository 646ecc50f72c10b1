// SPDX-License-Identifier: Apache-2.0
// Finding versions of models, and adding them.
#include "service/model_version.hpp"

#include <utility>

#include "base/try.hpp"
#include "service/answers.hpp"
#include "service/field_mask.hpp"
#include "service/storage_path.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

/// The given Model without what is kept elsewhere.
Value version_document(Value model) {
  for (const std::string_view name : {"name", "versionAliases", "labels", "etag"}) {
    erase_member(model, name);
  }
  return model;
}

/// The aliases that an upload asks for; the first version is the default one anyway.
void give_aliases(const Value& model, const std::string& version, ModelEntry& entry) {
  if (entry.versions.empty()) entry.set_alias("default", version);
  const Value* aliases = model.find("versionAliases");
  if (aliases == nullptr || aliases->as_list() == nullptr) return;
  for (const Value& alias : *aliases->as_list()) entry.set_alias(*alias.as_text(), version);
}

/// Its place in a request: `model.explanation_spec`, or the artefact's own.
Failure load_failure(const Error& error, std::string_view uri) {
  const bool is_spec =
      error.code() == Errc::invalid_argument || error.code() == Errc::invalid_request;
  if (is_spec) {
    return {Code::invalid_argument, error.within("model.explanationSpec").message()};
  }
  return {Code::failed_precondition,
          text::message("The model at {} can't be loaded: {}", uri, error.message())};
}

}  // namespace

Outcome<FoundVersion> find_version(const World& world, const MethodRequest& request) {
  FoundVersion found{world.find_model(request.id), nullptr};
  const std::string_view name =
      request.version == "-" ? std::string_view() : std::string_view(request.version);
  if (found.model != nullptr) found.version = found.model->find(name);
  if (found.version != nullptr) return found;
  return model_not_found(request,
                         name.empty() ? request.id : text::message("{}@{}", request.id, name));
}

Outcome<LoadedSource> load_uploaded_source(std::string_view root, const Value& model) {
  const std::string_view uri = text_of(model, "artifactUri");
  if (uri.empty()) {
    return Failure(Code::failed_precondition,
                   "The model has no artifactUri; a gs:// name of an artefact below the server's "
                   "root is expected, since containers' images are not run.");
  }
  auto path = resolve_storage_name(root, uri);
  if (!path) return std::move(path).failure();
  TRIVET_TRY(check_stored_files(root, *path, uri));
  auto stored = load_stored_model(*path, version_document(model));
  if (!stored) return load_failure(stored.error(), uri);
  return LoadedSource{std::string(uri), *std::move(stored)};
}

std::string add_version(Resources::State& state, Change& change, const std::string& id,
                        const Value& model, LoadedSource source, bool is_new) {
  const std::string now = format_timestamp(microseconds_now());
  const Value* given_labels = model.find("labels");
  Value labels = given_labels == nullptr ? Value(Value::Object{}) : *given_labels;
  ModelEntry entry;
  if (is_new) {
    entry.id = id;
    entry.sequence = state.next_sequence++;
    entry.document =
        Value::Object{{"createTime", now}, {"labels", std::exchange(labels, Value::Object{})}};
  } else {
    entry = *change.world.find_model(id);
  }
  set_member(entry.document, "updateTime", now);
  auto version = std::make_shared<ModelVersion>(
      ModelVersion{.id = std::to_string(entry.next_version++),
                   .legacy_name = std::move(source.legacy_name),
                   .source = {std::move(source.place), std::move(source.stored.model), {}},
                   .document = std::move(source.stored.document),
                   .labels = std::move(labels),
                   .alone = nullptr});
  if (text_of(version->document, "displayName").empty()) {
    const auto before = entry.find("");
    set_member(version->document, "displayName",
               before == nullptr ? std::string_view(id) : text_of(before->document, "displayName"));
  }
  set_member(version->document, "versionCreateTime", now);
  set_member(version->document, "versionUpdateTime", now);
  version->alone = serve_alone(id, *version, state.profile);
  give_aliases(model, version->id, entry);
  const std::string number = version->id;
  change.put_version(id, *version);
  entry.versions.push_back(std::move(version));
  change.put(std::move(entry));
  return number;
}

Outcome<Done> serve_again(Change& change, std::string_view model) {
  for (const std::string& id : deployed_where(change.world, model, "")) {
    EndpointEntry endpoint = *change.world.find_endpoint(id);
    const auto before = endpoint.served;
    TRIVET_TRY(serve_endpoint(change.world, before.get(), endpoint));
    change.world.endpoints[id] = std::make_shared<const EndpointEntry>(std::move(endpoint));
  }
  return Done();
}

}  // namespace trivet::service
