// SPDX-License-Identifier: Apache-2.0
// What the online methods see of an endpoint: a picture that never changes, swapped as a whole.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"

namespace trivet::service {

/// The service's own limits by the kind of endpoint (contract, section 2.4); 0 for none.
struct Profile {
  std::string_view name = "none";  ///< `none`, `shared`, `dedicated`, `private`
  std::size_t request_bytes = 0;
  std::size_t response_bytes = 0;
  std::chrono::seconds time{0};
};

/// A deployed model, as answers name it.
struct ServedModel {
  std::string deployed_model_id;
  std::string model_id;                ///< `lin`
  std::string version_id;              ///< `2`: what its alias meant when it was deployed
  std::string display_name;            ///< of the model
  std::chrono::milliseconds delay{0};  ///< before each call to the model
  bool explains = true;                ///< false: `disableExplanations`, whatever the model has
};

/// Where requests and answers of an endpoint are recorded.
struct RequestLogTarget {
  bool enabled = false;
  double sampling_rate = 0;
  std::string output_uri;  ///< `bq://project.dataset.table`
};

struct ServedEndpoint {
  std::string id;
  std::string display_name;
  Profile profile;
  bool is_dedicated = false;
  bool is_private = false;
  LocalEndpoint endpoint;
  std::vector<ServedModel> models;
  RequestLogTarget log;

  [[nodiscard]] const ServedModel* find(std::string_view deployed_model_id) const noexcept;
};

/// Where online methods look endpoints up: any thread, no waiting for those that change them.
class EndpointDirectory {
 public:
  virtual ~EndpointDirectory() = default;
  /// Null when there is none of that id.
  [[nodiscard]] virtual std::shared_ptr<const ServedEndpoint> find_endpoint(
      std::string_view id) const = 0;
  /// The model's default version, or the one named by number or alias, served alone: for the
  /// legacy face and the container face. Null when there is none.
  [[nodiscard]] virtual std::shared_ptr<const ServedEndpoint> find_model(
      std::string_view id, std::string_view version) const = 0;
};

}  // namespace trivet::service
