// SPDX-License-Identifier: Apache-2.0
// A backend of one's own: it takes the forests over from the built-in one and gives the same bits.
#include <cmath>
#include <cstdio>
#include <memory>
#include <variant>
#include <vector>

#include "trivet/spi/registry.hpp"
#include "trivet/trivet.hpp"

namespace {

using namespace trivet::spi;  // NOLINT: a program's own file

/// Walks float32 forests node by node. The Graph outlives it, so it needs nothing of its own.
class Walker final : public Predictor {
 public:
  Walker(const Graph& graph, const Region& region)
      : forest_(std::get<TreeEnsemble>(graph.nodes[region.nodes[0]].body)) {
    for (const ValueId wanted : region.outputs) {
      for (const NodeOutput& made : graph.nodes[region.nodes[0]].outputs) {
        if (made.value == wanted) ports_.push_back(made.port);
      }
    }
  }

  void run(const RunRequest& request) const noexcept override {
    const auto* x = static_cast<const float*>(request.inputs[0].data);
    for (std::size_t row = 0; row < request.row_count; ++row) {
      const float margin = sum(x + row * request.inputs[0].stride);
      for (std::size_t i = 0; i < ports_.size(); ++i) {
        auto* out = static_cast<float*>(request.outputs[i].data);
        if (out == nullptr) continue;  // not asked for this time
        out[row] = margin;
        if (ports_[i] == Port::linked) apply_link(forest_.link, {&out[row], 1}, 1);
      }
    }
  }
  std::size_t scratch_bytes(std::size_t) const noexcept override { return 0; }
  std::string_view engine() const noexcept override { return "walker"; }
  std::size_t memory_bytes() const noexcept override { return sizeof *this; }

 private:
  float sum(const float* x) const noexcept {
    const auto& start = forest_.sum.start;
    float total = start.empty() ? 0 : static_cast<float>(start[0]);
    for (std::size_t tree = 0; tree < forest_.tree_count(); ++tree) {
      const std::size_t root = forest_.split_begin[tree];
      std::int32_t at = root == forest_.split_begin[tree + 1] ? ~0 : 0;
      while (at >= 0) {  // below zero is a leaf, see TreeEnsemble
        const std::size_t node = root + static_cast<std::size_t>(at);
        const float value = x[forest_.feature[node]];
        const bool left = value < forest_.cut.f32[node] ||
                          (std::isnan(value) && forest_.flags[node].missing_left());
        at = left ? forest_.left[node] : forest_.right[node];
      }
      total += forest_.leaf.f32[forest_.leaf_begin[tree] + static_cast<std::size_t>(~at)];
    }
    return total;
  }

  const TreeEnsemble& forest_;
  std::vector<Port> ports_;  // of region.outputs, in their order
};

class WalkerBackend final : public Backend {
 public:
  std::string_view name() const noexcept override { return "walker"; }
  std::vector<std::string_view> engines() const override { return {"walker"}; }
  /// Plain regression forests; the built-in backend goes on taking all others.
  bool accepts(const Node& node) const noexcept override {
    const auto* forest = std::get_if<TreeEnsemble>(&node.body);
    return forest != nullptr && forest->output_count == 1 && !forest->has_categories() &&
           forest->tree_weight.empty() && forest->test == Test::less && forest->sum.end.empty() &&
           forest->cut.width == FloatWidth::f32 && forest->sum.accumulator == FloatWidth::f32;
  }
  trivet::Result<std::unique_ptr<const Predictor>> prepare(const Graph& graph, const Region& region,
                                                           const PrepareOptions&) const override {
    return std::unique_ptr<const Predictor>(std::make_unique<Walker>(graph, region));
  }
};

}  // namespace

int main() {
  Registry registry = Registry::builtin();
  if (!registry.add(std::make_shared<WalkerBackend>())) return 1;
  for (const Registry& choice : {Registry::builtin(), registry}) {
    trivet::LoadOptions options;
    options.registry = &choice;
    auto model = trivet::LocalModel::load("examples/models/diabetes", options);
    if (!model) return std::puts(model.error().message().c_str()), 1;
    const float row[] = {59, 2, 32.1f, 101, 157, 93.2f, 38, 4, NAN, 87};
    auto answer = model->predict(trivet::MatrixView<const float>(row, 1, 10));
    if (!answer) return std::puts(answer.error().message().c_str()), 1;
    // Which of the built-in engines it is depends on the processor.
    const bool is_ours = model->info().engine == "walker";
    std::printf("%s: %.9g\n", is_ours ? "walker" : "built-in", answer->at(0));
  }
}
