// SPDX-License-Identifier: Apache-2.0
// The online methods of an endpoint: predict and its relatives, explain.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "service/call.hpp"
#include "service/failure.hpp"
#include "service/served_endpoint.hpp"

namespace trivet::service {

class RequestLog;

/// What the path of an online call names, decoded. Views, valid during the call.
struct OnlineTarget {
  std::string_view project;
  std::string_view location;
  std::string_view endpoint_id;
  std::string_view deployed_model_id = {};  ///< of an invoke route; empty elsewhere
};

/// Answers online calls out of a directory of endpoints. Safe from any thread; a predict that is
/// warm allocates nothing beyond what the reply's strings lack. On a Failure the reply holds
/// nothing worth sending.
class OnlineMethods {
 public:
  /// Both must outlive this; `log` may be null.
  explicit OnlineMethods(const EndpointDirectory& directory, RequestLog* log = nullptr) noexcept
      : directory_(directory), log_(log) {}

  [[nodiscard]] Outcome<Done> predict(const OnlineTarget& target, const Call& call,
                                      Reply& reply) const;
  [[nodiscard]] Outcome<Done> raw_predict(const OnlineTarget& target, const Call& call,
                                          Reply& reply) const;
  [[nodiscard]] Outcome<Done> stream_raw_predict(const OnlineTarget& target, const Call& call,
                                                 Reply& reply) const;
  [[nodiscard]] Outcome<Done> explain(const OnlineTarget& target, const Call& call,
                                      Reply& reply) const;
  [[nodiscard]] Outcome<Done> direct_predict(const OnlineTarget& target, const Call& call,
                                             Reply& reply) const;
  [[nodiscard]] Outcome<Done> direct_raw_predict(const OnlineTarget& target, const Call& call,
                                                 Reply& reply) const;
  [[nodiscard]] Outcome<Done> server_streaming_predict(const OnlineTarget& target, const Call& call,
                                                       Reply& reply) const;
  /// `…/invoke/ANY/PATH`: raw_predict on a dedicated endpoint, refused elsewhere.
  [[nodiscard]] Outcome<Done> invoke(const OnlineTarget& target, const Call& call,
                                     Reply& reply) const;

  /// What a container answers: `{"predictions":[…]}`, unknown members ignored. The failure's text
  /// is for `{"error":"…"}`.
  [[nodiscard]] Outcome<Done> container_predict(std::shared_ptr<const ServedEndpoint> endpoint,
                                                const Call& call, Reply& reply) const;

 private:
  /// An endpoint that is being asked.
  struct Serving {
    std::shared_ptr<const ServedEndpoint> endpoint;
    const OnlineTarget& target;
    const Call& call;
    std::chrono::steady_clock::time_point deadline;
  };
  struct RawAnswer {
    std::string body;
    std::string content_type;
    std::string deployed_model_id;
  };

  [[nodiscard]] Outcome<Serving> begin(const OnlineTarget& target, const Call& call) const;
  [[nodiscard]] static Outcome<Serving> begin_with(std::shared_ptr<const ServedEndpoint> endpoint,
                                                   const OnlineTarget& target, const Call& call);
  [[nodiscard]] static Outcome<Done> finish(const Serving& serving, std::string_view deployed_id,
                                            const Reply& reply);
  [[nodiscard]] Outcome<std::string_view> predict_json(const Serving& serving,
                                                       std::string_view request,
                                                       std::string& response) const;
  [[nodiscard]] static Failure failure_of(const Error& error, const Serving& serving);
  [[nodiscard]] Outcome<RawAnswer> ask_raw(const Serving& serving, std::string_view body,
                                           std::string_view type) const;
  [[nodiscard]] Outcome<Done> answer_raw(const Serving& serving, bool as_stream,
                                         Reply& reply) const;
  [[nodiscard]] Outcome<Value> ask_tensors(const OnlineTarget& target, const Call& call,
                                           Reply& reply) const;
  void record(const Serving& serving, std::string_view deployed_id, std::string_view request,
              std::string_view response) const;

  const EndpointDirectory& directory_;
  RequestLog* log_;
};

/// An endpoint with that deployed model alone, which has all traffic; null when it has none of that
/// id. The endpoint itself where it has no other.
[[nodiscard]] std::shared_ptr<const ServedEndpoint> serve_alone(
    const std::shared_ptr<const ServedEndpoint>& endpoint, std::string_view deployed_model_id);

/// `projects/P/locations/L/endpoints/ID`.
[[nodiscard]] std::string endpoint_name(const OnlineTarget& target);
/// `projects/P/locations/L/models/ID`, appended as it stands in a JSON text.
void append_model_name(const OnlineTarget& target, std::string_view model_id, std::string& out);
/// Appended in quotes, escaped where it must be.
void append_json_text(std::string_view text, std::string& out);

/// `Invalid JSON payload received. …`: how the service speaks of a body that it can't read.
[[nodiscard]] Failure bad_payload(const Error& error);

/// Waits, but no longer than until `deadline` or until the client has gone.
[[nodiscard]] Outcome<Done> wait_for(std::chrono::milliseconds delay,
                                     std::chrono::steady_clock::time_point deadline,
                                     const std::atomic<bool>* cancelled);

}  // namespace trivet::service
