// SPDX-License-Identifier: Apache-2.0
// Any bytes as a CatBoost model: an error or a graph, never a crash.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "format/catboost/catboost.hpp"
#include "trivet/artifact.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto format = trivet::catboost::make_catboost_format();
  const std::string_view head(reinterpret_cast<const char*>(data), size);
  (void)format->probe(head.substr(0, trivet::spi::kProbeBytes), size);
  const trivet::Artifact artifact =
      trivet::Artifact::from_bytes("model.cbm", std::as_bytes(std::span(data, size)));
  (void)format->read(artifact, 0, {});
  return 0;
}
