// SPDX-License-Identifier: Apache-2.0
// Any bytes as a call: `VERB PATH[?QUERY]`, a line feed, a Content-Type, a line feed, the body.
// Whatever comes is answered with a status that HTTP has, and with JSON where the type says so;
// refusals have the form of their face.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "http/router.hpp"
#include "service/config.hpp"
#include "service/generate.hpp"
#include "service/resources.hpp"

namespace {

using trivet::Value;
using trivet::http::Router;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr const char* kFuzzedConfig = R"({
  "models": [{"name": "lin", "path": "contract/models/lin"},
             {"name": "cls", "path": "contract/models/cls"},
             {"name": "echo", "builtin": "echo"}],
  "endpoints": [
    {"id": "1", "deployedModels": [{"id": "11", "model": "lin"}, {"id": "12", "model": "cls"}],
     "trafficSplit": {"11": 50, "12": 50}},
    {"id": "2", "dedicatedEndpointEnabled": true,
     "deployedModels": [{"id": "21", "model": "echo"}]}],
  "publisherModels": [{"name": "g", "generator": "echo"}]})";

/// A service that what was asked before has left as it was: made anew for each call that may change
/// something.
struct FuzzedSite {
  std::unique_ptr<trivet::service::Resources> resources;
  trivet::service::PublisherModels models;
  std::unique_ptr<Router> router;

  FuzzedSite() {
    auto config = trivet::service::parse_config(kFuzzedConfig, TRIVET_TEST_DATA);
    require(config.has_value());
    auto opened = trivet::service::Resources::open(*config);
    require(opened.has_value());
    resources = std::move(*opened);
    auto generators = trivet::service::PublisherModels::open(config->publisher_models, {}, nullptr);
    require(generators.has_value());
    models = std::move(*generators);
    router = std::make_unique<Router>(*resources, models, nullptr,
                                      trivet::http::RouterOptions{.container_endpoint = "1"});
  }
};

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return before;
}

bool is_online(std::string_view path) {
  return path.ends_with("redict") || path.ends_with(":explain") || path.ends_with("Content") ||
         path.ends_with(":countTokens");
}

void check_reply(const Router& router, std::string_view path, trivet::service::Reply& reply) {
  require(reply.status >= 200 && reply.status <= 599);
  std::string body = reply.body;
  std::string part;
  const std::atomic<bool> cancelled{false};
  while (reply.parts != nullptr && reply.parts->next(part, cancelled)) body += part;
  if (reply.status == 200 && reply.content_type != "application/json") return;
  const auto json = Value::parse(body);
  // What echo was given as raw bytes comes back under the type that it had.
  const bool is_raw =
      path.find("aw") != std::string_view::npos || path.find("invoke") != std::string_view::npos;
  require(json.has_value() || (reply.status == 200 && is_raw));
  if (reply.status == 200) return;
  const Value* const error = json->find("error");
  require(error != nullptr);
  require(router.is_container_path(path) == (error->as_text() != nullptr));
  if (error->as_text() != nullptr) return;
  require(error->find("message") != nullptr && error->find("status") != nullptr);
  require(*error->find("code") == Value(reply.status));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto site = std::make_unique<FuzzedSite>();
  std::string_view text(reinterpret_cast<const char*>(data), size);
  trivet::service::Call call;
  std::string_view line = take_until(text, '\n');
  call.method = take_until(line, ' ');
  call.path = take_until(line, '?');
  call.query = line;
  const trivet::service::HeaderView type{"Content-Type", take_until(text, '\n')};
  if (!type.value.empty()) call.headers = std::span(&type, 1);
  call.body = text;
  call.authority = "127.0.0.1:1";
  trivet::service::Reply reply;
  site->router->handle(call, reply);
  check_reply(*site->router, call.path, reply);
  const bool may_change = call.method != "GET" && reply.status == 200 && !is_online(call.path);
  if (may_change) site = std::make_unique<FuzzedSite>();
  return 0;
}
