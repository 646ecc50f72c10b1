// SPDX-License-Identifier: Apache-2.0
// The table of routes: which verb and path is answered by what.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "http/path.hpp"
#include "service/generate.hpp"
#include "service/methods.hpp"
#include "service/online.hpp"

namespace trivet::http {

/// What a path's variable segments say. Views into the Path.
struct PathVariables {
  std::string_view project;
  std::string_view location;
  std::string_view id;
  std::string_view version;  ///< behind an `@`, or a segment of its own
  std::string_view child;    ///< of what is below `id`
  std::string_view publisher;
};

using ResourceAnswer = service::Method service::ResourceMethods::*;
using OnlineAnswer = service::Outcome<service::Done> (service::OnlineMethods::*)(
    const service::OnlineTarget&, const service::Call&, service::Reply&) const;
using GenerateAnswer = service::Outcome<service::Done> (service::GenerateMethods::*)(
    const service::PublisherTarget&, const service::Call&, service::Reply&) const;
/// The faces that answer as containers do, with `{"error":"…"}`.
enum class ContainerAnswer : std::uint8_t { deployed_predict, deployed_health, legacy_predict };

using Answer = std::variant<ResourceAnswer, OnlineAnswer, GenerateAnswer, ContainerAnswer>;

/// What stands in front of a route's path: `VERSION/`, `VERSION/projects/P/`,
/// `VERSION/projects/P/locations/L/`.
enum class Scope : std::uint8_t { root, project, location };

struct Route {
  std::string_view verb;  ///< GET, POST, …
  Scope scope;
  /// `{name}` is a variable segment: `{id@}` may have a version behind an `@`, `{collection}` is
  /// one that has operations, `{rest}` is one segment or more. A colon begins a custom verb.
  std::string_view path;
  Answer answer;
};

/// For metrics: `predict`, `models`, … A constant.
[[nodiscard]] std::string_view route_name(const Route& route) noexcept;
[[nodiscard]] std::span<const Route> all_routes() noexcept;

/// What stands where the API's version does. Operations are at `ui` too.
enum class ApiVersion : std::uint8_t { none, v1, v1beta1, ui };
[[nodiscard]] ApiVersion api_version(std::string_view segment) noexcept;

struct FoundRoute {
  const Route* route = nullptr;  ///< null: no such path, or not with this verb
  PathVariables variables;
  std::string_view allowed;  ///< without a route: a verb that the path has; empty: none
};
/// `path` with its custom verb cut off.
[[nodiscard]] FoundRoute find_route(std::string_view verb, const Path& path,
                                    std::string_view custom_verb) noexcept;

}  // namespace trivet::http
