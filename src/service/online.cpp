// SPDX-License-Identifier: Apache-2.0
// predict, and what all online methods share: endpoints, limits, waiting, refusals.
#include "service/online.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/try.hpp"
#include "service/body_members.hpp"
#include "service/messages.hpp"
#include "service/request_log.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

using OnlineClock = std::chrono::steady_clock;

constexpr OnlineClock::time_point kNever = OnlineClock::time_point::max();

[[nodiscard]] bool is_plain_text(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

[[nodiscard]] Failure past_deadline() {
  return {Code::deadline_exceeded, "Deadline expired before operation could complete."};
}

/// In the service's wording, which counts millions of bytes.
[[nodiscard]] Failure request_too_large(std::size_t bytes, std::size_t limit) {
  return {Code::failed_precondition,
          text::message("The request size ({} bytes) exceeds {}.{:03}MB limit.", bytes,
                        limit / 1'000'000, limit % 1'000'000 / 1000)};
}

[[nodiscard]] bool is_predict_member(std::string_view name) noexcept {
  return name == "instances" || name == "parameters" || name == "labels";
}

/// True when a body may go to the model as it is: an object of the members that a PredictRequest
/// has, spelt as they are published. `count` is how many instances it has.
[[nodiscard]] bool is_plain_predict(std::string_view body, std::size_t& count) noexcept {
  BodyMembers members(body);
  BodyMember member;
  while (members.next(member)) {
    if (!is_predict_member(member.name)) return false;
    if (member.name == "instances") count = member.element_count;
    if (member.name == "parameters" && !member.value.starts_with('{')) return false;
  }
  return members.is_whole();
}

/// Parameters may be any value in the service's message. Models know theirs by name, so a bare
/// number or text says nothing to them, as it says nothing to the prebuilt containers.
void drop_bare_parameters(Value& request) {
  std::erase_if(*request.as_object(), [](const Member& member) {
    return member.name == "parameters" && member.value.as_object() == nullptr;
  });
}

}  // namespace

std::shared_ptr<const ServedEndpoint> serve_alone(
    const std::shared_ptr<const ServedEndpoint>& endpoint, std::string_view deployed_model_id) {
  const auto& models = endpoint->endpoint.deployed_models();
  const auto named = std::find_if(models.begin(), models.end(), [&](const DeployedModel& deployed) {
    return deployed.id == deployed_model_id;
  });
  if (named == models.end()) return nullptr;
  if (models.size() == 1 && endpoint->endpoint.run_health_check()) return endpoint;
  auto alone = std::make_shared<ServedEndpoint>(*endpoint);
  alone->endpoint = LocalEndpoint();
  if (!alone->endpoint.deploy_model(named->id, named->model)) return nullptr;
  std::erase_if(alone->models, [&](const ServedModel& model) {
    return model.deployed_model_id != deployed_model_id;
  });
  return alone;
}

std::string endpoint_name(const OnlineTarget& target) {
  return text::message("projects/{}/locations/{}/endpoints/{}", target.project, target.location,
                       target.endpoint_id);
}

