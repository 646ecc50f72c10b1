// SPDX-License-Identifier: Apache-2.0
// The table of generators.
#include "service/generators/kinds.hpp"

#include <array>
#include <string>

#include "text/message.hpp"

namespace trivet::service {
namespace {

struct GeneratorKind {
  std::string_view name;
  std::string_view argument;  // what stands behind the colon; empty: nothing may
  generators::Made (*make)(const GeneratorContext& context);
};

constexpr std::array kGeneratorKinds{
    GeneratorKind{"echo", "", generators::make_echo},
    GeneratorKind{"script", "FILE", generators::make_script},
    GeneratorKind{"replay", "DIR", generators::make_replay},
    GeneratorKind{"openai", "URL", generators::make_openai},
};

[[nodiscard]] std::string all_generator_kinds() {
  std::string names;
  for (const GeneratorKind& kind : kGeneratorKinds) {
    if (!names.empty()) names += ", ";
    names += kind.name;
    if (!kind.argument.empty()) names.append(":").append(kind.argument);
  }
  return names;
}

}  // namespace

Result<std::shared_ptr<const Generator>> make_generator(std::string_view spec,
                                                        const HttpClient* http) {
  const std::size_t colon = spec.find(':');
  const std::string_view name = spec.substr(0, colon);
  const std::string_view argument =
      colon == std::string_view::npos ? std::string_view() : spec.substr(colon + 1);
  for (const GeneratorKind& kind : kGeneratorKinds) {
    if (kind.name != name || kind.argument.empty() != argument.empty()) continue;
    return kind.make({.argument = argument, .http = http});
  }
  return Error(Errc::invalid_argument, "generator", text::quoted(spec),
               "one of " + all_generator_kinds());
}

}  // namespace trivet::service
