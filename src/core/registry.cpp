// SPDX-License-Identifier: Apache-2.0
// Adding formats and backends to a registry.
#include "trivet/spi/registry.hpp"

#include <algorithm>
#include <utility>

#include "text/message.hpp"

namespace trivet::inline v0::spi {
namespace {

/// Later additions go to the front: they are asked first.
template <class Plugin>
Status add_plugin(std::vector<std::shared_ptr<const Plugin>>& plugins,
                  std::shared_ptr<const Plugin> plugin, std::string_view kind) {
  if (plugin == nullptr) {
    return Error(Errc::invalid_argument, "registry", text::message("a {} that is null", kind),
                 text::message("a {}", kind));
  }
  if (plugin->interface_version() != kInterfaceVersion) {
    return Error(
        Errc::invalid_argument,
        text::message("registry: {} {}", kind, text::quoted(plugin->name())),
        text::message("it was compiled for interface version {}", plugin->interface_version()),
        text::message("version {}; compile it against this trivet", kInterfaceVersion));
  }
  const bool taken = std::any_of(plugins.begin(), plugins.end(), [&](const auto& other) {
    return other->name() == plugin->name();
  });
  if (taken) {
    return Error(Errc::invalid_argument, "registry",
                 text::message("a second {} named {}", kind, text::quoted(plugin->name())),
                 "names that differ");
  }
  plugins.insert(plugins.begin(), std::move(plugin));
  return {};
}

}  // namespace

Status Registry::add(std::shared_ptr<const Format> format) {
  return add_plugin(formats_, std::move(format), "format");
}

Status Registry::add(std::shared_ptr<const Backend> backend) {
  return add_plugin(backends_, std::move(backend), "backend");
}

}  // namespace trivet::inline v0::spi
