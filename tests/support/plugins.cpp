// SPDX-License-Identifier: Apache-2.0
// The tests' own backends.
#include "support/plugins.hpp"

#include <span>
#include <stdexcept>

namespace trivet::test {
namespace {

class ScalePredictor final : public spi::Predictor {
 public:
  ScalePredictor(float by, std::size_t width, std::shared_ptr<std::atomic<int>> runs)
      : by_(by), width_(width), runs_(std::move(runs)) {}

  void run(const spi::RunRequest& request) const noexcept override {
    ++*runs_;
    const spi::InputBuffer& input = request.inputs[0];
    auto* out = static_cast<float*>(request.outputs[0].data);
    for (std::size_t r = 0; r < request.row_count; ++r) {
      const float* row = static_cast<const float*>(input.data) + r * input.stride;
      for (std::size_t c = 0; c < width_; ++c) out[r * width_ + c] = row[c] * by_;
    }
  }
  std::size_t scratch_bytes(std::size_t) const noexcept override { return 0; }
  std::string_view engine() const noexcept override { return "scale-plain"; }
  std::size_t memory_bytes() const noexcept override { return sizeof(*this); }

 private:
  float by_;
  std::size_t width_;
  std::shared_ptr<std::atomic<int>> runs_;
};

class CountedPredictor final : public spi::Predictor {
 public:
  CountedPredictor(std::unique_ptr<const spi::Predictor> inner,
                   std::shared_ptr<std::atomic<int>> runs)
      : inner_(std::move(inner)), runs_(std::move(runs)) {}

  void run(const spi::RunRequest& request) const noexcept override {
    ++*runs_;
    inner_->run(request);
  }
  std::size_t scratch_bytes(std::size_t rows) const noexcept override {
    return inner_->scratch_bytes(rows);
  }
  std::string_view engine() const noexcept override { return inner_->engine(); }
  std::size_t memory_bytes() const noexcept override { return inner_->memory_bytes(); }

 private:
  std::unique_ptr<const spi::Predictor> inner_;
  std::shared_ptr<std::atomic<int>> runs_;
};

}  // namespace

Artifact artifact_for(std::string_view format_name) {
  return Artifact::from_bytes("model.test", std::as_bytes(std::span(format_name)));
}

bool ScaleBackend::accepts(const spi::Node& node) const noexcept {
  const auto* op = std::get_if<spi::Operator>(&node.body);
  return op != nullptr && op->name == "scale";
}

Result<std::unique_ptr<const spi::Predictor>> ScaleBackend::prepare(
    const spi::Graph& graph, const spi::Region& region, const spi::PrepareOptions&) const {
  const spi::Node& node = graph.nodes[region.nodes.at(0)];
  const auto& op = std::get<spi::Operator>(node.body);
  std::unique_ptr<const spi::Predictor> predictor =
      std::make_unique<ScalePredictor>(static_cast<float>(op.attributes.at(0).second.as_number()),
                                       graph.values[node.outputs.at(0).value].width, runs_);
  return predictor;
}

Result<std::unique_ptr<const spi::Predictor>> CountedBackend::prepare(
    const spi::Graph& graph, const spi::Region& region, const spi::PrepareOptions& options) const {
  auto prepared = inner_->prepare(graph, region, options);
  if (!prepared) return std::move(prepared).error();
  std::unique_ptr<const spi::Predictor> predictor =
      std::make_unique<CountedPredictor>(std::move(prepared).value(), runs_);
  return predictor;
}

std::shared_ptr<const spi::Backend> builtin_backend(std::string_view name) {
  const spi::Registry registry = spi::Registry::builtin();
  for (const std::shared_ptr<const spi::Backend>& backend : registry.backends()) {
    if (backend->name() == name) return backend;
  }
  throw std::runtime_error("no backend named " + std::string(name));
}

}  // namespace trivet::test
