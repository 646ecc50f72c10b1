// SPDX-License-Identifier: Apache-2.0
// Answers requests of all faces: container, service, legacy. No sockets: a transport calls it.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "http/routes.hpp"
#include "service/call.hpp"
#include "service/generate.hpp"
#include "service/online.hpp"
#include "service/resources.hpp"

namespace trivet::http {

struct RouterOptions {
  std::string health_route = "/health";
  std::string predict_route = "/predict";
  std::string container_endpoint = {};  ///< id of the endpoint that those answer for; empty: none
  bool is_container = false;            ///< no other face than the container's
};

/// The one Handler of `trivet serve`. From any thread. No exception leaves it.
class Router final : public service::Handler {
 public:
  /// All must outlive this; `log` may be null.
  Router(service::Resources& resources, const service::PublisherModels& publisher_models,
         service::RequestLog* log, RouterOptions options = {});

  void handle(const service::Call& call, service::Reply& reply) override;
  [[nodiscard]] bool answers_at_once(std::string_view method,
                                     std::string_view path) const noexcept override;
  [[nodiscard]] bool is_container_path(std::string_view path) const noexcept override;

 private:
  using Answered = service::Outcome<service::Done>;

  void route(const service::Call& call, service::Reply& reply) const;
  /// False when the path isn't a plain `…/endpoints/ID:predict`.
  [[nodiscard]] bool predict_quickly(const service::Call& call, service::Reply& reply) const;
  [[nodiscard]] bool answer_container(const service::Call& call, service::Reply& reply) const;
  void answer(const FoundRoute& found, const Path& path, const service::Call& call,
              service::Reply& reply) const;
  [[nodiscard]] Answered run_method(const service::Method& method, const PathVariables& variables,
                                    const service::Call& call, service::Reply& reply) const;
  [[nodiscard]] Answered run_container(ContainerAnswer answer, const PathVariables& variables,
                                       const service::Call& call, service::Reply& reply) const;
  [[nodiscard]] Answered predict_deployed(const PathVariables& variables, const service::Call& call,
                                          service::Reply& reply) const;
  [[nodiscard]] Answered predict_legacy(const PathVariables& variables, const service::Call& call,
                                        service::Reply& reply) const;

  service::Resources& resources_;
  service::OnlineMethods online_;
  service::GenerateMethods generate_;
  RouterOptions options_;
};

}  // namespace trivet::http
