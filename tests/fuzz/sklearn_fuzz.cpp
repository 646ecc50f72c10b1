// SPDX-License-Identifier: Apache-2.0
// Any bytes as a model of scikit-learn: an error or a graph, never a crash.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "format/sklearn/sklearn.hpp"
#include "trivet/artifact.hpp"
#include "trivet/spi/graph.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto format = trivet::sklearn::make_sklearn_format();
  const std::string_view head(reinterpret_cast<const char*>(data), size);
  (void)format->probe(head.substr(0, trivet::spi::kProbeBytes), size);
  const trivet::Artifact artifact =
      trivet::Artifact::from_bytes("model.joblib", std::as_bytes(std::span(data, size)));
  const auto graph = format->read(artifact, 0, {});
  if (graph) (void)trivet::spi::validate(*graph).has_value();
  return 0;
}
