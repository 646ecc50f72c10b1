// SPDX-License-Identifier: Apache-2.0
// Any bytes as an artefact that is refused by name: an error, never a graph or a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "format/refused/refused.hpp"
#include "trivet/artifact.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto format = trivet::refused::make_refused_format();
  const std::string_view head(reinterpret_cast<const char*>(data), size);
  (void)format->probe(head.substr(0, trivet::spi::kProbeBytes), size);
  const trivet::Artifact artifact =
      trivet::Artifact::from_bytes("model.tl", std::as_bytes(std::span(data, size)));
  if (format->read(artifact, 0, {}).has_value()) std::abort();
  return 0;
}
