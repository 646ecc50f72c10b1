// SPDX-License-Identifier: Apache-2.0
// Operator nodes: consecutive ones become one program.
#include "backend/tensor/tensor_backend.hpp"

#include "backend/tensor/op_table.hpp"
#include "backend/tensor/program.hpp"

namespace trivet::tensor {
namespace {

class TensorBackend final : public spi::Backend {
 public:
  std::string_view name() const noexcept override { return "tensor"; }

  bool accepts(const spi::Node& node) const noexcept override {
    const auto* op = std::get_if<spi::Operator>(&node.body);
    return op != nullptr && find_op(op->name) != nullptr;
  }

  bool joins_nodes() const noexcept override { return true; }
  std::vector<std::string_view> engines() const override { return {kPlainName}; }

  Result<std::unique_ptr<const spi::Predictor>> prepare(
      const spi::Graph& graph, const spi::Region& region,
      const spi::PrepareOptions& /*options*/) const override {
    return Program::make(graph, region);
  }
};

}  // namespace

std::unique_ptr<spi::Backend> make_tensor_backend() { return std::make_unique<TensorBackend>(); }

}  // namespace trivet::tensor
