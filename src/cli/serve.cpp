// SPDX-License-Identifier: Apache-2.0
// `trivet serve`: from a command line, a configuration or a container's environment to a server.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "http/http_client.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "service/config.hpp"
#include "service/generate.hpp"
#include "service/request_log.hpp"
#include "service/resources.hpp"

namespace trivet::cli {
namespace {

constexpr std::string_view kBuiltinPrefix = "builtin:";
constexpr std::string_view kEcho = "builtin:echo";
constexpr std::string_view kDeployedId = "1";

/// What a start ends with that doesn't come about: a text on standard error, and for a model that
/// can't be loaded the error object of all commands in place of the line that says where the server
/// listens.
[[nodiscard]] int no_start(int status, const Error& error) {
  remark("serve: " + printable(error.message()));
  return status == kNoModel ? refuse(status, error) : status;
}

/// The same in a container. Whoever started it (the SDK's LocalEndpoint does) looks once a second
/// whether it runs, and waits for minutes for one that was gone before the first look: so the text
/// comes at once and the end a little later.
[[nodiscard]] int no_container(int status, const Error& error) {
  constexpr std::chrono::milliseconds kSeenRunning{1500};
  const int ended = no_start(status, error);
  std::this_thread::sleep_for(kSeenRunning);
  return ended;
}

[[nodiscard]] std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// The container contract's variables (contract, section 7.1).
struct ContainerEnvironment {
  std::string port = environment("AIP_HTTP_PORT");
  std::string health_route = environment("AIP_HEALTH_ROUTE");
  std::string predict_route = environment("AIP_PREDICT_ROUTE");
  std::string storage = environment("AIP_STORAGE_URI");
  std::string endpoint_id = environment("AIP_ENDPOINT_ID");
  std::string deployed_id = environment("AIP_DEPLOYED_MODEL_ID");

