// SPDX-License-Identifier: Apache-2.0
// Models that are written and read again, for the tests of the writers.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "graph/find_difference.hpp"
#include "support/files.hpp"
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

/// Where the graphs differ, and how; empty when they don't.
[[nodiscard]] inline std::string difference_between(const spi::Graph& original,
                                                    const spi::Graph& copy) {
  const auto difference = graph::find_difference(original, copy);
  if (!difference) return "";
  return difference->where + ": " + difference->original + " and " + difference->copy;
}

}  // namespace trivet::test
