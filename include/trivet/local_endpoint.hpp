// SPDX-License-Identifier: Apache-2.0
// Deployed models behind the prediction contract, in the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/export.hpp"
#include "trivet/local_model.hpp"
#include "trivet/prediction.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::inline v0 {

/// Bounds of one request, checked before memory is spent on it; 0 for none.
struct RequestLimits {
  std::size_t request_bytes = 64u << 20;  ///< 64 MiB
  std::size_t response_bytes = 0;
  std::size_t instances = 1'000'000;
  /// Numbers in all rows: instances × what one row takes before and between the model's steps. A
  /// few bytes of a request may stand for a cell for each category.
  std::size_t cells = std::size_t{1} << 28;
  /// The bounds of the shared public endpoint: 1 500 000 bytes each way.
  [[nodiscard]] static RequestLimits shared_public_endpoint() noexcept {
    return {.request_bytes = 1'500'000, .response_bytes = 1'500'000};
  }
};

/// Deployed model id → per cent of the requests. All shares are 0 … 100 and add up to 100.
struct TrafficShare {
  std::string deployed_model_id;
  int percent = 0;
};

/// A model in an endpoint.
struct DeployedModel {
  std::string id;
  LocalModel model;
};

/// Bytes of any kind in an answer, and which deployed model gave it.
struct RawPrediction {
  std::string body;
  std::string content_type;
  std::string deployed_model_id;
};

/// One or several deployed models behind the contract of the prediction service: JSON in, JSON
/// out, a traffic split, limits, errors. In the process: no port, no container.
///
/// Predicting is safe from any thread and takes no lock. Deploying, undeploying and changing the
/// split are for one thread while nobody predicts; a server changes a copy (copies share the
/// models) and swaps it in. One that was moved from may only be assigned to or destroyed.
class TRIVET_EXPORT LocalEndpoint {
 public:
  /// An endpoint without models. `seed` makes the choice by traffic split repeatable.
  explicit LocalEndpoint(std::uint64_t seed = 0);
  LocalEndpoint(const LocalEndpoint& other);
  LocalEndpoint(LocalEndpoint&& other) noexcept;
  LocalEndpoint& operator=(const LocalEndpoint& other);
  LocalEndpoint& operator=(LocalEndpoint&& other) noexcept;
  ~LocalEndpoint();

  /// Adds a model under an id. The first one gets all traffic, a later one `percent`, with the
  /// other shares scaled to make room. Errors: invalid_argument for an id that is taken or empty,
  /// or a share outside 0 … 100.
  [[nodiscard]] Status deploy_model(std::string_view id, LocalModel model, int percent = 0);
  /// Removes a model. Errors: not_found; failed_precondition while it has traffic and others are
  /// deployed. The last one may always go.
  [[nodiscard]] Status undeploy_model(std::string_view id);
  /// Errors: invalid_argument when shares are outside 0 … 100, don't add up to 100 or name a model
  /// that isn't deployed. Models that aren't named get none. An empty split stops all traffic.
  [[nodiscard]] Status set_traffic_split(std::span<const TrafficShare> split);
  [[nodiscard]] std::vector<TrafficShare> traffic_split() const;
  [[nodiscard]] const std::vector<DeployedModel>& deployed_models() const noexcept;
  void set_limits(const RequestLimits& limits) noexcept;

  /// `{"instances":[…],"parameters":…}` → `{"predictions":[…]}`. Any other member is ignored, as
  /// a model server does. All or nothing. Errors: invalid_request, request_too_large,
  /// model_refused, failed_precondition when no model has traffic.
  [[nodiscard]] Result<std::string> predict(std::string_view request) const;
  /// The same into the caller's string, without an allocation once warm; returns the id of the
  /// deployed model that answered, valid while the endpoint is unchanged.
  [[nodiscard]] Result<std::string_view> predict(std::string_view request,
                                                 std::string& response) const;
  /// The same from values to values.
  [[nodiscard]] Result<Prediction> predict(std::span<const Value> instances,
                                           const Value& parameters = {}) const;
  /// `{"instances":[…],"parameters":…,"explanationSpecOverride":…,"deployedModelId":…}` →
  /// `{"explanations":[…],"predictions":[…]}`. The id picks a model whatever the split says.
  /// Errors: those of predict; failed_precondition where a model that could be asked has no
  /// explanation spec.
  [[nodiscard]] Result<std::string> explain(std::string_view request) const;
  [[nodiscard]] Result<std::string_view> explain(std::string_view request,
                                                 std::string& response) const;
  /// The same from values to values, predictions among them.
  [[nodiscard]] Result<Prediction> explain(std::span<const Value> instances,
                                           const Value& parameters = {}) const;
  /// The request in a file.
  [[nodiscard]] Result<std::string> predict_file(std::string_view path) const;
  /// Bytes as they are. Models take JSON of the predict form; `content_type` may be empty.
  [[nodiscard]] Result<RawPrediction> raw_predict(std::string_view body,
                                                  std::string_view content_type = {}) const;
  /// Success when a model has traffic, what a health route answers 200 for.
  [[nodiscard]] Status run_health_check() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace trivet::inline v0
