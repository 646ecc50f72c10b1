// SPDX-License-Identifier: Apache-2.0
// Where the interfaces for plug-ins have their virtual tables, and how ports find buffers.
#include <algorithm>

#include "text/message.hpp"
#include "trivet/spi/backend.hpp"
#include "trivet/spi/format.hpp"

namespace trivet::inline v0::spi {
namespace {

template <class T>
void answer_ports(const PortPlaces& ports, const RunRequest& request, std::span<const T> margins,
                  std::size_t width, const Link& link) noexcept {
  if (auto* classes = static_cast<T*>(ports.find(Port::class_index, request))) {
    for (std::size_t at = 0; at < margins.size(); at += width) {
      *classes++ = static_cast<T>(first_maximum(margins.subspan(at, width)));
    }
  }
  auto* linked = static_cast<T*>(ports.find(Port::linked, request));
  if (linked == nullptr) return;
  if (linked != margins.data()) std::copy(margins.begin(), margins.end(), linked);
  apply_link(link, {linked, margins.size()}, width);
}

}  // namespace

Format::~Format() = default;

std::vector<std::string> Format::examine(const Artifact& /*artifact*/, std::size_t /*file*/) const {
  return {};
}

std::vector<std::string_view> Format::encodings() const { return {}; }

Result<std::string> Format::write(const Graph& /*graph*/, std::string_view encoding) const {
  return Error(Errc::unsupported_model, {},
               text::message("the encoding {}", text::quoted(encoding)),
               text::message("a format that writes it; {} writes none", name()));
}

Predictor::~Predictor() = default;
MarginGame::~MarginGame() = default;
CoverGame::~CoverGame() = default;

void MarginGame::attribute_rows(const GameRows& rows, std::size_t output, double share,
                                GameScratch& scratch) const {
  for (std::size_t r = 0; r < rows.count; ++r) {
    attribute(rows.data + r * rows.row_bytes, output, share,
              {rows.attributions + r * rows.stride, rows.stride}, scratch);
  }
}

std::size_t Predictor::text_scratch_bytes(std::size_t /*longest_text*/) const noexcept { return 0; }

std::unique_ptr<const MarginGame> Predictor::make_margin_game(const GameSetup&) const {
  return nullptr;
}

Result<std::unique_ptr<const CoverGame>> Predictor::make_cover_game(const CoverSetup&) const {
  return Error(Errc::unsupported_model, "model", "a kind of model without covers",
               "a forest, whose nodes say how many training rows came by");
}

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

bool PortPlaces::wants_sums(const RunRequest& request) const noexcept {
  return find(Port::margin, request) != nullptr || find(Port::linked, request) != nullptr ||
         find(Port::class_index, request) != nullptr;
}

void* PortPlaces::find_sums(const RunRequest& request) const noexcept {
  if (void* margins = find(Port::margin, request)) return margins;
  if (void* linked = find(Port::linked, request)) return linked;
  return request.scratch.data();
}

void PortPlaces::answer(const RunRequest& request, std::span<const float> margins,
                        std::size_t width, const Link& link) const noexcept {
  answer_ports(*this, request, margins, width, link);
}
void PortPlaces::answer(const RunRequest& request, std::span<const double> margins,
                        std::size_t width, const Link& link) const noexcept {
  answer_ports(*this, request, margins, width, link);
}

}  // namespace trivet::inline v0::spi
