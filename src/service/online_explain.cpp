// SPDX-License-Identifier: Apache-2.0
// explain.
#include <algorithm>
#include <utility>

#include "service/body_members.hpp"
#include "service/messages.hpp"
#include "service/online.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

/// True when a body may go to the model as it is: no member that needs the service's eyes.
[[nodiscard]] bool is_plain_explain(std::string_view body, std::size_t& count) noexcept {
  BodyMembers members(body);
  BodyMember member;
  while (members.next(member)) {
    if (member.name == "instances") count = member.element_count;
    else if (member.name != "parameters" && member.name != "deployedModelId") return false;
  }
  return members.is_whole();
}

[[nodiscard]] std::string wanted_model(std::string_view body) {
  BodyMembers members(body);
  BodyMember member;
  while (members.next(member)) {
    if (member.name == "deployedModelId" && member.value.size() >= 2) {
      return std::string(member.value.substr(1, member.value.size() - 2));
    }
  }
  return {};
}

/// The first model that might be asked and doesn't explain, whatever spec it has; null without one.
[[nodiscard]] const ServedModel* find_silent(const ServedEndpoint& endpoint,
                                             std::string_view request) {
  if (std::all_of(endpoint.models.begin(), endpoint.models.end(),
                  [](const ServedModel& model) { return model.explains; })) {
    return nullptr;
  }
  const std::string wanted = wanted_model(request);
  const auto silent =
      std::find_if(endpoint.models.begin(), endpoint.models.end(), [&](const ServedModel& model) {
        return !model.explains && (wanted.empty() || wanted == model.deployed_model_id);
      });
  return silent == endpoint.models.end() ? nullptr : &*silent;
}

/// The published order has the id between the explanations and the predictions.
void insert_deployed_id(std::string_view id, std::string& response) {
  BodyMembers members(response);
  BodyMember member;
  std::size_t at = response.size() - 1;
  while (members.next(member)) {
    if (member.name == "explanations") {
      at = static_cast<std::size_t>(member.value.data() - response.data()) + member.value.size();
    }
  }
  std::string text = ",\"deployedModelId\":";
  append_json_text(id, text);
  response.insert(at, text);
}

}  // namespace

Outcome<Done> OnlineMethods::explain(const OnlineTarget& target, const Call& call,
                                     Reply& reply) const {
  auto serving = begin(target, call);
  if (!serving) return std::move(serving).failure();
  std::string rewritten;
  std::string_view request = call.body;
  if (!is_plain_explain(call.body, reply.instance_count)) {
    const auto body = Value::parse(call.body);
    if (!body) return bad_payload(body.error());
    auto canonical = read_message(messages::explain_request, *body);
    if (!canonical) return std::move(canonical).failure();
    rewritten = canonical->to_json();
    request = rewritten;
  }
  if (const ServedModel* const silent = find_silent(*serving->endpoint, request);
      silent != nullptr) {
    return Failure(Code::failed_precondition,
                   text::message("deployed model {}: its explanations are disabled; one that has "
                                 "an explanation spec and no disableExplanations",
                                 text::quoted(silent->deployed_model_id)));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto served = serving->endpoint->endpoint.explain(request, reply.body);
  reply.times.predict = std::chrono::steady_clock::now() - start;
  if (!served) return failure_of(served.error(), *serving);
  insert_deployed_id(*served, reply.body);
  return finish(*serving, *served, reply);
}

}  // namespace trivet::service
