// SPDX-License-Identifier: Apache-2.0
// Changes: what they write, and how they come into force.
#include "service/resources_state.hpp"

#include <algorithm>
#include <utility>

#include "base/city_hash.hpp"
#include "base/try.hpp"
#include "service/field_mask.hpp"
#include "service/stored_documents.hpp"
#include "text/message.hpp"

namespace trivet::service {

void Change::put(ModelEntry model) {
  documents.push_back({"model", model.id, write_model_entry(model)});
  std::string id = model.id;
  world.models[std::move(id)] = std::make_shared<const ModelEntry>(std::move(model));
}

void Change::put_version(std::string_view model_id, const ModelVersion& version) {
  documents.push_back(
      {"version", text::message("{}@{}", model_id, version.id), write_model_version(version)});
}

void Change::put(EndpointEntry endpoint) {
  documents.push_back({"endpoint", endpoint.id, write_endpoint_entry(endpoint)});
  std::string id = endpoint.id;
  world.endpoints[std::move(id)] = std::make_shared<const EndpointEntry>(std::move(endpoint));
}

void Change::remove_model(const ModelEntry& model, bool is_declared) {
  for (const auto& version : model.versions) remove_version(model.id, version->id);
  documents.push_back({"model", model.id, is_declared ? std::string(kGoneDocument) : ""});
  const std::string id = model.id;  // `model` may live in the map
  world.models.erase(id);
}

void Change::remove_version(std::string_view model_id, std::string_view version) {
  documents.push_back({"version", text::message("{}@{}", model_id, version), ""});
}

void Change::remove_endpoint(std::string_view id, bool is_declared) {
  documents.push_back({"endpoint", std::string(id), is_declared ? std::string(kGoneDocument) : ""});
  const auto found = world.endpoints.find(id);
  if (found != world.endpoints.end()) world.endpoints.erase(found);
}

IdSource::IdSource() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device()};
  random_.seed(seed);
}

std::string IdSource::next() {
  const std::lock_guard lock(mutex_);
  std::uniform_int_distribution<std::int64_t> digits(100'000'000'000'000'000,
                                                     9'200'000'000'000'000'000);
  return std::to_string(digits(random_));
}

std::uint64_t IdSource::bits() {
  const std::lock_guard lock(mutex_);
  return random_();
}

Outcome<Done> Resources::State::commit(Change change) {
  if (store != nullptr) {
    if (const Status written = store->write(change.documents); !written) {
      return Failure(Code::unavailable, text::message("The server's state can't be written: {}",
                                                      written.error().message()));
    }
  }
  world.store(std::make_shared<const World>(std::move(change.world)));
  return Done();
}

Outcome<Value> Resources::State::commit(Change change, const Parent& parent,
                                        OperationResult result) {
  OperationEntry entry = make_operation(ids.next(), parent, std::move(result));
  entry.sequence = next_sequence++;
  change.documents.push_back({"operation", entry.id, write_operation_entry(entry)});
  TRIVET_TRY(commit(std::move(change)));
  Value answer = entry.document;
  const auto oldest = operations.add(std::move(entry));
  // When this is lost, the next start reads one operation more.
  if (oldest && store != nullptr) {
    const StoredDocument gone[] = {{"operation", *oldest, ""}};
    (void)store->write(gone);
  }
  return answer;
}

Outcome<Value> Resources::State::finish(const Parent& parent, OperationResult result) {
  const std::lock_guard lock(writer);
  return commit(begin(), parent, std::move(result));
}

bool Resources::State::declares_model(std::string_view id) const noexcept {
  return std::any_of(declared.models.begin(), declared.models.end(),
                     [&](const ModelConfig& model) { return model.name == id; });
}

bool Resources::State::declares_endpoint(std::string_view id) const noexcept {
  return std::any_of(declared.endpoints.begin(), declared.endpoints.end(),
                     [&](const EndpointConfig& endpoint) { return endpoint.id == id; });
}

Failure model_not_found(const MethodRequest& request, std::string_view id) {
  return {Code::not_found,
          text::message("Model `{}/models/{}` not found.", request.parent.name(), id)};
}

Failure endpoint_not_found(const MethodRequest& request, std::string_view id) {
  return {Code::not_found,
          text::message("Endpoint `{}/endpoints/{}` not found.", request.parent.name(), id)};
}

std::string make_etag(const Value& document) {
  return text::message("{:016x}", base::city_hash64(document.to_json()));
}

Outcome<Done> check_etag(const Value& body, std::string_view current) {
  const std::string_view given = text_of(body, "etag");
  if (given.empty() || given == current) return Done();
  return Failure(Code::aborted,
                 text::message("The etag {} is not the present one, {}: somebody else has changed "
                               "the resource.",
                               text::quoted(given), text::quoted(current)));
}

}  // namespace trivet::service
