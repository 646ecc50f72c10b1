// SPDX-License-Identifier: Apache-2.0
// The first picture of models and endpoints.
#include "service/declared.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/try.hpp"
#include "service/answers.hpp"
#include "service/echo_model.hpp"
#include "service/field_mask.hpp"
#include "service/rules.hpp"
#include "service/storage_path.hpp"
#include "service/stored_documents.hpp"
#include "service/stored_model.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"
#include "trivet/artifact.hpp"

namespace trivet::service {
namespace {

/// Sequence numbers of the configuration's resources lie below those of clients'.
constexpr std::uint64_t kFirstClientSequence = std::uint64_t{1} << 32;

Error declared_error(std::string place, const Failure& failure) {
  return {Errc::invalid_argument, std::move(place), failure.message, ""};
}

/// A place in the configuration, and what is wrong with the model there: with its explanation spec,
/// or with its artefact.
Error model_error(const std::string& place, const Error& error) {
  if (error.code() == Errc::invalid_argument) return error.within(place + "/explanationSpec");
  std::string where = place;
  if (!error.where().empty()) where += text::message(": {}", error.where());
  return {error.code(), std::move(where), std::string(error.found()),
          std::string(error.expected())};
}

/// Puts the world together from both sources.
class Assembly {
 public:
  Assembly(const Config& config, Resources::State& state) : config_(config), state_(state) {}

  Result<World> run(std::span<const StoredDocument> documents);

 private:
  using Versions = std::map<std::string, std::shared_ptr<const ModelVersion>, std::less<>>;

  Status read_documents(std::span<const StoredDocument> documents);
  Status read_document(const StoredDocument& document);
  Status add_declared_models();
  Status add_declared_version(const ModelConfig& config, const std::string& place,
                              ModelEntry& entry);
  Status add_stored_models();
  Status add_stored_version(ModelEntry& entry, const ModelEntry* declared, const std::string& id);
  Result<VersionSource> stored_source(const StoredVersion& stored, Value& document);
  Status add_declared_endpoints();
  Status add_endpoint(EndpointEntry entry, const std::string& place);
  Status fill_declared_endpoint(const EndpointConfig& config, const std::string& place,
                                EndpointEntry& entry);

