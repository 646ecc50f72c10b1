// SPDX-License-Identifier: Apache-2.0
// How many baselines a request may put in the place of the deployed ones.
#include "core/override_bounds.hpp"

#include <algorithm>
#include <variant>

#include "text/message.hpp"
#include "text/pointer.hpp"

namespace trivet::core {
namespace {

/// A test with its player, its chain and its split, or a leaf.
constexpr std::size_t kGameNodeBytes = 32;

/// Of all forests, compiled for one baseline. Games over linear maps hold no more than a row.
std::size_t game_bytes(const spi::Graph& graph) {
  std::size_t bytes = 0;
  for (const spi::Node& node : graph.nodes) {
    const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
    if (forest == nullptr) continue;
    bytes += forest->node_count() * kGameNodeBytes;
    if (forest->leaf_width > 1) bytes += forest->leaf_count() * forest->leaf_width * sizeof(double);
  }
  return bytes;
}

}  // namespace

Status check_override(const spi::Graph& graph, const ExplanationSpec& spec) {
  const std::vector<ExplanationInput>& inputs = spec.metadata.inputs;
  const bool has_games = !std::holds_alternative<FrameworkAttribution>(spec.parameters.method);
  if (!has_games || inputs.empty()) return {};
  const auto most = std::max_element(inputs.begin(), inputs.end(),
                                     [](const ExplanationInput& a, const ExplanationInput& b) {
                                       return a.input_baselines.size() < b.input_baselines.size();
                                     });
  const std::size_t bytes = std::max<std::size_t>(1, game_bytes(graph));
  const std::size_t allowed = std::max<std::size_t>(1, kMostOverrideBytes / bytes);
  if (most->input_baselines.size() <= allowed) return {};
  return Error(Errc::invalid_argument,
               "/metadata/inputs" + text::pointer_step(most->name) + "/inputBaselines",
               text::message("{} baselines", most->input_baselines.size()),
               text::message("at most {} in a request: the model is compiled for each of them, "
                             "within {} MiB",
                             allowed, kMostOverrideBytes >> 20));
}

}  // namespace trivet::core
