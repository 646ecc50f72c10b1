// SPDX-License-Identifier: Apache-2.0
// From a request to what answers it, and its refusals in the form of its face.
#include "http/router.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "text/message.hpp"

namespace trivet::http {
namespace {

using service::Call;
using service::Code;
using service::Done;
using service::Failure;
using service::Outcome;
using service::Reply;

enum class RefusalForm : std::uint8_t { status_object, bare_text };

void refuse_call(const Failure& failure, RefusalForm form, Reply& reply) {
  const std::string_view route = reply.route;
  reply.clear();
  reply.route = route;
  reply.status = service::http_status(failure.code);
  reply.body = form == RefusalForm::bare_text ? failure.to_text_json() : failure.to_status_json();
}

[[nodiscard]] bool take_prefix(std::string_view& text, std::string_view prefix) noexcept {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// What stands before the next slash, which is taken too.
[[nodiscard]] std::string_view take_segment(std::string_view& path) noexcept {
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return segment;
}

/// 405 has no canonical code of its own; UNIMPLEMENTED is what gRPC has for a method that isn't.
void refuse_verb(std::string_view allowed, RefusalForm form, Reply& reply) {
  refuse_call(Failure(Code::unimplemented, text::message("Method not allowed; use {}.", allowed)),
              form, reply);
  reply.status = 405;
  if (form == RefusalForm::status_object) {
    reply.body = text::message(
        "{{\"error\":{{\"code\":405,\"message\":\"Method not allowed; use {}.\","
        "\"status\":\"UNIMPLEMENTED\"}}}}",
        allowed);
  }
  reply.headers.push_back({"Allow", std::string(allowed)});
}

[[nodiscard]] Failure no_such_path(std::string_view path) {
  return {Code::not_found,
          text::message("The requested URL {} was not found on this server.", text::quoted(path))};
}

[[nodiscard]] std::string_view without_double_slash(std::string_view path) noexcept {
  while (path.starts_with("//")) path.remove_prefix(1);
  return path;
}

/// As `<message>: <detail> (Error code: N)`: 1 for a request that doesn't fit, 2 for a model that
/// refused (contract, section 12).
[[nodiscard]] Failure legacy_failure(const Failure& failure) {
  const bool is_request = failure.code == Code::invalid_argument;
  return {failure.code, text::message("{}: {} (Error code: {})",
                                      is_request ? "Invalid inputs" : "Prediction failed",
                                      failure.message, is_request ? 1 : 2)};
}

}  // namespace

Router::Router(service::Resources& resources, const service::PublisherModels& publisher_models,
               service::RequestLog* log, RouterOptions options)
    : resources_(resources),
      online_(resources, log),
      generate_(publisher_models),
      options_(std::move(options)) {}

void Router::handle(const Call& call, Reply& reply) {
  const RefusalForm form =
      is_container_path(call.path) ? RefusalForm::bare_text : RefusalForm::status_object;
  try {
    route(call, reply);
  } catch (const std::bad_alloc&) {
    refuse_call(Failure(Code::resource_exhausted, "out of memory"), form, reply);
  } catch (const std::exception& error) {
    refuse_call(Failure(Code::internal, error.what()), form, reply);
  }
}

bool Router::answers_at_once(std::string_view method, std::string_view path) const noexcept {
  path = without_double_slash(path);
  return method == "GET" && (path == options_.health_route || path.starts_with("/v1/endpoints/"));
}

bool Router::is_container_path(std::string_view path) const noexcept {
  if (options_.is_container) return true;
  path = without_double_slash(path);
  if (path == options_.health_route || path == options_.predict_route) return true;
  if (!take_prefix(path, "/v1/")) return false;
  if (path.starts_with("endpoints/")) return true;
  if (!take_prefix(path, "projects/")) return false;
  (void)take_segment(path);
  return path.starts_with("models/") && path.ends_with(":predict");
}

void Router::route(const Call& call, Reply& reply) const {
  if (predict_quickly(call, reply) || answer_container(call, reply)) return;
  Path path;
  const bool is_sound = path.parse(call.path);
  const std::string_view custom_verb = is_sound ? path.split_verb() : std::string_view();
  const RefusalForm form =
      is_container_path(call.path) ? RefusalForm::bare_text : RefusalForm::status_object;
  if (!is_sound || options_.is_container) {
    refuse_call(no_such_path(call.path), form, reply);
    return;
  }
  const FoundRoute found = find_route(call.method, path, custom_verb);
  if (found.route != nullptr) {
    answer(found, path, call, reply);
  } else if (!found.allowed.empty()) {
    refuse_verb(found.allowed, form, reply);
  } else {
    refuse_call(no_such_path(call.path), form, reply);
  }
}

/// The call that counts: a few comparisons, no copy.
bool Router::predict_quickly(const Call& call, Reply& reply) const {
  if (options_.is_container || call.method != "POST" || !call.path.ends_with(":predict") ||
      call.path.find('%') != std::string_view::npos) {
    return false;
  }
  std::string_view path = call.path;
  if (!take_prefix(path, "/v1/projects/") && !take_prefix(path, "/v1beta1/projects/")) return false;
  service::OnlineTarget target;
  target.project = take_segment(path);
  if (!take_prefix(path, "locations/")) return false;
  target.location = take_segment(path);
  if (!take_prefix(path, "endpoints/")) return false;
  const std::size_t colon = path.find(':');
  if (path.substr(std::min(colon, path.size())) != ":predict") return false;
  target.endpoint_id = path.substr(0, colon);
  const bool is_plain = !target.project.empty() && !target.location.empty() &&
                        !target.endpoint_id.empty() &&
                        target.endpoint_id.find('/') == std::string_view::npos;
  if (!is_plain) return false;
  reply.route = "predict";
  if (const auto done = online_.predict(target, call, reply); !done) {
    refuse_call(done.failure(), RefusalForm::status_object, reply);
  }
  return true;
}

/// The two routes of a container; false for any other path.
bool Router::answer_container(const Call& call, Reply& reply) const {
  const std::string_view path = without_double_slash(call.path);
  const bool is_health = path == options_.health_route;
  if (!is_health && path != options_.predict_route) return false;
  const std::string_view wanted = is_health ? "GET" : "POST";
  if (call.method != wanted) {
    // With one route for both, the verb says which is meant.
    if (options_.health_route != options_.predict_route) {
      refuse_verb(wanted, RefusalForm::bare_text, reply);
      return true;
    }
  }
  auto endpoint = options_.container_endpoint.empty()
                      ? nullptr
                      : resources_.find_endpoint(options_.container_endpoint);
  if (call.method == "GET") {
    reply.route = "health";
    const bool is_ready = options_.container_endpoint.empty() ||
                          (endpoint != nullptr && endpoint->endpoint.run_health_check());
    reply.body = "{}";
    if (!is_ready)
      refuse_call(Failure(Code::unavailable, "not ready"), RefusalForm::bare_text, reply);
    return true;
  }
  reply.route = "predict";
  if (endpoint == nullptr) {
    refuse_call(no_such_path(call.path), RefusalForm::bare_text, reply);
    return true;
  }
  if (const auto done = online_.container_predict(std::move(endpoint), call, reply); !done) {
    refuse_call(done.failure(), RefusalForm::bare_text, reply);
  }
  return true;
}

void Router::answer(const FoundRoute& found, const Path& path, const Call& call,
                    Reply& reply) const {
  const PathVariables& variables = found.variables;
  reply.route = route_name(*found.route);
  const Answer& how = found.route->answer;
  RefusalForm form = RefusalForm::status_object;
  Answered done = Done();
  if (const auto* const resource = std::get_if<ResourceAnswer>(&how)) {
    done = run_method(service::resource_methods.**resource, variables, call, reply);
  } else if (const auto* const online = std::get_if<OnlineAnswer>(&how)) {
    done = (online_.**online)(
        {variables.project, variables.location, variables.id, variables.child}, call, reply);
  } else if (const auto* const generate = std::get_if<GenerateAnswer>(&how)) {
    done = (generate_.**generate)({variables.project, variables.location, variables.publisher,
                                   variables.id, api_version(path[0]) == ApiVersion::v1beta1},
                                  call, reply);
  } else {
    form = RefusalForm::bare_text;
    done = run_container(std::get<ContainerAnswer>(how), variables, call, reply);
  }
  if (!done) refuse_call(done.failure(), form, reply);
}

Router::Answered Router::run_method(const service::Method& method, const PathVariables& variables,
                                    const Call& call, Reply& reply) const {
  const auto query = service::QueryParameters::parse(call.query);
  if (!query) return query.failure();
  if (method.run == nullptr) {
    return Failure(Code::unimplemented, "This method is not implemented by this server.");
  }
  service::MethodRequest request{
      .parent = {std::string(variables.project), std::string(variables.location)},
      .id = std::string(variables.id),
      .version = std::string(variables.version),
      .child = std::string(variables.child),
      .body = {},
      .query = *query,
      .authority = call.authority};
  if (method.request != nullptr) {
    const auto json = Value::parse(call.body.empty() ? "{}" : call.body);
    if (!json) return service::bad_payload(json.error());
    auto body = service::read_message(*method.request, *json, method.body_field);
    if (!body) return std::move(body).failure();
    request.body = std::move(*body);
  }
  const auto answer = method.run(resources_, request);
  if (!answer) return answer.failure();
  if (method.response == nullptr) {
    reply.body = "{}";
    return Done();
  }
  service::write_message(*method.response, *answer, {.enums_as_numbers = query->enums_as_numbers()},
                         reply.body);
  return Done();
}

Router::Answered Router::run_container(ContainerAnswer answer, const PathVariables& variables,
                                       const Call& call, Reply& reply) const {
  switch (answer) {
    case ContainerAnswer::deployed_predict: return predict_deployed(variables, call, reply);
    case ContainerAnswer::legacy_predict: return predict_legacy(variables, call, reply);
    case ContainerAnswer::deployed_health: break;
  }
  const auto endpoint = resources_.find_endpoint(variables.id);
  if (endpoint == nullptr || endpoint->find(variables.child) == nullptr) {
    return no_such_path(call.path);
  }
  reply.body = "{}";
  return Done();
}

Router::Answered Router::predict_deployed(const PathVariables& variables, const Call& call,
                                          Reply& reply) const {
  const auto endpoint = resources_.find_endpoint(variables.id);
  auto alone = endpoint == nullptr ? nullptr : service::serve_alone(endpoint, variables.child);
  if (alone == nullptr) return no_such_path(call.path);
  return online_.container_predict(std::move(alone), call, reply);
}

Router::Answered Router::predict_legacy(const PathVariables& variables, const Call& call,
                                        Reply& reply) const {
  auto model = resources_.find_model(variables.id, variables.version);
  if (model == nullptr) {
    return Failure(
        Code::not_found,
        text::message("Model projects/{}/models/{}{}{} not found.", variables.project, variables.id,
                      variables.version.empty() ? "" : "/versions/", variables.version));
  }
  auto done = online_.container_predict(std::move(model), call, reply);
  if (!done) return legacy_failure(done.failure());
  return done;
}

}  // namespace trivet::http
