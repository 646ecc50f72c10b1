// SPDX-License-Identifier: Apache-2.0
// rawPredict, streamRawPredict, directRawPredict, invoke: bytes to the model, bytes back.
#include <algorithm>
#include <utility>

#include "base/base64.hpp"
#include "base/try.hpp"
#include "service/body_members.hpp"
#include "service/messages.hpp"
#include "service/online.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

constexpr std::string_view kJsonType = "application/json";

struct RawRequest {
  std::string body;  // decoded out of an envelope
  std::string type;
};

/// The part before the `;`, in small letters.
[[nodiscard]] std::string media_type(std::string_view type) {
  std::string name(type.substr(0, type.find(';')));
  while (!name.empty() && name.back() == ' ') name.pop_back();
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return name;
}

/// Types under which a JSON request comes: its own, none, and what curl says by itself.
[[nodiscard]] bool may_be_json(std::string_view type) {
  const std::string name = media_type(type);
  return name.empty() || name == kJsonType || name.ends_with("+json") ||
         name == "application/x-www-form-urlencoded";
}

[[nodiscard]] bool has_instances(std::string_view body) noexcept {
  BodyMembers members(body);
  BodyMember member;
  while (members.next(member)) {
    if (member.name == "instances") return true;
  }
  return false;
}

/// True when the only member is the envelope that generated clients put around a raw request.
[[nodiscard]] bool is_envelope(std::string_view body) noexcept {
  BodyMembers members(body);
  BodyMember member;
  if (!members.next(member)) return false;
  const bool is_http_body = member.name == "httpBody" || member.name == "http_body";
  return is_http_body && member.value.starts_with('{') && !members.next(member) &&
         members.is_whole();
}

/// google.api.HttpBody, which is `{"contentType", "data"}`.
[[nodiscard]] Outcome<RawRequest> open_envelope(std::string_view body) {
  const auto json = Value::parse(body);
  if (!json) return bad_payload(json.error());
  const Value& inside = json->as_object()->front().value;
  RawRequest request;
  for (const std::string_view name : {"contentType", "content_type"}) {
    const Value* const type = inside.find(name);
    if (type != nullptr && type->as_text() != nullptr) request.type = *type->as_text();
  }
  const Value* const data = inside.find("data");
  if (data == nullptr) return request;
  if (data->as_text() == nullptr || !base::decode_base64(*data->as_text(), request.body)) {
    return Failure(
        Code::invalid_argument,
        text::message("Invalid value at 'http_body.data' (TYPE_BYTES), {}",
                      data->as_text() == nullptr ? data->kind_name() : "Base64 decoding failed"));
  }
  return request;
}

[[nodiscard]] std::string in_envelope(std::string_view type, std::string_view body) {
  std::string out = "{\"contentType\":";
  append_json_text(type, out);
  out += ",\"data\":\"";
  base::encode_base64(body, out);
  out += "\"}";
  return out;
}

/// A routine's answer to bytes: bytes and texts as they are, anything else as JSON.
[[nodiscard]] std::string raw_bytes(Value& prediction, std::string& type) {
  if (prediction.as_bytes() != nullptr) return prediction.as_bytes()->data;
  if (prediction.as_text() != nullptr) return *prediction.as_text();
  type = kJsonType;
  return prediction.to_json();
}

[[nodiscard]] bool has_routine(const ServedEndpoint& endpoint) noexcept {
  const auto& models = endpoint.endpoint.deployed_models();
  return std::any_of(models.begin(), models.end(), [](const DeployedModel& deployed) {
    return deployed.model.graph() == nullptr;
  });
}

/// One body that is written in one piece, but without a length.
class OnePart final : public BodyParts {
 public:
  explicit OnePart(std::string body) noexcept : body_(std::move(body)) {}

  bool next(std::string& part, const std::atomic<bool>&) override {
    if (is_sent_) return false;
    is_sent_ = true;
    part = std::move(body_);
    return true;
  }

 private:
  std::string body_;
  bool is_sent_ = false;
};

}  // namespace

/// JSON with instances is the container's request. Other bytes are for models that aren't graphs
/// (builtin:echo): one instance of bytes, whose prediction is the answer.
Outcome<OnlineMethods::RawAnswer> OnlineMethods::ask_raw(const Serving& serving,
                                                         std::string_view body,
                                                         std::string_view type) const {
  const LocalEndpoint& endpoint = serving.endpoint->endpoint;
  const bool is_request = may_be_json(type) && has_instances(body);
  if (is_request || !has_routine(*serving.endpoint)) {
    RawAnswer answer{{}, std::string(kJsonType), {}};
    if (!may_be_json(type)) {
      auto raw = endpoint.raw_predict(body, type);
      if (!raw) return failure_of(raw.error(), serving);
      return RawAnswer{std::move(raw->body), std::move(raw->content_type),
                       std::move(raw->deployed_model_id)};
    }
    const auto served = predict_json(serving, body, answer.body);
    if (!served) return served.failure();
    answer.deployed_model_id = *served;
    return answer;
  }
  const Value instance(Value::Bytes{std::string(body)});
  auto prediction = endpoint.predict(std::span(&instance, 1));
  if (!prediction) return failure_of(prediction.error(), serving);
  RawAnswer answer{{}, std::string(type), std::move(prediction->deployed_model_id)};
  if (answer.content_type.empty()) answer.content_type = "application/octet-stream";
  answer.body = raw_bytes(prediction->predictions.front(), answer.content_type);
  return answer;
}