  [[nodiscard]] bool is_set() const { return !port.empty(); }
};

/// A model's id out of a path: the stem of the last part, with what an id may not hold replaced.
[[nodiscard]] std::string model_id_of(std::string_view path) {
  constexpr std::size_t kLongestId = 63;
  std::filesystem::path full = std::filesystem::path(path).lexically_normal();
  if (!full.has_filename()) full = full.parent_path();
  if (full == "." || full == "..") full = std::filesystem::absolute(full).lexically_normal();
  if (!full.has_filename()) full = full.parent_path();
  std::error_code failed;
  const bool is_folder = std::filesystem::is_directory(std::string(path), failed);
  std::string id = (is_folder ? full.filename() : full.stem()).string().substr(0, kLongestId);
  std::replace_if(
      id.begin(), id.end(),
      [](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return !is_letter && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.';
      },
      '_');
  const bool is_name = !id.empty() && id.front() != '_' && id.front() != '-' && id.front() != '.';
  return is_name ? id : "model" + id;
}

/// One model at one endpoint, as a configuration that nobody had to write.
void add_model(const std::string& path, const std::string& endpoint_id,
               const std::string& deployed_id, service::Config& config) {
  service::ModelConfig model;
  if (path.starts_with(kBuiltinPrefix)) {
    model.builtin = path.substr(kBuiltinPrefix.size());
    model.name = model.builtin;
  } else {
    model.path = path;
    model.name = model_id_of(path);
  }
  service::EndpointConfig endpoint;
  endpoint.id = endpoint_id;
  endpoint.endpoint = Value::Object{
      {"displayName", Value(model.name)},
      {"deployedModels", Value(Value::List{Value(Value::Object{{"id", Value(deployed_id)},
                                                               {"model", Value(model.name)}})})}};
  config.models.push_back(std::move(model));
  config.endpoints.push_back(std::move(endpoint));
}

[[nodiscard]] Error wrong_option(std::string_view name, std::string_view value,
                                 std::string_view wanted) {
  return {Errc::invalid_argument, std::string(name), "\"" + std::string(value) + "\"",
          std::string(wanted)};
}

[[nodiscard]] Result<service::Config> read_configuration(const ServeCommand& command) {
  service::Config config;
  if (!command.config.empty()) {
    auto read = service::read_config(command.config);
    if (!read) {
      const bool names_file = read.error().where().find(command.config) != std::string_view::npos;
      return names_file ? read.error() : read.error().within(command.config);
    }
    config = std::move(*read);
  }
  if (!command.root.empty()) config.root = command.root;
  if (!command.state.empty()) config.state = command.state;
  if (!command.host.empty()) config.listen.host = command.host;
  if (command.port) config.listen.port = *command.port;
  if (!command.token.empty()) config.listen.token = command.token;
  else if (config.listen.token.empty()) config.listen.token = environment("TRIVET_TOKEN");
  if (!command.profile.empty()) {
    const auto profile = service::find_profile(command.profile);
    if (!profile) {
      return wrong_option("--profile", command.profile, "none, shared, dedicated or private");
    }
    config.profile = *profile;
  }
  return config;
}

/// The environment's routes, port and artefact; what the command line says goes before it.
[[nodiscard]] Status take_environment(const ServeCommand& command,
                                      const ContainerEnvironment& container,
                                      service::Config& config, http::RouterOptions& routes) {
  routes.is_container = true;
  std::uint16_t port = 0;
  const char* const end = container.port.data() + container.port.size();
  const auto [stop, error] = std::from_chars(container.port.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) {
    return wrong_option("AIP_HTTP_PORT", container.port, "a port from 1 to 65535");
  }
  if (!command.port) config.listen.port = port;
  if (command.host.empty()) config.listen.host = "0.0.0.0";
  if (!container.endpoint_id.empty() && !container.deployed_id.empty()) {
    routes.health_route =
        "/v1/endpoints/" + container.endpoint_id + "/deployedModels/" + container.deployed_id;
    routes.predict_route = routes.health_route + ":predict";
  }
  for (const auto& [given, route] : {std::pair{&container.health_route, &routes.health_route},
                                     std::pair{&container.predict_route, &routes.predict_route}}) {
    if (given->empty()) continue;
    *route = given->front() == '/' ? *given : "/" + *given;
  }
  return {};
}

/// The model that the command line or the environment names; empty for none.
[[nodiscard]] Result<std::string> model_path(const ServeCommand& command,
                                             const ContainerEnvironment& container,
                                             bool is_container) {
  if (!command.model.empty()) return command.model;
  if (!is_container || !command.config.empty()) return std::string();
  if (container.storage.empty()) {
    return Error(Errc::not_found, "AIP_STORAGE_URI", "no artefact named",
                 "the folder of a model, or MODEL on the command line");
  }
  constexpr std::string_view kFileScheme = "file://";
  constexpr std::string_view kBucketScheme = "gs://";
  const std::string_view storage = container.storage;
  if (storage.starts_with(kFileScheme)) return std::string(storage.substr(kFileScheme.size()));
  if (!storage.starts_with(kBucketScheme)) return std::string(storage);
  if (!command.root.empty()) {
    return command.root + "/gs/" + std::string(storage.substr(kBucketScheme.size()));
  }
  return Error(Errc::not_found, "AIP_STORAGE_URI", "\"" + container.storage + "\"",
               "a folder, or --root with the bucket's copy below ROOT/gs");
}

[[nodiscard]] http::ServerOptions server_options(const ServeCommand& command,
                                                 const service::Config& config, bool is_container) {
  constexpr std::uint16_t kUsualPort = 8080;
  http::ServerOptions options;
  // The usual host stands for all of loopback: clients that look `localhost` up may get ::1.
  const bool is_usual = command.host.empty() && config.listen.host == "127.0.0.1";
  options.host = is_usual ? "localhost" : config.listen.host;
  options.port = config.listen.port.value_or(kUsualPort);
  options.unix_socket = command.unix_socket;
  options.token = config.listen.token;
  options.allowed_hosts = command.allowed_hosts;
  options.is_container = is_container;
  options.allow_gzip = command.allow_gzip;
  options.bounds.header_bytes = config.http.header_bytes;
  options.bounds.body_bytes = config.http.body_bytes;
  options.header_time = config.http.header_time;
  options.body_time = config.http.body_time;
  options.idle_time = config.http.idle_time;
  options.connections = config.http.connections;
  options.threads = command.threads;
  if (command.access_log) options.access_log = [](std::string_view lines) { write_log(lines); };
  return options;
}

/// Serves until a signal ends it.
[[nodiscard]] int run_server(http::Router& router, http::ServerOptions options,
                             service::RequestLog& log) {
  http::Server server(router, std::move(options));
  const auto address = server.start();
  if (!address) return no_start(kUsage, address.error());
  if (const Status status = server.stop_on_signals(); !status) {
    return no_start(kUsage, status.error());
  }
  StandardOutput out;
  out.write("listening on " + address->url + "\n");
  out.flush();
  const bool is_clean = server.wait();
  if (!is_clean) remark("serve: requests that took too long were cut off at the end");
  log.flush();
  if (log.lost_count() != 0) {
    remark("serve: " + std::to_string(log.lost_count()) +
           " calls were not recorded: " + printable(log.first_error()));
  }
  return out.finish(kAnswered);
}

}  // namespace

int run(const ServeCommand& command) {
  const ContainerEnvironment container;
  const bool is_container = container.is_set() && command.config.empty();
  const auto fail = is_container ? &no_container : &no_start;
  auto config = read_configuration(command);
  if (!config) return fail(kUsage, config.error());
  http::RouterOptions routes;
  if (is_container) {
    const Status taken = take_environment(command, container, *config, routes);
    if (!taken) return fail(kUsage, taken.error());
  }
  const auto path = model_path(command, container, is_container);
  if (!path) return fail(kNoModel, path.error());
  if (path->starts_with(kBuiltinPrefix) && *path != kEcho) {
    return fail(kUsage, wrong_option("MODEL", *path, "a path, or builtin:echo"));
  }
  if (!path->empty()) {
    const bool has_ids = is_container && !container.endpoint_id.empty();
    routes.container_endpoint = has_ids ? container.endpoint_id : command.endpoint_id;
    const bool has_deployed_id = has_ids && !container.deployed_id.empty();
    add_model(*path, routes.container_endpoint,
              has_deployed_id ? container.deployed_id : std::string(kDeployedId), *config);
  } else if (config->endpoints.size() == 1) {
    routes.container_endpoint = config->endpoints.front().id;
  }

  const auto resources = service::Resources::open(*config);
  if (!resources) return fail(service::exit_status(resources.error()), resources.error());
  const auto client = http::make_http_client();
  const auto models =
      service::PublisherModels::open(config->publisher_models, command.generator, client.get());
  if (!models) return fail(kUsage, models.error());
  service::RequestLog log(config->root);
  http::Router router(**resources, *models, &log, std::move(routes));
  return run_server(router, server_options(command, *config, is_container), log);
}

}  // namespace trivet::cli
