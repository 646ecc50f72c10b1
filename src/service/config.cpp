// SPDX-License-Identifier: Apache-2.0
// Reading the server's configuration file.
#include "service/config.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>

#include "base/try.hpp"
#include "service/field_mask.hpp"
#include "service/json_mapping.hpp"
#include "service/messages.hpp"
#include "text/message.hpp"
#include "text/pointer.hpp"
#include "trivet/artifact.hpp"

namespace trivet::service {
namespace {

/// One member that an object of the configuration may have. `read` gets the place of the member.
template <class T>
struct ConfigField {
  std::string_view name;
  Status (*read)(const Value& value, const std::string& place, T& out);
};

Error config_error(const std::string& place, std::string found, std::string expected) {
  return {Errc::invalid_argument, place, std::move(found), std::move(expected)};
}

Error wrong_config_kind(const std::string& place, const Value& value, std::string_view expected) {
  return config_error(place, text::message("a {}", value.kind_name()), std::string(expected));
}

template <class T>
Status read_config_object(std::span<const ConfigField<T>> fields, const Value& value,
                          const std::string& place, T& out) {
  if (value.as_object() == nullptr) return wrong_config_kind(place, value, "an object");
  for (const Member& member : *value.as_object()) {
    const auto named = [&](const ConfigField<T>& field) { return field.name == member.name; };
    const auto field = std::find_if(fields.begin(), fields.end(), named);
    if (field == fields.end()) {
      const std::string_view close = text::closest(
          member.name, fields, [](const ConfigField<T>& known) { return known.name; });
      return config_error(place + text::pointer_step(member.name), "a member that isn't known",
                          close.empty() ? std::string() : text::message("\"{}\", perhaps", close));
    }
    TRIVET_TRY(field->read(member.value, place + text::pointer_step(member.name), out));
  }
  return {};
}

template <class T>
Status read_config_list(std::span<const ConfigField<T>> fields, const Value& value,
                        const std::string& place, std::vector<T>& out) {
  if (value.as_list() == nullptr) return wrong_config_kind(place, value, "a list");
  for (std::size_t i = 0; i < value.as_list()->size(); ++i) {
    T item;
    TRIVET_TRY(read_config_object<T>(fields, (*value.as_list())[i],
                                     text::message("{}/{}", place, i), item));
    out.push_back(std::move(item));
  }
  return {};
}

Status read_config_text(const Value& value, const std::string& place, std::string& out) {
  if (value.as_text() == nullptr) return wrong_config_kind(place, value, "a text");
  if (value.as_text()->empty()) return config_error(place, "an empty text", "");
  out = *value.as_text();
  return {};
}

template <class Number>
Status read_config_number(const Value& value, const std::string& place, double largest,
                          Number& out) {
  const double number = value.as_number();
  const bool is_whole = value.is_number() && std::trunc(number) == number;
  if (!is_whole || number < 0 || number > largest) {
    return config_error(
        place, value.is_number() ? value.to_json() : text::message("a {}", value.kind_name()),
        text::message("a whole number, 0 to {:.0f}", largest));
  }
  out = static_cast<Number>(number);
  return {};
}

constexpr double kLongestMs = 86'400'000;  // a day

Status read_config_time(const Value& value, const std::string& place, double unit_ms,
                        std::chrono::milliseconds& out) {
  const double ms = value.as_number() * unit_ms;
  if (!value.is_number() || !(ms >= 0) || ms > kLongestMs) {
    return config_error(
        place, value.is_number() ? value.to_json() : text::message("a {}", value.kind_name()),
        unit_ms == 1 ? "milliseconds, at most a day" : "seconds, at most a day");
  }
  out = std::chrono::milliseconds(static_cast<std::int64_t>(ms));
  return {};
}

Status read_config_profile(const Value& value, const std::string& place, Profile& out) {
  const std::string* name = value.as_text();
  const auto profile = name == nullptr ? std::nullopt : find_profile(*name);
  if (!profile) {
    return config_error(
        place, name == nullptr ? text::message("a {}", value.kind_name()) : text::quoted(*name),
        "\"none\", \"shared\", \"dedicated\" or \"private\"");
  }
  out = *profile;
  return {};
}

/// A member that is one of the service's own message.
Status read_config_member(const Message& message, std::string_view name, const Value& value,
                          const std::string& place, Value& out) {
  auto read = read_message(message, Value::Object{{std::string(name), value}});
  if (!read) return config_error(place, read.failure().message, "");
  if (const Value* member = read->find(name)) set_member(out, name, *member);
  return {};
}

template <const Message& message, class T, Value T::*slot>
Status read_own_member(const Value& value, const std::string& place, T& out) {
  const std::string name = place.substr(place.rfind('/') + 1);
  return read_config_member(message, name, value, place, out.*slot);
}
constexpr auto kReadModelMember =
    &read_own_member<messages::model, ModelConfig, &ModelConfig::model>;
constexpr auto kReadEndpointMember =
    &read_own_member<messages::endpoint, EndpointConfig, &EndpointConfig::endpoint>;

// In requests they are output only.
constexpr Field kDeclaredDeployedModels[] = {{.name = "deployedModels",
                                              .kind = Kind::message,
                                              .shape = Shape::list,
                                              .message = &messages::deployed_model}};
constexpr Message kDeclaredEndpoint{"Endpoint", kDeclaredDeployedModels};

constexpr ConfigField<ListenConfig> kListenFields[] = {
    {"host", [](const Value& v, const std::string& at,
                ListenConfig& out) { return read_config_text(v, at, out.host); }},
    {"port",
     [](const Value& v, const std::string& at, ListenConfig& out) {
       return read_config_number(v, at, 65535, out.port.emplace());
     }},
    {"token", [](const Value& v, const std::string& at,
                 ListenConfig& out) { return read_config_text(v, at, out.token); }},
};

constexpr double kManyBytes = 1099511627776.0;  // 2^40
constexpr ConfigField<HttpConfig> kHttpFields[] = {
    {"headerSeconds",
     [](const Value& v, const std::string& at, HttpConfig& out) {
       return read_config_time(v, at, 1000, out.header_time);
     }},
    {"bodySeconds", [](const Value& v, const std::string& at,
                       HttpConfig& out) { return read_config_time(v, at, 1000, out.body_time); }},
    {"idleSeconds", [](const Value& v, const std::string& at,
                       HttpConfig& out) { return read_config_time(v, at, 1000, out.idle_time); }},
    {"headerBytes",
     [](const Value& v, const std::string& at, HttpConfig& out) {
       return read_config_number(v, at, kManyBytes, out.header_bytes);
     }},
    {"bodyBytes",
     [](const Value& v, const std::string& at, HttpConfig& out) {
       return read_config_number(v, at, kManyBytes, out.body_bytes);
     }},
    {"connections",
     [](const Value& v, const std::string& at, HttpConfig& out) {
       return read_config_number(v, at, 1'000'000, out.connections);
     }},
};

constexpr ConfigField<ModelConfig> kModelConfigFields[] = {
    {"name", [](const Value& v, const std::string& at,
                ModelConfig& out) { return read_config_text(v, at, out.name); }},
    {"path", [](const Value& v, const std::string& at,
                ModelConfig& out) { return read_config_text(v, at, out.path); }},
    {"builtin", [](const Value& v, const std::string& at,
                   ModelConfig& out) { return read_config_text(v, at, out.builtin); }},
    {"delayMs", [](const Value& v, const std::string& at,
                   ModelConfig& out) { return read_config_time(v, at, 1, out.delay); }},
    {"displayName", kReadModelMember},
    {"labels", kReadModelMember},
    {"versionAliases", kReadModelMember},
    {"explanationSpec", kReadModelMember},
    {"predictSchemata", kReadModelMember},
};

constexpr double kLargestSeed = 9007199254740992.0;  // 2^53
constexpr ConfigField<EndpointConfig> kEndpointConfigFields[] = {
    {"id", [](const Value& v, const std::string& at,
              EndpointConfig& out) { return read_config_text(v, at, out.id); }},
    {"profile",
     [](const Value& v, const std::string& at, EndpointConfig& out) {
       return read_config_profile(v, at, out.profile.emplace());
     }},
    {"seed",
     [](const Value& v, const std::string& at, EndpointConfig& out) {
       return read_config_number(v, at, kLargestSeed, out.seed.emplace());
     }},
    {"displayName", kReadEndpointMember},
    {"labels", kReadEndpointMember},
    {"network", kReadEndpointMember},
    {"dedicatedEndpointEnabled", kReadEndpointMember},
    {"predictRequestResponseLoggingConfig", kReadEndpointMember},
    {"deployedModels",
     [](const Value& v, const std::string& at, EndpointConfig& out) {
       return read_config_member(kDeclaredEndpoint, "deployedModels", v, at, out.endpoint);
     }},
    {"trafficSplit", kReadEndpointMember},
};

constexpr ConfigField<PublisherModelConfig> kPublisherModelFields[] = {
    {"name", [](const Value& v, const std::string& at,
                PublisherModelConfig& out) { return read_config_text(v, at, out.name); }},
    {"generator", [](const Value& v, const std::string& at,
                     PublisherModelConfig& out) { return read_config_text(v, at, out.generator); }},
    {"delayMs", [](const Value& v, const std::string& at,
                   PublisherModelConfig& out) { return read_config_time(v, at, 1, out.delay); }},
};

constexpr ConfigField<Config> kConfigFields[] = {
    {"root", [](const Value& v, const std::string& at,
                Config& out) { return read_config_text(v, at, out.root); }},
    {"state", [](const Value& v, const std::string& at,
                 Config& out) { return read_config_text(v, at, out.state); }},
    {"listen",
     [](const Value& v, const std::string& at, Config& out) {
       return read_config_object<ListenConfig>(kListenFields, v, at, out.listen);
     }},
    {"http",
     [](const Value& v, const std::string& at, Config& out) {
       return read_config_object<HttpConfig>(kHttpFields, v, at, out.http);
     }},
    {"profile", [](const Value& v, const std::string& at,
                   Config& out) { return read_config_profile(v, at, out.profile); }},
    {"models",
     [](const Value& v, const std::string& at, Config& out) {
       return read_config_list<ModelConfig>(kModelConfigFields, v, at, out.models);
     }},
    {"endpoints",
     [](const Value& v, const std::string& at, Config& out) {
       return read_config_list<EndpointConfig>(kEndpointConfigFields, v, at, out.endpoints);
     }},
    {"publisherModels",
     [](const Value& v, const std::string& at, Config& out) {
       return read_config_list<PublisherModelConfig>(kPublisherModelFields, v, at,
                                                     out.publisher_models);
     }},
};

/// A path of the file, seen from its folder.
void root_path(std::string_view folder, std::string& path) {
  if (path.empty() || folder.empty() || std::filesystem::path(path).is_absolute()) return;
  path = (std::filesystem::path(folder) / path).lexically_normal().string();
}

Status check_models(const Config& config) {
  for (std::size_t i = 0; i < config.models.size(); ++i) {
    const ModelConfig& model = config.models[i];
    const std::string place = text::message("/models/{}", i);
    if (model.name.empty()) return config_error(place, "no \"name\"", "the model's id");
    if (model.path.empty() == model.builtin.empty()) {
      return config_error(
          place,
          model.path.empty() ? "neither \"path\" nor \"builtin\"" : "\"path\" and \"builtin\"",
          "one of the two");
    }
    if (!model.builtin.empty() && model.builtin != "echo") {
      return config_error(place + "/builtin", text::quoted(model.builtin), "\"echo\"");
    }
  }
  return {};
}

bool is_generator(std::string_view text) noexcept {
  return text == "echo" || text.starts_with("script:") || text.starts_with("replay:") ||
         text.starts_with("openai:");
}

Status check_publisher_models(const Config& config) {
  for (std::size_t i = 0; i < config.publisher_models.size(); ++i) {
    const PublisherModelConfig& model = config.publisher_models[i];
    const std::string place = text::message("/publisherModels/{}", i);
    if (model.name.empty()) return config_error(place, "no \"name\"", "the model's id");
    if (!is_generator(model.generator)) {
      return config_error(place + "/generator", text::quoted(model.generator),
                          "\"echo\", \"script:FILE\", \"replay:DIR\" or \"openai:URL\"");
    }
  }
  return {};
}

}  // namespace

std::optional<Profile> find_profile(std::string_view name) noexcept {
  using std::chrono::seconds;
  constexpr Profile kProfiles[] = {
      {.name = "none", .request_bytes = 0, .response_bytes = 0, .time = seconds(0)},
      {.name = "shared",
       .request_bytes = 1'500'000,
       .response_bytes = 1'500'000,
       .time = seconds(60)},
      {.name = "dedicated",
       .request_bytes = 10'000'000,
       .response_bytes = 10'000'000,
       .time = seconds(3600)},
      {.name = "private",
       .request_bytes = 10'000'000,
       .response_bytes = 10'000'000,
       .time = seconds(60)},
  };
  for (const Profile& profile : kProfiles) {
    if (profile.name == name) return profile;
  }
  return std::nullopt;
}

Result<Config> parse_config(std::string_view json, std::string_view folder) {
  const auto value = Value::parse(json);
  if (!value) {
    return Error(Errc::invalid_argument, std::string(value.error().where()),
                 std::string(value.error().found()), std::string(value.error().expected()));
  }
  Config config;
  TRIVET_TRY(read_config_object<Config>(kConfigFields, *value, "", config));
  TRIVET_TRY(check_models(config));
  TRIVET_TRY(check_publisher_models(config));
  root_path(folder, config.root);
  root_path(folder, config.state);
  for (ModelConfig& model : config.models) root_path(folder, model.path);
  for (PublisherModelConfig& model : config.publisher_models) {
    for (const std::string_view kind : {"script:", "replay:"}) {
      if (!model.generator.starts_with(kind)) continue;
      std::string path = model.generator.substr(kind.size());
      root_path(folder, path);
      model.generator = std::string(kind) + path;
    }
  }
  return config;
}

Result<Config> read_config(std::string_view path) {
  const auto refused = [&](const Error& error) {
    return Error(Errc::invalid_argument, std::string(path), std::string(error.found()),
                 "a configuration that can be read");
  };
  const auto artifact = Artifact::open(path);
  if (!artifact) return refused(artifact.error());
  if (artifact->is_folder()) return config_error(std::string(path), "a folder", "a file");
  const auto bytes = artifact->read(0);
  if (!bytes) return refused(bytes.error());
  const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  return parse_config(text, std::filesystem::path(path).parent_path().string());
}

int exit_status(const Error& error) noexcept {
  return error.code() == Errc::invalid_argument ? 2 : 3;
}

}  // namespace trivet::service
