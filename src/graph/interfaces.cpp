// SPDX-License-Identifier: Apache-2.0
// Where the interfaces for plug-ins have their virtual tables, and how ports find buffers.
#include <algorithm>

#include "trivet/spi/backend.hpp"
#include "trivet/spi/format.hpp"

namespace trivet::inline v0::spi {

Format::~Format() = default;
Predictor::~Predictor() = default;
Backend::~Backend() = default;

PortPlaces::PortPlaces(const Node& node, const Region& region) noexcept {
  for (const NodeOutput& output : node.outputs) {
    const auto at = std::find(region.outputs.begin(), region.outputs.end(), output.value);
    if (at == region.outputs.end()) continue;
    place_[static_cast<std::size_t>(output.port)] = static_cast<int>(at - region.outputs.begin());
  }
}

void* PortPlaces::find(Port port, const RunRequest& request) const noexcept {
  const int at = place_[static_cast<std::size_t>(port)];
  return at < 0 ? nullptr : request.outputs[static_cast<std::size_t>(at)].data;
}

}  // namespace trivet::inline v0::spi
