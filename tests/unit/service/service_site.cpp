// SPDX-License-Identifier: Apache-2.0
// A folder with models and buckets, and a server's resources over it.
#include "unit/service/service_site.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <stdexcept>

#include "service/json_mapping.hpp"

namespace trivet::test {

using namespace trivet::service;  // NOLINT: what this file is about

namespace {

constexpr std::string_view kUsualConfig = R"({
  "root": "root",
  "models": [
    { "name": "lin", "path": "models/lin", "versionAliases": ["stable"] },
    { "name": "lin", "path": "models/lin2" },
    { "name": "cls", "path": "models/cls" },
    { "name": "echo", "builtin": "echo", "delayMs": 20 } ],
  "endpoints": [
    { "id": "1234567890", "displayName": "line", "labels": { "team": "a" }, "seed": 7,
      "deployedModels": [ { "id": "11", "model": "lin@1" }, { "id": "12", "model": "lin@2" } ],
      "trafficSplit": { "11": 100, "12": 0 } },
    { "id": "400", "displayName": "echo", "deployedModels": [ { "id": "41", "model": "echo" } ] },
    { "id": "800", "displayName": "empty" } ] })";

void fill_site(const TemporaryFolder& folder) {
  namespace fs = std::filesystem;
  const fs::path models(data_path("contract/models"));
  for (const char* name : {"lin", "lin2", "cls", "xgb"}) {
    for (const char* place : {"models", "root/gs/bucket"}) {
      const fs::path to = fs::path(folder.path()) / place / name;
      fs::create_directories(to);
      fs::copy(models / name, to, fs::copy_options::recursive);
    }
  }
}

}  // namespace

std::string Answer::message() const {
  const Value* error = body.find("error");
  const Value* text = error == nullptr ? nullptr : error->find("message");
  return text == nullptr ? std::string() : *text->as_text();
}

std::string Answer::at(std::string_view path) const {
  const Value* value = &body;
  while (!path.empty() && value != nullptr) {
    const std::string_view step = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    if (const Value::List* items = value->as_list()) {
      std::size_t index = items->size();
      std::from_chars(step.data(), step.data() + step.size(), index);
      value = index < items->size() ? &(*items)[index] : nullptr;
    } else {
      value = value->find(step);
    }
  }
  if (value == nullptr) return {};
  return value->as_text() != nullptr ? *value->as_text() : value->to_json();
}

ServiceSite::ServiceSite() : ServiceSite(kUsualConfig) {}

ServiceSite::ServiceSite(std::string_view config) {
  fill_site(folder_);
  auto parsed = parse_config(config, folder_.path());
  if (!parsed) throw std::runtime_error(parsed.error().message());
  config_ = *std::move(parsed);
  restart();
}

void ServiceSite::restart() {
  resources_.reset();
  auto opened = Resources::open(config_);
  if (!opened) throw std::runtime_error(opened.error().message());
  resources_ = *std::move(opened);
}

std::string ServiceSite::refusal(std::string_view config) const {
  const auto parsed = parse_config(config, folder_.path());
  if (!parsed) return parsed.error().message();
  const auto opened = Resources::open(*parsed);
  return opened ? std::string() : opened.error().message();
}

Answer ServiceSite::call(const Method& method, const Target& target, std::string_view body) {
  const auto failed = [](const Failure& failure) {
    return Answer{http_status(failure.code), *Value::parse(failure.to_status_json())};
  };
  const auto query = QueryParameters::parse(target.query);
  if (!query) return failed(query.failure());
  MethodRequest request{.parent = {"p", target.is_legacy ? "" : "us-central1"},
                        .id = target.id,
                        .version = target.version,
                        .child = target.child,
                        .body = {},
                        .query = *query,
                        .authority = "127.0.0.1:8080"};
  if (method.request != nullptr) {
    auto read = read_message(*method.request, Value::parse(body).value(), method.body_field);
    if (!read) return failed(read.failure());
    request.body = *std::move(read);
  }
  const auto answer = method.run(*resources_, request);
  if (!answer) return failed(answer.failure());
  std::string json;
  write_message(*method.response, *answer, {query->enums_as_numbers()}, json);
  return {200, *Value::parse(json)};
}

std::string ServiceSite::upload(std::string_view id, std::string_view artifact,
                                std::string_view more) {
  const bool is_version =
      !call(resource_methods.get_model, {.id = std::string(id)}).at("name").empty();
  const std::string place = is_version ? R"("parentModel":"models/)" + std::string(id) + "\""
                                       : R"("modelId":")" + std::string(id) + "\"";
  const Answer answer =
      call(resource_methods.upload_model, {},
           "{" + place + R"(,"model":{"displayName":"up","artifactUri":"gs://bucket/)" +
               std::string(artifact) + "\"" + std::string(more) + "}}");
  return answer.status == 200 ? answer.at("response/modelVersionId") : answer.message();
}

}  // namespace trivet::test
