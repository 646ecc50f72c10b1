// SPDX-License-Identifier: Apache-2.0
// Models that are written and read again, for the tests of the writers.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "catch.hpp"
#include "graph/find_difference.hpp"
#include "support/files.hpp"
#include "support/says.hpp"
#include "trivet/local_model.hpp"
#include "trivet/spi/graph.hpp"
#include "trivet/write.hpp"

namespace trivet::test {

[[nodiscard]] inline Artifact artifact_of(std::string_view bytes) {
  return Artifact::from_bytes("written", std::as_bytes(std::span(bytes)));
}

/// The response to a request; the error's text when there is none.
[[nodiscard]] inline std::string answer_of(const LocalModel& model, std::string_view request) {
  std::string response;
  const Status status = model.predict_json(request, response);
  return status ? response : status.error().message();
}

/// The request asking for another answer; itself when it asks for one already.
[[nodiscard]] inline std::string with_parameter(const std::string& request,
                                                const ParameterRule& rule) {
  if (request.find("\"parameters\"") != std::string::npos) return request;
  const std::string parameters = Value(Value::Object{{rule.parameter, rule.value}}).to_json();
  return "{\"parameters\":" + parameters + "," + request.substr(request.find('{') + 1);
}

/// Writes every golden model of a format in an encoding, and asks it and the original the same.
inline void check_golden_models(const std::string& format, std::string_view encoding) {
  std::size_t count = 0;
  for (const std::string& folder : folders_in(data_path("golden/" + format))) {
    INFO(folder << " as " << encoding);
    LoadOptions options;
    options.gains = true;
    const auto model = LocalModel::load(folder + "/model", options);
    CHECK(model.has_value());
    if (!model) continue;
    const Result<std::string> bytes = write_model(*model, encoding);
    INFO((bytes ? std::string() : bytes.error().message()));
    CHECK(bytes.has_value());
    if (!bytes) continue;
    const std::string sidecar = folder + "/model/trivet.json";
    if (std::filesystem::exists(sidecar)) options.sidecar = sidecar;
    const auto copy = LocalModel::load(artifact_of(*bytes), options);
    INFO((copy ? std::string() : copy.error().message()));
    CHECK(copy.has_value());
    if (!copy) continue;
    CHECK(copy->info().format == encoding);
    const std::string request = read_file(folder + "/request.json");
    const std::string answer = answer_of(*copy, request);
    CHECK(answer.starts_with("{\"predictions\""));
    CHECK(answer == answer_of(*model, request));
    for (const ParameterRule& rule : model->signature().parameters) {
      const std::string other = with_parameter(request, rule);
      CHECK(answer_of(*copy, other) == answer_of(*model, other));
    }
    ++count;
  }
  CHECK(count > 30);
}

/// A graph as a reader made it, around another forest.
[[nodiscard]] inline spi::Graph graph_around(spi::Graph graph, spi::TreeEnsemble forest) {
  graph.input.columns.assign(forest.feature_count, Column{});
  graph.values[0].width = forest.feature_count;
  graph.values[1].width = forest.output_count;
  for (spi::GraphOutput& output : graph.outputs) output.scalar = forest.output_count == 1;
  graph.nodes[0].body = std::move(forest);
  return graph;
}

/// The forest of a graph that has nothing else.
[[nodiscard]] inline spi::TreeEnsemble& only_forest(spi::Graph& graph) {
  return std::get<spi::TreeEnsemble>(graph.nodes[0].body);
}

/// Where the graphs differ, and how; empty when they don't.
[[nodiscard]] inline std::string difference_between(const spi::Graph& original,
                                                    const spi::Graph& copy) {
  const auto difference = graph::find_difference(original, copy);
  if (!difference) return "";
  return difference->where + ": " + difference->original + " and " + difference->copy;
}

/// Checks that the graph was written, and that `read` makes the same graph of it.
template <class Read>
void check_comes_back(const spi::Graph& graph, const Result<std::string>& bytes, Read&& read) {
  INFO((bytes ? std::string() : bytes.error().message()));
  CHECK(bytes.has_value());
  if (!bytes) return;
  const Result<spi::Graph> copy = read(*bytes);
  INFO((copy ? std::string() : copy.error().message()));
  CHECK(copy.has_value());
  if (copy) CHECK(difference_between(graph, *copy) == "");
}

/// A change of a graph that its format can't say, and the words of the refusal.
struct Unwritable {
  const char* name;
  std::function<void(spi::Graph&)> spoil;
  const char* says;
};

template <class Write>
void check_unwritable(const Unwritable& one, spi::Graph graph, Write&& write) {
  INFO(one.name);
  one.spoil(graph);
  const Result<std::string> bytes = write(graph);
  CHECK_FALSE(bytes.has_value());
  if (bytes) return;
  CHECK(bytes.error().code() == Errc::unsupported_model);
  INFO(bytes.error().message());
  CHECK(says_all(bytes.error().message(), one.says));
}

}  // namespace trivet::test