  const Config& config_;
  Resources::State& state_;
  World world_;
  std::map<std::string, Value, std::less<>> stored_models_;
  std::map<std::string, Value, std::less<>> stored_versions_;
  std::map<std::string, Value, std::less<>> stored_endpoints_;
  Versions declared_versions_;  // `lin@2`
  std::uint64_t next_sequence_ = kFirstClientSequence;
};

bool is_gone(const Value& stored) noexcept { return stored.find("gone") != nullptr; }

Status Assembly::read_document(const StoredDocument& document) {
  auto body = Value::parse(document.body);
  if (!body) {
    return Error(Errc::invalid_argument, config_.state,
                 text::message("the document {} is no JSON", text::quoted(document.key)),
                 "what `trivet serve --state` wrote");
  }
  if (const Value* sequence = body->find("sequence")) {
    const auto used = static_cast<std::uint64_t>(std::max(0.0, sequence->as_number()));
    next_sequence_ = std::max(next_sequence_, used + 1);
  }
  if (document.kind == "model") stored_models_.emplace(document.key, *std::move(body));
  if (document.kind == "version") stored_versions_.emplace(document.key, *std::move(body));
  if (document.kind == "endpoint") stored_endpoints_.emplace(document.key, *std::move(body));
  return {};
}

Status Assembly::read_documents(std::span<const StoredDocument> documents) {
  std::vector<OperationEntry> operations;
  for (const StoredDocument& document : documents) {
    if (document.kind != "operation") {
      TRIVET_TRY(read_document(document));
      continue;
    }
    const auto body = Value::parse(document.body);
    auto entry =
        body ? read_operation_entry(document.key, *body) : Result<OperationEntry>(body.error());
    if (!entry) return std::move(entry).error();
    next_sequence_ = std::max(next_sequence_, entry->sequence + 1);
    operations.push_back(*std::move(entry));
  }
  std::sort(operations.begin(), operations.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  for (OperationEntry& operation : operations) (void)state_.operations.add(std::move(operation));
  return {};
}

Status Assembly::add_declared_version(const ModelConfig& config, const std::string& place,
                                      ModelEntry& entry) {
  Value document = config.model;
  for (const std::string_view name : {"labels", "versionAliases"}) erase_member(document, name);
  auto stored = config.builtin.empty()
                    ? load_stored_model(config.path, std::move(document))
                    : complete_stored_model(make_echo_model(), std::move(document));
  if (!stored) return model_error(place, stored.error());
  const std::string id = std::to_string(entry.next_version++);
  const std::string now = format_timestamp(microseconds_now());
  if (text_of(stored->document, "displayName").empty()) {
    set_member(stored->document, "displayName", config.name);
  }
  set_member(stored->document, "versionCreateTime", now);
  set_member(stored->document, "versionUpdateTime", now);
  const Value* labels = config.model.find("labels");
  auto version = std::make_shared<ModelVersion>(
      ModelVersion{.id = id,
                   .legacy_name = {},
                   .source = {text::message("config:{}@{}", config.name, id),
                              std::move(stored->model), config.delay},
                   .document = std::move(stored->document),
                   .labels = labels == nullptr ? Value(Value::Object{}) : *labels,
                   .alone = nullptr});
  version->alone = serve_alone(entry.id, *version, config_.profile);
  if (entry.versions.empty()) entry.set_alias("default", id);
  const Value* aliases = config.model.find("versionAliases");
  if (aliases != nullptr && aliases->as_list() != nullptr) {
    for (const Value& alias : *aliases->as_list()) {
      if (const auto fits = check_alias(*alias.as_text()); !fits) {
        return declared_error(place + "/versionAliases", fits.failure());
      }
      entry.set_alias(*alias.as_text(), id);
    }
  }
  declared_versions_[text::message("{}@{}", entry.id, id)] = version;
  entry.versions.push_back(std::move(version));
  return {};
}

Status Assembly::add_declared_models() {
  for (std::size_t i = 0; i < config_.models.size(); ++i) {
    const ModelConfig& config = config_.models[i];
    const std::string place = text::message("/models/{}", i);
    if (const auto fits = check_declared_name(config.name); !fits) {
      return declared_error(place + "/name", fits.failure());
    }
    if (const auto fits = check_labels(config.model.find("labels")); !fits) {
      return declared_error(place + "/labels", fits.failure());
    }
    ModelEntry entry;
    if (const auto present = world_.find_model(config.name)) {
      entry = *present;
    } else {
      const std::string now = format_timestamp(microseconds_now());
      entry.id = config.name;
      entry.sequence = i;
      entry.document = Value::Object{{"createTime", now}, {"updateTime", now}};
    }
    TRIVET_TRY(add_declared_version(config, place, entry));
    world_.models[config.name] = std::make_shared<const ModelEntry>(std::move(entry));
  }
  return {};
}

Result<VersionSource> Assembly::stored_source(const StoredVersion& stored, Value& document) {
  if (stored.place.starts_with("config:")) {
    const auto declared = declared_versions_.find(stored.place.substr(7));
    if (declared != declared_versions_.end()) return declared->second->source;
    return Error(Errc::invalid_argument, config_.state,
                 text::message("a version of {}, which the configuration has no more",
                               text::quoted(stored.place.substr(7))),
                 "the models that it was made with, or another state");
  }
  const auto path = resolve_storage_name(state_.root, stored.place);
  if (!path) return declared_error(config_.state, path.failure());
  if (const auto there = check_stored_files(state_.root, *path, stored.place); !there) {
    return Error(Errc::not_found, config_.state, there.failure().message,
                 "the artefacts that clients uploaded");
  }
  auto loaded = load_stored_model(*path, std::move(document));
  if (!loaded) return std::move(loaded).error().within(stored.place);
  document = std::move(loaded->document);
  return VersionSource{stored.place, std::move(loaded->model), {}};
}

Status Assembly::add_stored_version(ModelEntry& entry, const ModelEntry* declared,
                                    const std::string& id) {
  const std::string key = text::message("{}@{}", entry.id, id);
  const auto stored = stored_versions_.find(key);
  if (stored == stored_versions_.end()) {  // declared, and untouched by clients
    const auto present = declared == nullptr ? nullptr : declared->find(id);
    if (present != nullptr) {
      entry.versions.push_back(present);
    } else {
      std::erase_if(entry.aliases, [&](const auto& pair) { return pair.second == id; });
    }
    return {};
  }
  auto read = read_model_version(key, stored->second);
  if (!read) return std::move(read).error();
  Value document = read->document;
  auto source = stored_source(*read, document);
  if (!source) return std::move(source).error();
  auto version = std::make_shared<ModelVersion>(ModelVersion{.id = id,
                                                             .legacy_name = read->legacy_name,
                                                             .source = *std::move(source),
                                                             .document = std::move(document),
                                                             .labels = std::move(read->labels),
                                                             .alone = nullptr});
  version->alone = serve_alone(entry.id, *version, config_.profile);
  entry.versions.push_back(std::move(version));
  return {};
}

Status Assembly::add_stored_models() {
  for (const auto& [id, stored] : stored_models_) {
    const auto declared = world_.find_model(id);
    if (is_gone(stored)) {
      world_.models.erase(id);
      continue;
    }
    std::vector<std::string> versions;
    auto entry = read_model_entry(id, stored, versions);
    if (!entry) return std::move(entry).error();
    for (const std::string& version : versions) {
      TRIVET_TRY(add_stored_version(*entry, declared.get(), version));
    }
    if (declared != nullptr) {  // what the configuration has got since then
      for (const auto& version : declared->versions) {
        const std::int64_t number = std::stoll(version->id);
        if (number < entry->next_version) continue;
        entry->versions.push_back(version);
        entry->next_version = number + 1;
      }
    }
    const bool lost_default = !entry->versions.empty() && entry->find("") == nullptr;
    if (lost_default) entry->set_alias("default", entry->versions.front()->id);
    world_.models[id] = std::make_shared<const ModelEntry>(*std::move(entry));
  }
  return {};
}

Status Assembly::add_endpoint(EndpointEntry entry, const std::string& place) {
  if (const auto fits =
          check_traffic_split(entry.document.find("trafficSplit"), deployed_ids_of(entry.document));
      !fits) {
    return declared_error(place + "/trafficSplit", fits.failure());
  }
  if (const auto served = serve_endpoint(world_, nullptr, entry); !served) {
    return declared_error(place, served.failure());
  }
  std::string id = entry.id;
  world_.endpoints[std::move(id)] = std::make_shared<const EndpointEntry>(std::move(entry));
  return {};
}

/// The document of a declared endpoint: models by id and version, the usual split.
Status Assembly::fill_declared_endpoint(const EndpointConfig& config, const std::string& place,
                                        EndpointEntry& entry) {
  Value::List models = deployed_models_of(config.endpoint);
  for (std::size_t i = 0; i < models.size(); ++i) {
    const std::string at = text::message("{}/deployedModels/{}", place, i);
    if (const auto fits = check_deployed_model_id(text_of(models[i], "id")); !fits) {
      return declared_error(at + "/id", fits.failure());
    }
    const VersionedId wanted = split_version(last_part(text_of(models[i], "model")));
    const auto model = world_.find_model(wanted.id);
    const auto version = model == nullptr ? nullptr : model->find(wanted.version);
    if (version == nullptr) {
      return Error(Errc::invalid_argument, at + "/model", text::quoted(text_of(models[i], "model")),
                   "NAME, NAME@VERSION or NAME@ALIAS of /models");
    }
    set_member(models[i], "model", wanted.id);
    set_member(models[i], "modelVersionId", version->id);
    set_member(models[i], "createTime", text_of(entry.document, "createTime"));
    if (text_of(models[i], "displayName").empty()) {
      set_member(models[i], "displayName", text_of(version->document, "displayName"));
    }
  }
  if (models.size() == 1 && config.endpoint.find("trafficSplit") == nullptr) {
    set_member(entry.document, "trafficSplit",
               Value::Object{{std::string(text_of(models.front(), "id")), std::int64_t{100}}});
  }
  set_member(entry.document, "deployedModels", std::move(models));
  return {};
}

Status Assembly::add_declared_endpoints() {
  for (std::size_t i = 0; i < config_.endpoints.size(); ++i) {
    const EndpointConfig& config = config_.endpoints[i];
    const std::string place = text::message("/endpoints/{}", i);
    const bool is_digits = check_deployed_model_id(config.id).has_value();
    if (const auto fits = check_endpoint_id(config.id); !fits && !is_digits) {
      return declared_error(place + "/id", fits.failure());
    }
    if (world_.find_endpoint(config.id) != nullptr) {
      return Error(Errc::invalid_argument, place + "/id", text::quoted(config.id) + " again",
                   "an id of its own for each endpoint");
    }
    if (stored_endpoints_.contains(config.id)) continue;
    const std::string now = format_timestamp(microseconds_now());
    EndpointEntry entry;
    entry.id = config.id;
    entry.sequence = i;
    entry.document = config.endpoint;
    entry.profile = config.profile.value_or(config_.profile);
    entry.seed = config.seed;
    set_member(entry.document, "createTime", now);
    set_member(entry.document, "updateTime", now);
    if (const auto fits = check_labels(config.endpoint.find("labels")); !fits) {
      return declared_error(place + "/labels", fits.failure());
    }
    TRIVET_TRY(fill_declared_endpoint(config, place, entry));
    TRIVET_TRY(add_endpoint(std::move(entry), place));
  }
  return {};
}

Result<World> Assembly::run(std::span<const StoredDocument> documents) {
  TRIVET_TRY(read_documents(documents));
  TRIVET_TRY(add_declared_models());
  TRIVET_TRY(add_stored_models());
  TRIVET_TRY(add_declared_endpoints());
  for (const auto& [id, stored] : stored_endpoints_) {
    if (is_gone(stored)) continue;
    auto entry = read_endpoint_entry(id, stored);
    if (!entry) return std::move(entry).error();
    TRIVET_TRY(add_endpoint(*std::move(entry), text::message("endpoint {} of the state", id)));
  }
  state_.next_sequence = next_sequence_;
  return std::move(world_);
}

}  // namespace

Result<World> assemble_world(const Config& config, std::span<const StoredDocument> documents,
                             Resources::State& state) {
  return Assembly(config, state).run(documents);
}

}  // namespace trivet::service
