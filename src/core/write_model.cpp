// SPDX-License-Identifier: Apache-2.0
// Writes a model, reads it back, and hands it out when both say the same.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "core/guard.hpp"
#include "graph/find_difference.hpp"
#include "text/message.hpp"
#include "trivet/artifact.hpp"
#include "trivet/spi/registry.hpp"
#include "trivet/write.hpp"

namespace trivet::inline v0 {
namespace {

Result<const spi::Format*> find_writer(const spi::Registry& registry, std::string_view encoding) {
  std::string names;
  for (const auto& format : registry.formats()) {
    for (const std::string_view name : format->encodings()) {
      if (name == encoding) return format.get();
      names.append(names.empty() ? "" : ", ").append(name);
    }
  }
  return Error(
      Errc::invalid_argument, "encoding", text::quoted(encoding),
      names.empty() ? "a registry with a format that writes" : text::message("one of {}", names));
}

bool keeps_gains(const spi::Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const spi::Node& node) {
    const auto* forest = std::get_if<spi::TreeEnsemble>(&node.body);
    return forest != nullptr && !forest->split_gain.empty();
  });
}

/// What stands around the trees of a graph, each kind once: `category_index, concatenate`.
std::string operator_names(const spi::Graph& graph) {
  std::vector<std::string_view> names;
  std::string list;
  for (const spi::Node& node : graph.nodes) {
    const auto* op = std::get_if<spi::Operator>(&node.body);
    if (op == nullptr || std::find(names.begin(), names.end(), op->name) != names.end()) continue;
    names.push_back(op->name);
    list.append(list.empty() ? "" : ", ").append(op->name);
  }
  return list;
}

/// A writer of forests sees a graph of too many nodes; people want to know which steps are in the
/// way.
Error explain_refusal(const Error& error, const spi::Graph& graph) {
  const std::string operators = operator_names(graph);
  const bool is_about_all = error.where().empty() && error.code() == Errc::unsupported_model;
  if (operators.empty() || !is_about_all) return error;
  return Error(error.code(), "",
               text::message("a {} model, with steps around its trees ({})",
                             graph.provenance.format, operators),
               std::string(error.expected()));
}

Status prove_equal(const spi::Format& format, const spi::Graph& graph, std::string_view encoding,
                   const std::string& bytes) {
  const std::string exactly = text::message("a model that {} holds exactly", encoding);
  const Artifact artifact = Artifact::from_bytes(encoding, std::as_bytes(std::span(bytes)));
  const Result<spi::Graph> copy = format.read(artifact, 0, {.gains = keeps_gains(graph)});
  if (!copy) {
    if (copy.error().code() == Errc::out_of_memory) return copy.error();
    return Error(Errc::unsupported_model, "",
                 text::message("something that {} can't say (read back: {})", encoding,
                               copy.error().message()),
                 exactly);
  }
  const std::optional<graph::Difference> difference = graph::find_difference(graph, *copy);
  if (!difference) return {};
  return Error(
      Errc::unsupported_model, difference->where,
      text::message("{}, which {} turns into {}", difference->original, encoding, difference->copy),
      exactly);
}

}  // namespace

Result<std::string> write_model(const LocalModel& model, std::string_view encoding,
                                const spi::Registry* registry) {
  return core::guard([&]() -> Result<std::string> {
    const spi::Registry builtin = registry == nullptr ? spi::Registry::builtin() : spi::Registry();
    const auto format = find_writer(registry == nullptr ? builtin : *registry, encoding);
    if (!format) return format.error();
    const spi::Graph* graph = model.graph();
    if (graph == nullptr) {
      return Error(Errc::unsupported_model, "", "a custom prediction routine",
                   "a model that was read from a file");
    }
    Result<std::string> bytes = (*format)->write(*graph, encoding);
    if (!bytes) return explain_refusal(bytes.error(), *graph);
    const Status proof = prove_equal(**format, *graph, encoding, *bytes);
    if (!proof) return proof.error();
    return bytes;
  });
}

}  // namespace trivet::inline v0