void append_json_text(std::string_view text, std::string& out) {
  if (!is_plain_text(text)) {
    out += Value(text).to_json();
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void append_model_name(const OnlineTarget& target, std::string_view model_id, std::string& out) {
  if (!is_plain_text(target.project) || !is_plain_text(target.location)) {
    append_json_text(text::message("projects/{}/locations/{}/models/{}", target.project,
                                   target.location, model_id),
                     out);
    return;
  }
  out += "\"projects/";
  out += target.project;
  out += "/locations/";
  out += target.location;
  out += "/models/";
  out += model_id;
  out += '"';
}

Failure bad_payload(const Error& error) {
  return {Code::invalid_argument, "Invalid JSON payload received. " + error.message()};
}

Outcome<Done> wait_for(std::chrono::milliseconds delay, OnlineClock::time_point deadline,
                       const std::atomic<bool>* cancelled) {
  constexpr std::chrono::milliseconds kLook{10};
  const OnlineClock::time_point end = OnlineClock::now() + delay;
  for (OnlineClock::time_point now = OnlineClock::now(); now < end; now = OnlineClock::now()) {
    if (cancelled != nullptr && cancelled->load(std::memory_order_relaxed)) {
      return Failure(Code::cancelled, "The operation was cancelled.");
    }
    if (now >= deadline) return past_deadline();
    std::this_thread::sleep_until(std::min({end, deadline, now + kLook}));
  }
  return Done();
}

Outcome<OnlineMethods::Serving> OnlineMethods::begin(const OnlineTarget& target,
                                                     const Call& call) const {
  auto endpoint = directory_.find_endpoint(target.endpoint_id);
  if (endpoint == nullptr) {
    return Failure(Code::not_found,
                   text::message("Endpoint `{}` not found.", endpoint_name(target)));
  }
  return begin_with(std::move(endpoint), target, call);
}

/// Bounds the request and waits as long as the model's entry in the configuration says. Which of
/// several models is asked is only known afterwards, so there finish() waits.
Outcome<OnlineMethods::Serving> OnlineMethods::begin_with(
    std::shared_ptr<const ServedEndpoint> endpoint, const OnlineTarget& target, const Call& call) {
  const Profile& profile = endpoint->profile;
  if (profile.request_bytes != 0 && call.body.size() > profile.request_bytes) {
    return request_too_large(call.body.size(), profile.request_bytes);
  }
  OnlineClock::time_point deadline = call.deadline;
  if (profile.time.count() != 0) deadline = std::min(deadline, OnlineClock::now() + profile.time);
  if (endpoint->models.size() == 1 && endpoint->models.front().delay.count() != 0) {
    TRIVET_TRY(wait_for(endpoint->models.front().delay, deadline, call.cancelled));
  }
  return Serving{std::move(endpoint), target, call, deadline};
}

Outcome<Done> OnlineMethods::finish(const Serving& serving, std::string_view deployed_id,
                                    const Reply& reply) {
  const ServedEndpoint& endpoint = *serving.endpoint;
  if (endpoint.models.size() > 1) {
    const ServedModel* const model = endpoint.find(deployed_id);
    if (model != nullptr && model->delay.count() != 0) {
      TRIVET_TRY(wait_for(model->delay, serving.deadline, serving.call.cancelled));
    }
  }
  if (serving.deadline != kNever && OnlineClock::now() > serving.deadline) return past_deadline();
  const std::size_t most = endpoint.profile.response_bytes;
  if (most != 0 && reply.body.size() > most) {
    return Failure(
        Code::invalid_argument,
        text::message("Failed to handle request. endpoint_id: {}, deployed_model_id: {} with "
                      "error: Response size too large. Received at least {} bytes; max is {}.",
                      endpoint.id, deployed_id, reply.body.size(), most));
  }
  return Done();
}

/// What the model refuses is FAILED_PRECONDITION with its own text, as what a container answers
/// with 400 is; what is refused before a model is asked is INVALID_ARGUMENT.
Failure OnlineMethods::failure_of(const Error& error, const Serving& serving) {
  if (error.code() == Errc::failed_precondition && error.where() == "endpoint") {
    return {Code::failed_precondition, text::message("Endpoint {} doesn't have traffic_split.",
                                                     endpoint_name(serving.target))};
  }
  if (error.code() != Errc::invalid_request) return Failure(error);
  const std::string_view where = error.where();
  if (where.starts_with("/instances/") || where.starts_with("/parameters")) {
    return {Code::failed_precondition, error.message()};
  }
  if (where.starts_with("byte ")) return bad_payload(error);
  return Failure(error);
}

/// The request to the model, timed. The answer is the id of who answered.
Outcome<std::string_view> OnlineMethods::predict_json(const Serving& serving,
                                                      std::string_view request,
                                                      std::string& response) const {
  const auto served = serving.endpoint->endpoint.predict(request, response);
  if (served) return *served;
  Failure failure = failure_of(served.error(), serving);
  if (serving.endpoint->log.enabled) record(serving, {}, request, failure.to_text_json());
  return failure;
}

Outcome<Done> OnlineMethods::predict(const OnlineTarget& target, const Call& call,
                                     Reply& reply) const {
  auto serving = begin(target, call);
  if (!serving) return std::move(serving).failure();
  std::string rewritten;
  std::string_view request = call.body;
  if (!is_plain_predict(call.body, reply.instance_count)) {
    const auto body = Value::parse(call.body);
    if (!body) return bad_payload(body.error());
    auto canonical = read_message(messages::predict_request, *body);
    if (!canonical) return std::move(canonical).failure();
    drop_bare_parameters(*canonical);
    rewritten = canonical->to_json();
    request = rewritten;
  }
  const OnlineClock::time_point start = OnlineClock::now();
  const auto served = predict_json(*serving, request, reply.body);
  reply.times.predict = OnlineClock::now() - start;
  if (!served) return served.failure();
  record(*serving, *served, request, reply.body);

  reply.body.pop_back();
  reply.body += ",\"deployedModelId\":";
  append_json_text(*served, reply.body);
  if (const ServedModel* const model = serving->endpoint->find(*served); model != nullptr) {
    reply.body += ",\"model\":";
    append_model_name(target, model->model_id, reply.body);
    reply.body += ",\"modelVersionId\":";
    append_json_text(model->version_id, reply.body);
    if (!model->display_name.empty()) {
      reply.body += ",\"modelDisplayName\":";
      append_json_text(model->display_name, reply.body);
    }
  }
  reply.body += '}';
  return finish(*serving, *served, reply);
}

Outcome<Done> OnlineMethods::container_predict(std::shared_ptr<const ServedEndpoint> endpoint,
                                               const Call& call, Reply& reply) const {
  const OnlineTarget nowhere{"-", "-", endpoint->id};
  auto serving = begin_with(std::move(endpoint), nowhere, call);
  if (!serving) return std::move(serving).failure();
  const OnlineClock::time_point start = OnlineClock::now();
  const auto served = serving->endpoint->endpoint.predict(call.body, reply.body);
  reply.times.predict = OnlineClock::now() - start;
  if (!served) return Failure(served.error());
  return finish(*serving, *served, reply);
}

/// Predictions are recorded one a row of the answer, whatever spelling the request had.
void OnlineMethods::record(const Serving& serving, std::string_view deployed_id,
                           std::string_view request, std::string_view response) const {
  const RequestLogTarget& target = serving.endpoint->log;
  if (log_ == nullptr || !target.enabled) return;
  if (!log_->wants(target, request.size() + response.size())) return;
  log_->record({.table_uri = log_table_uri(*serving.endpoint, serving.target.project),
                .endpoint = endpoint_name(serving.target),
                .deployed_model_id = std::string(deployed_id),
                .request = std::string(request),
                .response = std::string(response),
                .time = std::chrono::system_clock::now()});
}

}  // namespace trivet::service
