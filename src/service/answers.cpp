// SPDX-License-Identifier: Apache-2.0
// Entries as the service answers them.
#include "service/answers.hpp"

#include "service/field_mask.hpp"
#include "service/resources_state.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

Value text_list(std::initializer_list<std::string_view> texts) {
  Value::List out;
  for (const std::string_view text : texts) out.emplace_back(text);
  return out;
}

/// What clients look at before they deploy or start a batch job.
void add_supported_members(Value& model) {
  set_member(model, "supportedExportFormats",
             Value::List{Value::Object{{"id", "custom-trained"},
                                       {"exportableContents", text_list({"ARTIFACT"})}}});
  set_member(model, "supportedDeploymentResourcesTypes", text_list({"DEDICATED_RESOURCES"}));
  set_member(model, "supportedInputStorageFormats",
             text_list({"jsonl", "csv", "tf-record", "tf-record-gzip", "bigquery", "file-list"}));
  set_member(model, "supportedOutputStorageFormats", text_list({"jsonl", "csv", "bigquery"}));
}

Value merged_labels(const ModelEntry& model, const ModelVersion& version) {
  Value labels = Value::Object{};
  for (const Value* part : {model.document.find("labels"), &version.labels}) {
    if (part == nullptr || part->as_object() == nullptr) continue;
    for (const Member& label : *part->as_object()) set_member(labels, label.name, label.value);
  }
  return labels;
}

Value deployed_references(const World& world, const ModelEntry& model, const ModelVersion& version,
                          const Parent& parent) {
  Value::List out;
  for (const auto& [id, endpoint] : world.endpoints) {
    for (const Value& deployed : deployed_models_of(endpoint->document)) {
      if (text_of(deployed, "model") != model.id ||
          text_of(deployed, "modelVersionId") != version.id) {
        continue;
      }
      out.emplace_back(Value::Object{{"endpoint", parent.name() + "/endpoints/" + id},
                                     {"deployedModelId", text_of(deployed, "id")}});
    }
  }
  return out;
}

}  // namespace

Value model_answer(const World& world, const ModelEntry& model, const ModelVersion& version,
                   const Parent& parent, ModelNameForm form) {
  Value answer = version.document;
  std::string name = parent.name() + "/models/" + model.id;
  if (form == ModelNameForm::with_version) name += "@" + version.id;
  Value::List aliases;
  for (std::string& alias : model.aliases_of(version.id)) aliases.emplace_back(std::move(alias));
  set_member(answer, "versionId", version.id);
  set_member(answer, "versionAliases", std::move(aliases));
  for (const std::string_view time : {"createTime", "updateTime"}) {
    if (const Value* value = model.document.find(time)) set_member(answer, time, *value);
  }
  set_member(answer, "labels", merged_labels(model, version));
  add_supported_members(answer);
  set_member(answer, "etag", make_etag(answer));
  set_member(answer, "name", std::move(name));
  set_member(answer, "deployedModels", deployed_references(world, model, version, parent));
  return answer;
}

Value deployed_model_answer(const EndpointEntry& endpoint, const Value& deployed,
                            const MethodRequest& request) {
  Value answer = deployed;
  set_member(answer, "model",
             text::message("{}/models/{}", request.parent.name(), text_of(deployed, "model")));
  if (!text_of(endpoint.document, "network").empty()) {
    const std::string at = text::message("http://{}/v1/endpoints/{}/deployedModels/{}",
                                         request.authority, endpoint.id, text_of(deployed, "id"));
    set_member(answer, "privateEndpoints",
               Value::Object{{"predictHttpUri", at + ":predict"}, {"healthHttpUri", at}});
  }
  return answer;
}

Value endpoint_answer(const EndpointEntry& endpoint, const MethodRequest& request) {
  Value answer = endpoint.document;
  Value::List deployed;
  for (const Value& model : deployed_models_of(endpoint.document)) {
    deployed.push_back(deployed_model_answer(endpoint, model, request));
  }
  set_member(answer, "deployedModels", std::move(deployed));
  set_member(answer, "etag", make_etag(endpoint.document));
  set_member(answer, "name", request.parent.name() + "/endpoints/" + endpoint.id);
  if (endpoint.served != nullptr && endpoint.served->is_dedicated) {
    set_member(answer, "dedicatedEndpointDns", request.authority);
  }
  return answer;
}

const Value::List& deployed_models_of(const Value& endpoint) noexcept {
  static const Value::List kNone;
  const Value* models = endpoint.find("deployedModels");
  return models != nullptr && models->as_list() != nullptr ? *models->as_list() : kNone;
}

std::vector<std::string> deployed_ids_of(const Value& endpoint) {
  std::vector<std::string> ids;
  for (const Value& model : deployed_models_of(endpoint)) ids.emplace_back(text_of(model, "id"));
  return ids;
}

std::vector<std::string> deployed_where(const World& world, std::string_view model,
                                        std::string_view version) {
  std::vector<std::string> ids;
  for (const auto& [id, endpoint] : world.endpoints) {
    const auto& list = deployed_models_of(endpoint->document);
    const bool is_there = std::any_of(list.begin(), list.end(), [&](const Value& deployed) {
      return text_of(deployed, "model") == model &&
             (version.empty() || text_of(deployed, "modelVersionId") == version);
    });
    if (is_there) ids.push_back(id);
  }
  return ids;
}

}  // namespace trivet::service
