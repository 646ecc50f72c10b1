// SPDX-License-Identifier: Apache-2.0
// Any bytes as a LightGBM model: an error or a graph, which can be written or not, never a crash.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "format/lightgbm/lightgbm.hpp"
#include "trivet/artifact.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto format = trivet::lightgbm::make_lightgbm_format();
  const std::string_view head(reinterpret_cast<const char*>(data), size);
  (void)format->probe(head.substr(0, trivet::spi::kProbeBytes), size);
  const trivet::Artifact artifact =
      trivet::Artifact::from_bytes("model.txt", std::as_bytes(std::span(data, size)));
  const auto graph = format->read(artifact, 0, {.gains = true});
  if (!graph) return 0;
  for (const std::string_view encoding : format->encodings()) {
    (void)format->write(*graph, encoding).has_value();
  }
  return 0;
}
