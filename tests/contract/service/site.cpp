// SPDX-License-Identifier: Apache-2.0
// Building the site, and sending a request through the router.
#include "site.hpp"

#include <algorithm>
#include <stdexcept>

namespace trivet::test {
namespace {

constexpr std::string_view kConfig = R"({
  "models": [
    {"name": "lin", "path": "{models}/lin", "versionAliases": ["stable"]},
    {"name": "lin", "path": "{models}/lin2"},
    {"name": "xgb", "path": "{models}/xgb"},
    {"name": "nameless", "path": "{models}/nameless"},
    {"name": "cls", "path": "{models}/cls"},
    {"name": "echo", "builtin": "echo"}],
  "endpoints": [
    {"id": "1234567890", "displayName": "line",
     "deployedModels": [{"id": "11", "model": "lin@1"}, {"id": "12", "model": "lin@2"}],
     "trafficSplit": {"11": 100, "12": 0}},
    {"id": "200", "displayName": "tree", "deployedModels": [{"id": "21", "model": "xgb"}]},
    {"id": "300", "deployedModels": [{"id": "31", "model": "cls"}]},
    {"id": "400", "deployedModels": [{"id": "41", "model": "echo"}]},
    {"id": "500", "network": "projects/1/global/networks/n",
     "deployedModels": [{"id": "51", "model": "lin@1"}]},
    {"id": "600", "dedicatedEndpointEnabled": true,
     "deployedModels": [{"id": "61", "model": "lin@1"}]},
    {"id": "700", "profile": "shared", "deployedModels": [{"id": "71", "model": "echo"}]},
    {"id": "800", "displayName": "empty"}],
  "publisherModels": [{"name": "gemini-2.0-flash-001", "generator": "echo"}]
})";

[[nodiscard]] std::string with_models(std::string_view config) {
  constexpr std::string_view kPlace = "{models}";
  std::string text(config);
  for (std::size_t at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace)) {
    text.replace(at, kPlace.size(), data_path("contract/models"));
  }
  return text;
}

[[nodiscard]] char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

Value Answer::json() const {
  auto value = Value::parse(body);
  return value ? std::move(*value) : Value();
}

std::string Answer::header(std::string_view name) const {
  for (const service::Header& one : headers) {
    if (std::equal(one.name.begin(), one.name.end(), name.begin(), name.end(),
                   [](char a, char b) { return lower(a) == lower(b); })) {
      return one.value;
    }
  }
  return {};
}

std::string endpoint_path(std::string_view id, std::string_view verb) {
  std::string path(kParent);
  path.append("/endpoints/").append(id);
  if (!verb.empty()) path.append(":").append(verb);
  return path;
}

Site::Site(std::string_view config, http::RouterOptions options) {
  auto parsed = service::parse_config(with_models(config.empty() ? kConfig : config), ".");
  if (!parsed) throw std::runtime_error(parsed.error().message());
  parsed->root = folder_.path();
  auto resources = service::Resources::open(*parsed);
  if (!resources) throw std::runtime_error(resources.error().message());
  resources_ = std::move(*resources);
  auto models = service::PublisherModels::open(parsed->publisher_models, {}, nullptr);
  if (!models) throw std::runtime_error(models.error().message());
  models_ = std::move(*models);
  log_ = std::make_unique<service::RequestLog>(folder_.path());
  router_ = std::make_unique<http::Router>(*resources_, models_, log_.get(), std::move(options));
}

Answer Site::send(std::string_view method, std::string_view path, std::string_view body,
                  std::optional<std::string_view> type) {
  std::vector<service::HeaderView> headers;
  if (type) headers.push_back({"content-type", *type});
  service::Call call;
  call.method = method;
  const std::size_t question = std::min(path.find('?'), path.size());
  call.path = path.substr(0, question);
  call.query = path.substr(std::min(question + 1, path.size()));
  call.headers = headers;
  call.body = body;
  call.authority = "127.0.0.1:8080";
  service::Reply reply;
  router_->handle(call, reply);
  Answer answer{reply.status, reply.body, reply.content_type, reply.headers, 0};
  const std::atomic<bool> cancelled{false};
  std::string part;
  while (reply.parts != nullptr && reply.parts->next(part, cancelled)) {
    answer.body += part;
    ++answer.part_count;
  }
  return answer;
}

}  // namespace trivet::test
