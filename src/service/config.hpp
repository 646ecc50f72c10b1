// SPDX-License-Identifier: Apache-2.0
// The server's configuration file.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/served_endpoint.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

struct ListenConfig {
  std::string host = "127.0.0.1";
  std::optional<std::uint16_t> port;  ///< nothing: as the command line says
  std::string token;                  ///< empty: none is asked for
};

/// Bounds of the HTTP layer.
struct HttpConfig {
  std::chrono::milliseconds header_time{5000};  ///< first byte to end of headers
  std::chrono::milliseconds body_time{30000};   ///< end of headers to end of body
  std::chrono::milliseconds idle_time{60000};   ///< kept alive and silent
  std::size_t header_bytes = 65536;
  std::size_t body_bytes = 67108864;
  std::size_t connections = 1024;
};

/// A version of a model: entries of one name are its versions 1, 2, …
struct ModelConfig {
  std::string name;
  std::string path;     ///< of the artefact, as opened; empty for a built-in model
  std::string builtin;  ///< `echo`, or empty
  std::chrono::milliseconds delay{0};
  /// Members of the service's Model that the entry has, canonical: displayName, labels,
  /// versionAliases, explanationSpec, predictSchemata.
  Value model = Value::Object{};
};

struct EndpointConfig {
  std::string id;
  std::optional<Profile> profile;     ///< nothing: the server's
  std::optional<std::uint64_t> seed;  ///< of the choice by traffic split
  /// Members of the service's Endpoint that the entry has, canonical: displayName, labels, network,
  /// dedicatedEndpointEnabled, predictRequestResponseLoggingConfig, deployedModels (`id`, `model`
  /// as `NAME[@VERSION|@ALIAS]`, displayName, explanationSpec, disableExplanations), trafficSplit.
  Value endpoint = Value::Object{};
};

struct PublisherModelConfig {
  std::string name;       ///< `gemini-2.0-flash-001`
  std::string generator;  ///< `echo`, `script:FILE`, `replay:DIR`, `openai:URL`; paths as opened
  std::chrono::milliseconds delay{0};
};

struct Config {
  std::string root = ".";  ///< folder; `gs://bucket/name` is ROOT/gs/bucket/name
  std::string state;       ///< SQLite file; empty: nothing is kept
  ListenConfig listen;
  HttpConfig http;
  Profile profile;
  std::vector<ModelConfig> models;
  std::vector<EndpointConfig> endpoints;
  std::vector<PublisherModelConfig> publisher_models;
};

/// `none`, `shared`, `dedicated`, `private`; nothing for any other name.
[[nodiscard]] std::optional<Profile> find_profile(std::string_view name) noexcept;

/// Reads a configuration; relative paths in it are those of `folder`. Errors: invalid_argument,
/// with a JSON pointer as the place.
[[nodiscard]] Result<Config> parse_config(std::string_view json, std::string_view folder);
/// The same from a file. Errors: invalid_argument too when it can't be read.
[[nodiscard]] Result<Config> read_config(std::string_view path);

/// With what status a start ends that failed so: 2 for what the configuration says wrong
/// (invalid_argument), 3 for a model that can't be loaded (every other kind). Constant.
[[nodiscard]] int exit_status(const Error& error) noexcept;

}  // namespace trivet::service