Outcome<Done> OnlineMethods::answer_raw(const Serving& serving, bool as_stream,
                                        Reply& reply) const {
  const Call& call = serving.call;
  const bool has_envelope = is_envelope(call.body);
  RawRequest opened;
  std::string_view body = call.body;
  std::string_view type = call.header("Content-Type").value_or(std::string_view());
  if (has_envelope) {
    auto request = open_envelope(call.body);
    if (!request) return std::move(request).failure();
    opened = std::move(*request);
    body = opened.body;
    type = opened.type;
  }
  const auto start = std::chrono::steady_clock::now();
  auto answer = ask_raw(serving, body, type);
  reply.times.predict = std::chrono::steady_clock::now() - start;
  if (!answer) return std::move(answer).failure();
  record(serving, answer->deployed_model_id, body, answer->body);

  const ServedModel* const model = serving.endpoint->find(answer->deployed_model_id);
  reply.headers.push_back({"X-Vertex-AI-Endpoint-Id", serving.endpoint->id});
  reply.headers.push_back({"X-Vertex-AI-Deployed-Model-Id", answer->deployed_model_id});
  if (model != nullptr) {
    reply.headers.push_back(
        {"X-Vertex-AI-Model",
         text::message("projects/{}/locations/{}/models/{}", serving.target.project,
                       serving.target.location, model->model_id)});
    reply.headers.push_back({"X-Vertex-AI-Model-Version-Id", model->version_id});
  }
  if (has_envelope) {
    reply.body = in_envelope(answer->content_type, answer->body);
    if (as_stream) reply.body = "[" + reply.body + "]";
  } else {
    reply.content_type = std::move(answer->content_type);
    reply.body = std::move(answer->body);
  }
  TRIVET_TRY(finish(serving, answer->deployed_model_id, reply));
  if (as_stream) reply.parts = std::make_unique<OnePart>(std::exchange(reply.body, {}));
  return Done();
}

Outcome<Done> OnlineMethods::raw_predict(const OnlineTarget& target, const Call& call,
                                         Reply& reply) const {
  const auto serving = begin(target, call);
  if (!serving) return serving.failure();
  return answer_raw(*serving, false, reply);
}

Outcome<Done> OnlineMethods::stream_raw_predict(const OnlineTarget& target, const Call& call,
                                                Reply& reply) const {
  const auto serving = begin(target, call);
  if (!serving) return serving.failure();
  return answer_raw(*serving, true, reply);
}

Outcome<Done> OnlineMethods::invoke(const OnlineTarget& target, const Call& call,
                                    Reply& reply) const {
  const auto serving = begin(target, call);
  if (!serving) return serving.failure();
  const ServedEndpoint& endpoint = *serving->endpoint;
  if (!endpoint.is_dedicated) {
    return Failure(Code::invalid_argument,
                   text::message("Endpoint {} is not a dedicated endpoint. Invoke requests are "
                                 "supported on dedicated endpoints only.",
                                 endpoint_name(target)));
  }
  if (target.deployed_model_id.empty()) return answer_raw(*serving, false, reply);

  auto alone = serve_alone(serving->endpoint, target.deployed_model_id);
  if (alone == nullptr) {
    return Failure(Code::not_found, text::message("DeployedModel `{}` not found in endpoint `{}`.",
                                                  target.deployed_model_id, endpoint_name(target)));
  }
  return answer_raw(Serving{std::move(alone), target, call, serving->deadline}, false, reply);
}

Outcome<Done> OnlineMethods::direct_raw_predict(const OnlineTarget& target, const Call& call,
                                                Reply& reply) const {
  const auto serving = begin(target, call);
  if (!serving) return serving.failure();
  const auto json = Value::parse(call.body);
  if (!json) return bad_payload(json.error());
  auto request = read_message(messages::direct_raw_predict_request, *json);
  if (!request) return std::move(request).failure();
  const Value* const input = request->find("input");
  const std::string_view bytes = input == nullptr || input->as_bytes() == nullptr
                                     ? ""
                                     : std::string_view(input->as_bytes()->data);
  const auto answer = ask_raw(*serving, bytes, {});
  if (!answer) return answer.failure();
  reply.body = "{\"output\":\"";
  base::encode_base64(answer->body, reply.body);
  reply.body += "\"}";
  return finish(*serving, answer->deployed_model_id, reply);
}

}  // namespace trivet::service
