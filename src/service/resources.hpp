// SPDX-License-Identifier: Apache-2.0
// What the server has: models with versions, endpoints, operations; and what may be done to them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/config.hpp"
#include "service/served_endpoint.hpp"
#include "trivet/result.hpp"

namespace trivet::service {

/// Everything the configuration declared and clients created. From any thread: whoever reads takes
/// a picture of it and never waits for those who load a model; changes are made one after another.
class Resources final : public EndpointDirectory {
 public:
  /// Loads the configuration's models, and the state's when it names one. Errors: invalid_argument
  /// for what the configuration or the state says wrong, with the place (`/endpoints/0/…`); the
  /// model's own error for one that can't be loaded.
  [[nodiscard]] static Result<std::unique_ptr<Resources>> open(const Config& config);
  ~Resources() override;
  Resources(const Resources&) = delete;
  Resources& operator=(const Resources&) = delete;

  [[nodiscard]] std::shared_ptr<const ServedEndpoint> find_endpoint(
      std::string_view id) const override;
  /// `version`: a number, an alias, a legacy name (`v2`, or the one it was created with); empty for
  /// the default version.
  [[nodiscard]] std::shared_ptr<const ServedEndpoint> find_model(
      std::string_view id, std::string_view version) const override;

  struct State;
  /// For the methods of methods.hpp.
  [[nodiscard]] State& state() noexcept { return *state_; }

 private:
  explicit Resources(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace trivet::service
