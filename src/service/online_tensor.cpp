// SPDX-License-Identifier: Apache-2.0
// directPredict and serverStreamingPredict: instances as the rows of a Tensor.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/try.hpp"
#include "service/messages.hpp"
#include "service/method.hpp"
#include "service/online.hpp"
#include "service/tensor_message.hpp"

namespace trivet::service {
namespace {

/// The element type of a plain answer; nothing for models that don't say, or answer labels.
[[nodiscard]] std::optional<DType> own_dtype(const ServedEndpoint& endpoint, std::string_view id) {
  for (const DeployedModel& deployed : endpoint.endpoint.deployed_models()) {
    if (deployed.id != id || deployed.model.signature().outputs.empty()) continue;
    const Output& output = deployed.model.signature().outputs.front();
    if (output.labels.empty()) return output.dtype;
  }
  return std::nullopt;
}

/// A model that takes lists of one takes bare values too, so a tensor of rank one is a column.
[[nodiscard]] Outcome<Value::List> read_instances(const Value& request) {
  const Value* const inputs = request.find("inputs");
  const Value::List* const tensors = inputs == nullptr ? nullptr : inputs->as_list();
  if (tensors == nullptr || tensors->empty()) {
    return Failure(Code::invalid_argument, "inputs: no tensor; one whose rows are the instances");
  }
  auto rows = value_of_tensor(tensors->front());
  if (!rows) return std::move(rows).failure();
  if (rows->as_list() == nullptr) return Value::List{std::move(*rows)};
  if (rows->as_list()->empty()) {
    return Failure(Code::invalid_argument, "inputs[0]: no rows; at least one instance");
  }
  return std::move(*rows->as_list());
}

[[nodiscard]] WriteOptions write_options(const Call& call) {
  const auto query = QueryParameters::parse(call.query);
  return {.enums_as_numbers = query && query->enums_as_numbers()};
}

}  // namespace

/// The canonical DirectPredictResponse, which the streaming method answers with too.
Outcome<Value> OnlineMethods::ask_tensors(const OnlineTarget& target, const Call& call,
                                          Reply& reply) const {
  const auto serving = begin(target, call);
  if (!serving) return serving.failure();
  const auto json = Value::parse(call.body);
  if (!json) return bad_payload(json.error());
  auto request = read_message(messages::direct_predict_request, *json);
  if (!request) return std::move(request).failure();
  const auto instances = read_instances(*request);
  if (!instances) return instances.failure();
  Value parameters;
  if (const Value* const given = request->find("parameters"); given != nullptr) {
    auto value = value_of_tensor(*given);
    if (!value) return value;
    parameters = std::move(*value);
  }

  reply.instance_count = instances->size();
  const auto start = std::chrono::steady_clock::now();
  const auto prediction = serving->endpoint->endpoint.predict(*instances, parameters);
  reply.times.predict = std::chrono::steady_clock::now() - start;
  if (!prediction) return failure_of(prediction.error(), *serving);
  auto output = tensor_of_predictions(prediction->predictions,
                                      own_dtype(*serving->endpoint, prediction->deployed_model_id));
  if (!output) return output;
  TRIVET_TRY(finish(*serving, prediction->deployed_model_id, reply));
  Value::Object response{{"outputs", Value(Value::List{std::move(*output)})}};
  if (const Value* const given = request->find("parameters"); given != nullptr) {
    response.push_back({"parameters", *given});
  }
  return Value(std::move(response));
}

Outcome<Done> OnlineMethods::direct_predict(const OnlineTarget& target, const Call& call,
                                            Reply& reply) const {
  const auto response = ask_tensors(target, call, reply);
  if (!response) return response.failure();
  write_message(messages::direct_predict_response, *response, write_options(call), reply.body);
  return Done();
}

/// A stream of one: over REST a JSON list.
Outcome<Done> OnlineMethods::server_streaming_predict(const OnlineTarget& target, const Call& call,
                                                      Reply& reply) const {
  const auto response = ask_tensors(target, call, reply);
  if (!response) return response.failure();
  reply.body = "[";
  write_message(messages::direct_predict_response, *response, write_options(call), reply.body);
  reply.body += "]";
  return Done();
}

}  // namespace trivet::service
