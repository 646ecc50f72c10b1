// SPDX-License-Identifier: Apache-2.0
// The routes, and finding one.
#include "http/routes.hpp"

#include <algorithm>

namespace trivet::http {
namespace {

using Resource = service::ResourceMethods;
using Online = service::OnlineMethods;
using Generate = service::GenerateMethods;

constexpr Scope kRoot = Scope::root;
constexpr Scope kProject = Scope::project;
constexpr Scope kLocation = Scope::location;

constexpr Route kRoutes[] = {
    // Online, of endpoints
    {"POST", kLocation, "endpoints/{id}:predict", &Online::predict},
    {"POST", kLocation, "endpoints/{id}:rawPredict", &Online::raw_predict},
    {"POST", kLocation, "endpoints/{id}:streamRawPredict", &Online::stream_raw_predict},
    {"POST", kLocation, "endpoints/{id}:explain", &Online::explain},
    {"POST", kLocation, "endpoints/{id}:directPredict", &Online::direct_predict},
    {"POST", kLocation, "endpoints/{id}:directRawPredict", &Online::direct_raw_predict},
    {"POST", kLocation, "endpoints/{id}:serverStreamingPredict", &Online::server_streaming_predict},
    {"POST", kLocation, "endpoints/{id}/invoke/{rest}", &Online::invoke},
    {"POST", kLocation, "endpoints/{id}/deployedModels/{child}/invoke/{rest}", &Online::invoke},

    // Publisher models
    {"POST", kLocation, "publishers/{publisher}/models/{id}:generateContent",
     &Generate::generate_content},
    {"POST", kLocation, "publishers/{publisher}/models/{id}:streamGenerateContent",
     &Generate::stream_generate_content},
    {"POST", kLocation, "publishers/{publisher}/models/{id}:countTokens", &Generate::count_tokens},
    {"POST", kRoot, "publishers/{publisher}/models/{id}:generateContent",
     &Generate::generate_content},
    {"POST", kRoot, "publishers/{publisher}/models/{id}:streamGenerateContent",
     &Generate::stream_generate_content},
    {"POST", kRoot, "publishers/{publisher}/models/{id}:countTokens", &Generate::count_tokens},

    // Models and their versions
    {"POST", kLocation, "models:upload", &Resource::upload_model},
    {"POST", kLocation, "models:copy", &Resource::copy_model},
    {"GET", kLocation, "models", &Resource::list_models},
    {"GET", kLocation, "models/{id@}", &Resource::get_model},
    {"PATCH", kLocation, "models/{id@}", &Resource::update_model},
    {"DELETE", kLocation, "models/{id@}", &Resource::delete_model},
    {"GET", kLocation, "models/{id@}:listVersions", &Resource::list_model_versions},
    {"DELETE", kLocation, "models/{id@}:deleteVersion", &Resource::delete_model_version},
    {"POST", kLocation, "models/{id@}:mergeVersionAliases", &Resource::merge_version_aliases},
    {"POST", kLocation, "models/{id@}:export", &Resource::export_model},

    // Endpoints
    {"POST", kLocation, "endpoints", &Resource::create_endpoint},
    {"GET", kLocation, "endpoints", &Resource::list_endpoints},
    {"GET", kLocation, "endpoints/{id}", &Resource::get_endpoint},
    {"PATCH", kLocation, "endpoints/{id}", &Resource::update_endpoint},
    {"DELETE", kLocation, "endpoints/{id}", &Resource::delete_endpoint},
    {"POST", kLocation, "endpoints/{id}:update", &Resource::update_endpoint_slowly},
    {"POST", kLocation, "endpoints/{id}:deployModel", &Resource::deploy_model},
    {"POST", kLocation, "endpoints/{id}:undeployModel", &Resource::undeploy_model},
    {"POST", kLocation, "endpoints/{id}:mutateDeployedModel", &Resource::mutate_deployed_model},

    // Operations, of resources and of the location
    {"GET", kLocation, "{collection}/{id}/operations/{child}", &Resource::get_operation},
    {"GET", kLocation, "{collection}/{id}/operations", &Resource::list_operations},
    {"DELETE", kLocation, "{collection}/{id}/operations/{child}", &Resource::delete_operation},
    {"POST", kLocation, "{collection}/{id}/operations/{child}:cancel", &Resource::cancel_operation},
    {"POST", kLocation, "{collection}/{id}/operations/{child}:wait", &Resource::wait_operation},
    {"GET", kLocation, "operations/{child}", &Resource::get_operation},
    {"GET", kLocation, "operations", &Resource::list_operations},
    {"DELETE", kLocation, "operations/{child}", &Resource::delete_operation},
    {"POST", kLocation, "operations/{child}:cancel", &Resource::cancel_operation},
    {"POST", kLocation, "operations/{child}:wait", &Resource::wait_operation},

    // Batch jobs
    {"POST", kLocation, "batchPredictionJobs", &Resource::create_batch_job},
    {"GET", kLocation, "batchPredictionJobs", &Resource::list_batch_jobs},
    {"GET", kLocation, "batchPredictionJobs/{id}", &Resource::get_batch_job},
    {"POST", kLocation, "batchPredictionJobs/{id}:cancel", &Resource::cancel_batch_job},
    {"DELETE", kLocation, "batchPredictionJobs/{id}", &Resource::delete_batch_job},

    // A container's own routes, which private endpoints are reached by
    {"POST", kRoot, "endpoints/{id}/deployedModels/{child}:predict",
     ContainerAnswer::deployed_predict},
    {"GET", kRoot, "endpoints/{id}/deployedModels/{child}", ContainerAnswer::deployed_health},

    // The legacy service
    {"POST", kProject, "models/{id}:predict", ContainerAnswer::legacy_predict},
    {"POST", kProject, "models/{id}/versions/{version}:predict", ContainerAnswer::legacy_predict},
    {"POST", kProject, "models", &Resource::legacy_create_model},
    {"GET", kProject, "models", &Resource::legacy_list_models},
    {"GET", kProject, "models/{id}", &Resource::legacy_get_model},
    {"DELETE", kProject, "models/{id}", &Resource::legacy_delete_model},
    {"POST", kProject, "models/{id}/versions", &Resource::legacy_create_version},
    {"GET", kProject, "models/{id}/versions", &Resource::legacy_list_versions},
    {"GET", kProject, "models/{id}/versions/{version}", &Resource::legacy_get_version},
    {"DELETE", kProject, "models/{id}/versions/{version}", &Resource::legacy_delete_version},
    {"POST", kProject, "models/{id}/versions/{version}:setDefault", &Resource::legacy_set_default},
    {"GET", kProject, "operations/{child}", &Resource::legacy_get_operation},
    {"GET", kProject, "operations", &Resource::legacy_list_operations},
};

[[nodiscard]] bool has_operations(std::string_view collection) noexcept {
  return collection == "models" || collection == "endpoints" || collection == "batchPredictionJobs";
}

/// Puts a segment where the template's variable says; false when it may not stand there.
[[nodiscard]] bool take_variable(std::string_view variable, std::string_view segment,
                                 PathVariables& variables) noexcept {
  if (segment.empty()) return false;
  if (variable == "{id}") variables.id = segment;
  else if (variable == "{child}") variables.child = segment;
  else if (variable == "{version}") variables.version = segment;
  else if (variable == "{publisher}") variables.publisher = segment;
  else if (variable == "{collection}") return has_operations(segment);
  else {
    const std::size_t at = std::min(segment.find('@'), segment.size());
    variables.id = segment.substr(0, at);
    variables.version = segment.substr(std::min(at + 1, segment.size()));
    return !variables.id.empty();
  }
  return true;
}

/// Takes `projects/P/locations/L` or `projects/P`: where the template begins, 0 when the path isn't
/// of that scope.
[[nodiscard]] std::size_t take_scope(Scope scope, const Path& path,
                                     PathVariables& variables) noexcept {
  if (scope == Scope::root) return 1;
  if (path.size() < 4 || path[1] != "projects" || path[2].empty()) return 0;
  variables.project = path[2];
  if (scope == Scope::project) return 3;
  if (path.size() < 6 || path[3] != "locations" || path[4].empty()) return 0;
  variables.location = path[4];
  return 5;
}

/// Compares what stands behind the API's version with a route.
[[nodiscard]] bool matches(const Route& route, const Path& path, std::string_view custom_verb,
                           PathVariables& variables) noexcept {
  std::string_view pattern = route.path;
  const std::size_t colon = std::min(pattern.rfind(':'), pattern.size());
  const std::string_view wanted_verb = pattern.substr(std::min(colon + 1, pattern.size()));
  pattern = pattern.substr(0, colon);
  if (wanted_verb != custom_verb && !pattern.ends_with("{rest}")) return false;
  const std::size_t start = take_scope(route.scope, path, variables);
  if (start == 0) return false;
  for (std::size_t i = start; i < path.size(); ++i) {
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view wanted = pattern.substr(0, end);
    if (wanted == "{rest}") return true;
    const bool fits = wanted.starts_with('{') ? take_variable(wanted, path[i], variables)
                                              : wanted == path[i] && !wanted.empty();
    if (!fits) return false;
    pattern.remove_prefix(std::min(end + 1, pattern.size()));
  }
  return pattern.empty();
}

[[nodiscard]] bool is_of_operations(const Route& route) noexcept {
  return route.path.find("operations") != std::string_view::npos;
}

}  // namespace

std::string_view route_name(const Route& route) noexcept {
  if (is_of_operations(route)) return "operations";
  const std::size_t colon = route.path.find(':');
  if (std::holds_alternative<ResourceAnswer>(route.answer)) {
    return route.scope == Scope::project ? "legacy"
                                         : route.path.substr(0, route.path.find_first_of("/:"));
  }
  if (colon != std::string_view::npos) return route.path.substr(colon + 1);
  return std::holds_alternative<OnlineAnswer>(route.answer) ? "invoke" : "health";
}

std::span<const Route> all_routes() noexcept { return kRoutes; }

ApiVersion api_version(std::string_view segment) noexcept {
  if (segment == "v1") return ApiVersion::v1;
  if (segment == "v1beta1") return ApiVersion::v1beta1;
  return segment == "ui" ? ApiVersion::ui : ApiVersion::none;
}

FoundRoute find_route(std::string_view verb, const Path& path,
                      std::string_view custom_verb) noexcept {
  FoundRoute found;
  if (path.size() < 2 || api_version(path[0]) == ApiVersion::none) return found;
  const bool is_ui = api_version(path[0]) == ApiVersion::ui;
  for (const Route& route : kRoutes) {
    if (is_ui && !is_of_operations(route)) continue;
    PathVariables variables;
    if (!matches(route, path, custom_verb, variables)) continue;
    if (route.verb != verb) {
      found.allowed = route.verb;
      continue;
    }
    found.route = &route;
    found.variables = variables;
    return found;
  }
  return found;
}

}  // namespace trivet::http
